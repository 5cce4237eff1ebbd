/* rule.h - the short form of a CFI row, and a cache of them by address.
 *
 * Nearly all code computes the CFA from SP or BP, leaves the return address at
 * CFA-8 and saves BP, if at all, in its frame. Such a row fits in one word:
 *
 *   63           36 35            8 7   6 5 4  3 2    0
 *   | BP at CFA+n  | CFA = reg + n  |  -  |guess|bp | kind |
 *
 * The cache is direct-mapped and takes no lock: an entry is {key, rule} with
 * key = ip ^ rule ^ epoch, so a torn one simply misses. When a library is
 * unloaded the epoch changes, and with it all entries are void. */
#ifndef SPILL_TRACER_STACK_RULE_H
#define SPILL_TRACER_STACK_RULE_H

#include <stdint.h>

#include "tracer/stack/cfi.h"
#include "tracer/store/modules.h"

enum rule_kind {
	RULE_NONE = 0,
	/* CFA = SP + n, BP + n, or the word at BP + n (realigned frames) */
	RULE_SP,
	RULE_BP,
	RULE_BP_DEREF,
	/* the outermost frame */
	RULE_END,
	/* none of these: needs all registers */
	RULE_FULL,
	/* no CFI: BP may be a frame pointer */
	RULE_GUESS,
};

enum rule_bp {
	RULE_BP_SAME = 0,
	/* at CFA + n */
	RULE_BP_SAVED,
	/* where BP points (realigned frames) */
	RULE_BP_AT_BP,
};

enum {
	RULE_CACHE = 1 << 14
};

struct rule_cache {
	struct {
		uint64_t key;
		uint64_t rule;
	} entries[RULE_CACHE];
	uint64_t epoch;
	/* dlclose calls under way: nothing is believed meanwhile */
	uint32_t closing;
};

static inline enum rule_kind rule_kind(uint64_t rule)
{
	return (enum rule_kind)(rule & 7);
}

static inline enum rule_bp rule_bp(uint64_t rule)
{
	return (enum rule_bp)(rule >> 3 & 3);
}

static inline intptr_t rule_cfa_offset(uint64_t rule)
{
	return (intptr_t)(rule << 28) >> 36;
}

static inline intptr_t rule_bp_offset(uint64_t rule)
{
	return (intptr_t)rule >> 36;
}

/* The short form of ROW; RULE_FULL where it has none for code at IP. */
uint64_t rule_of_row(const struct cfi *cfi, uintptr_t ip);

/* The rule for the instruction at IP (of a caller: its return address less
 * one), and note its module in STORE when it is new. CFI is scratch space. Any
 * thread; not from a signal handler that interrupted a hook. */
uint64_t rule_find(struct rule_cache *cache, struct store *store,
	struct cfi *cfi, uintptr_t ip);

/* Around dlclose. Any thread. */
void rule_closing(struct rule_cache *cache);
void rule_closed(struct rule_cache *cache);

static inline uint64_t rule_get(struct rule_cache *cache, struct store *store,
	struct cfi *cfi, uintptr_t ip)
{
	uint64_t slot = (ip * 0x9E3779B97F4A7C15u) >> 50;
	uint64_t rule = __atomic_load_n(
		&cache->entries[slot].rule, __ATOMIC_RELAXED);
	uint64_t key = __atomic_load_n(
		&cache->entries[slot].key, __ATOMIC_RELAXED);
	uint64_t epoch = __atomic_load_n(&cache->epoch, __ATOMIC_RELAXED);

	if (__builtin_expect(key == (ip ^ rule ^ epoch) && rule, 1))
		return rule;
	return rule_find(cache, store, cfi, ip);
}

#endif
