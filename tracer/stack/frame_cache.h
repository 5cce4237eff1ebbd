/* frame_cache.h - the thread's last stack, and where the next one joins it.
 *
 *   last stack:   _start main parse  item  xmalloc       (kept root first)
 *   next stack:   _start main parse  item  list grow      walked leaf first
 *                 \---- unchanged -------/ \- fresh -/
 *
 * The next stack is walked from its leaf until it meets a frame of the last one
 * in the same state: same IP, SP and, where the frames outside depend on it,
 * BP. If the words that the walk outwards from there would read are unchanged
 * too, it would find the same frames: they are taken over, with their ids. */
#ifndef SPILL_TRACER_STACK_FRAME_CACHE_H
#define SPILL_TRACER_STACK_FRAME_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/stack/depot.h"
#include "tracer/stack/walk.h"

struct frame_cache {
	/* the last stack, root first: count, flags and frames are its own */
	struct walk last;
	/* the part of the next one that is new, leaf first */
	struct walk fresh;
};

/* Forget the last stack. */
void frame_cache_clear(struct frame_cache *c);

/* Walk the stack of CALLER into c->fresh, as far as it differs from the last.
 * OWN: it is on the thread's own stack. Returns how many frames of c->last,
 * from the root, it goes on with. */
uint32_t frame_cache_walk(struct frame_cache *c, struct walker *walker,
	struct rule_cache *rules, struct store *store,
	const struct caller *caller, bool own);

/* Make c->fresh, on top of SHARED frames of c->last, the last stack, and give
 * each new frame its id. Returns the leaf's: STACK_UNKNOWN where there is no
 * room, and then nothing is remembered. */
uint32_t frame_cache_intern(struct frame_cache *c, struct depot *depot,
	struct store *store, uint32_t shared);

/* The words that the step from INNER out to OUTER has read, at most 3: where
 * they are and what they were. Returns how many. */
struct frame_word {
	uintptr_t at;
	uintptr_t value;
};
uint32_t frame_words(const struct frame *inner, const struct frame *outer,
	struct frame_word words[3]);

#endif
