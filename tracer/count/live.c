#include "tracer/count/live.h"

#include "tracer/os/sys.h"
#include "tracer/os/wiped.h"
#include "tracer/os/x86_64/registers.h"

enum {
	ODD_FIRST = 512
};

uint64_t **live_tables[LIVE_TABLES];

/* The memory *AT points to, mapped by whoever is first. */
static void *get(void *at, size_t size, bool wiped)
{
	void **slot = at;
	void *old = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
	void *made;

	if (old)
		return old;
	made = wiped ? wiped_map(size) : sys_map_private(size);
	if (!made)
		return NULL;
	if (__atomic_compare_exchange_n(slot, &old, made, false,
		    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		if (wiped)
			sys_advise(made, size, MADV_NOHUGEPAGE);
		return made;
	}
	wiped_unmap(made, size);
	return old;
}

/* Map what leads to the entry of ADDRESS. */
static uint64_t *make_entry(uintptr_t address)
{
	uint64_t **table = get(
		&live_tables[address >> (LIVE_LEAF_BITS + LIVE_TABLE_BITS)],
		LIVE_TABLE_ENTRIES * sizeof(*table), false);

	if (!table ||
		!get(&table[address >> LIVE_LEAF_BITS &
			     (LIVE_TABLE_ENTRIES - 1)],
			LIVE_LEAF_ENTRIES * sizeof(**table), true))
		return NULL;
	return live_entry(address);
}

static uint32_t odd_hash(const struct live *live, uintptr_t address)
{
	return (uint32_t)((address >> 3) * 0x9E3779B97F4A7C15u >> 32) &
		live->odd_mask;
}

/* Where ADDRESS is in the hash, or would go. */
static struct live_odd *odd_find(struct live *live, uintptr_t address)
{
	uint32_t i = odd_hash(live, address);

	while (live->odd[i].address && live->odd[i].address != address)
		i = (i + 1) & live->odd_mask;
	return &live->odd[i];
}

static bool odd_resize(struct live *live, uint32_t count)
{
	struct live_odd *old = live->odd;
	uint32_t i, old_count = old ? live->odd_mask + 1 : 0;
	struct live_odd *odd = wiped_map(count * sizeof(*odd));

	if (!odd)
		return false;
	live->odd = odd;
	live->odd_mask = count - 1;
	for (i = 0; i < old_count; i++)
		if (old[i].address)
			*odd_find(live, old[i].address) = old[i];
	if (old)
		wiped_unmap(old, old_count * sizeof(*old));
	return true;
}

static bool odd_make_room(struct live *live)
{
	if (!live->odd)
		return odd_resize(live, ODD_FIRST);
	if (live->odd_used < live->odd_mask / 2)
		return true;
	return odd_resize(live, (live->odd_mask + 1) * 2) ||
		live->odd_used < live->odd_mask - 1;
}

static bool odd_put(
	struct live *live, uintptr_t address, struct live_object object)
{
	struct live_odd *at;
	bool done;

	if (!lock_take(&live->lock))
		return false;
	done = odd_make_room(live);
	if (done) {
		at = odd_find(live, address);
		live->odd_used += !at->address;
		*at = (struct live_odd){address, object.size, object.bucket};
	}
	lock_give(&live->lock);
	return done;
}

/* Take AT out and move up those that it kept from their place. */
static void odd_remove(struct live *live, struct live_odd *at)
{
	uint32_t hole = (uint32_t)(at - live->odd);
	uint32_t i = hole, home;

	for (;;) {
		i = (i + 1) & live->odd_mask;
		if (!live->odd[i].address)
			break;
		home = odd_hash(live, live->odd[i].address);
		if (((i - home) & live->odd_mask) >=
			((i - hole) & live->odd_mask)) {
			live->odd[hole] = live->odd[i];
			hole = i;
		}
	}
	live->odd[hole].address = 0;
	live->odd_used--;
}

static bool odd_take(struct live *live, uintptr_t address,
	struct live_object *object, enum live_wait wait)
{
	struct live_odd *at;
	bool found = false;

	if (wait == LIVE_TRY ? !lock_try(&live->lock) : !lock_take(&live->lock))
		return false;
	if (live->odd) {
		at = odd_find(live, address);
		found = at->address != 0;
		if (found) {
			*object = (struct live_object){at->bucket, at->size};
			odd_remove(live, at);
		}
	}
	lock_give(&live->lock);
	return found;
}

static bool is_odd(uintptr_t address)
{
	return address >> ADDRESS_BITS ||
		address & ((1 << LIVE_GRANULE_BITS) - 1);
}

bool live_put_slow(
	struct live *live, const void *address, struct live_object object)
{
	uintptr_t at = (uintptr_t)address;
	uint64_t *entry;

	if (is_odd(at))
		return odd_put(live, at, object);
	entry = make_entry(at);
	if (!entry)
		return false;
	if (object.size >= LIVE_SIZE_ODD) {
		if (!odd_put(live, at, object))
			return false;
		object.size = LIVE_SIZE_ODD;
	}
	__atomic_store_n(entry,
		(uint64_t)object.bucket << LIVE_SIZE_BITS | object.size,
		__ATOMIC_RELAXED);
	return true;
}

bool live_take_slow(struct live *live, const void *address,
	struct live_object *object, enum live_wait wait)
{
	uintptr_t at = (uintptr_t)address;

	/* neither odd nor mapped: never put */
	if (!is_odd(at) && !live_entry(at))
		return false;
	return odd_take(live, at, object, wait);
}

bool live_has(struct live *live, const void *address)
{
	struct live_object object;

	return live_take(live, address, &object, LIVE_WAIT) &&
		live_put(live, address, object);
}
