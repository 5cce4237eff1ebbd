/* bucket.h - find the counters of one (thread slot, stack) pair.
 *
 *   stack id --table of the slot--> bucket id --store--> the counters
 *
 * A bucket is made when its slot first allocates, or frees, an object of its
 * stack, and written by that slot alone. When BUCKET_BUDGET is spent or the
 * recording cannot grow, one shared bucket per stack takes its place (slot 0,
 * written with locked adds), and when that cannot be had either, the one of the
 * unknown stack: totals stay right, names are lost and the loss is counted. */
#ifndef SPILL_TRACER_COUNT_BUCKET_H
#define SPILL_TRACER_COUNT_BUCKET_H

#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/store/store.h"

enum {
	BUCKET_BUDGET = 1 << 20,
	/* id 0 is invalid, 1 the unknown stack's; both are of slot 0 */
	BUCKET_UNKNOWN = 1,
	BUCKET_FIRST = 2,
	SLOT_SHARED = 0,
};

/* From stack ids to bucket ids: open addressing, 0 is free. Zeroed is empty. */
struct bucket_table {
	uint32_t *ids;
	uint32_t mask;
	uint32_t used;
};

/* Make the buckets that always exist. */
void bucket_init(struct store *store);

/* The bucket of SLOT and STACK, by the slot's own TABLE; a shared one where it
 * cannot have its own. SHARED is guarded by the store's lock. Of SLOT's own
 * thread only. Never fails. */
uint32_t bucket_find(struct bucket_table *table, struct bucket_table *shared,
	struct store *store, uint32_t slot, uint32_t stack);

static inline void bucket_add(
	struct recording_bucket *bucket, uint64_t *counter, uint64_t n)
{
	if (__builtin_expect(bucket->slot == SLOT_SHARED, 0))
		__atomic_fetch_add(counter, n, __ATOMIC_RELEASE);
	else
		counter_add(counter, n);
}

/* Count one allocation of SIZE bytes, or one free of such an object. Of the
 * thread of the bucket's slot, or any where the bucket is shared. */
static inline void bucket_alloc(struct recording_bucket *bucket, uint64_t size)
{
	uint64_t live;

	/* of a shared bucket these two may miss a race: they are hints */
	if (size < __atomic_load_n(&bucket->smallest, __ATOMIC_RELAXED))
		__atomic_store_n(&bucket->smallest, size, __ATOMIC_RELAXED);
	if (size > __atomic_load_n(&bucket->largest, __ATOMIC_RELAXED))
		__atomic_store_n(&bucket->largest, size, __ATOMIC_RELAXED);
	bucket_add(bucket, &bucket->alloc_bytes, size);
	bucket_add(bucket, &bucket->allocs, 1);
	live = bucket->allocs - bucket->frees -
		__atomic_load_n(&bucket->remote_frees, __ATOMIC_RELAXED);
	if ((int64_t)live > (int64_t)bucket->live_max)
		__atomic_store_n(&bucket->live_max, live, __ATOMIC_RELAXED);
}

static inline void bucket_free(struct recording_bucket *bucket, uint64_t size)
{
	bucket_add(bucket, &bucket->freed_bytes, size);
	bucket_add(bucket, &bucket->frees, 1);
}

#endif
