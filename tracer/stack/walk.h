/* walk.h - from a hook outwards, frame by frame.
 *
 *   ips[0]            return address in the function that called malloc
 *   ips[1]            return address in its caller
 *   ...
 *   ips[count-1]      the outermost one, or the last that fits (cut)
 *
 * walk_stack follows the short rules with IP, SP and BP alone; where a frame
 * needs more (signal frames, hand-written assembly) walk_full starts again from
 * its own caller with all registers. Both are exact as far as the CFI is. Code
 * without CFI is passed by frame pointer, and the stack then marked guessed. */
#ifndef SPILL_TRACER_STACK_WALK_H
#define SPILL_TRACER_STACK_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/cfi.h"
#include "tracer/stack/expression.h"
#include "tracer/stack/memory.h"
#include "tracer/stack/rule.h"

enum {
	WALK_MAX = 1024
};

struct walk {
	uintptr_t ips[WALK_MAX];
	uint32_t count;
	/* there are frames outside the last one */
	bool cut;
	bool guessed;
};

/* What a walk needs of its thread; scratch that no host stack has room for. */
struct walker {
	struct memory memory;
	struct cfi cfi;
	struct registers registers;
	struct registers outer;
};

/* Fill W with the stack of CALLER. Not from a signal handler that interrupted
 * another walk of the same walker. */
void walk_stack(struct walk *w, struct walker *walker, struct rule_cache *rules,
	struct store *store, const struct caller *caller);

/* The same with all registers, beginning in its own frame and leaving out what
 * lies below CALLER. */
void walk_full(struct walk *w, struct walker *walker, struct rule_cache *rules,
	struct store *store, const struct caller *caller);

/* The frame outside {*ip, *sp, *bp} by frame pointer: BP points at the caller's
 * BP and a return address. False where that cannot be. */
bool walk_guess(
	struct memory *memory, uintptr_t *ip, uintptr_t *sp, uintptr_t *bp);

/* False when W is full. */
static inline bool walk_push(struct walk *w, uintptr_t ip)
{
	if (w->count == WALK_MAX) {
		w->cut = true;
		return false;
	}
	w->ips[w->count++] = ip;
	return true;
}

#endif
