/* Cases by hand: each defect of the matcher that this one succeeds, and the
 * edges of chunks and buffers. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "matcher/automaton.h"
#include "tests/unit/ac_support.h"

/* Patterns and matches end with a zero length. */
struct row {
	const char *why;
	struct bytes pattern[8];
	struct bytes text;
	struct ac_match match[16];
};

static const struct row rows[] = {
	{"a suffix of a suffix", {BYTES("abcd"), BYTES("bcx"), BYTES("c")},
		BYTES("xabcde"), {{4, 1, 2}, {5, 4, 0}}},
	{"outputs only by way of two fail links",
		{BYTES("abcd"), BYTES("bcdx"), BYTES("cdy"), BYTES("d")},
		BYTES("abcd"), {{4, 4, 0}, {4, 1, 3}}},
	{"the example of ac.h", {BYTES("he"), BYTES("she"), BYTES("hers")},
		BYTES("ushers"), {{4, 3, 1}, {4, 2, 0}, {6, 4, 2}}},
	{"longest first at one end", {BYTES("a"), BYTES("aa"), BYTES("aaa")},
		BYTES("aaaa"),
		{{1, 1, 0}, {2, 2, 1}, {2, 1, 0}, {3, 3, 2}, {3, 2, 1},
			{3, 1, 0}, {4, 3, 2}, {4, 2, 1}, {4, 1, 0}}},
	{"equal patterns in the order of their numbers",
		{BYTES("ab"), BYTES("b"), BYTES("ab"), BYTES("b"), BYTES("ab")},
		BYTES("ab"),
		{{2, 2, 0}, {2, 2, 2}, {2, 2, 4}, {2, 1, 1}, {2, 1, 3}}},
	{"NUL bytes in the text", {BYTES("ab")}, BYTES("a\0ab\0b"),
		{{4, 2, 0}}},
	{"NUL bytes in patterns", {BYTES("\0"), BYTES("a\0b"), BYTES("\0\0")},
		BYTES("a\0b\0\0"),
		{{2, 1, 0}, {3, 3, 1}, {4, 1, 0}, {5, 2, 2}, {5, 1, 0}}},
	{"the byte 255", {BYTES("\xff"), BYTES("\xff\xfe")},
		BYTES("\xff\xfe\xff"), {{1, 1, 0}, {2, 2, 1}, {3, 1, 0}}},
	{"a byte that no pattern has leads back to the start", {BYTES("abc")},
		BYTES("ab-cabc"), {{7, 3, 0}}},
	{"a text shorter than the pattern", {BYTES("abc")}, BYTES("ab"), {{0}}},
	{"an empty text", {BYTES("abc")}, BYTES(""), {{0}}},
	{"no pattern", {{0}}, BYTES("abc"), {{0}}},
};

static void known_cases_are_found_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct matches wanted = {0};
		size_t patterns = 0;
		struct ac *ac;

		print_message("    %s\n", row->why);
		while (row->pattern[patterns].length)
			patterns++;
		for (const struct ac_match *m = row->match; m->length; m++)
			matches_add(&wanted, m);
		ac = build_set(row->pattern, patterns);
		assert_all_ways(ac, row->text, &wanted);
		ac_free(ac);
		matches_release(&wanted);
	}
}

static void a_set_with_all_bytes_finds_each(void **state)
{
	struct bytes pattern[256], text;
	struct matches wanted = {0};
	char all[256];
	struct ac *ac;

	(void)state;
	for (size_t i = 0; i < 256; i++) {
		all[i] = (char)(i * 7);
		pattern[i] = (struct bytes){&all[i], 1};
	}
	text = (struct bytes){all, sizeof(all)};
	match_brute(pattern, 256, text, &wanted);
	assert_int_equal(wanted.count, 256);
	ac = build_set(pattern, 256);
	assert_all_ways(ac, text, &wanted);
	ac_free(ac);
	matches_release(&wanted);
}

