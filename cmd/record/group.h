/* group.h - the recordings that become one file: one group for all processes,
 * or one for each.
 *
 * The samples of a group get a label `process`, the program's name, once more
 * than one recording in it has allocations. One recording, the lead, tells the
 * group's command, program and main binary: that of the command itself, the
 * last of its program images that allocated; where it left none, the recording
 * that began first. */
#ifndef SPILL_CMD_RECORD_GROUP_H
#define SPILL_CMD_RECORD_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cmd/record/own_mallocs.h"
#include "report/base/strbuf.h"
#include "report/base/table.h"
#include "report/graph/profile.h"
#include "report/read/recording.h"

/* A process: a pid may come again, with another start or in a namespace of its
 * own. */
struct record_identity {
	uint64_t start_time;
	uint64_t pid_namespace;
	uint32_t pid;
};

/* The first mapping of the lead's profile, its texts copied. */
struct record_main {
	struct profile_mapping mapping;
	char *file;
	char *build_id;
};

struct record_group {
	/* of the first process; the only one where each has its own group */
	pid_t pid;
	/* the command */
	pid_t lead_pid;
	int lead_rank;
	/* program images that have allocations: each exec makes another */
	size_t images;
	/* processes that have allocations */
	struct record_identity *processes;
	size_t process_count;
	size_t process_cap;
	struct table process_index;
	/* the first, without label until there is a second, and its program */
	struct profile first;
	bool has_first;
	char *first_exe;
	struct profile all;
	bool has_all;
	/* of the lead, and the counts of all */
	struct recording_facts facts;
	struct record_main main;
	struct own_mallocs own_mallocs;
	/* CLOCK_REALTIME in ns: when the last was seen to have ended */
	int64_t wall_end;
};

/* LEAD is the process of the command. */
void record_group_init(struct record_group *group, pid_t pid, pid_t lead);
void record_group_release(struct record_group *group);

/* Add a recording: its profile P and its FACTS, which GROUP then owns in all
 * cases. Returns 0 or -errno. */
__attribute__((warn_unused_result)) int record_group_add(
	struct record_group *group, struct profile *p,
	struct recording_facts *facts);

/* The profile of GROUP, the lead's main binary first, with the facts as
 * comments. */
__attribute__((warn_unused_result)) int record_group_finish(
	struct record_group *group, struct profile **p);

#endif
