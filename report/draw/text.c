#include "report/draw/draw.h"

#include <errno.h>
#include <string.h>

#include "report/draw/labels.h"
#include "report/graph/graph.h"
#include "report/graph/units.h"

static const char separator[] =
	"----------------------------------------------------------+-----------"
	"--\n";
static const char tree_header[] =
	"      flat  flat%   sum%        cum   cum%   calls calls% + context "
	"\t \t \n";

/* " (inline)" where all calls of the node were, or some. */
static const char *inline_label(
	const struct graph *g, const struct graph_node *n)
{
	const struct graph_edge *edge;
	bool some = false, all = true;
	uint32_t i;

	for (i = 0; i < n->in_count; i++) {
		edge = &g->edges[g->in_edges[n->first_in + i]];
		if (edge->dropped)
			continue;
		some |= edge->is_inline;
		all &= edge->is_inline;
	}
	if (!some)
		return "";
	return all ? " (inline)" : " (partial-inline)";
}

/* flat, its share, the running SUM's share, cum, its share. */
static void numbers(const struct view *v, const struct graph_node *n,
	int64_t sum, struct strbuf *out)
{
	labels_value(v, out, n->flat, 10);
	strbuf_addch(out, ' ');
	units_percent(out, n->flat, v->total);
	strbuf_addch(out, ' ');
	units_percent(out, sum, v->total);
	strbuf_addch(out, ' ');
	labels_value(v, out, n->cum, 10);
	strbuf_addch(out, ' ');
	units_percent(out, n->cum, v->total);
}

static void top_rows(const struct view *v, struct graph *g, struct strbuf *out)
{
	const struct graph_node *n;
	uint64_t sum = 0;
	size_t i;

	strbuf_addstr(out, "      flat  flat%   sum%        cum   cum%\n");
	for (i = 0; i < g->order_count; i++) {
		n = &g->nodes[g->order[i]];
		sum += (uint64_t)n->flat;
		numbers(v, n, (int64_t)sum, out);
		strbuf_addf(out, "  %s%s\n", graph_node_text(g, g->order[i]),
			inline_label(g, n));
	}
}

int draw_top(struct view *v, struct strbuf *out)
{
	struct trim_result trim;
	struct graph g;
	int error = view_graph(v, &g, &trim);

	if (!error) {
		labels_report(v, &g, &trim, out);
		strbuf_addch(out, '\n');
		top_rows(v, &g, out);
		strbuf_carry(out, &g.names);
		error = out->error;
	}
	graph_release(&g);
	return error;
}

/* The edges into or out of a node, the heaviest first. */
static void edge_rows(const struct view *v, struct graph *g, uint32_t *edges,
	uint32_t count, const struct graph_node *n, struct strbuf *out)
{
	bool callers = edges == g->in_edges + n->first_in;
	const struct graph_edge *edge;
	uint32_t i;

	graph_sort_edges(g, edges, count);
	for (i = 0; i < count; i++) {
		edge = &g->edges[edges[i]];
		if (edge->dropped)
			continue;
		labels_value(v, out, edge->weight, 50);
		strbuf_addch(out, ' ');
		units_percent(out, edge->weight, n->cum);
		strbuf_addf(out, " |   %s%s\n",
			graph_node_text(g, callers ? edge->from : edge->to),
			edge->is_inline ? " (inline)" : "");
	}
}

static void tree_rows(const struct view *v, struct graph *g, uint32_t id,
	uint64_t *sum, struct strbuf *out)
{
	const struct graph_node *n = &g->nodes[id];

	strbuf_addstr(out, separator);
	edge_rows(v, g, g->in_edges + n->first_in, n->in_count, n, out);
	*sum += (uint64_t)n->flat;
	numbers(v, n, (int64_t)*sum, out);
	strbuf_addf(out, "                | %s\n", graph_node_text(g, id));
	edge_rows(v, g, g->out_edges + n->first_out, n->out_count, n, out);
}

static bool tree(const struct view *v, struct graph *g, struct regex *only,
	struct strbuf *out)
{
	const char *text;
	uint64_t sum = 0;
	bool any = false;
	size_t i;

	strbuf_addstr(out, separator);
	strbuf_addstr(out, tree_header);
	for (i = 0; i < g->order_count; i++) {
		text = graph_node_text(g, g->order[i]);
		if (only && !regex_match(only, text, strlen(text)))
			continue;
		tree_rows(v, g, g->order[i], &sum, out);
		any = true;
	}
	if (g->order_count)
		strbuf_addstr(out, separator);
	return any;
}

int draw_tree(struct view *v, struct regex *only, struct strbuf *out)
{
	struct trim_result trim;
	struct graph g;
	int error = view_graph(v, &g, &trim);

	if (!error) {
		labels_report(v, &g, &trim, out);
		strbuf_addch(out, '\n');
		if (!tree(v, &g, only, out) && only)
			error = -ENOENT;
		strbuf_carry(out, &g.names);
		if (out->error)
			error = out->error;
	}
	graph_release(&g);
	return error;
}
