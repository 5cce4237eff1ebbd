#include "report/stats/mann_whitney.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Ranks are kept doubled, so that the mean rank of ties is a whole number. */
struct pooled {
	double value;
	size_t rank2;
	size_t from_a;
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct pooled *)a)->value;
	double y = ((const struct pooled *)b)->value;

	return (x > y) - (x < y);
}

/* Rank the sorted POOL. Returns the sum of t^3 - t over its groups of t ties.
 */
static double rank(struct pooled *pool, size_t count)
{
	double ties = 0;
	double size;
	size_t first, last, i;

	for (first = 0; first < count; first = last) {
		for (last = first; last < count; last++)
			if (pool[last].value > pool[first].value)
				break;
		/* twice the mean of first + 1 ... last */
		for (i = first; i < last; i++)
			pool[i].rank2 = first + 1 + last;
		size = (double)(last - first);
		ties += size * size * size - size;
	}
	return ties;
}

static size_t rank_sum2(const struct pooled *pool, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += pool[i].from_a * pool[i].rank2;
	return sum;
}

/* WAYS[k * width + s]: in how many ways k of the ranks sum to s. */
static void count_ways(double *ways, size_t width, const struct pooled *pool,
	size_t count, size_t chosen)
{
	size_t reach = 0;
	size_t r, k, s;

	ways[0] = 1;
	for (size_t i = 0; i < count; i++) {
		r = pool[i].rank2;
		reach += r;
		for (k = i + 1 < chosen ? i + 1 : chosen; k; k--)
			for (s = reach; s >= r; s--)
				ways[k * width + s] +=
					ways[(k - 1) * width + s - r];
	}
}

/* The part of the ways whose sum is as far from the mean as SUM2. */
static double tail(const double *ways, size_t width, size_t mean2, size_t sum2)
{
	size_t far = sum2 > mean2 ? sum2 - mean2 : mean2 - sum2;
	double all = 0;
	double out = 0;

	for (size_t s = 0; s < width; s++) {
		all += ways[s];
		if ((s > mean2 ? s - mean2 : mean2 - s) >= far)
			out += ways[s];
	}
	return out / all;
}

static int exact(
	const struct pooled *pool, size_t count, size_t chosen, double *p)
{
	size_t width = count * (count + 1) + 1;
	double *ways = calloc((chosen + 1) * width, sizeof(*ways));

	if (!ways)
		return -ENOMEM;
	count_ways(ways, width, pool, count, chosen);
	*p = tail(ways + chosen * width, width, chosen * (count + 1),
		rank_sum2(pool, count));
	free(ways);
	return 0;
}

static double normal(
	const struct pooled *pool, size_t count, size_t chosen, double ties)
{
	double n = (double)count;
	double m = (double)chosen;
	double mean = m * (n + 1) / 2;
	double variance = m * (n - m) / 12 * (n + 1 - ties / (n * (n - 1)));
	double far = fabs((double)rank_sum2(pool, count) / 2 - mean) - 0.5;

	if (variance <= 0 || far <= 0)
		return 1;
	return erfc(far / sqrt(2 * variance));
}

static void fill(
	struct pooled *pool, const double *values, size_t count, size_t from_a)
{
	for (size_t i = 0; i < count; i++)
		pool[i] = (struct pooled){values[i], 0, from_a};
}

int mann_whitney(const double *a, size_t a_count, const double *b,
	size_t b_count, double *p)
{
	size_t count = a_count + b_count;
	struct pooled *pool;
	double ties;
	int error = 0;

	*p = 1;
	if (!a_count || !b_count)
		return 0;
	if (a_count > MANN_WHITNEY_MAX || b_count > MANN_WHITNEY_MAX)
		return -E2BIG;
	pool = calloc(count, sizeof(*pool));
	if (!pool)
		return -ENOMEM;
	fill(pool, a, a_count, 1);
	fill(pool + a_count, b, b_count, 0);
	qsort(pool, count, sizeof(*pool), by_value);
	ties = rank(pool, count);
	if (count <= MANN_WHITNEY_EXACT)
		error = exact(pool, count, a_count, p);
	else
		*p = normal(pool, count, a_count, ties);
	free(pool);
	return error;
}
