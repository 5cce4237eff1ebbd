/* svg_rewrite.h - make Graphviz's SVG the picture that svg.h promises.
 *
 * Graphviz writes one <g> for each node, edge and cluster, with the name of it
 * as <title>, and shapes wrapped in <a xlink:title="TOOLTIP">. What comes out
 * is built anew from the shapes: elements and attributes that are not known
 * here, links among them, do not get through. */
#ifndef SPILL_REPORT_DRAW_SVG_REWRITE_H
#define SPILL_REPORT_DRAW_SVG_REWRITE_H

#include "report/base/strbuf.h"

/* Add the picture made of DRAWING, called TITLE (escaped; NULL: as its legend
 * has it, "alloc_space of app"), to OUT. Returns 0; -EPROTO, with something
 * added, if DRAWING is not a whole drawing of Graphviz; -ENOMEM. */
__attribute__((warn_unused_result)) int svg_rewrite(
	const struct strbuf *drawing, const char *title, struct strbuf *out);

#endif
