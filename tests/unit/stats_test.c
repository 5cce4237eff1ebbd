#include "report/stats/mann_whitney.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "report/stats/quantile.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define assert_near(is, wanted, by) assert_true(fabs((is) - (wanted)) <= (by))

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % sides;
}

/* U by its definition: pairs in which a is greater, ties count half. Twice, to
 * stay whole. CHOSEN has a bit for each member of POOL that is in a. */
static long doubled_u(const double *pool, unsigned count, unsigned chosen)
{
	long u = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!(chosen >> i & 1))
			continue;
		for (unsigned j = 0; j < count; j++) {
			if (chosen >> j & 1)
				continue;
			u += pool[i] > pool[j] ? 2 : pool[i] == pool[j];
		}
	}
	return u;
}

/* p by trying every way to choose the members of a. */
static double brute_force(const double *pool, unsigned count, unsigned m)
{
	long mean = (long)m * (count - m);
	long far = labs(doubled_u(pool, count, (1U << m) - 1) - mean);
	unsigned all = 0;
	unsigned out = 0;

	for (unsigned chosen = 0; chosen < 1U << count; chosen++) {
		if ((unsigned)__builtin_popcount(chosen) != m)
			continue;
		all++;
		out += labs(doubled_u(pool, count, chosen) - mean) >= far;
	}
	return (double)out / all;
}

static double p_of(const double *a, size_t m, const double *b, size_t n)
{
	double p = -1;

	assert_int_equal(mann_whitney(a, m, b, n, &p), 0);
	return p;
}

static void p_is_that_of_trying_every_choice(void **state)
{
	double pool[12];

	(void)state;
	seed = 1;
	for (unsigned round = 0; round < 300; round++) {
		unsigned m = 1 + dice(6);
		unsigned n = 1 + dice(6);
		/* few sides: many ties */
		unsigned sides = round % 3 ? 4 : 1000;

		for (unsigned i = 0; i < m + n; i++)
			pool[i] = dice(sides);
		assert_near(p_of(pool, m, pool + m, n),
			brute_force(pool, m + n, m), 1e-12);
	}
}

/* Five against five, by what U is: 252 choices, and the critical value of the
 * published tables for 5 % is U = 2. */
static void five_against_five_is_as_in_the_tables(void **state)
{
	static const double b[] = {10, 20, 30, 40, 50};
	static const struct {
		double a[5];
		double p;
	} rows[] = {
		{{1, 2, 3, 4, 5}, 2.0 / 252}, /* U = 0 */
		{{1, 2, 3, 4, 15}, 4.0 / 252}, /* U = 1 */
		{{1, 2, 3, 4, 25}, 8.0 / 252}, /* U = 2 */
		{{1, 2, 3, 4, 35}, 14.0 / 252}, /* U = 3 */
		{{61, 62, 63, 64, 65}, 2.0 / 252}, /* U = 25 */
		{{10, 20, 30, 40, 50}, 1}, /* the same */
		{{30, 30, 30, 30, 30}, 1}, /* even, with ties */
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_near(p_of(rows[i].a, 5, b, 5), rows[i].p, 1e-12);
}

static void p_does_not_depend_on_which_side_is_first(void **state)
{
	double pool[40];

	(void)state;
	seed = 2;
	for (unsigned round = 0; round < 50; round++) {
		size_t m = 1 + dice(20);
		size_t n = 1 + dice(20);

		for (size_t i = 0; i < m + n; i++)
			pool[i] = dice(9);
		assert_near(p_of(pool, m, pool + m, n),
			p_of(pool + m, n, pool, m), 1e-9);
	}
}

/* Sets too large to count are judged by the normal limit: it must agree with
 * how often shuffles of the same values come out as far from even. */
static void large_sets_agree_with_shuffles(void **state)
{
	enum {
		HALF = 60,
		SHUFFLES = 4000
	};
	double pool[2 * HALF];
	double p, fixed;
	unsigned out = 0;

	(void)state;
	seed = 3;
	for (unsigned i = 0; i < 2 * HALF; i++)
		pool[i] = dice(12) + (i < HALF ? 1 : 0);
	p = p_of(pool, HALF, pool + HALF, HALF);
	for (unsigned round = 0; round < SHUFFLES; round++) {
		for (unsigned i = 2 * HALF - 1; i; i--) {
			unsigned j = dice(i + 1);

			fixed = pool[i];
			pool[i] = pool[j];
			pool[j] = fixed;
		}
		out += p_of(pool, HALF, pool + HALF, HALF) <= p;
	}
	assert_true(p > 0.001 && p < 0.2);
	assert_near((double)out / SHUFFLES, p, 0.02);
}

static void the_largest_exact_set_and_the_next_agree(void **state)
{
	double pool[102];

	(void)state;
	for (unsigned i = 0; i < LENGTH(pool); i++)
		pool[i] = (i * 37) % 101 + (i < 51 ? 8 : 0);
	assert_near(p_of(pool, 50, pool + 51, 50),
		p_of(pool, 51, pool + 51, 50), 0.03);
}

static void an_empty_side_shows_nothing(void **state)
{
	static const double a[] = {1, 2, 3};

	(void)state;
	assert_near(p_of(a, 3, NULL, 0), 1, 0);
	assert_near(p_of(NULL, 0, a, 3), 1, 0);
}

static void more_than_the_ceiling_is_refused(void **state)
{
	double value = 1;
	double p;

	(void)state;
	assert_int_not_equal(
		mann_whitney(&value, MANN_WHITNEY_MAX + 1, &value, 1, &p), 0);
}

static void the_median_is_the_middle(void **state)
{
	static const struct {
		double values[6];
		size_t count;
		double median, spread;
	} rows[] = {
		{{0}, 0, 0, 0},
		{{7}, 1, 7, 0},
		{{9, 1}, 2, 5, 2},
		{{40, 5, 3, 9, 6}, 5, 6, 2},
		{{4, 1, 3, 2}, 4, 2.5, 0.75},
		{{2, 2, 2, 2, 2, 900}, 6, 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		double values[6];

		for (size_t k = 0; k < rows[i].count; k++)
			values[k] = rows[i].values[k];
		quantile_sort(values, rows[i].count);
		assert_near(quantile_median(values, rows[i].count),
			rows[i].median, 1e-12);
		assert_near(quantile_spread(values, rows[i].count),
			rows[i].spread, 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p_is_that_of_trying_every_choice),
		cmocka_unit_test(five_against_five_is_as_in_the_tables),
		cmocka_unit_test(p_does_not_depend_on_which_side_is_first),
		cmocka_unit_test(large_sets_agree_with_shuffles),
		cmocka_unit_test(the_largest_exact_set_and_the_next_agree),
		cmocka_unit_test(an_empty_side_shows_nothing),
		cmocka_unit_test(more_than_the_ceiling_is_refused),
		cmocka_unit_test(the_median_is_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
