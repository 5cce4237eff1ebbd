/* Buckets: each thread slot its own, shared ones when there are too many, and
 * never more freed than allocated in the eyes of a reader. */
#include "tests/unit/tracer_support.h"

#include "tracer/count/account.h"
#include "tracer/count/bucket.h"

enum {
	SLOTS = 3,
	MANY = 50000,
	ROUNDS = 200000,
	STACKS = 50
};

static struct tracer tracer;
static struct store *const store = &tracer.store;
static struct bucket_table tables[SLOTS + 1];
static struct scratch scratch;

static int set_up(void **state)
{
	(void)state;
	scratch_init(&scratch);
	scratch_store(&scratch, store);
	memset(&tracer.shared, 0, sizeof(tracer.shared));
	memset(tables, 0, sizeof(tables));
	bucket_init(store);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_release(&scratch);
	return 0;
}

static uint32_t find(uint32_t slot, uint32_t stack)
{
	return bucket_find(&tables[slot], &tracer.shared, store, slot, stack);
}

static void each_slot_and_stack_has_its_own_bucket(void **state)
{
	uint32_t a = find(1, 10), b = find(1, 11), c = find(2, 10);
	struct recording_bucket *bucket = store_bucket(store, a);

	(void)state;
	assert_int_equal(a, BUCKET_FIRST);
	assert_true(a != b && b != c && a != c);
	assert_int_equal(find(1, 10), a);
	assert_int_equal(find(2, 10), c);
	assert_int_equal(bucket->stack, 10);
	assert_int_equal(bucket->slot, 1);
	bucket_alloc(bucket, 100);
	bucket_alloc(bucket, 0);
	bucket_alloc(bucket, 300);
	bucket_free(bucket, 100);
	assert_int_equal(bucket->allocs, 3);
	assert_int_equal(bucket->alloc_bytes, 400);
	assert_int_equal(bucket->frees, 1);
	assert_int_equal(bucket->freed_bytes, 100);
	assert_int_equal(bucket->smallest, 0);
	assert_int_equal(bucket->largest, 300);
	assert_int_equal(store_bucket(store, b)->allocs, 0);
}

static void the_unknown_stack_has_the_bucket_that_always_is(void **state)
{
	(void)state;
	assert_int_equal(find(1, STACK_UNKNOWN), BUCKET_UNKNOWN);
	assert_int_equal(find(2, STACK_UNKNOWN), BUCKET_UNKNOWN);
	assert_int_equal(
		store_bucket(store, BUCKET_UNKNOWN)->slot, SLOT_SHARED);
}

static void buckets_stay_when_their_table_grows(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < MANY; i++)
		assert_int_equal(find(1, i * 3 + 5), BUCKET_FIRST + i);
	for (i = 0; i < MANY; i++)
		assert_int_equal(find(1, i * 3 + 5), BUCKET_FIRST + i);
	assert_int_equal(store->header->bucket_count, BUCKET_FIRST + MANY);
}

static void a_free_counts_in_the_bucket_of_who_frees(void **state)
{
	static struct thread_slot slots[2];
	struct live_object object = {.size = 70};
	uint32_t a = find(1, 10), b;

	(void)state;
	memset(slots, 0, sizeof(slots));
	slots[0].number = 1;
	slots[1].number = 2;
	object.bucket = a;
	bucket_alloc(store_bucket(store, a), 70);
	bucket_alloc(store_bucket(store, a), 70);
	account_free(&tracer, &slots[1], &object, &object);
	assert_int_equal(store_bucket(store, a)->frees, 0);
	b = bucket_find(&slots[1].buckets, &tracer.shared, store, 2, 10);
	assert_int_not_equal(a, b);
	assert_int_equal(store_bucket(store, b)->slot, 2);
	assert_int_equal(store_bucket(store, b)->frees, 1);
	assert_int_equal(store_bucket(store, b)->freed_bytes, 70);
	account_free(&tracer, &slots[0], &object, &object);
	assert_int_equal(store_bucket(store, a)->frees, 1);
}

static void past_the_budget_a_stack_has_one_shared_bucket(void **state)
{
	uint32_t i, id, other;

	(void)state;
	for (i = 0; store->header->bucket_count < BUCKET_BUDGET; i++)
		assert_int_equal(find(1, 100 + i), BUCKET_FIRST + i);
	id = find(1, 99);
	assert_int_equal(id, BUCKET_BUDGET);
	assert_int_equal(store_bucket(store, id)->slot, SLOT_SHARED);
	assert_int_equal(find(2, 99), id);
	assert_int_equal(find(1, 99), id);
	other = find(2, 100);
	assert_int_not_equal(other, BUCKET_FIRST);
	assert_int_equal(store_bucket(store, other)->slot, SLOT_SHARED);
	assert_int_equal(find(3, 100), other);
	/* who had one keeps it */
	assert_int_equal(find(1, 100), BUCKET_FIRST);
	bucket_alloc(store_bucket(store, id), 7);
	bucket_free(store_bucket(store, id), 7);
	assert_int_equal(store_bucket(store, id)->freed_bytes, 7);
}

