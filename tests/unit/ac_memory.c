/* Who allocates, what happens when it fails, and how much there may be. Linked
 * with --wrap, so that each call of the allocator passes by here. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "matcher/report.h"
#include "tests/unit/ac_support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void __wrap_free(void *p);

static size_t allocations; /* tried */
static size_t failing; /* which of them fails, counted from 1; 0: none */
static size_t in_use;

static int fails(void)
{
	if (++allocations != failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *counted(void *p)
{
	in_use += p != NULL;
	return p;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	void *p = fails() ? NULL : __real_reallocarray(old, count, size);

	in_use += p && !old;
	return p;
}

void __wrap_free(void *p)
{
	in_use -= p != NULL;
	__real_free(p);
}

static void count_from_here(size_t fail)
{
	allocations = 0;
	failing = fail;
	in_use = 0;
}

/* A few hundred patterns, so that the builder's arrays grow. */
static int build_numbers(struct ac **ac)
{
	struct ac_builder *b = ac_builder_new(NULL);
	int error;

	if (!b)
		return -errno;
	for (unsigned int i = 0; i < 300; i++) {
		char number[3] = {
			'0' + i / 100, '0' + i / 10 % 10, '0' + i % 10};

		ac_builder_add(b, number, sizeof(number));
	}
	error = ac_builder_build(b, ac);
	ac_builder_free(b);
	return error;
}

static const struct bytes text = BYTES("0012345678901234567890123456789000");
enum {
	MATCHES = 11
};

static int run_naive(const struct ac *ac, size_t *count)
{
	struct token_list list = {0};
	struct ac_cursor cursor = {0};
	int error = naive_match(ac, &cursor, text.at, text.length, &list);

	*count = list.count;
	token_list_release(&list);
	return error;
}

static int run_boxed(const struct ac *ac, size_t *count)
{
	struct ac_cursor cursor = {0};
	struct box_buffer b;
	size_t used;
	int error = box_buffer_init(&b, &match_box_ops, 16);

	if (!error)
		error = boxed_match(
			ac, &cursor, text.at, text.length, &used, &b);
	*count = b.count;
	box_buffer_release(&b);
	return error;
}

static int run_typed(const struct ac *ac, size_t *count)
{
	struct ac_match room[16];
	struct match_buffer b = {.match = room, .room = 16};
	struct ac_cursor cursor = {0};
	size_t used;
	int error = typed_match(ac, &cursor, text.at, text.length, &used, &b);

	*count = b.count;
	return error;
}

static int run_all(void)
{
	static int (*const run[])(const struct ac *, size_t *) = {
		run_naive, run_boxed, run_typed};
	struct ac *ac = NULL;
	size_t count = MATCHES;
	int error = build_numbers(&ac);

	for (size_t i = 0; i < 3 && !error; i++) {
		error = run[i](ac, &count);
		if (!error)
			assert_int_equal(count, MATCHES);
	}
	ac_free(ac);
	return error;
}

static void each_allocation_that_fails_is_told_and_leaks_nothing(void **state)
{
	size_t fail = 0, all;

	(void)state;
	count_from_here(0);
	assert_int_equal(run_all(), 0);
	assert_int_equal(in_use, 0);
	all = allocations;
	assert_true(all > (size_t)MATCHES * 2);
	while (fail++ < all) {
		count_from_here(fail);
		assert_int_equal(run_all(), -ENOMEM);
		assert_int_equal(in_use, 0);
		assert_true(allocations >= fail);
	}
}

static void the_forms_allocate_as_their_comments_say(void **state)
{
	struct ac *ac;
	size_t count;

	(void)state;
	count_from_here(0);
	assert_int_equal(build_numbers(&ac), 0);
	allocations = 0;
	assert_int_equal(run_naive(ac, &count), 0);
	assert_int_equal(allocations, MATCHES + 2); /* the list: 8, then 16 */
	allocations = 0;
	assert_int_equal(run_boxed(ac, &count), 0);
	assert_int_equal(allocations, MATCHES + 1); /* the buffer */
	allocations = 0;
	assert_int_equal(run_typed(ac, &count), 0);
	assert_int_equal(allocations, 0);
	ac_free(ac);
}

static void a_ceiling_is_kept_and_sticks(void **state)
{
	struct ac_options options = {.memory_max = 1 << 16};
	struct ac_builder *b = ac_builder_new(&options);
	uint64_t seed = 1;
	struct ac *ac = NULL;
	int error = 0, added = 0;

	(void)state;
	assert_non_null(b);
	while (!error && added < 100000) {
		uint64_t pattern = random_next(&seed);

		error = ac_builder_add(b, &pattern, sizeof(pattern));
		added += !error;
	}
	assert_int_equal(error, -E2BIG);
	assert_in_range(added, 100, 1 << 16);
	assert_int_equal(ac_builder_add(b, "a", 1), -E2BIG);
	assert_int_equal(ac_builder_build(b, &ac), -E2BIG);
	assert_null(ac);
	ac_builder_free(b);
}

/* Any ceiling that the builder passes: the automaton has fewer rows, or is
 * refused, and finds the same. */
static void under_any_ceiling_the_matches_are_the_same(void **state)
{
	struct ac_options options = {0};
	size_t built = 0, smaller = 0, largest, count;
	struct ac *ac = NULL;

	(void)state;
	assert_int_equal(build_numbers(&ac), 0);
	largest = ac_memory(ac);
	ac_free(ac);
	for (size_t max = 1; max < 4 * largest; max += 16) {
		struct ac_builder *b;

		options.memory_max = max;
		b = ac_builder_new(&options);
		for (char c = '0'; b && c < '9' + 1; c++)
			ac_builder_add(b, (char[]){c, '0', '1'}, 3);
		if (b && !ac_builder_build(b, &ac)) {
			built++;
			smaller += ac_memory(ac) < largest;
			assert_true(ac_memory(ac) <= max);
			assert_int_equal(run_typed(ac, &count), 0);
			assert_int_equal(count, 3); /* 001, 901, 901 */
			ac_free(ac);
		}
		ac_builder_free(b);
	}
	assert_true(built > 0);
	assert_true(smaller > 0);
}

static void options_of_a_newer_program_are_refused(void **state)
{
	struct ac_options options = {.reserved = {0, 0, 0, 0, 0, 1}};

	(void)state;
	assert_null(ac_builder_new(&options));
	assert_int_equal(errno, EINVAL);
}

static void nothing_can_be_freed(void **state)
{
	struct token_list list = {0};
	struct box_buffer b = {0};

	(void)state;
	ac_free(NULL);
	ac_builder_free(NULL);
	token_list_release(&list);
	box_buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_allocation_that_fails_is_told_and_leaks_nothing),
		cmocka_unit_test(the_forms_allocate_as_their_comments_say),
		cmocka_unit_test(a_ceiling_is_kept_and_sticks),
		cmocka_unit_test(under_any_ceiling_the_matches_are_the_same),
		cmocka_unit_test(options_of_a_newer_program_are_refused),
		cmocka_unit_test(nothing_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
