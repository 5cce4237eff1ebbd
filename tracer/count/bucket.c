#include "tracer/count/bucket.h"

#include "tracer/os/wiped.h"

enum {
	FIRST_IDS = 1024
};

static uint32_t hash(uint32_t stack)
{
	return stack * 0x9E3779B1u >> 7;
}

/* Where STACK's id is, or would go; NULL where the table has no room. */
static uint32_t *find(
	const struct bucket_table *table, struct store *store, uint32_t stack)
{
	uint32_t h = hash(stack);

	if (!table->ids)
		return NULL;
	for (;; h++) {
		uint32_t *at = &table->ids[h & table->mask];

		if (!*at || store_bucket(store, *at)->stack == stack)
			return at;
	}
}

static bool resize(
	struct bucket_table *table, struct store *store, uint32_t count)
{
	struct bucket_table grown = {
		wiped_map(count * sizeof(uint32_t)), count - 1, table->used};
	struct bucket_table old;
	uint32_t i;

	if (!grown.ids)
		return false;
	for (i = 0; table->ids && i <= table->mask; i++) {
		uint32_t id = table->ids[i];

		if (id)
			*find(&grown, store,
				store_bucket(store, id)->stack) = id;
	}
	old = *table;
	/* in this order, or a handler that leaves by longjmp would leave a mask
	 * that is too large */
	__atomic_store_n(&table->ids, grown.ids, __ATOMIC_RELEASE);
	__atomic_store_n(&table->mask, grown.mask, __ATOMIC_RELEASE);
	if (old.ids)
		wiped_unmap(old.ids, (old.mask + 1) * sizeof(uint32_t));
	return true;
}

/* Room for one more, or false. */
static bool make_room(struct bucket_table *table, struct store *store)
{
	if (!table->ids)
		return resize(table, store, FIRST_IDS);
	if (table->used <= table->mask / 2)
		return true;
	return resize(table, store, (table->mask + 1) * 2) ||
		table->used < table->mask - 1;
}

/* A new bucket, or 0. With the lock held. */
static uint32_t create(struct store *store, uint32_t slot, uint32_t stack)
{
	uint32_t id = store->header->bucket_count;
	struct recording_bucket *bucket;

	if (slot != SLOT_SHARED && id >= BUCKET_BUDGET)
		return 0;
	if (id == store->bucket_chunks * BUCKETS_PER_CHUNK &&
		!store_grow(store, RECORDING_BUCKETS))
		return 0;
	bucket = store_bucket(store, id);
	bucket->stack = stack;
	bucket->slot = slot;
	bucket->smallest = UINT64_MAX;
	__atomic_store_n(
		&store->header->bucket_count, id + 1, __ATOMIC_RELEASE);
	return id;
}

static uint32_t find_shared(
	struct bucket_table *shared, struct store *store, uint32_t stack)
{
	uint32_t *at;

	if (!make_room(shared, store))
		return BUCKET_UNKNOWN;
	at = find(shared, store, stack);
	if (!*at) {
		*at = create(store, SLOT_SHARED, stack);
		shared->used += *at != 0;
	}
	if (*at)
		return *at;
	store_drop(store, DROP_STACK);
	return BUCKET_UNKNOWN;
}

uint32_t bucket_find(struct bucket_table *table, struct bucket_table *shared,
	struct store *store, uint32_t slot, uint32_t stack)
{
	uint32_t *at = find(table, store, stack);
	uint32_t id;

	if (at && *at)
		return *at;
	if (stack == STACK_UNKNOWN)
		return BUCKET_UNKNOWN;
	at = make_room(table, store) ? find(table, store, stack) : NULL;
	if (!lock_take(&store->lock))
		return BUCKET_UNKNOWN;
	id = at ? create(store, slot, stack) : 0;
	if (id) {
		*at = id;
		table->used++;
	} else {
		id = find_shared(shared, store, stack);
	}
	lock_give(&store->lock);
	return id;
}

void bucket_init(struct store *store)
{
	store_bucket(store, BUCKET_UNKNOWN)->stack = STACK_UNKNOWN;
	store_bucket(store, BUCKET_UNKNOWN)->smallest = UINT64_MAX;
	store->header->bucket_count = BUCKET_FIRST;
}
