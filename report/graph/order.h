/* order.h - which nodes of a graph come first. */
#ifndef SPILL_REPORT_GRAPH_ORDER_H
#define SPILL_REPORT_GRAPH_ORDER_H

#include "report/graph/graph.h"

enum graph_order {
	/* by what a node does itself */
	GRAPH_BY_FLAT,
	/* ... with what it calls */
	GRAPH_BY_CUM,
	/* by how much a picture would lose without it: nodes that only pass on
	 * from one caller to one callee come last */
	GRAPH_BY_ENTROPY,
};

/* Sort g->order. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int graph_sort(
	struct graph *g, enum graph_order order);

#endif
