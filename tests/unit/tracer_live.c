/* The table of live objects, against a simple model of one. */
#include "tests/unit/tracer_support.h"

#include "tracer/count/live.h"

enum {
	ADDRESSES = 2000,
	ROUNDS = 400000,
	THREADS = 4,
	ODD = 60000
};

static struct live live;

static const void *at(uintptr_t address)
{
	return (const void *)address;
}

struct modelled {
	uintptr_t address;
	bool present;
	struct live_object object;
};

/* Close together, far apart, multiples of 16, of 8 and of nothing. */
static uintptr_t pick_address(uint32_t i)
{
	static const uintptr_t regions[] = {0x10000, 0x7ffff0000000,
		0x555555554000, 0x7f0000800000 - 4096, 0x7fffffffe000};

	return regions[i % 5] + i / 5 * (i % 3 ? 16 : 8) + (i % 97 == 0);
}

static uint64_t pick_size(uint64_t random)
{
	static const uint64_t sizes[] = {0, 1, 100, (uint64_t)1 << 20,
		LIVE_SIZE_ODD - 1, LIVE_SIZE_ODD, LIVE_SIZE_ODD + 1,
		(uint64_t)1 << 46};

	return random % 2 ? random / 2 % 5000 : sizes[random / 2 % 8];
}

static void step(struct modelled *m, uint64_t random)
{
	struct live_object object = {0};
	bool found;

	if (random % 8 == 0) {
		assert_int_equal(live_has(&live, at(m->address)), m->present);
	} else if (random % 8 < 4) {
		/* also over one whose free was missed */
		m->object.size = pick_size(random / 8);
		m->object.bucket = (uint32_t)(random / 64 % 0xfffffff + 1);
		m->present = true;
		assert_true(live_put(&live, at(m->address), m->object));
	} else {
		found = live_take(&live, at(m->address), &object, LIVE_WAIT);
		assert_int_equal(found, m->present);
		if (found) {
			assert_int_equal(object.size, m->object.size);
			assert_int_equal(object.bucket, m->object.bucket);
		}
		m->present = false;
	}
}

static void it_answers_as_a_simple_map_does(void **state)
{
	static struct modelled model[ADDRESSES];
	uint64_t random = 42;
	uint32_t i, k;

	(void)state;
	for (i = 0; i < ADDRESSES; i++) {
		model[i].address = pick_address(i);
		for (k = 0; k < i; k++)
			if (model[k].address == model[i].address)
				model[i].address = 0x20000000 + 16 * i;
	}
	for (i = 0; i < ROUNDS; i++)
		step(&model[random_next(&random) % ADDRESSES],
			random_next(&random));
	for (i = 0; i < ADDRESSES; i++)
		step(&model[i], 5);
}

static void what_was_never_put_is_not_there(void **state)
{
	static const uintptr_t addresses[] = {0, 8, 16, 0x33333330, 0x33333338,
		(uintptr_t)1 << 47, ~(uintptr_t)15, ~(uintptr_t)0};
	struct live_object object;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		assert_false(
			live_take(&live, at(addresses[i]), &object, LIVE_WAIT));
		assert_false(live_has(&live, at(addresses[i])));
	}
}

/* The hash of odd ones grows, and removal leaves none out of reach. */
static void many_odd_objects_are_all_found(void **state)
{
	struct live_object object;
	uint32_t i, before = live.odd_used;

	(void)state;
	for (i = 0; i < ODD; i++)
		assert_true(live_put(&live, at(0x1000008 + 16 * i),
			(struct live_object){i + 1, i * 2}));
	for (i = 0; i < ODD; i += 2) {
		assert_true(live_take(
			&live, at(0x1000008 + 16 * i), &object, LIVE_WAIT));
		assert_int_equal(object.bucket, i + 1);
	}
	for (i = 0; i < ODD; i++)
		assert_int_equal(
			live_has(&live, at(0x1000008 + 16 * i)), i % 2);
	for (i = 1; i < ODD; i += 2) {
		assert_true(live_take(
			&live, at(0x1000008 + 16 * i), &object, LIVE_WAIT));
		assert_int_equal(object.size, i * 2);
	}
	assert_int_equal(live.odd_used, before);
}

static void who_may_not_wait_does_not(void **state)
{
	struct live_object object = {1, 10};

	(void)state;
	assert_true(live_put(&live, at(0x5008), object));
	assert_true(lock_try(&live.lock));
	assert_false(live_take(&live, at(0x5008), &object, LIVE_TRY));
	lock_give(&live.lock);
	assert_true(live_take(&live, at(0x5008), &object, LIVE_TRY));
}

struct walker {
	uint64_t seed;
	uint32_t wrong;
};

/* Objects of one thread lie between those of others, granule by granule. */
static void *walk(void *arg)
{
	struct walker *w = arg;
	uint64_t random = w->seed;
	struct live_object object;
	uint32_t i, n;

	for (i = 0; i < ROUNDS / 4; i++) {
		uintptr_t address = 0x600000000000 +
			(random_next(&random) % 65536 * THREADS + w->seed) * 16;

		for (n = 0; n < 2; n++, address += ((uintptr_t)1 << 32) + 8) {
			struct live_object put = {
				(uint32_t)w->seed + 1, i % 5000};

			if (!live_put(&live, at(address), put) ||
				!live_take(&live, at(address), &object,
					LIVE_WAIT) ||
				object.size != put.size ||
				object.bucket != put.bucket)
				w->wrong++;
		}
	}
	return NULL;
}

static void threads_do_not_disturb_one_another(void **state)
{
	struct walker walkers[THREADS] = {{0, 0}, {1, 0}, {2, 0}, {3, 0}};
	int i;

	(void)state;
	run_threads(walk, walkers, sizeof(*walkers), THREADS);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(walkers[i].wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_put_is_not_there),
		cmocka_unit_test(it_answers_as_a_simple_map_does),
		cmocka_unit_test(many_odd_objects_are_all_found),
		cmocka_unit_test(who_may_not_wait_does_not),
		cmocka_unit_test(threads_do_not_disturb_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
