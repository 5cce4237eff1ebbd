#include "report/graph/graph.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/path.h"
#include "report/graph/units.h"

static void add_part(struct strbuf *out, size_t start, const char *separator)
{
	if (out->len > start)
		strbuf_addstr(out, separator);
}

void graph_name_text(struct strbuf *out, const struct graph_name *name,
	const char *function, const char *file, const char *mapping,
	const char *separator)
{
	size_t start = out->len, len;
	const char *base;

	if (name->address)
		strbuf_addf(out, "%016" PRIx64, name->address);
	if (*function) {
		add_part(out, start, separator);
		strbuf_addstr(out, function);
	}
	if (name->line) {
		add_part(out, start, separator);
		strbuf_addf(out, "%s:%" PRId64, file, name->line);
	} else if (*file) {
		add_part(out, start, separator);
		strbuf_addstr(out, file);
	} else if (!*function && *mapping) {
		add_part(out, start, separator);
		base = path_base(mapping, &len);
		strbuf_addf(out, "[%.*s]", (int)len, base);
	} else if (!*function) {
		add_part(out, start, separator);
		strbuf_addstr(out, "<unknown>");
	}
}

const char *graph_node_text(struct graph *g, uint32_t node)
{
	struct graph_node *n = &g->nodes[node];
	size_t at = g->names.len;

	if (!n->text) {
		graph_name_text(&g->names, &n->name,
			profile_text(g->p, n->name.function),
			profile_text(g->p, n->name.file),
			profile_text(g->p, n->name.mapping), " ");
		strbuf_addch(&g->names, 0);
		if (g->names.error)
			return "";
		n->text = at;
	}
	return g->names.buf + n->text;
}

int graph_make_texts(struct graph *g)
{
	size_t i;

	for (i = 0; i < g->order_count; i++)
		graph_node_text(g, g->order[i]);
	return g->names.error;
}

static const char *text_of(const struct graph *g, uint32_t node)
{
	return g->names.buf + g->nodes[node].text;
}

int graph_compare_edges(const struct graph *g, uint32_t a, uint32_t b)
{
	const struct graph_edge *left = &g->edges[a], *right = &g->edges[b];
	int64_t l = units_abs(left->weight), r = units_abs(right->weight);
	int order;

	if (left->weight != right->weight && l != r)
		return l > r ? -1 : 1;
	order = strcmp(text_of(g, left->from), text_of(g, right->from));
	if (!order)
		order = strcmp(text_of(g, left->to), text_of(g, right->to));
	if (!order)
		order = a < b ? -1 : a > b;
	return order;
}

static int compare(const void *a, const void *b, void *g)
{
	return graph_compare_edges(
		g, *(const uint32_t *)a, *(const uint32_t *)b);
}

void graph_sort_edges(const struct graph *g, uint32_t *edges, size_t count)
{
	qsort_r(edges, count, sizeof(*edges), compare, (void *)g);
}
