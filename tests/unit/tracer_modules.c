/* Modules: one record for a library, however often it comes and goes. */
#include "tests/unit/tracer_support.h"

#include <unistd.h>

#include "tracer/stack/depot.h"
#include "tracer/store/modules.h"

static struct store store;
static struct scratch scratch;
static struct depot depot;
/* libc, as the loader knows it: it has a build-id */
static struct module libc;

static int set_up(void **state)
{
	(void)state;
	memset(&depot, 0, sizeof(depot));
	scratch_init(&scratch);
	scratch_store(&scratch, &store);
	modules_start();
	if (!module_find((uintptr_t)&getppid, &libc))
		return -1;
	return depot_init(&depot, &store);
}

static int tear_down(void **state)
{
	(void)state;
	scratch_release(&scratch);
	return 0;
}

static uint32_t child(uintptr_t ip)
{
	return depot_child(&depot, &store, STACK_NONE, ip, 0);
}

/* As if dlclose had unmapped it. */
static void close_module(uint32_t i)
{
	struct recording_module *m = &store.modules[i];

	m->last_stack = store.header->stack_count - 1;
	depot_retire(&depot, &store, m->start, m->end);
}

static void a_module_is_recorded_once(void **state)
{
	(void)state;
	modules_note(&store, &libc);
	modules_note(&store, &libc);
	assert_int_equal(store.header->module_count, 1);
	assert_int_equal(store.modules[0].start, libc.start);
	assert_int_equal(store.modules[0].build_id_size, 20);
	assert_true(store.modules[0].path_size > 0);
	assert_true(store.modules[0].inode > 0);
}

static void a_library_that_comes_again_goes_on_where_it_was(void **state)
{
	uint32_t id, i;

	(void)state;
	modules_note(&store, &libc);
	id = child(libc.start + 101);
	for (i = 0; i < 2000; i++) {
		close_module(0);
		modules_note(&store, &libc);
	}
	assert_int_equal(store.header->module_count, 1);
	assert_int_equal(store.modules[0].last_stack, UINT32_MAX);
	assert_int_equal(child(libc.start + 101), id);
	assert_int_equal(store.header->drops[DROP_MODULE], 0);
}

static void not_where_another_was_at_its_place_in_between(void **state)
{
	struct module other = libc;
	uint32_t id, others;

	(void)state;
	other.end = other.start + 8192;
	other.name = "/no/other.so";
	modules_note(&store, &libc);
	id = child(libc.start + 101);
	close_module(0);
	modules_note(&store, &other);
	others = child(libc.start + 101);
	assert_int_not_equal(others, id);
	close_module(1);
	modules_note(&store, &libc);
	assert_int_equal(store.header->module_count, 3);
	assert_int_not_equal(child(libc.start + 101), id);
	assert_int_not_equal(child(libc.start + 101), others);
	assert_true(store.modules[0].last_stack < store.modules[1].first_stack);
	assert_true(store.modules[1].last_stack < store.modules[2].first_stack);
}

static void what_is_no_module_is_not_found(void **state)
{
	struct module m;

	(void)state;
	assert_false(module_find((uintptr_t)&m, &m));
	assert_false(module_find(8, &m));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_module_is_recorded_once),
		TEST(a_library_that_comes_again_goes_on_where_it_was),
		TEST(not_where_another_was_at_its_place_in_between),
		TEST(what_is_no_module_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
