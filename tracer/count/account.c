#include "tracer/count/account.h"

void account_alloc(struct tracer *t, struct thread_slot *slot,
	const void *address, size_t size, const struct caller *caller)
{
	struct recording_bucket *bucket;
	struct stack_cached *stack;
	uint32_t id;

	/* libunwind, where it is used, may allocate */
	slot->own_work = t->unwinder.backtrace != NULL;
	stack = capture_stack(&slot->capture, &t->unwinder, &t->store, caller);
	slot->own_work = false;
	if (!stack->user)
		stack->user = bucket_find(&slot->buckets, &t->shared, &t->store,
			slot->number, stack->id);
	id = stack->user;
	bucket = store_bucket(&t->store, id);
	peak_touch(bucket, t->store.header);
	bucket_alloc(bucket, size);
	slot->newest = address;
	if (!live_put(&t->live, address, (struct live_object){id, size}))
		store_drop(&t->store, DROP_LIVE);
	else if (peak_add(&slot->peak, (int64_t)size))
		account_peak(t, slot);
}

void account_peak(struct tracer *t, struct thread_slot *slot)
{
	uint32_t slots = __atomic_load_n(&t->slots.count, __ATOMIC_ACQUIRE);

	peak_publish(&slot->peak, t->store.header, slots, slots == 1);
	/* a second thread may have come meanwhile, its word to us overwritten
	 */
	if (slots == 1 &&
		__atomic_load_n(&t->slots.count, __ATOMIC_ACQUIRE) != 1)
		peak_no_longer_alone(&slot->peak);
}

void account_free_elsewhere(struct tracer *t, struct thread_slot *slot,
	const struct live_object *object)
{
	struct recording_bucket *from = store_bucket(&t->store, object->bucket);
	uint32_t id = bucket_find(&slot->buckets, &t->shared, &t->store,
		slot->number, from->stack);
	struct recording_bucket *bucket = store_bucket(&t->store, id);

	__atomic_fetch_add(&from->remote_frees, 1, __ATOMIC_RELAXED);
	peak_touch(bucket, t->store.header);
	bucket_free(bucket, object->size);
}

void account_foreign(struct tracer *t)
{
	__atomic_fetch_add(
		&t->store.header->foreign_frees, 1, __ATOMIC_RELAXED);
}

void account_put_back(
	struct tracer *t, const void *address, const struct live_object *object)
{
	if (!live_put(&t->live, address, *object))
		store_drop(&t->store, DROP_LIVE);
}

static void count_free(struct tracer *t, struct thread_slot *slot,
	struct recording_bucket *bucket, uint64_t size)
{
	peak_touch(bucket, t->store.header);
	bucket_free(bucket, size);
	if (peak_add(&slot->peak, -(int64_t)size))
		account_peak(t, slot);
}

void account_nested_free(
	struct tracer *t, struct thread_slot *slot, const void *address)
{
	struct live_object object;
	struct recording_bucket *bucket;

	if (!live_take(&t->live, address, &object, LIVE_TRY))
		return;
	bucket = store_bucket(&t->store, object.bucket);
	if (bucket->slot == slot->number || bucket->slot == SLOT_SHARED)
		count_free(t, slot, bucket, object.size);
	else
		store_drop(&t->store, DROP_NESTED);
}
