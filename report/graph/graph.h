/* graph.h - a profile as a call graph.
 *
 *   samples --> locations --> nodes         a node is a function, a line ...
 *                             edges         caller -> callee
 *
 * flat is what a node allocates itself, cum what it and all below it do; the
 * weight of an edge is what passes over it. All nodes that the profile can have
 * are made once; a graph of fewer of them (graph_count with some not kept) is
 * counted again from the samples, so that an edge over nodes left out appears
 * as a residual one.
 *
 * Strings are numbers in the profile, which graph_init may add to. */
#ifndef SPILL_REPORT_GRAPH_GRAPH_H
#define SPILL_REPORT_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/base/table.h"
#include "report/graph/profile.h"

enum graph_granularity {
	GRAPH_FUNCTIONS,
	GRAPH_FILE_FUNCTIONS,
	GRAPH_FILES,
	GRAPH_LINES,
	GRAPH_ADDRESSES,
};

struct graph_options {
	/* which of a sample's values counts */
	int type;
	enum graph_granularity granularity;
	/* show the calls that were inlined as part of their callers */
	bool no_inlines;
	/* names of files as they are, without what bazel puts in front */
	bool whole_paths;
	/* labels become boxes: count them */
	bool tags;
	/* the unit of the label "bytes", and the one to show it in: "minimum"
	 * or the user's */
	const char *bytes_unit, *tag_unit;
};

/* What makes two frames the same node. */
struct graph_name {
	uint64_t address;
	int64_t start_line, line;
	/* numbers of strings; mapping is its file, kept if there is no name */
	uint32_t function, file, mapping;
};

struct graph_node {
	struct graph_name name;
	int64_t flat, cum;
	/* in_edges[first_in ...) and out_edges[first_out ...) of the graph */
	uint32_t first_in, in_count, first_out, out_count;
	/* tags[first_tag ...) of the graph */
	uint32_t first_tag, tag_count;
	bool kept;
	/* the sample that was counted last */
	uint32_t seen;
	/* the caller that was seen last and the edge from it */
	uint32_t last_caller, last_edge;
	/* the name to print, at this offset of graph->names; 0: not made yet */
	size_t text;
};

struct graph_edge {
	uint32_t from, to;
	int64_t weight;
	/* goes over nodes that are left out */
	bool residual;
	/* each call was inlined */
	bool is_inline;
	bool dropped;
	uint32_t seen;
};

/* The share of a node that has the same labels. */
struct graph_tag {
	uint32_t node;
	/* the text of a sample's string labels, "key:value" on a line each;
	 * 0: it has none */
	uint32_t group;
	/* a number's text, which has a unit; 0 for the string labels alone */
	uint32_t number;
	uint32_t unit;
	int64_t value;
	int64_t flat, cum;
	bool dropped;
};

struct graph {
	struct profile *p;
	struct graph_options options;
	struct graph_node *nodes;
	size_t node_count, node_cap;
	/* the nodes of location L, innermost first:
	 * frames[first_frame[L] .. first_frame[L + 1]) */
	uint32_t *frames, *first_frame;
	size_t frame_count, frame_cap;
	struct table node_names;
	/* the nodes that have a value, in the order to show them */
	uint32_t *order;
	size_t order_count;

	struct graph_edge *edges;
	size_t edge_count, edge_cap;
	struct table edge_ends;
	uint32_t *in_edges, *out_edges;

	struct graph_tag *tags;
	size_t tag_count, tag_cap;
	struct table tag_keys;
	bool tags_counted;

	struct strbuf names;
};

/* Make the nodes. P must outlive G. Returns 0 or -ENOMEM; release G in any
 * case. */
__attribute__((warn_unused_result)) int graph_init(struct graph *g,
	struct profile *p, const struct graph_options *options);
void graph_release(struct graph *g);

/* Count the samples into the nodes that are kept, and put those that are not 0
 * into order, as they come. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int graph_count(struct graph *g);
/* The same without edges, which cost most: to see which nodes to keep. */
__attribute__((warn_unused_result)) int graph_count_values(struct graph *g);
/* Count the labels of the nodes in order, once they are final. */
__attribute__((warn_unused_result)) int graph_count_tags(struct graph *g);

/* What a node is called: "main", "0000000000401136 main app.c:31". Valid until
 * the next call for a node whose name was not asked for yet. */
const char *graph_node_text(struct graph *g, uint32_t node);
/* Make all the names of the nodes in order. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int graph_make_texts(struct graph *g);
/* The same text with the given spelling of the name's strings, appended to OUT,
 * its parts joined by SEPARATOR. */
void graph_name_text(struct strbuf *out, const struct graph_name *name,
	const char *function, const char *file, const char *mapping,
	const char *separator);

/* Negative if edge A comes first: the heavier one, then by names. */
int graph_compare_edges(const struct graph *g, uint32_t a, uint32_t b);
/* Sort COUNT of the graph's edges; their nodes must have their texts. */
void graph_sort_edges(const struct graph *g, uint32_t *edges, size_t count);

#endif
