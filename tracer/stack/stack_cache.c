#include "tracer/stack/stack_cache.h"

#include <string.h>

#include "tracer/stack/frame_cache.h"

void stack_cache_clear(struct stack_cache *c)
{
	memset(c->sets, 0, sizeof(c->sets));
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
		at >= f->high || at & 7 ||
		distance >> (64 - STACK_VALUE_BITS) ||
		value & ~STACK_VALUE_MASK)
		return false;
	f->entry->words[f->entry->count++] = (uint64_t)distance
			<< STACK_VALUE_BITS |
		value;
	return true;
}

/* To whole groups. A stack of one frame depends on no word. */
static bool fill_up(struct stack_entry *e)
{
	if (!e->count)
		return false;
	while (e->count % STACK_GROUP) {
		e->words[e->count] = e->words[e->count - 1];
		e->count++;
	}
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
	if (stack->end_at && !put(f, stack->end_at, 0))
		return false;
	return fill_up(f->entry);
}

struct stack_cached *stack_cache_add(
	struct stack_cache *c, const struct walk *stack, uintptr_t own_high)
{
	const struct frame *leaf = &stack->frames[stack->count - 1];
	uint32_t set = stack_cache_set(leaf->ip, leaf->sp);
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
