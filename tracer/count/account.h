/* account.h - what one call of the malloc family means for the numbers.
 *
 *   allocation: caller -> stack id -> bucket; count it; enter it as live
 *   free:       take it out of live -> bucket; count it
 *
 * An object is counted where it was allocated. Freed by another thread, it is
 * counted in that thread's own bucket of the same stack. */
#ifndef SPILL_TRACER_COUNT_ACCOUNT_H
#define SPILL_TRACER_COUNT_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "tracer/count/live.h"
#include "tracer/count/thread_slot.h"
#include "tracer/stack/capture.h"
#include "tracer/store/store.h"

/* Everything the tracer has. It fills whole pages: a fork zeroes them. */
struct __attribute__((aligned(4096))) tracer {
	/* of enum tracer_state */
	uint32_t state;
	struct store store;
	struct unwinder unwinder;
	struct thread_slots slots;
	struct bucket_table shared;
	struct live live;
};

enum tracer_state {
	TRACER_NEW = 0,
	TRACER_STARTING,
	TRACER_RUNNING,
	/* not to be traced, or no recording could be made */
	TRACER_OFF,
};

/* Count the object of SIZE bytes at ADDRESS that a hook returns to CALLER. */
void account_alloc(struct tracer *t, struct thread_slot *slot,
	const void *address, size_t size, const struct caller *caller);

/* Take the object at ADDRESS out of the live ones before it is freed, so that
 * whoever gets the address next finds its entry free. False: not ours. */
static inline bool account_take(
	struct tracer *t, const void *address, struct live_object *object)
{
	return live_take(&t->live, address, object, LIVE_WAIT);
}

/* Count the free of an object taken out, or of a foreign address. */
void account_free_elsewhere(struct tracer *t, struct thread_slot *slot,
	const struct live_object *object);
void account_foreign(struct tracer *t);

/* SLOT's bytes have left the window of peak.h. */
void account_peak(struct tracer *t, struct thread_slot *slot);

static inline void account_free(struct tracer *t, struct thread_slot *slot,
	const void *address, const struct live_object *object)
{
	struct recording_bucket *bucket = store_bucket(
		&t->store, object->bucket);

	if (__builtin_expect(
		    bucket->slot == slot->number || bucket->slot == SLOT_SHARED,
		    1)) {
		peak_touch(bucket, t->store.header);
		bucket_free(bucket, object->size);
		bucket->temporary += slot->newest == address;
	} else {
		account_free_elsewhere(t, slot, object);
	}
	if (peak_add(&slot->peak, -(int64_t)object->size))
		account_peak(t, slot);
}

/* A failed realloc leaves the object where it is. */
void account_put_back(struct tracer *t, const void *address,
	const struct live_object *object);

/* A free inside a hook of the same thread, by a signal handler or by code that
 * the hook called. Async-signal-safe. */
void account_nested_free(
	struct tracer *t, struct thread_slot *slot, const void *address);

#endif
