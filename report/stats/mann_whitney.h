/* mann_whitney.h - could two sets of measurements be of the same thing?
 *
 *   a   1 2 3 . . .        the ranks of a in the pooled order sum to 6, the
 *   b   . . . 4 5 6        least possible: 1 of the 20 ways to choose 3 of 6
 *
 * Nothing is assumed about how the measurements are distributed; only their
 * order counts. Equal values share the mean of their ranks.
 *
 * Source: H. B. Mann and D. R. Whitney, "On a Test of Whether one of Two Random
 * Variables is Stochastically Larger than the Other", The Annals of
 * Mathematical Statistics 18 (1947), 50-60. */
#ifndef SPILL_REPORT_STATS_MANN_WHITNEY_H
#define SPILL_REPORT_STATS_MANN_WHITNEY_H

#include <stddef.h>

enum {
	/* measurements together up to which p is exact; above it the normal
	 * limit of that paper is used, corrected for ties and continuity */
	MANN_WHITNEY_EXACT = 100,
	MANN_WHITNEY_MAX = 100000,
};

/* Set *P to the two-sided probability of ranks as far from even as these, or
 * farther, if A and B were alike: the fraction of all ways to choose a_count of
 * the pooled ranks. 1 where one side is empty. Returns 0, -ENOMEM, or -E2BIG
 * above MANN_WHITNEY_MAX. */
__attribute__((warn_unused_result)) int mann_whitney(const double *a,
	size_t a_count, const double *b, size_t b_count, double *p);

#endif
