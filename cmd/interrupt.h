/* interrupt.h - signals that end a command which has something to tidy up.
 *
 * From interrupt_catch to interrupt_release SIGINT, SIGTERM and SIGHUP end the
 * process that is waited for, and are then remembered. What the terminal sends
 * it has got already; the second signal kills it. */
#ifndef SPILL_CMD_INTERRUPT_H
#define SPILL_CMD_INTERRUPT_H

#include <sys/resource.h>
#include <sys/types.h>

/* Those that are ignored stay so, as nohup wants it. */
void interrupt_catch(void);
void interrupt_release(void);

/* The first signal that came, 0 for none. */
int interrupt_number(void);

/* fork whose child is the process to be ended; signals act in it as before
 * interrupt_catch. Returns what fork does. */
pid_t interrupt_fork(void);

/* Wait for that CHILD. Returns 0 or -errno. */
__attribute__((warn_unused_result)) int interrupt_wait(
	pid_t child, int *status, struct rusage *usage);

#endif
