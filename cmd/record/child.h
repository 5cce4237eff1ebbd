/* child.h - the recorded command: started, waited for, and given the
 * signals that spill gets in its place.
 *
 *   terminal ^C, ^\      the command gets them from the terminal, spill ignores
 *                        them
 *   kill -TERM spill     passed on, as are HUP, USR1, USR2 and WINCH
 *   from the kernel      (hang-up, new size) sent to the command as well: not
 *                        passed on
 *   ^Z                   stops both, and fg continues both */
#ifndef SPILL_CMD_RECORD_CHILD_H
#define SPILL_CMD_RECORD_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "cmd/record/settings.h"

struct record_child {
	pid_t pid;
	bool ended;
	/* as wait() has it, and what it and its children used */
	int status;
	struct rusage usage;
	/* ours, to be put back */
	sigset_t mask;
	struct sigaction interrupt;
	struct sigaction quit;
	struct sigaction child;
	struct sigaction too_large;
};

/* Ignore SIGXFSZ from here on: a limit is then an error to be told. The child
 * gets it back. */
void record_child_init(struct record_child *child);

/* Start ARGV in CHILD, initialized before, execvp's way, with SETTINGS in its
 * environment. Returns 0, or the -errno of the exec; -EPROTO if spill itself
 * failed. From then on the signals above are blocked. */
__attribute__((warn_unused_result)) int record_child_start(
	struct record_child *child, char **argv,
	const struct record_settings *settings);

/* Wait until it ends or TIMEOUT_MS have passed, passing signals on. */
void record_child_wait(struct record_child *child, int timeout_ms);

/* The exit status that a shell would give. */
int record_child_status(const struct record_child *child);

/* Let signals act on spill again. */
void record_child_release(struct record_child *child);

#endif
