#include "report/draw/svg.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GRAPH(body) \
	"digraph \"app\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n" \
	"subgraph cluster_L { \"File: app\" [shape=box fontsize=16 " \
	"label=\"File: app\\lType: alloc_space\\l\" tooltip=\"app\"] }\n" body \
	"}\n"

#define TWO_BOXES \
	GRAPH("N1 [label=\"main\\n12.50MB (100%)\" id=\"node1\" fontsize=24 " \
	      "shape=box tooltip=\"main (12.50MB)\" color=\"#b20000\" " \
	      "fillcolor=\"#edd5d5\"]\n" \
	      "N2 [label=\"parse\" id=\"node2\" fontsize=8 shape=box " \
	      "tooltip=\"parse (1MB)\" color=\"#b20000\" " \
	      "fillcolor=\"#edd5d5\"]\n" \
	      "NN2_0 [label = \"16B\" id=\"NN2_0\" fontsize=8 shape=box3d " \
	      "tooltip=\"1MB\"]\n" \
	      "N2 -> NN2_0 [label=\" 1MB\" weight=100 tooltip=\"1MB\"]\n" \
	      "N1 -> N2 [label=\" 1MB\" weight=8 penwidth=5 " \
	      "color=\"#b20000\" tooltip=\"main ... parse (1MB)\" " \
	      "labeltooltip=\"main ... parse (1MB)\" style=\"dotted\"]\n")

static struct strbuf text_of(const char *text)
{
	struct strbuf sb;

	strbuf_init(&sb);
	strbuf_addstr(&sb, text);
	return sb;
}

/* The picture of DOT, which has one. */
static struct strbuf render(const char *dot, const char *title)
{
	const struct svg_options options = {.title = title};
	struct strbuf in = text_of(dot), svg, why;

	strbuf_init(&svg);
	strbuf_init(&why);
	if (svg_render(&in, &options, &svg, &why))
		fail_msg("%s", why.buf);
	assert_int_equal(why.len, 0);
	strbuf_release(&why);
	strbuf_release(&in);
	return svg;
}

static void assert_has(const struct strbuf *svg, const char *part)
{
	if (!strstr(svg->buf, part))
		fail_msg("no '%s' in: %s", part, svg->buf);
}

static void assert_lacks(const struct strbuf *svg, const char *part)
{
	if (strstr(svg->buf, part))
		fail_msg("'%s' in: %s", part, svg->buf);
}

