/* start.h - the first call of a process, or of a forked child. */
#ifndef SPILL_TRACER_HOOK_START_H
#define SPILL_TRACER_HOOK_START_H

#include <stdbool.h>

/* Look up the real functions and open a recording, unless that is done. False
 * while it is under way, and for good where the process is not to be traced or
 * no recording can be made. Any thread. */
bool tracer_start(void);

#endif
