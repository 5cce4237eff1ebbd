/* run.h - one run of spill record: its choices, and what it leaves. */
#ifndef SPILL_CMD_RECORD_RUN_H
#define SPILL_CMD_RECORD_RUN_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "cmd/record/collect.h"

struct record_options {
	/* "%p" stands for the pid: one file for each process */
	const char *output;
	const char *allocator;
	const char *unwind;
	bool no_children;
	bool quiet;
	char **command;
};

/* Run the command and write what it allocated. Returns its exit status, or what
 * record gives where spill failed; says why on stderr. */
int record_run(const struct record_options *options);

/* Name and write the groups of COLLECT and tell about them. USAGE is that of
 * the command, PID its process. Returns 0, also where
 * nothing was recorded, or -errno where a profile could not be written, both
 * told. */
__attribute__((warn_unused_result)) int record_finish(
	struct record_collect *collect, const struct record_options *options,
	pid_t pid, const struct rusage *usage);

#endif
