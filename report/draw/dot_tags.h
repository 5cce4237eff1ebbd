/* dot_tags.h - the small boxes below a node: its share by labels. Only for
 * dot*.c. */
#ifndef SPILL_REPORT_DRAW_DOT_TAGS_H
#define SPILL_REPORT_DRAW_DOT_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/view.h"

/* Append the boxes of node ID, which is N<NUMBER> in the picture, and the edges
 * to them. *ANY tells whether there are some. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int dot_tags(const struct view *v,
	const struct graph *g, uint32_t id, uint32_t number, struct strbuf *out,
	bool *any);

#endif
