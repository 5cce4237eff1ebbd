#include "tracer/stack/depot.h"

#include <errno.h>

#include "tracer/os/wiped.h"

enum {
	FIRST_IDS = 4096
};

static uint64_t hash(uint32_t parent, uintptr_t ip)
{
	uint64_t h = (ip ^ (uint64_t)parent << 32 ^ parent) *
		0x9E3779B97F4A7C15u;

	return h >> 20;
}

static size_t index_size(uint32_t ids)
{
	return sizeof(struct depot_index) + (size_t)ids * sizeof(uint32_t);
}

static bool is_entry(
	struct store *store, uint32_t id, uint32_t parent, uintptr_t ip)
{
	const struct recording_stack *e = store_stack(store, id);

	return e->ip == ip && e->parent == parent &&
		!(__atomic_load_n(&e->flags, __ATOMIC_RELAXED) & STACK_RETIRED);
}

/* The id, or 0 with *FREE where it would go. */
static uint32_t find(struct depot_index *index, struct store *store,
	uint32_t parent, uintptr_t ip, uint32_t **free)
{
	uint64_t h = hash(parent, ip);
	uint32_t id;

	for (;; h++) {
		uint32_t *at = &index->ids[h & index->mask];

		id = __atomic_load_n(at, __ATOMIC_ACQUIRE);
		if (!id) {
			*free = at;
			return 0;
		}
		if (is_entry(store, id, parent, ip))
			return id;
	}
}

static void insert(struct depot_index *index, struct store *store, uint32_t id)
{
	const struct recording_stack *e = store_stack(store, id);
	uint64_t h = hash(e->parent, e->ip);

	while (index->ids[h & index->mask])
		h++;
	index->ids[h & index->mask] = id;
}

/* Twice the size. The old one stays: somebody may be reading it. */
static void grow_index(struct depot *depot, struct store *store)
{
	uint32_t ids = (depot->index->mask + 1) * 2;
	struct depot_index *index = wiped_map(index_size(ids));
	uint32_t id;

	if (!index)
		return;
	index->mask = ids - 1;
	for (id = STACK_FIRST; id < store->header->stack_count; id++)
		insert(index, store, id);
	__atomic_store_n(&depot->index, index, __ATOMIC_RELEASE);
}

static uint32_t add(struct depot *depot, struct store *store, uint32_t parent,
	uintptr_t ip, uint32_t flags)
{
	uint32_t id = store->header->stack_count;
	struct recording_stack *e;
	uint32_t *at;
	uint32_t found = find(depot->index, store, parent, ip, &at);

	if (found)
		return found;
	/* one place must stay free, or a search would never end */
	if (id >= depot->index->mask)
		return STACK_UNKNOWN;
	if (id == store->stack_chunks * STACKS_PER_CHUNK &&
		!store_grow(store, RECORDING_STACKS))
		return STACK_UNKNOWN;
	e = store_stack(store, id);
	e->parent = parent;
	e->flags = flags;
	e->ip = ip;
	__atomic_store_n(&store->header->stack_count, id + 1, __ATOMIC_RELEASE);
	__atomic_store_n(at, id, __ATOMIC_RELEASE);
	if (id > depot->index->mask / 2)
		grow_index(depot, store);
	return id;
}

uint32_t depot_child(struct depot *depot, struct store *store, uint32_t parent,
	uintptr_t ip, uint32_t flags)
{
	uint32_t *at;
	uint32_t id = find(__atomic_load_n(&depot->index, __ATOMIC_ACQUIRE),
		store, parent, ip, &at);

	if (id)
		return id;
	if (!lock_take(&store->lock))
		return STACK_UNKNOWN;
	id = add(depot, store, parent, ip, flags);
	lock_give(&store->lock);
	return id;
}

void depot_retire(struct depot *depot, struct store *store, uintptr_t start,
	uintptr_t end)
{
	store_retire(store, start, end, STACK_RETIRED);
	__atomic_fetch_add(&depot->epoch, 1, __ATOMIC_RELEASE);
}

int depot_init(struct depot *depot, struct store *store)
{
	struct depot_index *index = wiped_map(index_size(FIRST_IDS));

	if (!index)
		return -ENOMEM;
	index->mask = FIRST_IDS - 1;
	depot->index = index;
	store->header->stack_count = STACK_FIRST;
	return 0;
}
