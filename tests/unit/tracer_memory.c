/* Reading the host's memory never faults. */
#include "tests/unit/tracer_support.h"

#include <sys/mman.h>

#include "tracer/stack/memory.h"

enum {
	PAGE = 4096
};

static char *map(size_t pages)
{
	char *at = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(at, MAP_FAILED);
	return at;
}

static bool word_at(struct memory *m, const void *at, uintptr_t *value)
{
	return memory_word(m, (uintptr_t)at, value);
}

static void what_is_not_mapped_is_not_read(void **state)
{
	static const uintptr_t addresses[] = {0, 8, 4096, 0x7fffffffeff8,
		0x7ffffffff000, 0x800000000000, 0xdeadbeefdeadbee8,
		0xffff800000000000, 0xffffffffff600000, ~(uintptr_t)7,
		~(uintptr_t)0, 1};
	struct memory m = {0};
	uintptr_t value = 77;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		memory_begin(&m, addresses[i]);
		assert_false(memory_word(&m, addresses[i], &value));
		memory_begin(&m, (uintptr_t)&value);
		assert_false(memory_word(&m, addresses[i], &value));
	}
	assert_int_equal(value, 77);
}

static void pages_are_learned_up_to_the_first_that_cannot_be_read(void **state)
{
	char *at = map(8);
	struct memory m = {0};
	uintptr_t value;
	size_t i;

	(void)state;
	assert_int_equal(mprotect(at, PAGE, PROT_NONE), 0);
	assert_int_equal(munmap(at + 6 * PAGE, 2 * PAGE), 0);
	for (i = 0; i < 5 * PAGE; i += 8)
		*(uintptr_t *)(void *)(at + PAGE + i) = i * 3 + 1;
	memory_begin(&m, (uintptr_t)at + 2 * PAGE);
	for (i = 0; i < 5 * PAGE; i += 8) {
		assert_true(word_at(&m, at + PAGE + i, &value));
		assert_int_equal(value, i * 3 + 1);
	}
	assert_false(word_at(&m, at + PAGE - 8, &value));
	assert_false(word_at(&m, at + 6 * PAGE, &value));
	/* and downwards, from a stranger's page */
	memory_begin(&m, (uintptr_t)at);
	for (i = 5 * PAGE; i; i -= 8) {
		assert_true(word_at(&m, at + PAGE + i - 8, &value));
		assert_int_equal(value, (i - 8) * 3 + 1);
	}
	assert_false(word_at(&m, at + PAGE - 8, &value));
	munmap(at, 6 * PAGE);
}

static void words_out_of_line_are_not_read(void **state)
{
	uintptr_t words[2] = {0x1122334455667788, 0x99};
	struct memory m = {0};
	uintptr_t value = 0;
	int i;

	(void)state;
	memory_begin(&m, (uintptr_t)words);
	for (i = 1; i < 8; i++)
		assert_false(word_at(&m, (char *)words + i, &value));
	assert_true(word_at(&m, words, &value));
	assert_int_equal(value, 0x1122334455667788);
}

/* A coroutine's stack is unmapped and a smaller one made in its place. */
static void another_stack_at_the_same_place_is_looked_at_anew(void **state)
{
	char *at = map(4);
	struct memory m = {0};
	uintptr_t value;

	(void)state;
	memory_begin(&m, (uintptr_t)at);
	assert_true(word_at(&m, at, &value));
	assert_true(word_at(&m, at + PAGE, &value));
	assert_true(word_at(&m, at + 3 * PAGE, &value));
	munmap(at + PAGE, 3 * PAGE);
	memory_begin(&m, (uintptr_t)at);
	assert_true(word_at(&m, at, &value));
	assert_false(word_at(&m, at + PAGE, &value));
	assert_false(word_at(&m, at + 3 * PAGE, &value));
	munmap(at, PAGE);
	memory_begin(&m, (uintptr_t)at);
	assert_false(word_at(&m, at, &value));
}

static void random_addresses_do_no_harm(void **state)
{
	struct memory m = {0};
	uint64_t random = 99;
	uintptr_t value, at;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		at = random_next(&random) << 7 ^ random_next(&random) << 3;
		if (i % 3 == 0)
			at = (uintptr_t)&random + at % (1 << 22) - (1 << 21);
		if (i % 10 == 0)
			memory_begin(&m, at);
		if (memory_word(&m, at & ~(uintptr_t)7, &value))
			assert_true(at < (uintptr_t)1 << 47);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_mapped_is_not_read),
		cmocka_unit_test(
			pages_are_learned_up_to_the_first_that_cannot_be_read),
		cmocka_unit_test(words_out_of_line_are_not_read),
		cmocka_unit_test(
			another_stack_at_the_same_place_is_looked_at_anew),
		cmocka_unit_test(random_addresses_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
