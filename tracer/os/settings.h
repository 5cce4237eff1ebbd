/* settings.h - what the user asked of the tracer.
 *
 * The first call may come before libc has set environ, so the settings are read
 * from /proc/self/environ: SPILL_DIR, SPILL_STRICT, SPILL_UNWIND,
 * SPILL_ALLOCATOR and SPILL_ONLY (the pid of the one process to trace, others
 * run untraced). */
#ifndef SPILL_TRACER_OS_SETTINGS_H
#define SPILL_TRACER_OS_SETTINGS_H

#include <stdint.h>

struct settings {
	/* "" where not set, or too long */
	char directory[4096];
	char runtime_directory[4096];
	char unwind[16];
	char allocator[256];
	/* not "": no folder but directory, where spill record gathers */
	char strict[4];
	/* 0: all */
	uint32_t only;
};

/* Fill S, all unset where the environment cannot be read. One thread. */
void settings_read(struct settings *s);

#endif
