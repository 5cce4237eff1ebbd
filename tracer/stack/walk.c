#include "tracer/stack/walk.h"

void walk_begin(struct walk *w)
{
	w->count = 0;
	w->cut = w->guessed = false;
	w->plain = true;
	w->end_at = 0;
}

bool walk_guess(struct memory *memory, struct caller *at)
{
	uintptr_t frame = at->bp, outer, back;

	/* a frame pointer lies in the frames above, and not far */
	if (frame < at->sp || frame - at->sp > (uintptr_t)1 << 20 || frame & 7)
		return false;
	if (!memory_word(memory, frame, &outer) ||
		!memory_word(memory, frame + 8, &back) || !back)
		return false;
	*at = (struct caller){.ip = back, .sp = frame + 16, .bp = outer};
	return true;
}

/* One frame outwards by RULE. False where memory ends or makes no sense. */
static bool follow(struct memory *memory, uint64_t rule, struct caller *at)
{
	uintptr_t cfa, from;

	switch (rule_kind(rule)) {
	case RULE_SP:
		cfa = at->sp + (uintptr_t)rule_cfa_offset(rule);
		break;
	case RULE_BP:
		cfa = at->bp + (uintptr_t)rule_cfa_offset(rule);
		break;
	default:
		from = at->bp + (uintptr_t)rule_cfa_offset(rule);
		if (!memory_word(memory, from, &cfa))
			return false;
	}
	if (cfa <= at->sp)
		return false;
	from = rule_bp(rule) == RULE_BP_SAVED
		? cfa + (uintptr_t)rule_bp_offset(rule)
		: at->bp;
	if (rule_bp(rule) != RULE_BP_SAME &&
		!memory_word(memory, from, &at->bp))
		return false;
	at->sp = cfa;
	return memory_word(memory, cfa - 8, &at->ip);
}

static enum walk_result step_short(
	struct walk *w, struct walker *walker, uint64_t rule, struct caller *at)
{
	if (!follow(&walker->memory, rule, at)) {
		w->plain = false;
		return WALK_DONE;
	}
	if (at->ip)
		return WALK_ON;
	w->end_at = at->sp - 8;
	return WALK_DONE;
}

static enum walk_result step_guess(
	struct walk *w, struct walker *walker, struct caller *at)
{
	w->plain = false;
	if (!walk_guess(&walker->memory, at))
		return WALK_DONE;
	w->guessed = true;
	return WALK_ON;
}

enum walk_result walk_step(struct walk *w, struct walker *walker,
	struct rule_cache *rules, struct store *store, struct caller *at)
{
	uint64_t rule = rule_get(rules, store, &walker->cfi, at->ip - 1);

	if (!walk_push(w, at, rule))
		return WALK_DONE;
	switch (rule_kind(rule)) {
	case RULE_SP:
	case RULE_BP:
	case RULE_BP_DEREF:
		return step_short(w, walker, rule, at);
	case RULE_GUESS:
		return step_guess(w, walker, at);
	case RULE_FULL:
		return WALK_FULL;
	case RULE_END:
		return WALK_DONE;
	default:
		w->plain = false;
		return WALK_DONE;
	}
}
