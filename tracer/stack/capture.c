#include "tracer/stack/capture.h"

#include <string.h>

#include "tracer/stack/compare.h"
#include "tracer/stack/libunwind.h"

/* How many frames, from the root, W has in common with LAST. */
static uint32_t common_frames(const struct walk *w, const struct walk *last)
{
	uint32_t n = w->count < last->count ? w->count : last->count;
	const uintptr_t *a = w->ips + w->count;
	const uintptr_t *b = last->ips + last->count;
	uint32_t i;

	if (w->cut != last->cut || w->guessed != last->guessed)
		return 0;
	for (i = 0; i < n; i++)
		if (*--a != *--b)
			break;
	return i;
}

/* Look up what follows the frames that NOW shares with the last stack. */
static uint32_t intern(struct captured *now, const struct captured *last,
	struct unwinder *unwinder, struct store *store)
{
	const struct walk *w = &now->walk;
	uint32_t shared = common_frames(w, &last->walk);
	uint32_t flags = w->guessed ? STACK_GUESSED : 0;
	uint32_t id = w->cut ? STACK_CUT : STACK_NONE;
	uint32_t i = w->count - shared;

	if (shared) {
		memcpy(now->ids + i, last->ids + last->walk.count - shared,
			shared * sizeof(*now->ids));
		id = now->ids[i];
	}
	while (i--) {
		id = depot_child(&unwinder->depot, store, id, w->ips[i], flags);
		if (id == STACK_UNKNOWN)
			return id;
		now->ids[i] = id;
	}
	return id;
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

uint32_t capture_stack(struct capture *c, struct unwinder *unwinder,
	struct store *store, const struct caller *caller)
{
	struct captured *last = &c->stacks[c->last];
	struct captured *now = &c->stacks[!c->last];
	uint32_t epoch = __atomic_load_n(
		&unwinder->depot.epoch, __ATOMIC_ACQUIRE);
	uint32_t id;

	if (epoch != c->epoch)
		last->walk.count = 0;
	if (unwinder->backtrace && !COMPARE)
		libunwind_walk(&now->walk, unwinder->backtrace, caller);
	else
		walk_stack(&now->walk, &c->walker, &unwinder->rules, store,
			caller);
	if (unwinder->backtrace && COMPARE)
		compare_walk(&now->walk, unwinder->backtrace, store, caller);
	count_exceptions(store, &now->walk);
	id = intern(now, last, unwinder, store);
	if (id == STACK_UNKNOWN) {
		/* half of its ids are missing: remember nothing */
		store_drop(store, DROP_STACK);
		now->walk.count = 0;
	}
	c->last = !c->last;
	c->epoch = epoch;
	return id;
}
