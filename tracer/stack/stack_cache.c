#include "tracer/stack/stack_cache.h"

#include <string.h>

#include "tracer/stack/frame_cache.h"

enum {
	VALUE_BITS = 48
};

#define VALUE_MASK (((uint64_t)1 << VALUE_BITS) - 1)

void stack_cache_clear(struct stack_cache *c)
{
	memset(c->sets, 0, sizeof(c->sets));
}

static uint32_t set_of(uintptr_t ip, uintptr_t sp)
{
	return (uint32_t)((ip * 0x9E3779B97F4A7C15u ^
				  sp * 0xC2B2AE3D27D4EB4Fu) >>
		58);
}

/* The difference, as bits, between what WORD says and what is there. */
static inline __attribute__((always_inline, no_sanitize("address", "thread")))
uint64_t
difference(uint64_t word, const uint64_t *sp)
{
	return sp[word >> VALUE_BITS] ^ (word & VALUE_MASK);
}

static inline
	__attribute__((always_inline, no_sanitize("address", "thread"))) bool
	is_same(const struct stack_entry *e, const uint64_t *sp)
{
	const uint64_t *w = e->words;
	uint32_t n = e->count;
	uint64_t a = 0, b = 0, c = 0, d = 0;

	/* outer frames change least: what differs does so in the first few, so
	 * they are looked at first, and alone */
	for (; n >= 4; n -= 4, w += 4) {
		a |= difference(w[0], sp);
		b |= difference(w[1], sp);
		c |= difference(w[2], sp);
		d |= difference(w[3], sp);
		if ((n & 12) == 4 && (a | b | c | d))
			return false;
	}
	for (; n; n--, w++)
		a |= difference(w[0], sp);
	return !(a | b | c | d);
}

struct stack_cached *stack_cache_find(
	struct stack_cache *c, const struct caller *caller)
{
	uint32_t set = set_of(caller->ip, caller->sp);
	int way;

	for (way = 0; way < STACK_CACHE_WAYS; way++) {
		struct stack_entry *e = &c->entries[set][way];

		if (c->sets[set].ip[way] == caller->ip &&
			c->sets[set].sp[way] == caller->sp &&
			!((e->bp ^ caller->bp) & e->bp_mask) &&
			is_same(e, (const uint64_t *)caller->sp))
			return &e->cached;
	}
	return NULL;
}

struct filling {
	struct stack_entry *entry;
	uintptr_t sp;
	uintptr_t high;
};

static bool put(struct filling *f, uintptr_t at, uintptr_t value)
{
	uintptr_t distance = (at - f->sp) / 8;

	if (f->entry->count == STACK_CACHE_WORDS || at < f->sp ||
		at >= f->high || at & 7 || distance >> (64 - VALUE_BITS) ||
		value & ~VALUE_MASK)
		return false;
	f->entry->words[f->entry->count++] = (uint64_t)distance << VALUE_BITS |
		value;
	return true;
}

static bool fill(struct filling *f, const struct walk *stack)
{
	struct frame_word words[3];
	uint32_t i, k, n;

	for (i = stack->count - 1; i; i--) {
		n = frame_words(
			&stack->frames[i], &stack->frames[i - 1], words);
		for (k = 0; k < n; k++)
			if (!put(f, words[k].at, words[k].value))
				return false;
	}
	return !stack->end_at || put(f, stack->end_at, 0);
}

struct stack_cached *stack_cache_add(
	struct stack_cache *c, const struct walk *stack, uintptr_t own_high)
{
	const struct frame *leaf = &stack->frames[stack->count - 1];
	uint32_t set = set_of(leaf->ip, leaf->sp);
	uint32_t way = c->next[set]++ % STACK_CACHE_WAYS;
	struct stack_entry *e = &c->entries[set][way];
	struct filling f = {e, leaf->sp, own_high};

	c->sets[set].ip[way] = 0;
	e->cached = (struct stack_cached){.id = leaf->id};
	e->bp = leaf->bp;
	e->bp_mask = leaf->needs_bp ? ~(uintptr_t)0 : 0;
	e->count = 0;
	if (!fill(&f, stack))
		return NULL;
	c->sets[set].ip[way] = leaf->ip;
	c->sets[set].sp[way] = leaf->sp;
	return &e->cached;
}
