/* collect.h - the recordings of a command and all it started, gathered
 * while it runs.
 *
 *   SPILL_DIR/spill.7.spill --process ended--> read, added to a group, removed
 *   SPILL_DIR/spill.8.spill   still runs       left alone */
#ifndef SPILL_CMD_RECORD_COLLECT_H
#define SPILL_CMD_RECORD_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cmd/record/group.h"
#include "report/base/strbuf.h"

struct record_collect {
	/* where recordings appear */
	const char *directory;
	/* the process of the command */
	pid_t pid;
	/* one group for each process */
	bool group_by_process;
	struct record_group *groups;
	size_t count;
	size_t cap;
	/* recordings that were read, also those without allocations */
	size_t recordings;
	/* as of the last poll: of processes that still run */
	size_t live;
	/* why no recording could be made when the command ended, 0: one could
	 */
	int no_room;
	/* files that could not be read, and why the first could not */
	size_t broken;
	struct strbuf why;
	/* the live ones of the last poll: "process 12 (x): PATH" lines */
	struct strbuf still_running;
};

void record_collect_init(struct record_collect *collect, const char *directory,
	pid_t pid, bool group_by_process);
void record_collect_release(struct record_collect *collect);

enum record_poll {
	/* take what ended processes left */
	POLL_ENDED,
	/* also what the others have allocated so far; their files stay */
	POLL_ALL,
};

/* Look through the folder once. Returns 0 or -errno: memory, or the folder. */
__attribute__((warn_unused_result)) int record_collect_poll(
	struct record_collect *collect, enum record_poll what);

#endif
