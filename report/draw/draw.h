/* draw.h - reports as text. Each appends to OUT what go tool pprof prints for
 * the same profile and flags, to the byte where that is sound, and returns 0 or
 * -ENOMEM. A view serves for one report: it chooses its unit then. */
#ifndef SPILL_REPORT_DRAW_DRAW_H
#define SPILL_REPORT_DRAW_DRAW_H

#include "report/base/regex.h"
#include "report/base/strbuf.h"
#include "report/graph/view.h"

/* A list of nodes. */
__attribute__((warn_unused_result)) int draw_top(
	struct view *v, struct strbuf *out);
/* Each node between its callers and its callees; with ONLY, unless it is NULL,
 * just the nodes it matches: -ENOENT where there are none. */
__attribute__((warn_unused_result)) int draw_tree(
	struct view *v, struct regex *only, struct strbuf *out);
/* Each sample's stack. */
__attribute__((warn_unused_result)) int draw_traces(
	struct view *v, struct strbuf *out);
/* Everything that the profile holds. */
__attribute__((warn_unused_result)) int draw_raw(
	struct view *v, struct strbuf *out);
/* A graph for Graphviz. */
__attribute__((warn_unused_result)) int draw_dot(
	struct view *v, struct strbuf *out);

#endif
