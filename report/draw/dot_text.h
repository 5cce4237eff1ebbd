/* dot_text.h - names and colours as Graphviz wants them. Only for dot*.c. */
#ifndef SPILL_REPORT_DRAW_DOT_TEXT_H
#define SPILL_REPORT_DRAW_DOT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/view.h"

/* Append TEXT for use between double quotes: a newline ends a left-justified
 * line, other control characters are replaced. */
void dot_escape(struct strbuf *out, const char *text);

/* The part of a function's name that tells it from others in a small box:
 * "Class::method" of C++, what follows the last slash of Go's import path,
 * "Class.method" of Java. Points into TEXT or, where parts of it have to go,
 * into SCRATCH. */
const char *dot_shorten(const char *text, size_t *len, struct strbuf *scratch);

/* Append VALUE in the view's unit, which a profile may name as it likes. */
void dot_value(struct strbuf *out, const struct view *v, int64_t value);

/* Append a colour from grey (0) to red (1) or green (-1), for lines or, paler,
 * for what is behind text. */
void dot_color(struct strbuf *out, double score, bool background);

#endif
