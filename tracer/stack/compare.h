/* compare.h - the comparing test build: each capture is done by libunwind too.
 *
 * Built with SPILL_COMPARE only. The recording's header counts the captures
 * compared and those that differ; the first that differ are written to
 * RECORDING.differs. */
#ifndef SPILL_TRACER_STACK_COMPARE_H
#define SPILL_TRACER_STACK_COMPARE_H

#include "tracer/stack/libunwind.h"
#include "tracer/stack/walk.h"
#include "tracer/store/store.h"

#ifdef SPILL_COMPARE
enum {
	COMPARE = 1
};
#else
enum {
	COMPARE = 0
};
#endif

/* Compare the stack ID, captured for CALLER, with libunwind's. Takes the
 * store's lock. */
void compare_stack(struct store *store, uint32_t id, struct walker *walker,
	unwind_backtrace *backtrace, const struct caller *caller);

#endif
