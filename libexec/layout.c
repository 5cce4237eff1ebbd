#include "libexec/layout.h"

#include <errno.h>
#include <graphviz/gvc.h>
#include <graphviz/gvplugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/strbuf.h"

extern gvplugin_library_t gvplugin_core_LTX_library;
extern gvplugin_library_t gvplugin_dot_layout_LTX_library;

static const lt_symlist_t plugins[] = {
	{"gvplugin_core_LTX_library", &gvplugin_core_LTX_library},
	{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library},
	{NULL, NULL},
};

struct attribute {
	int kind;
	const char *name;
	const char *value;
};

/* Graphviz knows the widths of Helvetica's letters by heart. The other names
 * are for whoever views the picture. */
#define FONTS "Helvetica,Arial,sans-serif"

static const struct attribute looks[] = {
	{AGRAPH, "fontname", FONTS},
	{AGNODE, "fontname", FONTS},
	{AGEDGE, "fontname", FONTS},
	{AGRAPH, NULL, NULL},
};

/* Crossings and edge lengths are improved in rounds, which these bound; curved
 * edges are the rest of the cost. For 120 nodes and 360 labelled edges
 * Graphviz's own choice takes 25 s, the first table 2.5 s, the second 0.2 s;
 * for 200 and 600 minutes, 28 s and 0.8 s; for 500 and 700, as call graphs are
 * more often, 0.8 s, 0.4 s and 0.1 s. */
static const struct attribute fewer_rounds[] = {
	{AGRAPH, "nslimit", "0.2"},
	{AGRAPH, "nslimit1", "1"},
	{AGRAPH, "mclimit", "0.3"},
	{AGRAPH, NULL, NULL},
};

static const struct attribute straight_edges[] = {
	{AGRAPH, "nslimit", "0.2"},
	{AGRAPH, "nslimit1", "1"},
	{AGRAPH, "mclimit", "0.1"},
	{AGRAPH, "splines", "line"},
	/* straight edges pass below boxes in their way */
	{AGRAPH, "outputorder", "edgesfirst"},
	{AGRAPH, NULL, NULL},
};

static char last_error[256];

/* Graphviz reports in pieces and ends a message with a newline; the first one
 * is the cause. */
static int keep_error(char *text)
{
	size_t len = strlen(last_error);

	if (!memchr(last_error, '\n', len))
		snprintf(
			last_error + len, sizeof(last_error) - len, "%s", text);
	return 0;
}

static int fail(int error)
{
	static const char mark[] = "Error: ";
	const char *text = last_error[0] ? last_error : strerror(-error);

	if (!strncmp(text, mark, strlen(mark)))
		text += strlen(mark);
	fprintf(stderr, "spill-layout: cannot draw the graph: %.*s\n",
		(int)strcspn(text, "\n"), text);
	return error;
}

/* What the graph says itself is left as it is. */
static void set_defaults(graph_t *graph, const struct attribute *attribute)
{
	for (; attribute->name; attribute++)
		if (!agattr(graph, attribute->kind, (char *)attribute->name,
			    NULL))
			agattr(graph, attribute->kind, (char *)attribute->name,
				(char *)attribute->value);
}

static void for_each_edge(graph_t *graph, void (*action)(edge_t *edge))
{
	node_t *node;
	edge_t *edge;

	for (node = agfstnode(graph); node; node = agnxtnode(graph, node))
		for (edge = agfstout(graph, node); edge;
			edge = agnxtout(graph, edge))
			action(edge);
}

static const char *value_of(void *object, const char *name)
{
	const char *value = agget(object, (char *)name);

	return value ? value : "";
}

/* Graphviz draws the same head on a thick edge as on a thin one. */
static void size_arrow(edge_t *edge)
{
	double width = strtod(value_of(edge, "penwidth"), NULL);
	char size[16];

	if (!(width > 1 && width <= 10))
		return;
	snprintf(size, sizeof(size), "%.2f", 1 + (width - 1) * 0.15);
	agsafeset(edge, (char *)"arrowsize", size, (char *)"1");
}

/* Labels begin with a blank to stay off their own edge; one at the end keeps
 * the next edge off. */
static void pad_label(edge_t *edge)
{
	const char *label = value_of(edge, "label");
	size_t len = strlen(label);
	char *padded = len ? malloc(len + 2) : NULL;

	if (!padded)
		return;
	snprintf(padded, len + 2, "%s ", label);
	agset(edge, (char *)"label", padded);
	free(padded);
}

/* Graphviz takes the backslashes of a tooltip apart twice: what stands for one,
 * \\, has to be doubled, or C:\No becomes the name of the node and an o. */
static void double_backslashes(void *object, const char *name)
{
	const char *value = value_of(object, name);
	struct strbuf doubled;

	if (!strchr(value, '\\'))
		return;
	strbuf_init(&doubled);
	for (; *value; value++)
		if (strncmp(value, "\\\\", 2) != 0) {
			strbuf_addch(&doubled, *value);
		} else {
			strbuf_addstr(&doubled, "\\\\\\\\");
			value++;
		}
	if (!doubled.error)
		agset(object, (char *)name, doubled.buf);
	strbuf_release(&doubled);
}

static void repair_tooltips(graph_t *graph)
{
	node_t *node;
	edge_t *edge;

	for (node = agfstnode(graph); node; node = agnxtnode(graph, node)) {
		double_backslashes(node, "tooltip");
		for (edge = agfstout(graph, node); edge;
			edge = agnxtout(graph, edge)) {
			double_backslashes(edge, "tooltip");
			double_backslashes(edge, "labeltooltip");
		}
	}
}

/* A label needs room between the ranks, which doubles them. The tooltip says
 * the same. */
static void drop_label(edge_t *edge)
{
	agsafeset(edge, (char *)"label", (char *)"", (char *)"");
}

/* Chosen by the graph, not by the clock, so that the same graph gives the same
 * picture; the clock (LAYOUT_QUICK) is for graphs that are worse than most. The
 * edges beyond a tree's are what costs. */
static void set_bounds(graph_t *graph, enum layout_effort effort)
{
	int nodes = agnnodes(graph);
	int more_edges = agnedges(graph) - nodes;

	if (effort == LAYOUT_QUICK || more_edges > 350 || nodes > 2000)
		set_defaults(graph, straight_edges);
	else if (more_edges > 200 || nodes > 700)
		set_defaults(graph, fewer_rounds);
}

static int write_all(const char *data, size_t len)
{
	ssize_t n;

	for (; len; data += n, len -= (size_t)n) {
		n = write(STDOUT_FILENO, data, len);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/* Nothing is released: the process ends after this. */
int layout_draw(const char *text, enum layout_effort effort)
{
	GVC_t *context;
	graph_t *graph;
	char *svg;
	unsigned len;
	int rc;

	agseterrf(keep_error);
	context = gvContextPlugins(plugins, 0);
	if (!context)
		return fail(-ENOMEM);
	graph = agmemread(text);
	if (!graph && !last_error[0])
		keep_error((char *)"the input is not a graph");
	if (!graph)
		return fail(-EINVAL);
	set_defaults(graph, looks);
	repair_tooltips(graph);
	for_each_edge(graph, size_arrow);
	for_each_edge(graph, effort == LAYOUT_QUICK ? drop_label : pad_label);
	set_bounds(graph, effort);
	if (gvLayout(context, graph, "dot"))
		return fail(-EINVAL);
	if (gvRenderData(context, graph, "svg", &svg, &len))
		return fail(-EINVAL);
	rc = write_all(svg, len);
	return rc ? fail(rc) : 0;
}
