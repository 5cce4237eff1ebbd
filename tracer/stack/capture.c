#include "tracer/stack/capture.h"

#include "tracer/stack/compare.h"
#include "tracer/stack/libunwind.h"

void capture_forget(struct capture *c, uint64_t epoch)
{
	c->epoch = epoch;
	frame_cache_clear(&c->frames);
	stack_cache_clear(&c->stacks);
}

void capture_begin_thread(struct capture *c, uintptr_t sp)
{
	memory_of_thread(&c->walker.memory, sp);
	capture_forget(c, c->epoch);
}

static void count_exceptions(struct store *store, const struct walk *w)
{
	if (w->cut)
		__atomic_fetch_add(
			&store->header->cut_stacks, 1, __ATOMIC_RELAXED);
	if (w->guessed)
		__atomic_fetch_add(
			&store->header->guessed_stacks, 1, __ATOMIC_RELAXED);
}

struct stack_cached *capture_slow(struct capture *c, struct unwinder *unwinder,
	struct store *store, const struct caller *caller)
{
	bool own = memory_begin(&c->walker.memory, caller->sp);
	struct frame_cache *frames = &c->frames;
	struct stack_cached *cached = NULL;
	uint32_t shared = 0, id;

	if (unwinder->backtrace && !COMPARE)
		libunwind_walk(&frames->fresh, &c->walker, store,
			unwinder->backtrace, caller);
	else
		shared = frame_cache_walk(frames, &c->walker, &unwinder->rules,
			store, caller, own);
	count_exceptions(store, &frames->fresh);
	id = frame_cache_intern(frames, &unwinder->depot, store, shared);
	if (id == STACK_UNKNOWN)
		store_drop(store, DROP_STACK);
	else if (frames->last.plain)
		cached = stack_cache_add(
			&c->stacks, &frames->last, c->walker.memory.own_high);
	if (cached)
		return cached;
	c->uncached = (struct stack_cached){.id = id};
	return &c->uncached;
}