static void without_room_totals_are_right_and_the_loss_is_said(void **state)
{
	uint64_t allocs = 0;
	uint32_t i;

	(void)state;
	limit_file_size(3 * RECORDING_CHUNK);
	for (i = 0; i < 5000; i++)
		bucket_alloc(store_bucket(store, find(1, 100 + i)), 1);
	for (i = 0; i < store->header->bucket_count; i++)
		allocs += store_bucket(store, i)->allocs;
	assert_int_equal(allocs, 5000);
	assert_int_equal(store->header->bucket_count, BUCKETS_PER_CHUNK);
	assert_int_equal(store_bucket(store, BUCKET_UNKNOWN)->allocs,
		5000 - BUCKETS_PER_CHUNK + BUCKET_FIRST);
	assert_int_equal(store->header->drops[DROP_STACK],
		5000 - BUCKETS_PER_CHUNK + BUCKET_FIRST);
}

/* The allocator hands each object over to the freer, by its number. */
static uint64_t handed_over;
static uint32_t done;
static uint64_t reads;

static uint64_t load(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_ACQUIRE);
}

static void *allocate(void *arg)
{
	uint64_t i, random = 1;

	(void)arg;
	for (i = 1; i <= ROUNDS; i++) {
		uint32_t stack = 100 +
			(uint32_t)(random_next(&random) % STACKS);

		/* the reader must not miss it all */
		while (load(&reads) < i / 1000)
			sys_yield();
		bucket_alloc(store_bucket(store, find(1, stack)), stack);
		__atomic_store_n(&handed_over, i, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void *release(void *arg)
{
	uint64_t i, random = 1;

	(void)arg;
	for (i = 1; i <= ROUNDS; i++) {
		uint32_t stack = 100 +
			(uint32_t)(random_next(&random) % STACKS);

		while (__atomic_load_n(&handed_over, __ATOMIC_ACQUIRE) < i)
			sys_yield();
		bucket_free(store_bucket(store, find(2, stack)), stack);
	}
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	return NULL;
}

struct sums {
	int64_t objects[STACKS];
	int64_t bytes[STACKS];
};

/* All frees of all buckets first, then the allocations. Those made in between
 * are in buckets that were not there yet, or counted since: more allocated. */
static void add_up(struct sums *sums)
{
	uint32_t i,
		count = __atomic_load_n(
			&store->header->bucket_count, __ATOMIC_ACQUIRE);

	memset(sums, 0, sizeof(*sums));
	for (i = BUCKET_FIRST; i < count; i++) {
		const struct recording_bucket *b = store_bucket(store, i);

		sums->objects[b->stack - 100] -= (int64_t)load(&b->frees);
		sums->bytes[b->stack - 100] -= (int64_t)load(&b->freed_bytes);
	}
	count = __atomic_load_n(&store->header->bucket_count, __ATOMIC_ACQUIRE);
	for (i = BUCKET_FIRST; i < count; i++) {
		const struct recording_bucket *b = store_bucket(store, i);

		sums->objects[b->stack - 100] += (int64_t)load(&b->allocs);
		sums->bytes[b->stack - 100] += (int64_t)load(&b->alloc_bytes);
	}
}

static int negative;

static void *watch(void *arg)
{
	static struct sums sums;
	int i;

	(void)arg;
	do {
		add_up(&sums);
		for (i = 0; i < STACKS; i++)
			negative += sums.objects[i] < 0 || sums.bytes[i] < 0;
		__atomic_fetch_add(&reads, 1, __ATOMIC_RELAXED);
	} while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE));
	return NULL;
}

static void *one_of_three(void *arg)
{
	void *(*const parts[])(void *) = {allocate, release, watch};

	return parts[*(int *)arg](NULL);
}

static void a_reader_never_sees_more_freed_than_allocated(void **state)
{
	int parts[] = {0, 1, 2}, i;
	struct sums sums;

	(void)state;
	run_threads(one_of_three, parts, sizeof(*parts), 3);
	assert_true(reads >= ROUNDS / 1000);
	assert_int_equal(negative, 0);
	add_up(&sums);
	for (i = 0; i < STACKS; i++)
		assert_true(!sums.objects[i] && !sums.bytes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_slot_and_stack_has_its_own_bucket, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			the_unknown_stack_has_the_bucket_that_always_is, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			buckets_stay_when_their_table_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_free_counts_in_the_bucket_of_who_frees, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			past_the_budget_a_stack_has_one_shared_bucket, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			without_room_totals_are_right_and_the_loss_is_said,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_reader_never_sees_more_freed_than_allocated, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
