#include "report/graph/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	NO_NODE = UINT32_MAX,
	COUNT_MAX = UINT32_MAX / 2,
};

/* Sums wrap around as the profile's own do. */
static void add(int64_t *sum, int64_t value)
{
	*sum = (int64_t)((uint64_t)*sum + (uint64_t)value);
}

static int add_edge(struct graph *g, uint32_t from, uint32_t to, uint32_t *id)
{
	int error = array_grow(&g->edges, &g->edge_cap, g->edge_count + 1,
		sizeof(*g->edges), COUNT_MAX);

	if (error)
		return error;
	*id = (uint32_t)g->edge_count++;
	g->edges[*id] = (struct graph_edge){
		.from = from, .to = to, .is_inline = true};
	return 0;
}

static int find_edge(struct graph *g, uint32_t from, uint32_t to, uint32_t *id)
{
	struct graph_node *callee = &g->nodes[to];
	struct table *t = &g->edge_ends;
	uint32_t hash;
	size_t at;
	int error;

	*id = callee->last_edge;
	if (callee->last_caller == from)
		return 0;
	hash = table_fold(table_mix(from, to));
	at = hash;
	error = table_reserve(t);
	if (error)
		return error;
	while ((*id = table_next(t, hash, &at)) != TABLE_NONE)
		if (g->edges[*id].from == from && g->edges[*id].to == to)
			break;
	if (*id == TABLE_NONE) {
		error = add_edge(g, from, to, id);
		if (error)
			return error;
		table_put(t, at, hash, *id);
	}
	callee->last_caller = from;
	callee->last_edge = *id;
	return 0;
}

/* Where the walk of one sample, from the outermost frame inward, has come. */
struct walk {
	int64_t value;
	/* marks what this sample counted already */
	uint32_t stamp;
	uint32_t caller;
	/* a frame in between was left out */
	bool residual;
	bool with_edges;
};

static int count_edge(
	struct graph *g, const struct walk *w, uint32_t node, bool is_inline)
{
	struct graph_edge *edge;
	uint32_t id;
	int error = find_edge(g, w->caller, node, &id);

	if (error)
		return error;
	edge = &g->edges[id];
	if (edge->seen == w->stamp)
		return 0;
	edge->seen = w->stamp;
	add(&edge->weight, w->value);
	edge->residual |= w->residual;
	edge->is_inline &= is_inline;
	return 0;
}

static int count_frame(
	struct graph *g, struct walk *w, uint32_t id, bool is_inline)
{
	struct graph_node *node = &g->nodes[id];
	int error = 0;

	if (!node->kept) {
		w->residual = true;
		return 0;
	}
	if (node->seen != w->stamp) {
		node->seen = w->stamp;
		add(&node->cum, w->value);
	}
	if (w->with_edges && w->caller != NO_NODE && w->caller != id)
		error = count_edge(g, w, id, is_inline);
	w->caller = id;
	w->residual = false;
	return error;
}

static int count_sample(struct graph *g, size_t index, bool with_edges)
{
	const struct profile *p = g->p;
	const struct profile_sample *s = &p->samples[index];
	const uint32_t *stack = p->stack + s->first_location;
	struct walk w = {.stamp = (uint32_t)index + 1,
		.caller = NO_NODE,
		.with_edges = with_edges};
	uint32_t i, k, first, last;
	int error;

	w.value = p->values[index * p->type_count + (size_t)g->options.type];
	if (!w.value)
		return 0;
	for (i = s->location_count; i; i--) {
		first = g->first_frame[stack[i - 1]];
		last = g->first_frame[stack[i - 1] + 1];
		for (k = last; k > first; k--) {
			error = count_frame(g, &w, g->frames[k - 1], k != last);
			if (error)
				return error;
		}
	}
	if (w.caller != NO_NODE && !w.residual)
		add(&g->nodes[w.caller].flat, w.value);
	return 0;
}

static void reset(struct graph *g)
{
	struct graph_node *node;
	size_t i;

	for (i = 0; i < g->node_count; i++) {
		node = &g->nodes[i];
		node->flat = 0;
		node->cum = 0;
		node->in_count = 0;
		node->out_count = 0;
		node->tag_count = 0;
		node->seen = 0;
		node->last_caller = NO_NODE;
	}
	table_release(&g->edge_ends);
	g->edge_count = 0;
	g->tag_count = 0;
	g->tags_counted = false;
}

/* Give each node its lists of edges. */
static int list_edges(struct graph *g)
{
	size_t i;
	uint32_t in = 0, out = 0;
	struct graph_node *node;

	free(g->in_edges);
	free(g->out_edges);
	g->in_edges = calloc(g->edge_count + 1, sizeof(*g->in_edges));
	g->out_edges = calloc(g->edge_count + 1, sizeof(*g->out_edges));
	if (!g->in_edges || !g->out_edges)
		return -ENOMEM;
	for (i = 0; i < g->edge_count; i++) {
		g->nodes[g->edges[i].to].in_count++;
		g->nodes[g->edges[i].from].out_count++;
	}
	for (i = 0; i < g->node_count; i++) {
		node = &g->nodes[i];
		node->first_in = in;
		node->first_out = out;
		in += node->in_count;
		out += node->out_count;
		node->in_count = 0;
		node->out_count = 0;
	}
	for (i = 0; i < g->edge_count; i++) {
		node = &g->nodes[g->edges[i].to];
		g->in_edges[node->first_in + node->in_count++] = (uint32_t)i;
		node = &g->nodes[g->edges[i].from];
		g->out_edges[node->first_out + node->out_count++] = (uint32_t)i;
	}
	return 0;
}

static int count(struct graph *g, bool with_edges)
{
	size_t i;
	int error = 0;

	reset(g);
	for (i = 0; !error && i < g->p->sample_count; i++)
		error = count_sample(g, i, with_edges);
	if (!error)
		error = list_edges(g);
	g->order_count = 0;
	for (i = 0; i < g->node_count; i++)
		if (g->nodes[i].kept && (g->nodes[i].flat || g->nodes[i].cum))
			g->order[g->order_count++] = (uint32_t)i;
	return error;
}

int graph_count(struct graph *g)
{
	return count(g, true);
}

int graph_count_values(struct graph *g)
{
	return count(g, false);
}
