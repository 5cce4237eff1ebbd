/* quantile.h - the middle of some measurements, and how far they spread.
 *
 *   3 5 [6] 9 40      median 6; quartiles 5 and 9; spread (9 - 5) / 2 = 2
 *
 * Both are indifferent to the odd run that something disturbed. */
#ifndef SPILL_REPORT_STATS_QUANTILE_H
#define SPILL_REPORT_STATS_QUANTILE_H

#include <stddef.h>

/* Sort the COUNT numbers at VALUES, ascending. */
void quantile_sort(double *values, size_t count);

/* The value below which the fraction Q (0 to 1) of the COUNT sorted VALUES lie,
 * interpolated between neighbours: (count - 1) * q counts from the first.
 * 0 where there are none. */
double quantile_at(const double *sorted, size_t count, double q);

double quantile_median(const double *sorted, size_t count);
/* Half the distance between the quartiles. */
double quantile_spread(const double *sorted, size_t count);

#endif
