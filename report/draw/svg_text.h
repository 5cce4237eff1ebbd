/* svg_text.h - text on its way through Graphviz. */
#ifndef SPILL_REPORT_DRAW_SVG_TEXT_H
#define SPILL_REPORT_DRAW_SVG_TEXT_H

#include "report/base/strbuf.h"
#include "report/draw/svg_scan.h"

/* Add TEXT to OUT with every byte that is not UTF-8 and every character that
 * XML does not know replaced by U+FFFD. */
void svg_clean(const struct strbuf *text, struct strbuf *out);

/* Add TEXT to OUT, escaped as XML text and attribute value. */
void svg_escape(const char *text, struct strbuf *out);

/* Add a <text> that says escaped TEXT where Graphviz's ATTRIBUTES put it. With
 * FIT it keeps the width that Graphviz gave it, whichever font it is set in. */
void svg_add_text(
	struct strbuf *out, struct span attributes, struct span text, bool fit);

/* How wide Helvetica sets escaped TEXT, in thousandths of the font's size, or 0
 * when it has a character that we do not know the width of. */
unsigned svg_text_width(struct span text);

#endif
