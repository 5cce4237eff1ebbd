/* svg_scan.h - the pieces of the XML that Graphviz writes.
 *
 * Nothing is copied and nothing is decoded: all spans point into the text, with
 * entities as they are. In that text < and > stand for markup only. */
#ifndef SPILL_REPORT_DRAW_SVG_SCAN_H
#define SPILL_REPORT_DRAW_SVG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "report/base/strbuf.h"

struct span {
	const char *data;
	size_t len;
};

enum token_kind {
	TOKEN_END,
	TOKEN_TEXT,
	/* <name attributes>, or with empty set <name attributes/> */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	/* comments, declarations */
	TOKEN_OTHER,
};

struct token {
	enum token_kind kind;
	bool empty;
	/* of the tag; of TOKEN_TEXT the text */
	struct span name;
	struct span attributes;
};

/* Take the next piece off the front of TEXT. What is cut short is the end. */
struct token svg_next(struct span *text);

/* The value of attribute NAME among ATTRIBUTES of a tag; data is NULL when it
 * has none. */
struct span svg_attribute(struct span attributes, const char *name);

/* Take the next attribute off the front of ATTRIBUTES; false at the end. */
bool svg_next_attribute(
	struct span *attributes, struct span *name, struct span *value);

bool span_is(struct span span, const char *text);
/* The number that SPAN begins with; 0 when it has none. */
double span_number(struct span span);
void span_add(struct strbuf *out, struct span span);

#endif
