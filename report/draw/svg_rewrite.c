#include "report/draw/svg_rewrite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw/svg_scan.h"
#include "report/draw/svg_text.h"

/* Under a pointer an edge and its box stand out; what an edge says stays
 * legible where another one crosses it. */
#define STYLE \
	"<style>.edge text{paint-order:stroke;stroke:#fff;stroke-width:3px;" \
	"stroke-linejoin:round}.node:hover :first-of-type{stroke-width:2.5}" \
	".edge:hover path{stroke-width:6}</style>\n"

/* CSS's */
#define PIXELS_PER_POINT (4.0 / 3)

#define FONTS "Helvetica,Arial,'Liberation Sans',sans-serif"

struct rewrite {
	struct span left;
	struct strbuf *out;
	/* the lines of the legend, for those who cannot see it */
	struct strbuf legend;
	double width;
	double height;
	/* where Graphviz puts the origin */
	double x;
	double y;
	/* its cluster has been seen: the next box is the legend */
	bool legend_is_next;
	bool in_legend;
	bool whole;
};

/* What the elements of a drawing may say. */
static const char *const shape_attributes[] = {"fill", "stroke", "stroke-width",
	"stroke-dasharray", "points", "d", "cx", "cy", "rx", "ry", NULL};
static const char *const shapes[] = {
	"polygon", "polyline", "path", "ellipse", NULL};

static bool is_one_of(struct span span, const char *const *names)
{
	for (; *names; names++)
		if (span_is(span, *names))
			return true;
	return false;
}

/* Graphviz's dots are hardly seen; and it has a colour that SVG has not. */
static void add_attribute(
	struct strbuf *out, struct span name, struct span value)
{
	strbuf_addch(out, ' ');
	span_add(out, name);
	strbuf_addstr(out, "=\"");
	if (span_is(name, "stroke-dasharray"))
		strbuf_addstr(out, "5,3");
	else if (span_is(value, "transparent"))
		strbuf_addstr(out, "none");
	else
		span_add(out, value);
	strbuf_addch(out, '"');
}

/* The head of a thick edge is drawn larger, not thicker, so that it does not
 * stab the box. */
static bool is_wanted(const struct token *shape, struct span name, bool in_box)
{
	if (!in_box && span_is(shape->name, "polygon") &&
		span_is(name, "stroke-width"))
		return false;
	return is_one_of(name, shape_attributes);
}

static void add_shape(
	struct strbuf *out, const struct token *token, bool in_box)
{
	struct span attributes = token->attributes;
	struct span name, value;

	strbuf_addch(out, '<');
	span_add(out, token->name);
	while (svg_next_attribute(&attributes, &name, &value))
		if (is_wanted(token, name, in_box))
			add_attribute(out, name, value);
	strbuf_addstr(out, "/>\n");
}

static void note_legend(struct rewrite *rewrite, struct span text)
{
	if (rewrite->legend.len)
		strbuf_addstr(&rewrite->legend, "\n");
	span_add(&rewrite->legend, text);
}

static void add_text(
	struct rewrite *rewrite, const struct token *token, bool in_box)
{
	struct span text = svg_next(&rewrite->left).name;

	svg_add_text(rewrite->out, token->attributes, text, in_box);
	if (rewrite->in_legend)
		note_legend(rewrite, text);
}

/* What to call the group that REST begins in: its tooltip, else its name. */
static struct span group_title(struct span rest)
{
	struct span name = {NULL, 0}, tooltip;
	struct token token;

	for (;;) {
		token = svg_next(&rest);
		if (token.kind == TOKEN_END ||
			(token.kind == TOKEN_CLOSE && span_is(token.name, "g")))
			return name;
		if (token.kind != TOKEN_OPEN)
			continue;
		tooltip = svg_attribute(token.attributes, "xlink:title");
		if (tooltip.data)
			return tooltip;
		if (span_is(token.name, "title"))
			name = svg_next(&rest).name;
	}
}

static void open_group(
	struct rewrite *rewrite, const struct token *token, struct span class)
{
	struct span id = svg_attribute(token->attributes, "id");
	struct span title = group_title(rewrite->left);
	struct strbuf *out = rewrite->out;

	strbuf_addstr(out, "<g class=\"");
	span_add(out, class);
	strbuf_addch(out, '"');
	if (span_is(class, "node") && id.data) {
		strbuf_addstr(out, " id=\"");
		span_add(out, id);
		strbuf_addch(out, '"');
	}
	strbuf_addstr(out, "><title>");
	span_add(out, title);
	strbuf_addstr(out, "</title>\n");
}

/* The shapes of one node or edge, up to the end of its group. */
static void add_shapes(struct rewrite *rewrite, bool in_box)
{
	struct token token;
	int depth = 1;

	while (depth) {
		token = svg_next(&rewrite->left);
		if (token.kind == TOKEN_END)
			return;
		if (span_is(token.name, "g"))
			depth += token.kind == TOKEN_OPEN ? 1 : -1;
		if (token.kind != TOKEN_OPEN)
			continue;
		if (is_one_of(token.name, shapes))
			add_shape(rewrite->out, &token, in_box);
		else if (span_is(token.name, "text") && !token.empty)
			add_text(rewrite, &token, in_box);
	}
	strbuf_addstr(rewrite->out, "</g>\n");
}

static void add_group(
	struct rewrite *rewrite, const struct token *token, struct span class)
{
	bool in_box = span_is(class, "node");

