/* Thread slots, and the lock that gives up. */
#include "tests/unit/tracer_support.h"

#include <time.h>

#include "tracer/count/thread_slot.h"
#include "tracer/os/lock.h"

enum {
	THREADS = 4,
	SHORT = 10000,
	ADDS = 100000
};

static void a_slot_is_adopted_with_its_number_and_nothing_under_way(
	void **state)
{
	struct thread_slots slots = {0};
	struct thread_slot *a = thread_slot_acquire(&slots, NULL);
	struct thread_slot *b = thread_slot_acquire(&slots, NULL);

	(void)state;
	assert_true(a && b && a != b);
	assert_int_equal(a->number, 1);
	assert_int_equal(b->number, 2);
	assert_int_equal(a->ready, 1);
	a->busy = 0x1000;
	a->inside = &slots;
	a->own_work = true;
	a->transient = true;
	a->nested_new = 3;
	thread_slot_give_back(&slots, a);
	assert_ptr_equal(thread_slot_acquire(&slots, NULL), a);
	assert_int_equal(a->number, 1);
	assert_int_equal(a->busy, 0);
	assert_null(a->inside);
	assert_false(a->own_work || a->transient || a->slow_leave);
	assert_int_equal(a->nested_new, 0);
	assert_int_equal(slots.count, 2);
}

static struct thread_slots shared;
/* how many threads use each slot */
static uint32_t users[THREADS + 1];
static uint32_t shared_slots;

static void *come_and_go(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < SHORT / THREADS; i++) {
		struct thread_slot *slot = thread_slot_acquire(&shared, NULL);

		if (!slot || slot->number > THREADS) {
			__atomic_fetch_add(&shared_slots, 1, __ATOMIC_RELAXED);
			continue;
		}
		if (__atomic_fetch_add(
			    &users[slot->number], 1, __ATOMIC_RELAXED))
			__atomic_fetch_add(&shared_slots, 1, __ATOMIC_RELAXED);
		/* what a slot holds is its thread's alone */
		slot->own_call_ip++;
		__atomic_fetch_sub(&users[slot->number], 1, __ATOMIC_RELAXED);
		thread_slot_give_back(&shared, slot);
	}
	return NULL;
}

static void ten_thousand_short_threads_need_as_many_slots_as_run_at_once(
	void **state)
{
	int nothing[THREADS];

	(void)state;
	run_threads(come_and_go, nothing, sizeof(*nothing), THREADS);
	assert_int_equal(shared_slots, 0);
	assert_in_range(shared.count, 1, THREADS);
}

static int look_in_child(void *arg)
{
	struct thread_slots fresh = {0};
	struct thread_slot *slot = arg;

	if (slot->ready || slot->number || slot->busy)
		return 1;
	if (thread_slot_acquire(&fresh, slot) != slot)
		return 2;
	return slot->number == 1 && slot->ready ? 0 : 3;
}

/* Of a forked child it is zeroed, and the child's thread takes it again. */
static void a_forked_child_finds_its_slot_not_ready(void **state)
{
	struct thread_slots slots = {0};
	struct thread_slot *slot = thread_slot_acquire(&slots, NULL);

	(void)state;
	slot->busy = 0x1000;
	assert_int_equal(run_child(look_in_child, slot), 0);
	assert_int_equal(slot->ready, 1);
	assert_int_equal(slot->busy, 0x1000);
}

static struct lock lock;
static uint64_t guarded;

static void *add(void *arg)
{
	int i;

	for (i = 0; i < ADDS; i++) {
		if (!lock_take(&lock)) {
			*(int *)arg = 1;
			return NULL;
		}
		guarded++;
		lock_give(&lock);
	}
	return NULL;
}

static void a_lock_lets_one_in_at_a_time(void **state)
{
	int failed[THREADS] = {0}, i;

	(void)state;
	run_threads(add, failed, sizeof(*failed), THREADS);
	for (i = 0; i < THREADS; i++)
		assert_false(failed[i]);
	assert_int_equal(guarded, (uint64_t)THREADS * ADDS);
}

static void a_holder_who_asks_again_is_refused_at_once(void **state)
{
	struct lock own = {0};

	(void)state;
	assert_true(lock_take(&own));
	assert_false(lock_try(&own));
	assert_false(lock_take(&own));
	assert_int_equal(own.in_vain, 0);
	lock_forget(&own);
	assert_true(lock_take(&own));
	lock_give(&own);
}

static struct lock abandoned;

static void *take_and_end(void *arg)
{
	*(bool *)arg = lock_take(&abandoned);
	return NULL;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* The thread's control block may be the next one's, so the holder lives. */
static void *try_to_take(void *arg)
{
	double begun;
	int i;

	*(bool *)arg = lock_take(&abandoned);
	/* another thread's is not given back by lock_forget */
	lock_forget(&abandoned);
	begun = seconds();
	for (i = 0; i < 20; i++)
		*(bool *)arg |= lock_take(&abandoned);
	*(bool *)arg |= seconds() - begun > 1;
	return NULL;
}

static void who_waits_in_vain_waits_long_only_once(void **state)
{
	bool taken, failed;

	(void)state;
	taken = lock_take(&abandoned);
	assert_true(taken);
	run_threads(try_to_take, &failed, sizeof(failed), 1);
	assert_false(failed);
	lock_give(&abandoned);
	run_threads(take_and_end, &taken, sizeof(taken), 1);
	assert_true(taken);
	assert_int_equal(abandoned.in_vain, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_slot_is_adopted_with_its_number_and_nothing_under_way),
		cmocka_unit_test(
			ten_thousand_short_threads_need_as_many_slots_as_run_at_once),
		cmocka_unit_test(a_forked_child_finds_its_slot_not_ready),
		cmocka_unit_test(a_lock_lets_one_in_at_a_time),
		cmocka_unit_test(a_holder_who_asks_again_is_refused_at_once),
		cmocka_unit_test(who_waits_in_vain_waits_long_only_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
