#include "report/graph/trim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/graph/order.h"
#include "report/graph/units.h"

enum {
	/* the boxes that a picture has for the labels of a node */
	TAGS_SHOWN = 4,
};

struct trimmer {
	struct graph *g;
	const struct trim_options *options;
	int64_t node_cutoff, edge_cutoff;
};

static int64_t cutoff(uint64_t total, double fraction)
{
	return units_abs(units_truncate((double)(int64_t)total * fraction));
}

static void set_cutoffs(struct trimmer *t)
{
	const struct graph *g = t->g;
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < g->order_count; i++)
		total += (uint64_t)g->nodes[g->order[i]].flat;
	t->node_cutoff = cutoff(total, t->options->node_fraction);
	t->edge_cutoff = cutoff(total, t->options->edge_fraction);
}

/* Keep the first COUNT nodes of the order, and count again. */
static int keep_first(struct graph *g, size_t count)
{
	size_t i;

	for (i = 0; i < g->node_count; i++)
		g->nodes[i].kept = false;
	for (i = 0; i < count; i++)
		g->nodes[g->order[i]].kept = true;
	return graph_count(g);
}

/* Leave out the nodes of little weight. Only then edges are worth counting. */
static int drop_light_nodes(struct trimmer *t, size_t *dropped)
{
	struct graph *g = t->g;
	size_t kept = 0, i;
	int error = graph_count_values(g);

	*dropped = 0;
	if (error)
		return error;
	set_cutoffs(t);
	if (t->node_cutoff <= 0)
		return graph_count(g);
	for (i = 0; i < g->order_count; i++)
		if (units_abs(g->nodes[g->order[i]].cum) >= t->node_cutoff)
			g->order[kept++] = g->order[i];
	*dropped = g->order_count - kept;
	return *dropped ? keep_first(g, kept) : graph_count(g);
}

static void drop_light_tags(struct trimmer *t)
{
	struct graph_tag *tag;
	size_t i;

	for (i = 0; i < t->g->tag_count; i++) {
		tag = &t->g->tags[i];
		if (units_abs(tag->flat) < t->node_cutoff &&
			units_abs(tag->cum) < t->node_cutoff)
			tag->dropped = true;
	}
}

static size_t drop_light_edges(struct trimmer *t)
{
	struct graph *g = t->g;
	const struct graph_node *node;
	struct graph_edge *edge;
	size_t dropped = 0, i;
	uint32_t k;

	for (i = 0; i < g->order_count; i++) {
		node = &g->nodes[g->order[i]];
		for (k = 0; k < node->in_count; k++) {
			edge = &g->edges[g->in_edges[node->first_in + k]];
			if (!edge->dropped &&
				units_abs(edge->weight) < t->edge_cutoff) {
				edge->dropped = true;
				dropped++;
			}
		}
	}
	return dropped;
}

/* How many boxes for labels NODE will have, about. */
static size_t count_tags(const struct graph *g, const struct graph_node *node)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < node->tag_count; i++)
		count += !g->tags[node->first_tag + i].dropped &&
			g->tags[node->first_tag + i].flat;
	return count < TAGS_SHOWN ? count : TAGS_SHOWN;
}

/* How many nodes of the order there is room for. */
static size_t room(const struct trimmer *t)
{
	const struct graph *g = t->g;
	size_t max = t->options->node_count, count = 0, i;

	if (!t->options->visual)
		return max < g->order_count ? max : g->order_count;
	for (i = 0; i < g->order_count; i++) {
		count += 1 + count_tags(g, &g->nodes[g->order[i]]);
		if (count >= max)
			return i + 1;
	}
	return g->order_count;
}

/* Leave out all but the first nodes. */
static int limit_nodes(struct trimmer *t)
{
	struct graph *g = t->g;
	size_t kept;
	int error = graph_count_tags(g);

	if (error)
		return error;
	drop_light_tags(t);
	drop_light_edges(t);
	kept = room(t);
	if (kept == g->order_count)
		return 0;
	error = keep_first(g, kept);
	return error ? error : graph_sort(g, t->options->order);
}

/* Whether the end of EDGE can be reached from its start without it. */
static bool has_detour(
	const struct graph *g, uint32_t edge, uint32_t *queue, bool *seen)
{
	const struct graph_edge *in;
	const struct graph_node *node;
	size_t head = 0, tail = 0;
	uint32_t k;

	memset(seen, 0, g->node_count * sizeof(*seen));
	queue[tail++] = g->edges[edge].to;
	seen[g->edges[edge].to] = true;
	while (head < tail) {
		node = &g->nodes[queue[head++]];
		for (k = 0; k < node->in_count; k++) {
			in = &g->edges[g->in_edges[node->first_in + k]];
			if (in->dropped || in == &g->edges[edge] ||
				seen[in->from])
				continue;
			if (in->from == g->edges[edge].from)
				return true;
			seen[in->from] = true;
			queue[tail++] = in->from;
		}
	}
	return false;
}

/* Of the callers of NODE, the lightest first, up to one that is no detour. */
static void drop_detours_to(
	struct graph *g, struct graph_node *node, uint32_t *queue, bool *seen)
{
	uint32_t *in = g->in_edges + node->first_in;
	uint32_t k;

	graph_sort_edges(g, in, node->in_count);
	for (k = node->in_count; k; k--) {
		if (g->edges[in[k - 1]].dropped)
			continue;
		if (!g->edges[in[k - 1]].residual)
			return;
		if (has_detour(g, in[k - 1], queue, seen))
			g->edges[in[k - 1]].dropped = true;
	}
}

/* An edge over nodes that are left out says nothing if another path does. */
static int drop_detours(struct graph *g)
{
	uint32_t *queue = calloc(g->node_count + 1, sizeof(*queue));
	bool *seen = calloc(g->node_count + 1, sizeof(*seen));
	size_t i;
	int error = queue && seen ? 0 : -ENOMEM;

	for (i = g->order_count; !error && i; i--)
		drop_detours_to(g, &g->nodes[g->order[i - 1]], queue, seen);
	free(queue);
	free(seen);
	return error;
}

int graph_trim(struct graph *g, const struct trim_options *options,
	struct trim_result *result)
{
	struct trimmer t = {.g = g, .options = options};
	int error;

	*result = (struct trim_result){0};
	error = drop_light_nodes(&t, &result->dropped_nodes);
	result->node_count = g->order_count;
	if (!error)
		error = graph_sort(g, options->order);
	if (!error && options->node_count)
		error = limit_nodes(&t);
	if (!error)
		error = graph_count_tags(g);
	if (error)
		return error;
	drop_light_tags(&t);
	result->dropped_edges = drop_light_edges(&t);
	return options->visual ? drop_detours(g) : 0;
}
