/* layout.h - one try at drawing a graph with Graphviz.
 *
 * Graphviz may exit, jump, crash, leak and take exponential time, so a try is
 * made in a process that does nothing else. Only its built-in parts are used:
 * text is measured from tables, so the picture does not depend on the fonts
 * that are installed. */
#ifndef SPILL_LIBEXEC_LAYOUT_H
#define SPILL_LIBEXEC_LAYOUT_H

/* How hard to work for a fine picture. */
enum layout_effort {
	/* what Graphviz does by itself, where the graph is sparse enough */
	LAYOUT_FINE,
	/* few rounds of improving, straight edges without labels */
	LAYOUT_QUICK,
	LAYOUT_EFFORTS,
};

/* Draw the graph that TEXT describes as SVG to stdout. On failure a line about
 * it has gone to stderr. Returns 0 or -errno. To be called once in a process,
 * which should end with _exit. */
__attribute__((warn_unused_result)) int layout_draw(
	const char *text, enum layout_effort effort);

#endif
