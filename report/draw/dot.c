#include "report/draw/draw.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/path.h"
#include "report/draw/dot_tags.h"
#include "report/draw/dot_text.h"
#include "report/draw/labels.h"
#include "report/graph/units.h"

enum {
	FONT_MIN = 8,
	/* the font of the heaviest node is so much larger */
	FONT_GROWTH = 16,
	WEIGHT_MAX = 100,
	WIDTH_MAX = 5,
};

struct dot {
	const struct view *v;
	struct graph *g;
	struct strbuf *out;
	/* by node: its number in the picture, from 1; 0: it has none */
	uint32_t *numbers;
	/* by node: labels hang below it */
	bool *has_tags;
	int64_t max_flat;
};

/* Append LEN bytes of TEXT, escaped. */
static void escaped_part(struct strbuf *out, const char *text, size_t len)
{
	struct strbuf part;

	strbuf_init(&part);
	strbuf_add(&part, text, len);
	dot_escape(out, part.buf);
	strbuf_carry(out, &part);
	strbuf_release(&part);
}

static void escaped_base(struct strbuf *out, const char *path)
{
	size_t len;
	const char *base = path_base(path, &len);

	escaped_part(out, base, len);
}

static void escaped_title(const struct view *v, struct strbuf *out)
{
	const struct profile *p = v->p;

	if (p->mapping_count && p->mappings->file)
		escaped_base(out, profile_text(p, p->mappings->file));
}

/* What the picture shows: a box of its own in a corner. */
static void legend(struct dot *d, const struct trim_result *trim)
{
	struct strbuf *out = d->out, labels, title;

	strbuf_init(&labels);
	strbuf_init(&title);
	labels_report(d->v, d->g, trim, &labels);
	strbuf_addstr(out, "subgraph cluster_L { \"");
	escaped_part(out, labels.buf, strcspn(labels.buf, "\n"));
	strbuf_addstr(out, "\" [shape=box fontsize=16 label=\"");
	dot_escape(out, labels.buf);
	strbuf_addstr(out, "\\l\"");
	escaped_title(d->v, &title);
	if (title.len)
		strbuf_addf(out, " tooltip=\"%s\"", title.buf);
	strbuf_addstr(out, "] }\n");
	strbuf_carry(out, &labels);
	strbuf_carry(out, &title);
	strbuf_release(&labels);
	strbuf_release(&title);
}

/* A name goes on a line for each of its parts: dots and colons part it. */
static void broken_name(struct strbuf *out, const char *name)
{
	static const char ellipsis[] = "[...]";

	for (; *name; name++) {
		if (!strncmp(name, "::", 2)) {
			strbuf_addstr(out, "\\n");
			name++;
		} else if (!strncmp(name, ellipsis, sizeof(ellipsis) - 1)) {
			strbuf_addstr(out, "[…]");
			name += sizeof(ellipsis) - 2;
		} else if (*name == '.') {
			strbuf_addstr(out, "\\n");
		} else {
			strbuf_addch(out, *name);
		}
	}
}

/* The function's name as it stands in a box. */
static void box_name(struct strbuf *out, const char *function)
{
	struct strbuf scratch, name;
	const char *part;
	size_t len;

	strbuf_init(&scratch);
	strbuf_init(&name);
	part = dot_shorten(function, &len, &scratch);
	escaped_part(&name, part, len);
	broken_name(out, name.buf);
	strbuf_carry(out, &scratch);
	strbuf_carry(out, &name);
	strbuf_release(&scratch);
	strbuf_release(&name);
}

static void node_name(struct dot *d, const struct graph_node *n)
{
	const struct profile *p = d->v->p;
	struct strbuf function, file, mapping;

	strbuf_init(&function);
	strbuf_init(&file);
	strbuf_init(&mapping);
	box_name(&function, profile_text(p, n->name.function));
	if (n->name.file)
		escaped_base(&file, profile_text(p, n->name.file));
	dot_escape(&mapping, profile_text(p, n->name.mapping));
	graph_name_text(
		d->out, &n->name, function.buf, file.buf, mapping.buf, "\\n");
	strbuf_addstr(d->out, "\\n");
	strbuf_carry(d->out, &function);
	strbuf_carry(d->out, &file);
	strbuf_carry(d->out, &mapping);
	strbuf_release(&function);
	strbuf_release(&file);
	strbuf_release(&mapping);
}

/* "1.5MB (12.50%)" */
static void value_and_share(struct dot *d, int64_t value)
{
	dot_value(d->out, d->v, value);
	strbuf_addstr(d->out, " (");
	labels_percent(d->out, value, d->v->total);
	strbuf_addch(d->out, ')');
}

static void node_values(struct dot *d, const struct graph_node *n)
{
	if (n->flat)
		value_and_share(d, n->flat);
	else
		strbuf_addch(d->out, '0');
	if (n->cum == n->flat)
		return;
	strbuf_addstr(d->out, n->flat ? "\\nof " : " of ");
	value_and_share(d, n->cum);
}

static int font_size(const struct dot *d, int64_t flat)
{
	double share;

	if (!flat || !d->max_flat)
		return FONT_MIN;
	share = (double)units_abs(flat) / (double)d->max_flat;
	return FONT_MIN + (int)ceil(FONT_GROWTH * sqrt(share));
}

static double score(const struct dot *d, int64_t value)
{
	return (double)value / (double)units_abs(d->v->total);
}

