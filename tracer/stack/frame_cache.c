#include "tracer/stack/frame_cache.h"

void frame_cache_clear(struct frame_cache *c)
{
	c->last.count = 0;
}

uint32_t frame_words(const struct frame *inner, const struct frame *outer,
	struct frame_word words[3])
{
	uint64_t rule = inner->rule;
	uint32_t n = 0;

	words[n++] = (struct frame_word){outer->sp - 8, outer->ip};
	if (rule_kind(rule) == RULE_BP_DEREF)
		words[n++] = (struct frame_word){
			inner->bp + (uintptr_t)rule_cfa_offset(rule),
			outer->sp};
	if (outer->needs_bp && rule_bp(rule) == RULE_BP_SAVED)
		words[n++] = (struct frame_word){
			outer->sp + (uintptr_t)rule_bp_offset(rule), outer->bp};
	else if (outer->needs_bp && rule_bp(rule) == RULE_BP_AT_BP)
		words[n++] = (struct frame_word){inner->bp, outer->bp};
	return n;
}

static __attribute__((no_sanitize("address", "thread"))) bool is_unchanged(
	const struct frame *inner, const struct frame *outer)
{
	struct frame_word words[3];
	uint32_t i, n = frame_words(inner, outer, words);
	uintptr_t differing = 0;

	for (i = 0; i < n; i++)
		differing |= *(const uintptr_t *)words[i].at ^ words[i].value;
	return !differing;
}

/* How many frames, from the root, lead outwards as they did. All their words
 * lie in the thread's own stack. */
static __attribute__((no_sanitize("address", "thread"))) uint32_t
count_unchanged(const struct walk *last)
{
	uint32_t n = 1;

	if (last->end_at && *(const uintptr_t *)last->end_at)
		return 0;
	while (n < last->count &&
		is_unchanged(&last->frames[n], &last->frames[n - 1]))
		n++;
	return n;
}

/* Move *N, a number of frames from the root, past those whose SP lies below
 * AT's. Whether the frame it ends with is AT. */
static bool meets(const struct walk *last, uint32_t *n, const struct caller *at)
{
	const struct frame *f;

	while (*n && last->frames[*n - 1].sp < at->sp)
		--*n;
	f = &last->frames[*n - 1];
	return *n && f->sp == at->sp && f->ip == at->ip &&
		(!f->needs_bp || f->bp == at->bp);
}

static uint32_t join(struct frame_cache *c, struct walker *walker,
	struct rule_cache *rules, struct store *store, struct caller *at,
	enum walk_result *result)
{
	const struct walk *last = &c->last;
	uint32_t n = last->count, unchanged = 0;
	bool counted = false;

	do {
		if (meets(last, &n, at)) {
			if (!counted)
				unchanged = count_unchanged(last);
			counted = true;
			if (n <= unchanged) {
				*result = WALK_DONE;
				c->fresh.end_at = last->end_at;
				return n;
			}
		}
		*result = walk_step(&c->fresh, walker, rules, store, at);
	} while (*result == WALK_ON);
	return 0;
}

/* How many frames, from the root, two walks that were not joined have in common
 * by their return addresses alone: enough for the ids. */
static uint32_t count_common(const struct walk *last, const struct walk *fresh)
{
	uint32_t n = 0;

	if (last->cut != fresh->cut || last->guessed != fresh->guessed)
		return 0;
	while (n < last->count && n < fresh->count &&
		last->frames[n].ip == fresh->frames[fresh->count - 1 - n].ip)
		n++;
	return n;
}

uint32_t frame_cache_walk(struct frame_cache *c, struct walker *walker,
	struct rule_cache *rules, struct store *store,
	const struct caller *caller, bool own)
{
	struct walk *fresh = &c->fresh;
	struct caller at = *caller;
	enum walk_result result = WALK_ON;
	uint32_t shared = 0;

	walk_begin(fresh);
	/* a stack that was cut would be cut elsewhere */
	if (own && c->last.plain && !c->last.cut)
		shared = join(c, walker, rules, store, &at, &result);
	if (shared + fresh->count > WALK_MAX) {
		walk_begin(fresh);
		at = *caller;
		result = WALK_ON;
		shared = 0;
	}
	while (result == WALK_ON)
		result = walk_step(fresh, walker, rules, store, &at);
	if (result == WALK_FULL)
		walk_full(fresh, walker, store, caller);
	fresh->plain &= own;
	return shared;
}

/* Whether the frames outside F depend on its bp. */
static bool needs_bp(const struct frame *f, const struct frame *outer)
{
	enum rule_kind kind = rule_kind(f->rule);

	if (kind == RULE_BP || kind == RULE_BP_DEREF ||
		rule_bp(f->rule) == RULE_BP_AT_BP)
		return true;
	return outer && outer->needs_bp && rule_bp(f->rule) == RULE_BP_SAME;
}

uint32_t frame_cache_intern(struct frame_cache *c, struct depot *depot,
	struct store *store, uint32_t shared)
{
	struct walk *last = &c->last, *fresh = &c->fresh;
	uint32_t flags = fresh->guessed ? STACK_GUESSED : 0;
	uint32_t i = fresh->count, n = shared, named;
	uint32_t id = fresh->cut ? STACK_CUT : STACK_NONE;

	named = shared ? shared : count_common(last, fresh);
	last->cut = fresh->cut;
	last->guessed = fresh->guessed;
	last->plain = fresh->plain;
	last->end_at = fresh->end_at;
	if (shared)
		id = last->frames[shared - 1].id;
	for (; i; n++) {
		struct frame *f = &last->frames[n];
		uint32_t known = f->id;

		*f = fresh->frames[--i];
		f->needs_bp = needs_bp(f, n ? f - 1 : NULL);
		id = n < named ? known
			       : depot_child(depot, store, id, f->ip, flags);
		f->id = id;
		if (id == STACK_UNKNOWN) {
			n = 0;
			break;
		}
	}
	last->count = n;
	return id;
}