static void an_empty_pattern_is_refused_and_the_error_sticks(void **state)
{
	struct ac_builder *b = ac_builder_new(NULL);
	struct ac *ac = NULL;

	(void)state;
	assert_non_null(b);
	assert_int_equal(ac_builder_add(b, "a", 1), 0);
	assert_int_equal(ac_builder_add(b, "", 0), -EINVAL);
	assert_int_equal(ac_builder_add(b, "b", 1), -EINVAL);
	assert_int_equal(ac_builder_build(b, &ac), -EINVAL);
	assert_null(ac);
	ac_builder_free(b);
}

static void a_builder_can_be_added_to_and_built_again(void **state)
{
	static const struct bytes text = BYTES("abab");
	struct ac_builder *b = ac_builder_new(NULL);
	struct matches one = {0}, two = {0};
	struct ac *first, *second;

	(void)state;
	assert_non_null(b);
	assert_int_equal(ac_builder_add(b, "ab", 2), 0);
	assert_int_equal(ac_builder_build(b, &first), 0);
	assert_int_equal(ac_builder_add(b, "ab", 2), 0);
	assert_int_equal(ac_builder_build(b, &second), 0);
	ac_builder_free(b);
	matcher_ways[0].match(first, text, (struct feed){0, 64}, &one);
	matcher_ways[0].match(second, text, (struct feed){0, 64}, &two);
	assert_int_equal(one.count, 2);
	assert_int_equal(two.count, 4);
	matches_release(&one);
	matches_release(&two);
	ac_free(first);
	ac_free(second);
}

static void a_copy_of_a_cursor_goes_on_by_itself(void **state)
{
	static const struct bytes pattern = BYTES("abc");
	struct ac *ac = build_set(&pattern, 1);
	struct ac_cursor cursor = {0}, copy;
	struct ac_match match;
	size_t used, count;

	(void)state;
	assert_int_equal(sizeof(cursor), 16);
	assert_int_equal(
		ac_scan(ac, &cursor, "ab", 2, &used, &match, 1, &count),
		AC_DONE);
	copy = cursor;
	assert_int_equal(ac_scan(ac, &cursor, "x", 1, &used, &match, 1, &count),
		AC_DONE);
	assert_int_equal(count, 0);
	assert_int_equal(
		ac_scan(ac, &copy, "c", 1, &used, &match, 1, &count), AC_DONE);
	assert_int_equal(count, 1);
	assert_int_equal(match.end, 3);
	ac_free(ac);
}

static void without_room_the_scan_says_whether_there_is_a_match(void **state)
{
	static const struct bytes pattern = BYTES("b");
	struct ac *ac = build_set(&pattern, 1);
	struct ac_cursor cursor = {0};
	size_t used, count;

	(void)state;
	assert_int_equal(
		ac_scan(ac, &cursor, "aa", 2, &used, NULL, 0, &count), AC_DONE);
	assert_int_equal(used, 2);
	assert_int_equal(ac_scan(ac, &cursor, "aba", 3, &used, NULL, 0, &count),
		AC_FULL);
	assert_int_equal(used, 2);
	assert_int_equal(
		ac_scan(ac, &cursor, "a", 1, &used, NULL, 0, &count), AC_FULL);
	assert_int_equal(used, 0);
	assert_int_equal(cursor.position, 4);
	ac_free(ac);
}

static void a_cursor_of_another_automaton_is_refused(void **state)
{
	static const struct bytes pattern = BYTES("abc");
	struct ac *ac = build_set(&pattern, 1);
	struct ac_cursor wrong[] = {
		{.state = 4},
		{.state = UINT32_MAX},
		{.output = 2},
		{.output = UINT32_MAX},
	};
	struct ac_match match;
	size_t used, count;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(ac_scan(ac, &wrong[i], "abc", 3, &used, &match,
					 1, &count),
			-EINVAL);
	ac_free(ac);
}

/* a, aa, ..., a^N on a^(N+1): 75 million matches, up to 12288 for one byte,
 * through 64 KiB. */
