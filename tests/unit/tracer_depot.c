/* The depot: equal stacks have equal ids, at any size and from any thread. */
#include "tests/unit/tracer_support.h"

#include "tracer/stack/depot.h"

enum {
	MANY = 100000,
	THREADS = 4,
	PATHS = 3000,
	DEPTH = 12
};

static struct store store;
static struct scratch scratch;
static struct depot depot;

static int set_up(void **state)
{
	(void)state;
	memset(&depot, 0, sizeof(depot));
	scratch_init(&scratch);
	scratch_store(&scratch, &store);
	return depot_init(&depot, &store);
}

static int tear_down(void **state)
{
	(void)state;
	scratch_release(&scratch);
	return 0;
}

static uint32_t child(uint32_t parent, uintptr_t ip)
{
	return depot_child(&depot, &store, parent, ip, 0);
}

static void equal_stacks_have_equal_ids_and_others_do_not(void **state)
{
	uint32_t a, b;

	(void)state;
	assert_int_equal(store.header->stack_count, STACK_FIRST);
	a = child(STACK_NONE, 0x1000);
	b = child(a, 0x1000);
	assert_int_equal(a, STACK_FIRST);
	assert_int_not_equal(a, b);
	assert_int_equal(child(STACK_NONE, 0x1000), a);
	assert_int_equal(child(a, 0x1000), b);
	assert_int_not_equal(child(b, 0x1000), b);
	assert_int_not_equal(child(STACK_CUT, 0x1000), a);
	assert_int_not_equal(child(STACK_NONE, 0x1001), a);
	assert_int_equal(store_stack(&store, b)->parent, a);
	assert_int_equal(store_stack(&store, b)->ip, 0x1000);
}

static void flags_are_those_of_the_first_who_came(void **state)
{
	uint32_t a = depot_child(
		&depot, &store, STACK_NONE, 0x2000, STACK_GUESSED);

	(void)state;
	assert_int_equal(store_stack(&store, a)->flags, STACK_GUESSED);
	assert_int_equal(child(STACK_NONE, 0x2000), a);
	assert_int_equal(store_stack(&store, a)->flags, STACK_GUESSED);
}

static void ids_stay_when_the_depot_grows(void **state)
{
	uint32_t i, parent = STACK_NONE;

	(void)state;
	/* half of them one deep stack, half beside one another */
	for (i = 0; i < MANY; i++) {
		uint32_t id = child(parent, 0x400000 + i * 5);

		assert_int_equal(id, STACK_FIRST + i);
		parent = i % 2 ? id : parent;
	}
	assert_true(store.stack_chunks > MANY / STACKS_PER_CHUNK);
	parent = STACK_NONE;
	for (i = 0; i < MANY; i++) {
		uint32_t id = child(parent, 0x400000 + i * 5);

		assert_int_equal(id, STACK_FIRST + i);
		parent = i % 2 ? id : parent;
	}
	assert_int_equal(store.header->stack_count, STACK_FIRST + MANY);
	assert_int_equal(store.header->drops[DROP_GROW], 0);
}

static struct inserter {
	uint32_t first;
	/* the leaf's id of each path */
	uint32_t ids[PATHS];
} inserters[THREADS];

/* Path NUMBER, shared with many others near its root. */
static uint32_t insert_path(uint32_t number)
{
	uint32_t id = STACK_NONE;
	int depth;

	for (depth = 0; depth < DEPTH; depth++)
		id = child(id,
			0x10000 + (number >> (DEPTH - depth)) * 64 +
				(uint32_t)depth);
	return id;
}

static void *insert_all(void *arg)
{
	struct inserter *in = arg;
	uint32_t i;

	/* from another end, in another order */
	for (i = 0; i < PATHS; i++) {
		uint32_t number = (in->first + i * 7) % PATHS;

		in->ids[number] = insert_path(number);
	}
	return NULL;
}

