/* walk_full.c - the walk with all registers, for frames whose CFI needs them.
 *
 * It begins in its own frame, where the registers that calls preserve are at
 * hand, and undoes our own frames like any other. */
#include "tracer/stack/walk.h"

#include <errno.h>

static bool known(const struct registers *r, int64_t reg)
{
	return reg >= 0 && reg < REG_COUNT && r->known >> reg & 1;
}

static bool find_cfa(struct walker *walker, uintptr_t *cfa)
{
	const struct cfi_row *row = &walker->cfi.row;
	const struct registers *regs = &walker->registers;

	if (row->cfa.how == CFI_EXPRESSION)
		return expression_value(
			row->cfa.expression, regs, &walker->memory, NULL, cfa);
	if (!known(regs, row->cfa.n))
		return false;
	*cfa = regs->regs[row->cfa.n] + (uintptr_t)row->cfa_offset;
	return true;
}

/* Register REG as the caller has it. */
static bool find_register(
	struct walker *walker, int reg, uintptr_t cfa, uintptr_t *value)
{
	const struct cfi_value *v = &walker->cfi.row.regs[reg];
	const struct registers *regs = &walker->registers;
	struct memory *memory = &walker->memory;
	uintptr_t at;

	switch (v->how) {
	case CFI_SAME:
		*value = reg == REG_SP ? cfa : regs->regs[reg];
		return reg == REG_SP || known(regs, reg);
	case CFI_AT_OFFSET:
		return memory_word(memory, cfa + (uintptr_t)v->n, value);
	case CFI_OFFSET:
		*value = cfa + (uintptr_t)v->n;
		return true;
	case CFI_REGISTER:
		*value = known(regs, v->n) ? regs->regs[v->n] : 0;
		return known(regs, v->n);
	case CFI_AT_EXPRESSION:
		return expression_value(
			       v->expression, regs, memory, &cfa, &at) &&
			memory_word(memory, at, value);
	case CFI_EXPRESSION:
		return expression_value(
			v->expression, regs, memory, &cfa, value);
	default:
		return false;
	}
}

/* The registers of the next frame out. False at the outermost one. */
static bool unwind(struct walker *walker)
{
	struct registers *outer = &walker->outer;
	uintptr_t cfa;
	int reg;

	if (walker->cfi.row.regs[REG_RETURN].how == CFI_UNDEFINED ||
		walker->cfi.row.regs[REG_RETURN].how == CFI_SAME ||
		!find_cfa(walker, &cfa))
		return false;
	outer->known = 0;
	for (reg = 0; reg < REG_COUNT; reg++)
		if (find_register(walker, reg, cfa, &outer->regs[reg]))
			outer->known |= 1u << reg;
	if (!known(outer, REG_RETURN) || !known(outer, REG_SP) ||
		!outer->regs[REG_RETURN])
		return false;
	/* only a signal frame may lead to another stack */
	if (!walker->cfi.signal_frame &&
		outer->regs[REG_SP] <= walker->registers.regs[REG_SP])
		return false;
	walker->registers = *outer;
	return true;
}

static bool guess(struct walk *w, struct walker *walker)
{
	uintptr_t *regs = walker->registers.regs;
	struct caller at = {regs[REG_RETURN], regs[REG_SP], regs[REG_BP]};

	walker->registers.known = 1u << REG_BP | 1u << REG_SP |
		1u << REG_RETURN;
	if (!walk_guess(&walker->memory, &at))
		return false;
	regs[REG_RETURN] = at.ip;
	regs[REG_SP] = at.sp;
	regs[REG_BP] = at.bp;
	w->guessed = true;
	return true;
}

/* One frame out of the code at *NEXT - 1. *NEXT becomes the next one's return
 * address, or its ip plus one where a signal interrupted it. */
static bool step(struct walk *w, struct walker *walker, struct store *store,
	uintptr_t *next)
{
	struct module m;
	int result = -ENOENT;

	walker->cfi.signal_frame = false;
	if (module_find(*next - 1, &m)) {
		modules_note(store, &m);
		result = cfi_row_at(&walker->cfi, &m, *next - 1);
	}
	if (result == -ENOENT ? !guess(w, walker) : result || !unwind(walker))
		return false;
	*next = walker->registers.regs[REG_RETURN] + walker->cfi.signal_frame;
	return true;
}

__attribute__((noinline)) void walk_full(struct walk *w, struct walker *walker,
	struct store *store, const struct caller *caller)
{
	uintptr_t *regs = walker->registers.regs;
	uintptr_t next;
	bool inside = false;

	walk_begin(w);
	w->plain = false;
	registers_here(regs);
	walker->registers.known = REGISTERS_KEPT;
	/* a row is looked up for the byte before the return address */
	next = regs[REG_RETURN] + 1;
	do {
		inside |= regs[REG_RETURN] == caller->ip &&
			regs[REG_SP] == caller->sp;
		if (inside &&
			!walk_push(w, &(struct caller){.ip = next}, RULE_FULL))
			return;
	} while (step(w, walker, store, &next));
	if (!inside)
		walk_push(w, caller, RULE_FULL);
}
