#include "tracer/stack/rule.h"

#include <errno.h>

enum {
	OFFSET_BITS = 28,
	/* DWARF expression operations that make the two common CFA expressions
	 */
	DW_DEREF = 0x06,
	DW_AND = 0x1a,
	DW_PLUS = 0x22,
	DW_SHL = 0x24,
	DW_GE = 0x2a,
	DW_LIT0 = 0x30,
	DW_BREG_BP = 0x70 + REG_BP,
	DW_BREG_SP = 0x70 + REG_SP,
	DW_BREG_IP = 0x70 + REG_RETURN,
};

static bool fits(int64_t n)
{
	int64_t limit = (int64_t)1 << (OFFSET_BITS - 1);

	return n >= -limit && n < limit;
}

static uint64_t pack(
	enum rule_kind kind, enum rule_bp bp, int64_t cfa, int64_t bp_at)
{
	uint64_t mask = ((uint64_t)1 << OFFSET_BITS) - 1;

	if (!fits(cfa) || !fits(bp_at))
		return RULE_FULL;
	return (uint64_t)kind | (uint64_t)bp << 3 |
		((uint64_t)cfa & mask) << 8 | (uint64_t)bp_at << 36;
}

/* Whether E is "the word at BP + n" and nothing else. */
static bool is_deref_bp(const uint8_t *e, int64_t *n)
{
	struct cfi_reader size = {e, e + 10, false};
	uint64_t len = cfi_read_uleb(&size);
	struct cfi_reader r = {size.at, size.at + len, false};

	if (cfi_read_fixed(&r, 1) != DW_BREG_BP)
		return false;
	*n = cfi_read_sleb(&r);
	return cfi_read_fixed(&r, 1) == DW_DEREF && !r.bad && r.at == r.end;
}

/* Whether E is what linkers write for a PLT section,
 * SP + 8 + ((ip & 15) >= k) * 8: a constant for a given IP. */
static bool is_plt(const uint8_t *e, uintptr_t ip, int64_t *n)
{
	static const uint8_t form[] = {11, DW_BREG_SP, 8, DW_BREG_IP, 0,
		DW_LIT0 + 15, DW_AND, 0, DW_GE, DW_LIT0 + 3, DW_SHL, DW_PLUS};
	enum {
		K_AT = 7
	};
	size_t i;

	for (i = 0; i < sizeof(form); i++)
		if (i != K_AT && e[i] != form[i])
			return false;
	if (e[K_AT] < DW_LIT0 || e[K_AT] > DW_LIT0 + 15)
		return false;
	*n = 8 + (int64_t)((ip & 15) >= (uintptr_t)(e[K_AT] - DW_LIT0)) * 8;
	return true;
}

static enum rule_kind cfa_kind(
	const struct cfi_row *row, uintptr_t ip, int64_t *n)
{
	*n = row->cfa_offset;
	if (row->cfa.how == CFI_REGISTER && row->cfa.n == REG_SP)
		return RULE_SP;
	if (row->cfa.how == CFI_REGISTER && row->cfa.n == REG_BP)
		return RULE_BP;
	if (row->cfa.how == CFI_EXPRESSION &&
		is_deref_bp(row->cfa.expression, n))
		return RULE_BP_DEREF;
	if (row->cfa.how == CFI_EXPRESSION &&
		is_plt(row->cfa.expression, ip, n))
		return RULE_SP;
	return RULE_FULL;
}

/* Saved at what E computes: only "where BP points" has a short form. */
static bool is_at_bp(const uint8_t *e)
{
	return e[0] == 2 && e[1] == DW_BREG_BP && e[2] == 0;
}

uint64_t rule_of_row(const struct cfi *cfi, uintptr_t ip)
{
	const struct cfi_row *row = &cfi->row;
	const struct cfi_value *ra = &row->regs[REG_RETURN];
	const struct cfi_value *bp = &row->regs[REG_BP];
	enum rule_kind kind;
	int64_t n;

	if (ra->how == CFI_UNDEFINED)
		return RULE_END;
	kind = cfa_kind(row, ip, &n);
	if (kind == RULE_FULL || cfi->signal_frame ||
		row->regs[REG_SP].how != CFI_SAME || ra->how != CFI_AT_OFFSET ||
		ra->n != -8)
		return RULE_FULL;
	if (bp->how == CFI_SAME)
		return pack(kind, RULE_BP_SAME, n, 0);
	if (bp->how == CFI_AT_OFFSET)
		return pack(kind, RULE_BP_SAVED, n, bp->n);
	if (bp->how == CFI_AT_EXPRESSION && is_at_bp(bp->expression))
		return pack(kind, RULE_BP_AT_BP, n, 0);
	return RULE_FULL;
}

static uint64_t compile(struct store *store, struct cfi *cfi, uintptr_t ip)
{
	struct module m;
	int result;

	if (!module_find(ip, &m))
		return RULE_GUESS;
	modules_note(store, &m);
	result = cfi_row_at(cfi, &m, ip);
	if (result == -ENOENT)
		return RULE_GUESS;
	return result ? RULE_END : rule_of_row(cfi, ip);
}

uint64_t rule_find(struct rule_cache *cache, struct store *store,
	struct cfi *cfi, uintptr_t ip)
{
	uint64_t slot = (ip * 0x9E3779B97F4A7C15u) >> 50;
	uint64_t epoch = __atomic_load_n(&cache->epoch, __ATOMIC_ACQUIRE);
	uint64_t rule = compile(store, cfi, ip);

	if (!__atomic_load_n(&cache->closing, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(
			&cache->entries[slot].rule, rule, __ATOMIC_RELAXED);
		__atomic_store_n(&cache->entries[slot].key, ip ^ rule ^ epoch,
			__ATOMIC_RELAXED);
	}
	return rule;
}

/* Epochs are far apart in all bits, so that keys of two never meet. */
static void next_epoch(struct rule_cache *cache)
{
	__atomic_fetch_add(
		&cache->epoch, 0x9E3779B97F4A7C15u, __ATOMIC_SEQ_CST);
}

void rule_closing(struct rule_cache *cache)
{
	__atomic_fetch_add(&cache->closing, 1, __ATOMIC_SEQ_CST);
	next_epoch(cache);
}

void rule_closed(struct rule_cache *cache)
{
	next_epoch(cache);
	__atomic_fetch_sub(&cache->closing, 1, __ATOMIC_SEQ_CST);
}