static void threads_that_insert_the_same_get_the_same_ids(void **state)
{
	uint32_t i, k, entries;

	(void)state;
	for (i = 0; i < THREADS; i++)
		inserters[i].first = i * PATHS / THREADS;
	run_threads(insert_all, inserters, sizeof(*inserters), THREADS);
	entries = store.header->stack_count;
	for (i = 0; i < PATHS; i++) {
		assert_true(inserters[0].ids[i] >= STACK_FIRST);
		for (k = 1; k < THREADS; k++)
			assert_int_equal(
				inserters[k].ids[i], inserters[0].ids[i]);
		assert_int_equal(insert_path(i), inserters[0].ids[i]);
	}
	/* nothing was entered twice */
	assert_int_equal(store.header->stack_count, entries);
	for (i = STACK_FIRST + 1; i < entries; i++)
		assert_int_equal(child(store_stack(&store, i)->parent,
					 store_stack(&store, i)->ip),
			i);
}

static void retired_entries_are_readable_but_found_no_more(void **state)
{
	uint32_t outer = child(STACK_NONE, 0x5000);
	uint32_t gone = child(outer, 0x8010);
	uint32_t edge = child(outer, 0x9001);
	uint32_t beyond = child(outer, 0x8000);
	uint32_t epoch = depot.epoch;
	uint32_t again;

	(void)state;
	/* return addresses: the instruction before them counts */
	depot_retire(&depot, &store, 0x8000, 0x9000);
	assert_int_not_equal(depot.epoch, epoch);
	assert_int_equal(child(STACK_NONE, 0x5000), outer);
	assert_int_equal(child(outer, 0x9001), edge);
	assert_int_equal(child(outer, 0x8000), beyond);
	again = child(outer, 0x8010);
	assert_true(again > beyond);
	assert_int_equal(child(outer, 0x8010), again);
	assert_int_equal(store_stack(&store, gone)->ip, 0x8010);
	assert_int_equal(store_stack(&store, gone)->parent, outer);
	depot_retire(&depot, &store, 0x8000, 0x9000);
	assert_true(child(outer, 0x8010) > again);
}

static void retired_entries_stay_retired_when_the_depot_grows(void **state)
{
	uint32_t gone = child(STACK_NONE, 0x8010);
	uint32_t i, again;

	(void)state;
	depot_retire(&depot, &store, 0x8000, 0x9000);
	again = child(STACK_NONE, 0x8010);
	for (i = 0; i < 20000; i++)
		child(gone, 0x100000 + i);
	assert_int_equal(child(STACK_NONE, 0x8010), again);
}

static void without_room_the_unknown_stack_is_given(void **state)
{
	uint32_t i, known = 0, id = 0;

	(void)state;
	limit_file_size(3 * RECORDING_CHUNK);
	for (i = 0; store.header->stack_count < STACKS_PER_CHUNK; i++)
		known = child(STACK_NONE, 0x1000 + i);
	for (i = 0; i < 1000; i++)
		assert_int_equal(
			child(STACK_NONE, 0x900000 + i), STACK_UNKNOWN);
	assert_int_equal(
		child(STACK_NONE, store_stack(&store, known)->ip), known);
	assert_int_equal(store.header->stack_count, STACKS_PER_CHUNK);
	/* not each of them was tried */
	assert_in_range(store.header->drops[DROP_GROW], 1, 10);
	limit_file_size(~(uint64_t)0);
	for (i = 0; i < 100000 && id < STACK_FIRST; i++) {
		id = child(STACK_NONE, 0x900000);
		id = id == STACK_UNKNOWN ? 0 : id;
	}
	assert_int_equal(id, STACKS_PER_CHUNK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			equal_stacks_have_equal_ids_and_others_do_not, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			flags_are_those_of_the_first_who_came, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			ids_stay_when_the_depot_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			threads_that_insert_the_same_get_the_same_ids, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			retired_entries_are_readable_but_found_no_more, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			retired_entries_stay_retired_when_the_depot_grows,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			without_room_the_unknown_stack_is_given, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