static void picture_has_what_a_viewer_needs(void **state)
{
	struct strbuf svg = render(TWO_BOXES, "<naive>");

	(void)state;
	assert_has(&svg, " viewBox=\"0 0 ");
	assert_has(&svg, " role=\"img\" aria-label=\"&lt;naive&gt;\"");
	assert_has(&svg, "<title>&lt;naive&gt;</title>");
	assert_has(&svg, "<desc>File: app\nType: alloc_space</desc>");
	assert_has(
		&svg, "style=\"max-width:100%;height:auto;background:#fff\"");
	assert_has(
		&svg, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
	assert_has(&svg, "<g class=\"legend\">");
	assert_has(&svg,
		"<g class=\"node\" id=\"node1\"><title>main (12.50MB)</title>");
	assert_has(
		&svg, "<g class=\"edge\"><title>main ... parse (1MB)</title>");
	assert_has(&svg, "fill=\"#edd5d5\" stroke=\"#b20000\"");
	assert_has(&svg, "stroke-width=\"5\" stroke-dasharray=\"5,3\"");
	assert_has(&svg, ">16B</text>");
	assert_has(&svg, "font-family=\"Helvetica,Arial,");
	assert_lacks(&svg, "xlink");
	assert_lacks(&svg, "<a ");
	assert_lacks(&svg, "transparent");
	assert_lacks(&svg, "<!");
	strbuf_release(&svg);
}

/* The x of the text that says TEXT. */
static double x_of(const struct strbuf *svg, const char *text)
{
	const char *at = strstr(svg->buf, text);

	assert_non_null(at);
	while (strncmp(at, "<text x=\"", 9) != 0)
		at--;
	return strtod(at + 9, NULL);
}

static void blanks_around_text_move_it(void **state)
{
	struct strbuf svg = render(
		"digraph x { subgraph cluster_L { L [shape=box fontsize=10 "
		"label=\"File: app\\lDuration: 1s \\l  focus=x\\l\"] }\n"
		"a -> b [label=\" left\\nmid \\n12345\" fontsize=10] }",
		NULL);
	double x = x_of(&svg, ">File: app<");

	(void)state;
	assert_true(x_of(&svg, ">Duration: 1s<") == x);
	assert_true(fabs(x_of(&svg, ">&#160;focus=x<") - x - 2.78) < 0.01);
	/* the last line of an edge's label is given a blank behind it */
	x = x_of(&svg, ">12345<");
	assert_true(fabs(x_of(&svg, ">left<") - x - 2 * 1.39) < 0.01);
	assert_true(fabs(x_of(&svg, ">mid<") - x) < 0.01);
	strbuf_release(&svg);
}

static void picture_is_called_what_its_legend_says(void **state)
{
	struct strbuf svg = render(TWO_BOXES, NULL);

	(void)state;
	assert_has(&svg, "aria-label=\"alloc_space of app\"");
	assert_has(&svg, "<title>alloc_space of app</title>");
	strbuf_release(&svg);
	svg = render("digraph x { a }", NULL);
	assert_has(&svg, "<title>call graph</title>");
	strbuf_release(&svg);
}

static void same_graph_gives_same_bytes(void **state)
{
	struct strbuf one = render(TWO_BOXES, NULL);
	struct strbuf two = render(TWO_BOXES, NULL);

	(void)state;
	assert_string_equal(one.buf, two.buf);
	strbuf_release(&two);
	strbuf_release(&one);
}

/* The left and right end of the polygon at TEXT. */
static void read_box(const char *text, double *left, double *right)
{
	char *at = strstr(text, "points=\"");
	double x;

	assert_non_null(at);
	*left = INFINITY;
	*right = -INFINITY;
	for (at += 8; *at && *at != '"';) {
		x = strtod(at, &at);
		*left = x < *left ? x : *left;
		*right = x > *right ? x : *right;
		strtod(at + 1, &at);
	}
}

static void text_is_as_wide_as_its_box_was_made_for(void **state)
{
	struct strbuf svg = render(
		GRAPH("N1 [shape=box fontsize=20 label=\""
		      "std::map<int, Foo*>::operator[](int const&&) 'x' %42\" "
		      "tooltip=\"t\"]"),
		NULL);
	const char *node = strstr(svg.buf, "<g class=\"node\"");
	double left, right, width;
	const char *length;

	(void)state;
	assert_non_null(node);
	read_box(node, &left, &right);
	length = strstr(node, "textLength=\"");
	assert_non_null(length);
	width = strtod(length + 12, NULL);
	/* Graphviz's margin is 0.11 inch on each side. */
	if (fabs(right - left - width - 2 * 0.11 * 72) > 1)
		fail_msg("text %f in box %f", width, right - left);
	strbuf_release(&svg);
}

static void names_do_not_become_markup(void **state)
{
	struct strbuf svg = render(
		GRAPH("N1 [shape=box "
		      "label=\"</text><script>alert(1)</script>\" "
		      "tooltip=\"</title><a href='javascript:1'>]]>\"]\n"
		      "N2 [shape=box label=\"&lt;i&gt; &nbsp; &#0;\" "
		      "tooltip=\"\\\" onload=\\\"x\" "
		      "URL=\"javascript:alert(2)\" target=\"_blank\"]\n"
		      "N1 -> N2 [label=\" <b>\" tooltip=\"<!-- \x02 \xff\" "
		      "labelURL=\"http://a/\"]"),
		"<x> \"&\" \x03");

	(void)state;
	assert_lacks(&svg, "<script");
	assert_lacks(&svg, "<a");
	assert_lacks(&svg, "<b>");
	assert_lacks(&svg, "<!--");
	assert_lacks(&svg, "xlink");
	assert_lacks(&svg, "\" onload");
	assert_lacks(&svg, "http://a/");
	assert_has(&svg, "&lt;/text&gt;&lt;script&gt;alert(1)");
	assert_has(&svg, ">&amp;lt;i&amp;gt; &amp;nbsp; &amp;#0;</text>");
	assert_has(&svg, "<title>&lt;x&gt; &quot;&amp;&quot; \xef\xbf\xbd</");
	strbuf_release(&svg);
}

static void assert_fails(const char *dot, const char *reason)
{
	struct strbuf in = text_of(dot), svg, why;

	svg = text_of("before");
	strbuf_init(&why);
	assert_int_not_equal(svg_render(&in, NULL, &svg, &why), 0);
	assert_string_equal(svg.buf, "before");
	if (!strstr(why.buf, reason) || strchr(why.buf, '\n'))
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	strbuf_release(&svg);
	strbuf_release(&in);
}

static void what_is_not_a_graph_is_an_error_in_one_line(void **state)
{
	(void)state;
	assert_fails("", "cannot draw the graph: the input is not a graph");
	assert_fails("digraph x { a -> ", "syntax error");
	assert_fails("digraph x { \"a", "syntax error");
}

/* NODES boxes, each of which calls the next and some EDGES calls all over. */
static struct strbuf dense_graph(unsigned nodes, unsigned edges)
{
	struct strbuf dot;
	unsigned i, seed = 1;

	strbuf_init(&dot);
	strbuf_addstr(&dot, "digraph \"dense\" {\n");
	for (i = 0; i < nodes; i++)
		strbuf_addf(&dot,
			"N%u [label=\"function\\nnumber_%u\\n1.25MB (3.1%%)\" "
			"shape=box fontsize=%u tooltip=\"n\"]\n",
			i, i, 8 + i % 16);
	for (i = 0; i + 1 < nodes; i++)
		strbuf_addf(
			&dot, "N%u -> N%u [label=\" 2MB\"]\n", i / 2, i + 1);
	for (; i < edges; i++) {
		seed = seed * 1103515245 + 12345;
		strbuf_addf(&dot, "N%u -> N%u [label=\" 2MB\" tooltip=\"e\"]\n",
			(seed >> 8) % nodes, (seed >> 20) % nodes);
	}
	strbuf_addstr(&dot, "}\n");
	return dot;
}

static void dense_graph_is_drawn_all_the_same(void **state)
{
	struct strbuf dot = dense_graph(200, 600);
	struct strbuf svg = render(dot.buf, NULL);
	const char *at = svg.buf;
	int edges = 0;

	(void)state;
	while ((at = strstr(at, "<g class=\"edge\""))) {
		edges++;
		at++;
	}
	assert_int_equal(edges, 600);
	strbuf_release(&svg);
	strbuf_release(&dot);
}

static void layout_out_of_time_says_what_to_do(void **state)
{
	const struct svg_options options = {.seconds = 1};
	struct strbuf dot = dense_graph(1500, 6000), svg, why;

	(void)state;
	strbuf_init(&svg);
	strbuf_init(&why);
	assert_int_equal(svg_render(&dot, &options, &svg, &why), -ETIME);
	assert_string_equal(
		why.buf, "drawing the graph takes too long; use -nodecount=40");
	assert_int_equal(svg.len, 0);
	strbuf_release(&why);
	strbuf_release(&svg);
	strbuf_release(&dot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picture_has_what_a_viewer_needs),
		cmocka_unit_test(blanks_around_text_move_it),
		cmocka_unit_test(picture_is_called_what_its_legend_says),
		cmocka_unit_test(same_graph_gives_same_bytes),
		cmocka_unit_test(text_is_as_wide_as_its_box_was_made_for),
		cmocka_unit_test(names_do_not_become_markup),
		cmocka_unit_test(what_is_not_a_graph_is_an_error_in_one_line),
		cmocka_unit_test(dense_graph_is_drawn_all_the_same),
		cmocka_unit_test(layout_out_of_time_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
