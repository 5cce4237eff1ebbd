/* wiped.h - memory that a forked child finds zeroed.
 *
 * A child must not go on with its parent's recording. Everything that says "we
 * are running" lies in such memory, so even a child of a raw fork finds itself
 * not started, at no cost to the hot path. Where the kernel lacks
 * MADV_WIPEONFORK (before 4.14), wiped_after_fork does it, called by
 * pthread_atfork. */
#ifndef SPILL_TRACER_OS_WIPED_H
#define SPILL_TRACER_OS_WIPED_H

#include <stddef.h>

enum {
	WIPED_PAGE = 4096
};

/* SIZE bytes of new private zeroed memory that a child finds zeroed, or NULL.
 * Given back with wiped_unmap. Any thread, async-signal-safe. */
void *wiped_map(size_t size);
void wiped_unmap(void *at, size_t size);

/* Make [AT, AT + SIZE), page-aligned private memory, such memory. */
void wiped_mark(void *at, size_t size);

/* What pthread_atfork runs in the child of an old kernel. */
void wiped_after_fork(void);

/* Whether the kernel does it by itself. */
int wiped_by_kernel(void);

#endif
