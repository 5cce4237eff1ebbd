/* table.h - a hash table of numbers: finds which element of an array is equal
 * to one at hand. The elements and what "equal" means stay with the caller.
 *
 *   error = table_reserve(t);
 *   at = hash;
 *   while ((id = table_next(t, hash, &at)) != TABLE_NONE)
 *           if (equal(array[id], wanted))
 *                   return id;
 *   table_put(t, at, hash, new_id);
 *
 * A zeroed table is empty. One thread at a time. */
#ifndef SPILL_REPORT_BASE_TABLE_H
#define SPILL_REPORT_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define TABLE_NONE UINT32_MAX

struct table_slot {
	uint32_t hash;
	/* the number plus one; 0 where the slot is free */
	uint32_t id;
};

struct table {
	struct table_slot *slots;
	/* 0 or a power of two, more than count */
	size_t cap;
	size_t count;
};

void table_release(struct table *t);
/* Make room for one more. Returns 0 or -ENOMEM, which leaves T as it was. */
__attribute__((warn_unused_result)) int table_reserve(struct table *t);

/* A number for LEN bytes. */
uint32_t table_hash(const void *data, size_t len);

/* Mix VALUE into HASH, which may begin as another value: mix(a, b) is not
 * mix(b, a). */
static inline uint64_t table_mix(uint64_t hash, uint64_t value)
{
	hash = (hash * 0xd6e8feb86659fd93U ^ value) * 0x9e3779b97f4a7c15U;
	return hash ^ hash >> 29;
}

static inline uint32_t table_fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

/* The next number with HASH, or TABLE_NONE with *AT where a new one belongs.
 * *AT is HASH at first. The table must have room (table_reserve). */
static inline uint32_t table_next(
	const struct table *t, uint32_t hash, size_t *at)
{
	size_t mask = t->cap - 1;
	const struct table_slot *slot;

	for (*at &= mask;; *at = (*at + 1) & mask) {
		slot = &t->slots[*at];
		if (!slot->id)
			return TABLE_NONE;
		if (slot->hash == hash) {
			*at = (*at + 1) & mask;
			return slot->id - 1;
		}
	}
}

/* Add ID at AT, where table_next came to TABLE_NONE. */
static inline void table_put(
	struct table *t, size_t at, uint32_t hash, uint32_t id)
{
	t->slots[at] = (struct table_slot){.hash = hash, .id = id + 1};
	t->count++;
}

#endif
