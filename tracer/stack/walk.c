#include "tracer/stack/walk.h"

bool walk_guess(
	struct memory *memory, uintptr_t *ip, uintptr_t *sp, uintptr_t *bp)
{
	uintptr_t frame = *bp, outer, back;

	/* a frame pointer lies in the frames above, and not far */
	if (frame < *sp || frame - *sp > (uintptr_t)1 << 20 || frame & 7)
		return false;
	if (!memory_word(memory, frame, &outer) ||
		!memory_word(memory, frame + 8, &back) || !back)
		return false;
	*ip = back;
	*sp = frame + 16;
	*bp = outer;
	return true;
}

/* One frame outwards by RULE. False at the outermost frame, or where memory
 * ends. */
static bool step(struct walker *walker, uint64_t rule, struct caller *at)
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
		if (!memory_word(&walker->memory, from, &cfa))
			return false;
	}
	if (cfa <= at->sp)
		return false;
	from = rule_bp(rule) == RULE_BP_SAVED
		? cfa + (uintptr_t)rule_bp_offset(rule)
		: at->bp;
	if (rule_bp(rule) != RULE_BP_SAME &&
		!memory_word(&walker->memory, from, &at->bp))
		return false;
	at->sp = cfa;
	return memory_word(&walker->memory, cfa - 8, &at->ip) && at->ip;
}

void walk_stack(struct walk *w, struct walker *walker, struct rule_cache *rules,
	struct store *store, const struct caller *caller)
{
	struct caller at = *caller;
	uint64_t rule;

	w->count = 0;
	w->cut = w->guessed = false;
	memory_begin(&walker->memory, at.sp);
	while (walk_push(w, at.ip)) {
		rule = rule_get(rules, store, &walker->cfi, at.ip - 1);
		switch (rule_kind(rule)) {
		case RULE_SP:
		case RULE_BP:
		case RULE_BP_DEREF:
			if (!step(walker, rule, &at))
				return;
			break;
		case RULE_FULL:
			walk_full(w, walker, rules, store, caller);
			return;
		case RULE_GUESS:
			if (!walk_guess(
				    &walker->memory, &at.ip, &at.sp, &at.bp))
				return;
			w->guessed = true;
			break;
		default:
			return;
		}
	}
}
