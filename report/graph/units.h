/* units.h - numbers as people read them: 1536 bytes are 1.50kB.
 *
 * A unit is a name as profiles have it ("bytes", "nanoseconds", "count"), in
 * any case, with or without an s. The unit "auto" (or "minimum") picks the
 * largest that leaves at least 1. Units of memory step by 1024. */
#ifndef SPILL_REPORT_GRAPH_UNITS_H
#define SPILL_REPORT_GRAPH_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/base/strbuf.h"

/* VALUE, which is in units FROM, in units TO; *SHOWN, unless NULL, becomes the
 * unit to print behind it: a constant, TO itself, or "". */
double units_scale(
	int64_t value, const char *from, const char *to, const char **shown);

/* Whether units TO are a way to show values in units FROM; where they are not,
 * units_scale still gives a number, with the unit that it can have. */
bool units_fit(const char *from, const char *to);

/* Append VALUE in units TO: "1.50kB", "2MB", "0". */
void units_label(
	struct strbuf *out, int64_t value, const char *from, const char *to);

/* Append what share of TOTAL the VALUE is, five wide and a %: "12.50%". */
void units_percent(struct strbuf *out, int64_t value, int64_t total);

/* What a conversion of NUMBER to an integer gives, where it fits; INT64_MIN
 * where it does not. */
int64_t units_truncate(double number);

/* INT64_MIN stays what it is. */
static inline int64_t units_abs(int64_t value)
{
	return value < 0 ? (int64_t)(0 - (uint64_t)value) : value;
}

#endif