	if (in_box && rewrite->legend_is_next) {
		rewrite->legend_is_next = false;
		rewrite->in_legend = true;
		strbuf_addstr(rewrite->out, "<g class=\"legend\">\n");
	} else {
		open_group(rewrite, token, class);
	}
	add_shapes(rewrite, in_box);
	rewrite->in_legend = false;
}

/* The frame around the legend says nothing. */
static void skip_cluster(struct rewrite *rewrite)
{
	struct token token;

	do
		token = svg_next(&rewrite->left);
	while (token.kind != TOKEN_END &&
		!(token.kind == TOKEN_CLOSE && span_is(token.name, "g")));
	rewrite->legend_is_next = true;
}

static void take_size(struct rewrite *rewrite, const struct token *token)
{
	struct span box = svg_attribute(token->attributes, "viewBox");
	char text[128] = "";
	char *at = text;

	if (!box.data || box.len >= sizeof(text))
		return;
	memcpy(text, box.data, box.len);
	strtod(at, &at);
	strtod(at, &at);
	rewrite->width = strtod(at, &at);
	rewrite->height = strtod(at, &at);
}

static void take_origin(struct rewrite *rewrite, const struct token *token)
{
	static const char call[] = "translate(";
	struct span value = svg_attribute(token->attributes, "transform");
	char text[128] = "";
	char *at;

	if (!value.data || value.len >= sizeof(text))
		return;
	memcpy(text, value.data, value.len);
	at = strstr(text, call);
	if (!at)
		return;
	rewrite->x = strtod(at + sizeof(call) - 1, &at);
	rewrite->y = strtod(at, NULL);
}

static void rewrite_tag(struct rewrite *rewrite, const struct token *token)
{
	struct span class = svg_attribute(token->attributes, "class");

	if (span_is(token->name, "svg"))
		take_size(rewrite, token);
	if (!span_is(token->name, "g") || !class.data)
		return;
	if (span_is(class, "graph"))
		take_origin(rewrite, token);
	else if (span_is(class, "cluster"))
		skip_cluster(rewrite);
	else if (span_is(class, "node") || span_is(class, "edge"))
		add_group(rewrite, token, class);
}

static void rewrite_body(struct rewrite *rewrite)
{
	struct token token;

	do {
		token = svg_next(&rewrite->left);
		if (token.kind == TOKEN_OPEN)
			rewrite_tag(rewrite, &token);
		else if (token.kind == TOKEN_CLOSE &&
			span_is(token.name, "svg"))
			rewrite->whole = true;
	} while (token.kind != TOKEN_END);
}

/* Opened by itself the picture shrinks to the window, so that nothing of it is
 * to be scrolled to; elsewhere it has the size of its letters. */
static void add_head(
	const struct rewrite *rewrite, const char *title, struct strbuf *out)
{
	strbuf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\""
		" height=\"%.0f\" viewBox=\"0 0 %.10g %.10g\""
		" preserveAspectRatio=\"xMidYMin meet\" role=\"img\""
		" aria-label=\"%s\" style=\"max-width:100%%;height:auto;"
		"background:#fff\">\n"
		"<title>%s</title>\n",
		rewrite->width * PIXELS_PER_POINT,
		rewrite->height * PIXELS_PER_POINT, rewrite->width,
		rewrite->height, title, title);
	if (rewrite->legend.len)
		strbuf_addf(out, "<desc>%s</desc>\n", rewrite->legend.buf);
	strbuf_addf(out,
		STYLE
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<g transform=\"translate(%.10g %.10g)\" text-anchor=\"middle\""
		" font-family=\"" FONTS "\">\n",
		rewrite->x, rewrite->y);
}

/* What follows KEY in its line of the legend. */
static struct span legend_value(const struct rewrite *rewrite, const char *key)
{
	const char *line = rewrite->legend.buf;
	size_t len = strlen(key);

	for (; *line; line += strspn(line, "\n")) {
		if (!strncmp(line, key, len))
			return (struct span){
				line + len, strcspn(line + len, "\n")};
		line += strcspn(line, "\n");
	}
	return (struct span){NULL, 0};
}

static void add_default_title(const struct rewrite *rewrite, struct strbuf *out)
{
	struct span type = legend_value(rewrite, "Type: ");
	struct span file = legend_value(rewrite, "File: ");

	if (type.len)
		span_add(out, type);
	else
		strbuf_addstr(out, "call graph");
	if (file.len) {
		strbuf_addstr(out, " of ");
		span_add(out, file);
	}
}

int svg_rewrite(
	const struct strbuf *drawing, const char *title, struct strbuf *out)
{
	struct strbuf body, name;
	struct rewrite rewrite = {
		.left = {drawing->buf, drawing->len}, .out = &body};
	int rc = -EPROTO;

	strbuf_init(&body);
	strbuf_init(&name);
	strbuf_init(&rewrite.legend);
	rewrite_body(&rewrite);
	if (!rewrite.whole || !(rewrite.width > 0) || !(rewrite.height > 0))
		goto out;
	if (title)
		strbuf_addstr(&name, title);
	else
		add_default_title(&rewrite, &name);
	add_head(&rewrite, name.buf, out);
	strbuf_add(out, body.buf, body.len);
	strbuf_addstr(out, "</g>\n</svg>\n");
	rc = body.error ? body.error : name.error;
	if (!rc)
		rc = rewrite.legend.error ? rewrite.legend.error : out->error;
out:
	strbuf_release(&name);
	strbuf_release(&rewrite.legend);
	strbuf_release(&body);
	return rc;
}
