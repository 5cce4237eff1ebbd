/* stack_cache.h - whole stacks that a thread has been in lately.
 *
 *   {leaf ip, SP} --set--> entry: bp, stack id, words w[0] w[1] ...
 *
 *   w:  | (place - SP) / 8, 16 bits | value, 48 bits |
 *
 * The words are all that the walk has read: return addresses, and saved BPs and
 * CFAs where a frame further out depends on them. Each step of a walk depends
 * only on values that are compared, so when all are as they were, it is the
 * same stack: no rule, no depot. Two loads a frame, and 98 of 100 calls end
 * here in most programs.
 *
 * Only for stacks in the thread's own stack, where every place may be read at
 * any time, with at most STACK_CACHE_WORDS words within 512 KiB. */
#ifndef SPILL_TRACER_STACK_STACK_CACHE_H
#define SPILL_TRACER_STACK_STACK_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/walk.h"

enum {
	STACK_CACHE_SETS = 64,
	STACK_CACHE_WAYS = 4,
	STACK_CACHE_WORDS = 120,
	/* words are looked at in groups, the last filled up with copies */
	STACK_GROUP = 4,
	STACK_VALUE_BITS = 48,
};

#define STACK_VALUE_MASK (((uint64_t)1 << STACK_VALUE_BITS) - 1)

/* A stack, and what its user keeps with it: 0 at first. */
struct stack_cached {
	uint32_t id;
	uint32_t user;
};

struct stack_entry {
	struct stack_cached cached;
	uintptr_t bp;
	/* all ones where bp must be the same, else 0 */
	uintptr_t bp_mask;
	uint32_t count;
	uint64_t words[STACK_CACHE_WORDS];
};

struct stack_cache {
	struct {
		/* {ip, sp} of each way; ip 0: empty */
		uintptr_t ip[STACK_CACHE_WAYS];
		uintptr_t sp[STACK_CACHE_WAYS];
	} sets[STACK_CACHE_SETS];
	/* which way of each set goes next */
	uint8_t next[STACK_CACHE_SETS];
	struct stack_entry entries[STACK_CACHE_SETS][STACK_CACHE_WAYS];
};

void stack_cache_clear(struct stack_cache *c);

static inline uint32_t stack_cache_set(uintptr_t ip, uintptr_t sp)
{
	uintptr_t h = ip * 0x9E3779B97F4A7C15u ^ sp * 0xC2B2AE3D27D4EB4Fu;

	return (uint32_t)(h >> 58);
}

/* The difference, as bits, between what WORD says and what is there. */
static inline __attribute__((always_inline, no_sanitize("address", "thread")))
uint64_t
stack_word_difference(uint64_t word, const uint64_t *sp)
{
	return sp[word >> STACK_VALUE_BITS] ^ (word & STACK_VALUE_MASK);
}

static inline
	__attribute__((always_inline, no_sanitize("address", "thread"))) bool
	stack_entry_is_same(const struct stack_entry *e, const uint64_t *sp)
{
	const uint64_t *w = e->words, *end = w + e->count;
	uint64_t a = stack_word_difference(w[0], sp);
	uint64_t b = stack_word_difference(w[1], sp);
	uint64_t c = stack_word_difference(w[2], sp);
	uint64_t d = stack_word_difference(w[3], sp);

	/* two stacks of one leaf mostly differ near it */
	if (a | b | c | d)
		return false;
	for (w += STACK_GROUP; w < end; w += STACK_GROUP) {
		a |= stack_word_difference(w[0], sp);
		b |= stack_word_difference(w[1], sp);
		c |= stack_word_difference(w[2], sp);
		d |= stack_word_difference(w[3], sp);
	}
	return !(a | b | c | d);
}

/* The stack of CALLER, which is on the thread's own stack, or NULL. */
static inline __attribute__((always_inline)) struct stack_cached *
stack_cache_find(struct stack_cache *c, const struct caller *caller)
{
	uint32_t set = stack_cache_set(caller->ip, caller->sp);
	int way;

	for (way = 0; way < STACK_CACHE_WAYS; way++) {
		struct stack_entry *e = &c->entries[set][way];

		if (c->sets[set].ip[way] == caller->ip &&
			c->sets[set].sp[way] == caller->sp &&
			!((e->bp ^ caller->bp) & e->bp_mask) &&
			stack_entry_is_same(e, (const uint64_t *)caller->sp))
			return &e->cached;
	}
	return NULL;
}

/* Remember STACK (root first, plain, not empty) with its leaf's id. Returns its
 * entry, or NULL where it does not fit. */
struct stack_cached *stack_cache_add(
	struct stack_cache *c, const struct walk *stack, uintptr_t own_high);

#endif
