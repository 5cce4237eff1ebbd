/* live.h - what is allocated now: from an address to its bucket and size.
 *
 *   address:  | directory 13 | table 11 | leaf 23 bits |
 *                  |             |          \-> entry of its 16-byte granule
 *                  v             v
 *             tables[8192] -> leaves[2048] -> entries[524288]
 *
 *   entry:  | bucket 28 | size 36 |        0: nothing of ours
 *
 * All of it is mapped when first touched: 4 MiB of address space, and one page
 * for every two of heap, per 8 MiB of heap. There is no lock and no atomic
 * update, since whoever owns the object owns its entry: an allocation is
 * entered after the real call and a free taken out before it.
 *
 * Two kinds of object go to a small locked hash instead: those at addresses
 * that are no multiple of 16 (other allocators have 8-byte classes) and those
 * too large for an entry. */
#ifndef SPILL_TRACER_COUNT_LIVE_H
#define SPILL_TRACER_COUNT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/os/lock.h"
#include "tracer/os/x86_64/registers.h"

struct live_object {
	uint32_t bucket;
	uint64_t size;
};

struct live_odd {
	uintptr_t address;
	uint64_t size;
	uint32_t bucket;
};

struct live {
	struct lock lock;
	/* the hash of odd ones: open addressing, address 0 is free */
	struct live_odd *odd;
	uint32_t odd_mask;
	uint32_t odd_used;
};

enum live_wait {
	/* from a signal handler that interrupted a hook: never wait */
	LIVE_TRY,
	LIVE_WAIT,
};

enum {
	LIVE_GRANULE_BITS = 4,
	LIVE_LEAF_BITS = 23,
	LIVE_TABLE_BITS = 11,
	LIVE_LEAF_ENTRIES = 1 << (LIVE_LEAF_BITS - LIVE_GRANULE_BITS),
	LIVE_TABLE_ENTRIES = 1 << LIVE_TABLE_BITS,
	LIVE_TABLES = 1 << (ADDRESS_BITS - LIVE_LEAF_BITS - LIVE_TABLE_BITS),
	LIVE_SIZE_BITS = 36,
};

/* Leaves are zeroed by a fork; the way to them is kept and used again. */
extern uint64_t **live_tables[LIVE_TABLES];

/* The entry of ADDRESS, or NULL where it has none: its leaf is not mapped, or
 * it is an odd one. */
static inline uint64_t *live_entry(uintptr_t address)
{
	uint64_t **table, *leaf;

	if (address >> ADDRESS_BITS || address & ((1 << LIVE_GRANULE_BITS) - 1))
		return NULL;
	table = __atomic_load_n(
		&live_tables[address >> (LIVE_LEAF_BITS + LIVE_TABLE_BITS)],
		__ATOMIC_ACQUIRE);
	if (__builtin_expect(!table, 0))
		return NULL;
	leaf = __atomic_load_n(
		&table[address >> LIVE_LEAF_BITS & (LIVE_TABLE_ENTRIES - 1)],
		__ATOMIC_ACQUIRE);
	if (__builtin_expect(!leaf, 0))
		return NULL;
	return &leaf[address >> LIVE_GRANULE_BITS & (LIVE_LEAF_ENTRIES - 1)];
}

/* The size that stands for "in the hash of odd ones". */
#define LIVE_SIZE_ODD (((uint64_t)1 << LIVE_SIZE_BITS) - 1)

bool live_put_slow(
	struct live *live, const void *address, struct live_object object);
bool live_take_slow(struct live *live, const void *address,
	struct live_object *object, enum live_wait wait);

/* Enter the object at ADDRESS. False where there is no memory for the entry. By
 * the owner of the object. */
__attribute__((warn_unused_result)) static inline bool live_put(
	struct live *live, const void *address, struct live_object object)
{
	uint64_t *entry = live_entry((uintptr_t)address);

	if (__builtin_expect(!entry || object.size >= LIVE_SIZE_ODD, 0))
		return live_put_slow(live, address, object);
	__atomic_store_n(entry,
		(uint64_t)object.bucket << LIVE_SIZE_BITS | object.size,
		__ATOMIC_RELAXED);
	return true;
}

/* Take the object at ADDRESS out. False where it is not known, or, with
 * LIVE_TRY, where somebody holds the lock. By the owner of the object. */
__attribute__((warn_unused_result)) static inline bool live_take(
	struct live *live, const void *address, struct live_object *object,
	enum live_wait wait)
{
	uint64_t *entry = live_entry((uintptr_t)address);
	uint64_t value;

	if (__builtin_expect(!entry, 0))
		return live_take_slow(live, address, object, wait);
	value = __atomic_load_n(entry, __ATOMIC_RELAXED);
	if (__builtin_expect(!value, 0))
		return false;
	__atomic_store_n(entry, 0, __ATOMIC_RELAXED);
	object->bucket = (uint32_t)(value >> LIVE_SIZE_BITS);
	object->size = value & LIVE_SIZE_ODD;
	return __builtin_expect(object->size != LIVE_SIZE_ODD, 1) ||
		live_take_slow(live, address, object, wait);
}

/* Whether there is an object at ADDRESS. By its owner. */
bool live_has(struct live *live, const void *address);

#endif
