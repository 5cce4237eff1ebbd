/* The most bytes live at once: exact in one thread, within a thousandth with
 * several; and what each bucket had then. */
#include "tests/unit/tracer_support.h"

#include <pthread.h>

#include "tracer/count/bucket.h"
#include "tracer/count/peak.h"

enum {
	THREADS = 4,
	BUCKETS = 20,
	OBJECTS = 500,
	ROUNDS = 100000,
	/* of each thread, at the barrier */
	HELD = 1000000
};

struct side {
	struct peak peak;
	struct recording_bucket buckets[BUCKETS];
	uint64_t seed;
	uint32_t sizes[OBJECTS];
	uint32_t places[OBJECTS];
	uint32_t count;
	int64_t live;
};

static struct recording_header header;
static struct side sides[THREADS];
static uint32_t slots;
static pthread_barrier_t barrier;

static void add(struct side *s, int64_t size)
{
	if (peak_add(&s->peak, size))
		peak_publish(&s->peak, &header, slots, slots == 1);
	s->live += size;
}

/* As account.c does. */
static void allocate(struct side *s, uint32_t place, uint32_t size)
{
	peak_touch(&s->buckets[place], &header);
	bucket_alloc(&s->buckets[place], size);
	add(s, size);
}

static void release(struct side *s, uint32_t place, uint32_t size)
{
	peak_touch(&s->buckets[place], &header);
	bucket_free(&s->buckets[place], size);
	add(s, -(int64_t)size);
}

static void allocate_one(struct side *s, uint32_t size)
{
	s->places[s->count] = (uint32_t)(random_next(&s->seed) % BUCKETS);
	s->sizes[s->count] = size;
	allocate(s, s->places[s->count], size);
	s->count++;
}

static void release_one(struct side *s)
{
	uint32_t i = (uint32_t)(random_next(&s->seed) % s->count);

	release(s, s->places[i], s->sizes[i]);
	s->count--;
	s->places[i] = s->places[s->count];
	s->sizes[i] = s->sizes[s->count];
}

static void begin(uint32_t count)
{
	uint32_t i, k;

	memset(&header, 0, sizeof(header));
	memset(sides, 0, sizeof(sides));
	slots = count;
	for (i = 0; i < count; i++) {
		peak_begin(&sides[i].peak, count == 1);
		sides[i].seed = i + 1;
		for (k = 0; k < BUCKETS; k++)
			sides[i].buckets[k].slot = i + 1;
	}
}

static int64_t held_at_peak(const struct recording_bucket *b)
{
	if (b->peak_epoch == header.peak_epoch)
		return b->peak_bytes;
	return (int64_t)(b->alloc_bytes - b->freed_bytes);
}

static void one_thread_is_exact_at_every_moment(void **state)
{
	struct side *s = &sides[0];
	int64_t most = 0, at_most[BUCKETS] = {0};
	int i, k;

	(void)state;
	begin(1);
	for (i = 0; i < ROUNDS; i++) {
		bool more = random_next(&s->seed) % 2;

		if (!s->count || (more && s->count < OBJECTS))
			allocate_one(
				s, (uint32_t)(random_next(&s->seed) % 3000));
		else
			release_one(s);
		if (s->live > most) {
			most = s->live;
			for (k = 0; k < BUCKETS; k++)
				at_most[k] =
					(int64_t)(s->buckets[k].alloc_bytes -
						s->buckets[k].freed_bytes);
		}
		assert_int_equal(header.peak_bytes, most);
		if (i % 100)
			continue;
		for (k = 0; k < BUCKETS; k++)
			assert_int_equal(
				held_at_peak(&s->buckets[k]), at_most[k]);
	}
	assert_true(header.peak_epoch > 100);
}

static void *rise_and_fall(void *arg)
{
	struct side *s = arg;
	uint32_t left = HELD, size;
	int round;

	for (round = 0; round < ROUNDS / 10; round++) {
		allocate_one(s, (uint32_t)(random_next(&s->seed) % 2000));
		release_one(s);
	}
	while (left) {
		size = (uint32_t)(random_next(&s->seed) % 4000 + 2500);
		size = size < left ? size : left;
		allocate_one(s, size);
		left -= size;
	}
	pthread_barrier_wait(&barrier);
	while (s->count)
		release_one(s);
	for (round = 0; round < ROUNDS / 10; round++) {
		allocate_one(s, (uint32_t)(random_next(&s->seed) % 2000));
		release_one(s);
	}
	return NULL;
}

static void several_threads_are_within_a_thousandth(void **state)
{
	int64_t sum = 0, margin = (int64_t)THREADS * HELD / 1000 + 1;
	int i, k;

	(void)state;
	begin(THREADS);
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	run_threads(rise_and_fall, sides, sizeof(*sides), THREADS);
	pthread_barrier_destroy(&barrier);
	assert_in_range(header.peak_bytes, (int64_t)THREADS * HELD - margin,
		(int64_t)THREADS * HELD + margin);
	for (i = 0; i < THREADS; i++)
		for (k = 0; k < BUCKETS; k++)
			sum += held_at_peak(&sides[i].buckets[k]);
	assert_in_range(sum, (int64_t)THREADS * HELD - 2 * margin,
		(int64_t)THREADS * HELD + 2 * margin);
}

/* The first thread has counted alone when the second comes. */
static void what_one_counted_alone_is_not_forgotten(void **state)
{
	(void)state;
	begin(1);
	allocate(&sides[0], 0, 5000000);
	peak_begin(&sides[1].peak, false);
	slots = 2;
	peak_no_longer_alone(&sides[0].peak);
	allocate(&sides[0], 0, 1);
	allocate(&sides[1], 0, 5000000);
	allocate(&sides[1], 1, 1);
	assert_in_range(header.peak_bytes, 9990000, 10000002);
	assert_in_range(header.live_bytes, 9990000, 10000002);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread_is_exact_at_every_moment),
		cmocka_unit_test(several_threads_are_within_a_thousandth),
		cmocka_unit_test(what_one_counted_alone_is_not_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
