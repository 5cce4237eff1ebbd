/* recording.h - read what a traced process wrote, as a profile.
 *
 *   spill.1234.spill --recording_read--> profile (addresses, no names yet)
 *                                   `--> facts (who, when, what was lost)
 *
 * A recording may be read while its process runs, when it hangs and after it
 * was killed; nothing in it is believed before it was checked, and it is read,
 * not mapped, so that cutting it short meanwhile does no harm. All frees are
 * read before any allocation: in-use is never negative. */
#ifndef SPILL_REPORT_READ_RECORDING_H
#define SPILL_REPORT_READ_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"
#include "tracer/store/recording.h"

/* Comments of a profile that begin so hold facts for spill info; reports leave
 * out every comment that begins with '#'. */
#define RECORDING_FACT "#spill "

/* What a recording says besides its stacks. The texts are "" where it does not
 * say; command has its arguments joined by blanks. */
struct recording_facts {
	struct recording_header header;
	char *exe;
	char *command;
	char *unwind;
	char *allocator;
	/* CLOCK_REALTIME: when the file was last written, as far as the file
	 * system knows; recording_load: now, if the process is live */
	int64_t wall_end;
	uint64_t allocs;
	uint64_t alloc_bytes;
	uint64_t frees;
	uint64_t freed_bytes;
};

/* Whether the LEN bytes that a file begins with are those of a recording. */
bool recording_detect(const void *head, size_t len);

/* Read the recording at PATH into P, an empty profile, with comments that tell
 * the facts and, in words, the drops. Returns 0 or -errno with a sentence in
 * WHY; P is then unusable but for profile_release. */
__attribute__((warn_unused_result)) int recording_load(
	struct profile *p, const char *path, struct strbuf *why);

/* The same without comments, which who merges many adds once for all. FACTS is
 * filled on success and then owned by the caller. */
__attribute__((warn_unused_result)) int recording_read(struct profile *p,
	struct recording_facts *facts, const char *path, struct strbuf *why);

void recording_facts_release(struct recording_facts *facts);
/* Add the counts and drops of SRC, another process, to DST. */
void recording_facts_add(
	struct recording_facts *dst, const struct recording_facts *src);
/* Put FACTS and its drops into P as comments. */
void recording_facts_comment(
	struct profile *p, const struct recording_facts *facts);
/* Put LINES, each ended by a newline, into P as comments that begin with
 * PREFIX. */
void recording_comment_lines(
	struct profile *p, const char *prefix, const struct strbuf *lines);
/* "12 allocations have an unknown stack: no room", one line for each kind of
 * loss, each ended by a newline. */
void recording_drops(
	const struct recording_header *header, struct strbuf *text);

/* Read and check the header alone. Returns 0 or -errno and says WHY. */
__attribute__((warn_unused_result)) int recording_head(
	struct recording_header *header, const char *path, struct strbuf *why);

/* Whether the process that wrote it still runs: pid, start time and boot id
 * agree, also in a pid namespace below ours. */
bool recording_is_live(const struct recording_header *header);
/* The same without a look at all processes: false says nothing about one in a
 * namespace of its own. */
bool recording_is_live_here(const struct recording_header *header);

/* The processes that ran at one moment: what to ask when many recordings are
 * looked at, all of whose headers were read before that moment. */
struct recording_processes {
	struct recording_process *all;
	size_t count;
	size_t cap;
};

__attribute__((warn_unused_result)) int recording_processes_read(
	struct recording_processes *processes);
void recording_processes_release(struct recording_processes *processes);
bool recording_processes_have(const struct recording_processes *processes,
	const struct recording_header *header);

/* Append to PATH the file that process PID writes or wrote: looked for in the
 * process's SPILL_DIR, its working directory, its and our XDG_RUNTIME_DIR, and
 * /tmp. Returns 0 or -errno and says WHY. */
__attribute__((warn_unused_result)) int recording_find(
	pid_t pid, struct strbuf *path, struct strbuf *why);

#endif
