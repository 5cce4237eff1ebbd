#include "report/stats/quantile.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

void quantile_sort(double *values, size_t count)
{
	if (count)
		qsort(values, count, sizeof(*values), ascending);
}

double quantile_at(const double *sorted, size_t count, double q)
{
	double place;
	size_t below;

	if (!count)
		return 0;
	place = (double)(count - 1) * q;
	below = (size_t)place;
	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] +
		(sorted[below + 1] - sorted[below]) * (place - (double)below);
}

double quantile_median(const double *sorted, size_t count)
{
	return quantile_at(sorted, count, 0.5);
}

double quantile_spread(const double *sorted, size_t count)
{
	return (quantile_at(sorted, count, 0.75) -
		       quantile_at(sorted, count, 0.25)) /
		2;
}
