/* capture.h - from the caller of a hook to a stack id.
 *
 *   caller --stack_cache--------------------------------------> stack id
 *             \-miss-> frame_cache --cfi rules--> depot ------>
 *
 * Each level is exact: it answers only where every value that a walk would
 * read has been compared. Each thread has its own struct capture. */
#ifndef SPILL_TRACER_STACK_CAPTURE_H
#define SPILL_TRACER_STACK_CAPTURE_H

#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/compare.h"
#include "tracer/stack/depot.h"
#include "tracer/stack/frame_cache.h"
#include "tracer/stack/rule.h"
#include "tracer/stack/stack_cache.h"
#include "tracer/stack/walk.h"
#include "tracer/store/store.h"

struct capture {
	/* of the rules, when the caches were last valid */
	uint64_t epoch;
	/* the answer where the stack cache has none */
	struct stack_cached uncached;
	struct walker walker;
	struct frame_cache frames;
	struct stack_cache stacks;
};

/* What all threads share to capture stacks. */
struct unwinder {
	struct rule_cache rules;
	struct depot depot;
	/* unw_backtrace of libunwind, where the user chose it; else NULL */
	int (*backtrace)(void **ips, int size);
};

/* Make C ready for the calling thread, which has SP on its stack. */
void capture_begin_thread(struct capture *c, uintptr_t sp);

/* The parts of capture_stack that are not for every call. */
void capture_forget(struct capture *c, uint64_t epoch);
struct stack_cached *capture_slow(struct capture *c, struct unwinder *unwinder,
	struct store *store, const struct caller *caller);

/* CALLER's stack; its id is STACK_UNKNOWN (a counted drop) where there is no
 * room for it. What the user keeps in the result stays with that stack as long
 * as it is cached. Valid until the next call. Of C's own thread only; not from
 * a signal handler that interrupted a hook. At most 1 KiB of stack. */
static inline __attribute__((always_inline)) struct stack_cached *capture_stack(
	struct capture *c, struct unwinder *unwinder, struct store *store,
	const struct caller *caller)
{
	uint64_t epoch = __atomic_load_n(
		&unwinder->rules.epoch, __ATOMIC_ACQUIRE);
	struct stack_cached *cached = NULL;

	if (__builtin_expect(epoch != c->epoch, 0))
		capture_forget(c, epoch);
	if (__builtin_expect(memory_is_own(&c->walker.memory, caller->sp), 1))
		cached = stack_cache_find(&c->stacks, caller);
	if (__builtin_expect(!cached, 0))
		cached = capture_slow(c, unwinder, store, caller);
	if (COMPARE && unwinder->backtrace)
		compare_stack(store, cached->id, &c->walker,
			unwinder->backtrace, caller);
	return cached;
}

#endif
