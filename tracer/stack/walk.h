/* walk.h - from a hook outwards, frame by frame.
 *
 *   frames[0]          ip: return address in the function that called malloc,
 *                      sp, bp: as they will be when malloc returns there
 *   frames[1]          the same for its caller
 *   ...
 *   frames[count-1]    the outermost one, or the last that fits (cut)
 *
 * A walk goes by the short rules with IP, SP and BP alone; where a frame needs
 * more (signal frames, hand-written assembly) walk_full starts again from its
 * own caller with all registers. Both are exact as far as the CFI is. Code
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

struct frame {
	uintptr_t ip;
	uintptr_t sp;
	uintptr_t bp;
	/* how the next frame out is found from this one */
	uint64_t rule;
	/* the stack that ends, at its leaf, with this frame */
	uint32_t id;
	/* the frames outside depend on bp */
	bool needs_bp;
};

struct walk {
	uint32_t count;
	/* there are frames outside the last one */
	bool cut;
	bool guessed;
	/* every step was by a short rule to a known end, so the same words in
	 * the same places give the same stack: the caches may remember it */
	bool plain;
	/* not 0: the end was known by the 0 in this place */
	uintptr_t end_at;
	struct frame frames[WALK_MAX];
};

/* What a walk needs of its thread; scratch that no host stack has room for. */
struct walker {
	struct memory memory;
	struct cfi cfi;
	struct registers registers;
	struct registers outer;
	/* of libunwind, with room for our own frames */
	uintptr_t ips[WALK_MAX + 32];
};

enum walk_result {
	WALK_ON,
	/* the stack is whole, or cut */
	WALK_DONE,
	/* begin again, with walk_full */
	WALK_FULL,
};

/* An empty walk. */
void walk_begin(struct walk *w);

/* Add the frame AT to W and go one frame out. */
enum walk_result walk_step(struct walk *w, struct walker *walker,
	struct rule_cache *rules, struct store *store, struct caller *at);

/* Fill W anew with the stack of CALLER, using all registers: from its own frame
 * outwards, leaving out what lies below CALLER. Not from a signal handler that
 * interrupted another walk of the same walker. */
void walk_full(struct walk *w, struct walker *walker, struct store *store,
	const struct caller *caller);

/* The frame outside AT by frame pointer: BP points at the caller's BP and a
 * return address. False where that cannot be. */
bool walk_guess(struct memory *memory, struct caller *at);

/* False when W is full. */
static inline bool walk_push(
	struct walk *w, const struct caller *at, uint64_t rule)
{
	if (w->count == WALK_MAX) {
		w->cut = true;
		return false;
	}
	w->frames[w->count++] = (struct frame){
		.ip = at->ip, .sp = at->sp, .bp = at->bp, .rule = rule};
	return true;
}

#endif