static void many_matches_pass_through_a_small_buffer(void **state)
{
	enum {
		N = 12288,
		ROOM = 4096
	};
	static struct ac_match found[ROOM];
	static char text[N + 1];
	struct ac_builder *b = ac_builder_new(NULL);
	struct ac_cursor cursor = {0};
	size_t at = 0, used, count;
	uint64_t end = 1, length = 1, total = 0;
	struct ac *ac;
	int status;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_non_null(b);
	for (size_t n = 1; n <= N; n++)
		ac_builder_add(b, text, n);
	assert_int_equal(ac_builder_build(b, &ac), 0);
	ac_builder_free(b);
	do {
		int wrong = 0;

		status = ac_scan(ac, &cursor, text + at, sizeof(text) - at,
			&used, found, ROOM, &count);
		for (size_t i = 0; i < count; i++) {
			wrong |= found[i].end != end;
			wrong |= found[i].length != length;
			wrong |= found[i].pattern != length - 1;
			if (!--length)
				length = ++end < N ? end : N;
		}
		assert_false(wrong);
		at += used;
		total += count;
	} while (status == AC_FULL);
	assert_int_equal(status, AC_DONE);
	assert_int_equal(at, sizeof(text));
	assert_int_equal(total, (uint64_t)N * (N + 1) / 2 + N);
	ac_free(ac);
}

static void several_automata_do_not_disturb_each_other(void **state)
{
	static const struct bytes a = BYTES("a"), b = BYTES("b");
	static const struct bytes text = BYTES("aab");
	struct ac *first = build_set(&a, 1), *second = build_set(&b, 1);
	struct matches one = {0}, two = {0};

	(void)state;
	matcher_ways[0].match(first, text, (struct feed){0, 64}, &one);
	ac_free(first);
	matcher_ways[0].match(second, text, (struct feed){0, 64}, &two);
	ac_free(second);
	assert_int_equal(one.count, 2);
	assert_int_equal(two.count, 1);
	matches_release(&one);
	matches_release(&two);
}

static void *scan_again_and_again(void *ac)
{
	static const struct bytes text = BYTES("aababaab");
	size_t *total = calloc(1, sizeof(*total));

	for (size_t i = 0; total && i < 2000; i++) {
		struct ac_match found[2];
		struct ac_cursor cursor = {0};
		size_t at = 0, used, count;
		int status;

		do {
			status = ac_scan(ac, &cursor, text.at + at,
				text.length - at, &used, found, 2, &count);
			at += used;
			*total += count;
		} while (status == AC_FULL);
	}
	return total;
}

/* The thread sanitizer looks on in the build that has it. */
static void threads_share_an_automaton(void **state)
{
	static const struct bytes pattern[] = {
		BYTES("a"), BYTES("ab"), BYTES("ba")};
	struct ac *ac = build_set(pattern, 3);
	pthread_t thread[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL,
					 scan_again_and_again, ac),
			0);
	for (size_t i = 0; i < 4; i++) {
		void *total;

		assert_int_equal(pthread_join(thread[i], &total), 0);
		assert_non_null(total);
		assert_int_equal(*(size_t *)total, 2000 * (5 + 3 + 2));
		free(total);
	}
	ac_free(ac);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_cases_are_found_in_order),
		cmocka_unit_test(a_set_with_all_bytes_finds_each),
		cmocka_unit_test(
			an_empty_pattern_is_refused_and_the_error_sticks),
		cmocka_unit_test(a_builder_can_be_added_to_and_built_again),
		cmocka_unit_test(a_copy_of_a_cursor_goes_on_by_itself),
		cmocka_unit_test(
			without_room_the_scan_says_whether_there_is_a_match),
		cmocka_unit_test(a_cursor_of_another_automaton_is_refused),
		cmocka_unit_test(many_matches_pass_through_a_small_buffer),
		cmocka_unit_test(several_automata_do_not_disturb_each_other),
		cmocka_unit_test(threads_share_an_automaton),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
