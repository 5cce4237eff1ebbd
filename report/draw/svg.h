/* svg.h - a graph in DOT becomes the picture that users get.
 *
 *   DOT -> clean -> spill-layout (Graphviz) -> rewrite -> SVG
 *
 * The picture scales (viewBox), has a title on itself, on every box and on
 * every edge, its own light background, no script, no link and no font of its
 * own, so it can be opened in a browser, put in a page by <img> and sent by
 * mail. Names are hostile: only shapes, numbers and escaped text get through.
 */
#ifndef SPILL_REPORT_DRAW_SVG_H
#define SPILL_REPORT_DRAW_SVG_H

#include "report/base/strbuf.h"

struct svg_options {
	/* what the picture is called; NULL: "alloc_space of app", from what the
	 * legend says of Type and File */
	const char *title;
	/* wall time for the layout; 0: 60 */
	unsigned seconds;
};

/* Add the picture of graph DOT to SVG. OPTIONS may be NULL. Returns 0, or
 * -errno with SVG as it was and a sentence in WHY that says what to do. */
__attribute__((warn_unused_result)) int svg_render(const struct strbuf *dot,
	const struct svg_options *options, struct strbuf *svg,
	struct strbuf *why);

#endif
