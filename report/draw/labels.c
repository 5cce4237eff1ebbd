#include "report/draw/labels.h"

#include <string.h>
#include <time.h>

#include "report/base/path.h"
#include "report/base/utf8.h"
#include "report/graph/units.h"

enum {
	/* of a filter's text */
	FILTER_WIDTH = 80,
	NANOS = 1000000000,
};

void labels_pad(struct strbuf *out, const char *text, size_t width)
{
	size_t left = strlen(text), count, step;
	const char *at = text;

	for (count = 0; left && count < width; count++) {
		step = utf8_character(at, left);
		if (!step)
			step = 1;
		at += step;
		left -= step;
	}
	for (; count < width; count++)
		strbuf_addch(out, ' ');
	strbuf_addstr(out, text);
}

void labels_value(
	const struct view *v, struct strbuf *out, int64_t value, size_t width)
{
	struct strbuf text;

	strbuf_init(&text);
	view_value(v, &text, value);
	labels_pad(out, text.buf, width);
	strbuf_carry(out, &text);
	strbuf_release(&text);
}

void labels_percent(struct strbuf *out, int64_t value, int64_t total)
{
	struct strbuf text;

	strbuf_init(&text);
	units_percent(&text, value, total);
	strbuf_addstr(out, text.buf + strspn(text.buf, " "));
	strbuf_carry(out, &text);
	strbuf_release(&text);
}

/* Begin one more line. */
static void line(struct strbuf *out, size_t start)
{
	if (out->len > start)
		strbuf_addch(out, '\n');
}

static void time_label(int64_t nanos, struct strbuf *out)
{
	time_t seconds = nanos / NANOS - (nanos % NANOS < 0);
	struct tm tm;
	char day[32], zone[32];

	if (!localtime_r(&seconds, &tm))
		return;
	strftime(day, sizeof(day), "%b", &tm);
	strftime(zone, sizeof(zone), "%Z", &tm);
	strbuf_addf(out, "Time: %s %d, %04d at %d:%02d%s (%s)", day, tm.tm_mday,
		tm.tm_year + 1900, tm.tm_hour % 12 ? tm.tm_hour % 12 : 12,
		tm.tm_min, tm.tm_hour < 12 ? "am" : "pm", zone);
}

static void duration_label(const struct view *v, struct strbuf *out)
{
	const char *unit;
	double nanos = units_scale(v->total, v->from, "nanoseconds", &unit);

	strbuf_addstr(out, "Duration: ");
	units_label(out, v->p->duration_nanos, "nanoseconds", "auto");
	strbuf_addstr(out, ", Total samples = ");
	view_value(v, out, v->total);
	strbuf_addch(out, ' ');
	if (!strcmp(unit, "ns") && nanos != 0) {
		strbuf_addch(out, '(');
		units_percent(out, units_truncate(nanos), v->p->duration_nanos);
		strbuf_addch(out, ')');
	}
}

static void program_labels(
	const struct profile *p, struct strbuf *out, size_t start)
{
	const struct profile_mapping *m = p->mappings;
	const char *base;
	size_t len;

	if (p->mapping_count && m->file) {
		line(out, start);
		base = path_base(profile_text(p, m->file), &len);
		strbuf_addf(out, "File: %.*s", (int)len, base);
	}
	if (p->mapping_count && m->build_id) {
		line(out, start);
		strbuf_addf(out, "Build ID: %s", profile_text(p, m->build_id));
	}
}

void labels_profile(const struct view *v, struct strbuf *out)
{
	const struct profile *p = v->p;
	const char *text;
	size_t start = out->len, i;

	program_labels(p, out, start);
	for (i = 0; i < p->comment_count; i++) {
		text = profile_text(p, p->comments[i]);
		if (*text == '#')
			continue;
		line(out, start);
		strbuf_addstr(out, text);
	}
	text = profile_text(p, p->types[v->type].type);
	if (*text) {
		line(out, start);
		strbuf_addf(out, "Type: %s", text);
	}
	if (p->time_nanos) {
		line(out, start);
		time_label(p->time_nanos, out);
	}
	if (p->duration_nanos) {
		line(out, start);
		duration_label(v, out);
	}
}

static void filter_labels(
	const struct view *v, struct strbuf *out, size_t start)
{
	struct strbuf text;
	const char *expression;
	enum filter f;
	bool first = true;

	for (f = FILTER_FOCUS; f <= FILTER_TAGHIDE; f++) {
		expression = v->options.filter.expression[f];
		if (!expression || !*expression)
			continue;
		if (first) {
			line(out, start);
			strbuf_addstr(out, "Active filters:");
		}
		first = false;
		strbuf_init(&text);
		strbuf_addf(&text, "%s=%s", filter_names[f], expression);
		strbuf_addstr(out, "\n   ");
		strbuf_add(out, text.buf,
			text.len > FILTER_WIDTH ? FILTER_WIDTH : text.len);
		if (text.len > FILTER_WIDTH)
			strbuf_addstr(out, "…");
		strbuf_carry(out, &text);
		strbuf_release(&text);
	}
}

/* "Dropped 3 nodes (cum <= 1.5MB)" */
static void dropped_label(const struct view *v, struct strbuf *out,
	const char *what, size_t count, double fraction)
{
	bool is_node = !strcmp(what, "node");

	if (!count)
		return;
	strbuf_addf(out, "\nDropped %zu %s%s (%s <= ", count, what,
		count > 1 ? "s" : "", is_node ? "cum" : "freq");
	view_value(
		v, out, units_abs(units_truncate((double)v->total * fraction)));
	strbuf_addch(out, ')');
}

static void shown_labels(const struct view *v, const struct graph *g,
	const struct trim_result *trim, struct strbuf *out)
{
	uint64_t flat = 0;
	size_t i;

	for (i = 0; i < g->order_count; i++)
		flat += (uint64_t)g->nodes[g->order[i]].flat;
	strbuf_addstr(out, "Showing nodes accounting for ");
	view_value(v, out, (int64_t)flat);
	strbuf_addstr(out, ", ");
	labels_percent(out, (int64_t)flat, v->total);
	strbuf_addstr(out, " of ");
	view_value(v, out, v->total);
	strbuf_addstr(out, " total");
	if (!v->total)
		return;
	dropped_label(
		v, out, "node", trim->dropped_nodes, v->options.node_fraction);
	if (v->report == VIEW_PICTURE)
		dropped_label(v, out, "edge", trim->dropped_edges,
			v->options.edge_fraction);
	if (g->order_count && g->order_count < trim->node_count)
		strbuf_addf(out, "\nShowing top %zu nodes out of %zu",
			g->order_count, trim->node_count);
}

void labels_report(const struct view *v, const struct graph *g,
	const struct trim_result *trim, struct strbuf *out)
{
	size_t start = out->len;

	if (v->report == VIEW_PICTURE || !v->options.compact_labels)
		labels_profile(v, out);
	filter_labels(v, out, start);
	line(out, start);
	shown_labels(v, g, trim, out);
	if (v->report == VIEW_PICTURE)
		strbuf_addstr(out,
			"\n\nSee https://git.io/JfYMW for how to read the "
			"graph");
}