static void node(struct dot *d, uint32_t id)
{
	const struct graph_node *n = &d->g->nodes[id];
	struct strbuf *out = d->out;

	strbuf_addf(out, "N%u [label=\"", d->numbers[id]);
	node_name(d, n);
	node_values(d, n);
	strbuf_addf(out, "\" id=\"node%u\" fontsize=%d shape=box tooltip=\"",
		d->numbers[id], font_size(d, n->flat));
	dot_escape(out, graph_node_text(d->g, id));
	strbuf_addstr(out, " (");
	dot_value(out, d->v, n->cum);
	strbuf_addstr(out, ")\" color=\"");
	dot_color(out, score(d, n->cum), false);
	strbuf_addstr(out, "\" fillcolor=\"");
	dot_color(out, score(d, n->cum), true);
	strbuf_addstr(out, "\"]\n");
}

/* 1 and up to MAX more, by the share of the total that passes. */
static int step(const struct dot *d, int64_t value, int max)
{
	__int128 share = (__int128)value * max / d->v->total;

	if (share < 0)
		share = -share;
	return 1 + (share < max ? (int)share : max);
}

static void edge_tooltip(
	struct dot *d, const struct graph_edge *e, const char *key)
{
	strbuf_addf(d->out, " %s=\"", key);
	dot_escape(d->out, graph_node_text(d->g, e->from));
	strbuf_addstr(d->out, e->residual ? " ... " : " -> ");
	dot_escape(d->out, graph_node_text(d->g, e->to));
	strbuf_addstr(d->out, " (");
	dot_value(d->out, d->v, e->weight);
	strbuf_addstr(d->out, ")\"");
}

static void edge_weight(struct dot *d, const struct graph_edge *e)
{
	int weight, width;

	if (!d->v->total)
		return;
	weight = step(d, e->weight, WEIGHT_MAX);
	width = step(d, e->weight, WIDTH_MAX);
	if (weight > 1)
		strbuf_addf(d->out, " weight=%d", weight);
	if (width > 1)
		strbuf_addf(d->out, " penwidth=%d", width);
	strbuf_addstr(d->out, " color=\"");
	dot_color(d->out, score(d, e->weight), false);
	strbuf_addstr(d->out, "\"");
}

static void edge(struct dot *d, const struct graph_edge *e)
{
	strbuf_addf(d->out, "N%u -> N%u [label=\" ", d->numbers[e->from],
		d->numbers[e->to]);
	dot_value(d->out, d->v, e->weight);
	strbuf_addf(d->out, "%s\"", e->is_inline ? "\\n (inline)" : "");
	edge_weight(d, e);
	edge_tooltip(d, e, "tooltip");
	edge_tooltip(d, e, "labeltooltip");
	if (e->residual)
		strbuf_addstr(d->out, " style=\"dotted\"");
	if (d->has_tags[e->from])
		strbuf_addstr(d->out, " minlen=2");
	strbuf_addstr(d->out, "]\n");
}

static void number_nodes(struct dot *d)
{
	const struct graph *g = d->g;
	int64_t flat;
	size_t i;

	for (i = 0; i < g->order_count; i++) {
		d->numbers[g->order[i]] = (uint32_t)i + 1;
		flat = units_abs(g->nodes[g->order[i]].flat);
		if (flat > d->max_flat)
			d->max_flat = flat;
	}
}

static int nodes(struct dot *d)
{
	size_t i;
	uint32_t id;
	int error = 0;

	number_nodes(d);
	for (i = 0; !error && i < d->g->order_count; i++) {
		id = d->g->order[i];
		node(d, id);
		error = dot_tags(d->v, d->g, id, d->numbers[id], d->out,
			&d->has_tags[id]);
	}
	return error;
}

/* The heaviest first: Graphviz takes it for a hint. */
static int edges(struct dot *d)
{
	const struct graph *g = d->g;
	const struct graph_edge *e;
	uint32_t *shown = calloc(g->edge_count + 1, sizeof(*shown));
	size_t count = 0, i;

	if (!shown)
		return -ENOMEM;
	for (i = 0; i < g->edge_count; i++) {
		e = &g->edges[i];
		if (!e->dropped && d->numbers[e->from] && d->numbers[e->to])
			shown[count++] = (uint32_t)i;
	}
	graph_sort_edges(g, shown, count);
	for (i = 0; i < count; i++)
		edge(d, &g->edges[shown[i]]);
	free(shown);
	return 0;
}

static int draw(struct dot *d, const struct trim_result *trim)
{
	size_t title;
	int error;

	d->numbers = calloc(d->g->node_count + 1, sizeof(*d->numbers));
	d->has_tags = calloc(d->g->node_count + 1, sizeof(*d->has_tags));
	if (!d->numbers || !d->has_tags)
		return -ENOMEM;
	strbuf_addstr(d->out, "digraph \"");
	title = d->out->len;
	escaped_title(d->v, d->out);
	if (d->out->len == title)
		strbuf_addstr(d->out, "unnamed");
	strbuf_addstr(
		d->out, "\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n");
	legend(d, trim);
	error = nodes(d);
	if (!error)
		error = edges(d);
	strbuf_addstr(d->out, "}\n");
	strbuf_carry(d->out, &d->g->names);
	return error ? error : d->out->error;
}

int draw_dot(struct view *v, struct strbuf *out)
{
	struct trim_result trim;
	struct graph g;
	struct dot d = {.v = v, .g = &g, .out = out};
	int error = view_graph(v, &g, &trim);

	if (!error)
		error = draw(&d, &trim);
	free(d.numbers);
	free(d.has_tags);
	graph_release(&g);
	return error;
}
