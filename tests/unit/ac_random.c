/* Random sets of patterns against brute force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "matcher/automaton.h"
#include "tests/unit/ac_support.h"

enum {
	PATTERNS_MAX = 4096,
	TEXT_MAX = 512,
	POOL = 1 << 16
};

/* What to draw. Small alphabets make overlaps, borders and duplicates. */
struct draw {
	const char *letters;
	size_t alphabet; /* how many letters, 0: all bytes */
	size_t patterns, pattern_max; /* at most */
	size_t text_max;
};

struct sample {
	struct bytes pattern[PATTERNS_MAX];
	size_t patterns;
	struct bytes text;
	char pool[POOL];
};

static size_t up_to(uint64_t *seed, size_t max)
{
	return random_next(seed) % max + 1;
}

static void draw_bytes(
	uint64_t *seed, const struct draw *d, char *to, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		uint64_t r = random_next(seed) >> 8;

		to[i] = d->alphabet ? d->letters[r % d->alphabet] : (char)r;
	}
}

static void draw_sample(uint64_t *seed, const struct draw *d, struct sample *s)
{
	char *at = s->pool;

	s->patterns = up_to(seed, d->patterns);
	for (size_t i = 0; i < s->patterns; i++) {
		size_t length = up_to(seed, d->pattern_max);

		assert_true(at + length + d->text_max <= s->pool + POOL);
		draw_bytes(seed, d, at, length);
		s->pattern[i] = (struct bytes){at, length};
		at += length;
	}
	s->text = (struct bytes){at, up_to(seed, d->text_max)};
	draw_bytes(seed, d, at, s->text.length);
}

static void check_samples(uint64_t seed, const struct draw *d, size_t rounds)
{
	static struct sample s;

	for (size_t i = 0; i < rounds; i++) {
		struct matches wanted = {0};
		struct ac *ac;
		size_t rows;

		draw_sample(&seed, d, &s);
		ac = build_set(s.pattern, s.patterns);
		match_brute(s.pattern, s.patterns, s.text, &wanted);
		assert_all_ways(ac, s.text, &wanted);
		/* So small a set has a row for each state: walk without. */
		rows = ac->rows;
		ac->rows = up_to(&seed, rows);
		assert_all_ways(ac, s.text, &wanted);
		ac->rows = rows;
		matches_release(&wanted);
		ac_free(ac);
	}
}

static void small_sets_equal_brute_force(void **state)
{
	static const struct draw draws[] = {
		{"a", 1, 6, 8, 60},
		{"ab", 2, 12, 6, 100},
		{"a\0", 2, 12, 6, 100},
		{"abc", 3, 30, 5, 150},
		{"\0\xff\x80\n", 4, 30, 4, 150},
		{NULL, 0, 60, 2, 200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(draws) / sizeof(*draws); i++)
		check_samples(i + 1, &draws[i], 600);
}

/* One pattern has all bytes, so that a row takes 1 KiB and most states of the
 * others, thousands, have none: fail links are made of fail links. */
static void a_set_larger_than_its_rows_equals_brute_force(void **state)
{
	static const struct draw d = {"ab", 2, 3000, 16, TEXT_MAX};
	static struct sample s;
	static char all[256];
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = i;
	for (size_t i = 0; i < 6; i++) {
		struct matches wanted = {0};
		struct ac *ac;

		do
			draw_sample(&seed, &d, &s);
		while (s.patterns < 1000);
		s.pattern[s.patterns++] = (struct bytes){all, sizeof(all)};
		ac = build_set(s.pattern, s.patterns);
		assert_true(ac->rows < ac->states / 2);
		match_brute(s.pattern, s.patterns, s.text, &wanted);
		assert_all_ways(ac, s.text, &wanted);
		matches_release(&wanted);
		ac_free(ac);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_sets_equal_brute_force),
		cmocka_unit_test(a_set_larger_than_its_rows_equals_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
