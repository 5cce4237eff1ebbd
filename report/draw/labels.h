/* labels.h - the lines above a report: what was measured, what is shown. */
#ifndef SPILL_REPORT_DRAW_LABELS_H
#define SPILL_REPORT_DRAW_LABELS_H

#include <stddef.h>

#include "report/base/strbuf.h"
#include "report/graph/graph.h"
#include "report/graph/trim.h"
#include "report/graph/view.h"

/* Append what the profile is, lines joined by newlines. */
void labels_profile(const struct view *v, struct strbuf *out);

/* The same, then what of it graph G shows. A picture tells how to read it. */
void labels_report(const struct view *v, const struct graph *g,
	const struct trim_result *trim, struct strbuf *out);

/* Append TEXT with spaces in front, to WIDTH characters (not bytes). */
void labels_pad(struct strbuf *out, const char *text, size_t width);
/* Append VALUE as view_value does, padded. */
void labels_value(
	const struct view *v, struct strbuf *out, int64_t value, size_t width);
/* Append the share of TOTAL without leading spaces. */
void labels_percent(struct strbuf *out, int64_t value, int64_t total);

#endif
