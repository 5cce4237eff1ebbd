/* capture.h - from the caller of a hook to a stack id.
 *
 *   caller --walk--> ips, leaf first --depot, from the root--> stack id
 *
 * Each thread has its own struct capture. It remembers the last stack, so that
 * only the frames that differ from it are looked up in the depot. The caches
 * that avoid the walk itself will be kept here too. */
#ifndef SPILL_TRACER_STACK_CAPTURE_H
#define SPILL_TRACER_STACK_CAPTURE_H

#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/depot.h"
#include "tracer/stack/rule.h"
#include "tracer/stack/walk.h"
#include "tracer/store/store.h"

/* The frames of one stack and their ids; ids[i] is the stack that ends, at its
 * leaf, with ips[i]. */
struct captured {
	struct walk walk;
	uint32_t ids[WALK_MAX];
};

struct capture {
	struct captured stacks[2];
	/* which of the two is the last one */
	uint32_t last;
	/* of the depot, when it was captured */
	uint32_t epoch;
	struct walker walker;
};

/* What all threads share to capture stacks. */
struct unwinder {
	struct rule_cache rules;
	struct depot depot;
	/* unw_backtrace of libunwind, where the user chose it; else NULL */
	int (*backtrace)(void **ips, int size);
};

/* The id of CALLER's stack; STACK_UNKNOWN (a counted drop) where there is no
 * room for it. Of C's own thread only; not from a signal handler that
 * interrupted a hook. At most 1 KiB of stack. */
uint32_t capture_stack(struct capture *c, struct unwinder *unwinder,
	struct store *store, const struct caller *caller);

#endif
