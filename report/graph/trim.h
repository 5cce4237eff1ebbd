/* trim.h - leave out what a reader would not miss. */
#ifndef SPILL_REPORT_GRAPH_TRIM_H
#define SPILL_REPORT_GRAPH_TRIM_H

#include "report/graph/graph.h"
#include "report/graph/order.h"

struct trim_options {
	/* at most so many nodes; 0: all */
	size_t node_count;
	/* drop what has less than this share of the total */
	double node_fraction, edge_fraction;
	enum graph_order order;
	/* for a picture: labels take room too, and edges that say nothing that
	 * another path does not are left out */
	bool visual;
};

struct trim_result {
	/* of how many nodes node_count chose */
	size_t node_count;
	size_t dropped_nodes;
	size_t dropped_edges;
};

/* Count, choose and sort the nodes of G, which has been initialized. Returns 0
 * or -ENOMEM. */
__attribute__((warn_unused_result)) int graph_trim(struct graph *g,
	const struct trim_options *options, struct trim_result *result);

#endif
