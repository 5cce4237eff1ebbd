#include "report/draw/draw.h"

#include "report/draw/label_texts.h"
#include "report/draw/labels.h"
#include "report/graph/graph.h"
#include "report/graph/units.h"

static const char separator[] =
	"-----------+-------------------------------------------------------\n";

/* "       key:  value value" */
static void label_line(const struct view *v, const struct profile_label *l,
	uint32_t count, struct strbuf *out)
{
	const struct profile *p = v->p;
	uint32_t i;

	labels_pad(out, profile_text(p, l->key), 10);
	strbuf_addstr(out, ": ");
	for (i = 0; i < count; i++) {
		strbuf_addch(out, ' ');
		if (l[i].str)
			strbuf_addstr(out, profile_text(p, l[i].str));
		else
			units_label(out, l[i].num,
				label_units_of(&v->label_units, p, l->key),
				"auto");
	}
	strbuf_addch(out, '\n');
}

static void frame_row(
	struct graph *g, uint32_t frame, bool is_inline, struct strbuf *out)
{
	strbuf_addstr(out, "   ");
	strbuf_addstr(out, graph_node_text(g, g->frames[frame]));
	strbuf_addstr(out, is_inline ? " (inline)\n" : "\n");
}

/* The value stands before the innermost frame. */
static void frame_rows(
	const struct view *v, struct graph *g, size_t index, struct strbuf *out)
{
	static const char no_value[] = "          ";
	const struct profile *p = v->p;
	const struct profile_sample *s = &p->samples[index];
	const uint32_t *stack = p->stack + s->first_location;
	uint32_t i, k, last;

	labels_value(v, out, p->values[index * p->type_count + (size_t)v->type],
		sizeof(no_value) - 1);
	for (i = 0; i < s->location_count; i++) {
		last = g->first_frame[stack[i] + 1];
		for (k = g->first_frame[stack[i]]; k < last; k++) {
			if (i || k > g->first_frame[stack[i]])
				strbuf_addstr(out, no_value);
			frame_row(g, k, k + 1 < last, out);
		}
	}
}

static void sample_rows(
	const struct view *v, struct graph *g, size_t index, struct strbuf *out)
{
	const struct profile_sample *s = &v->p->samples[index];

	if (!s->location_count)
		return;
	strbuf_addstr(out, separator);
	label_texts(v, s, true, label_line, "", out);
	label_texts(v, s, false, label_line, "", out);
	frame_rows(v, g, index, out);
}

int draw_traces(struct view *v, struct strbuf *out)
{
	struct graph_options options = {
		.type = v->type,
		.granularity = v->options.granularity,
		.no_inlines = v->options.no_inlines,
		.whole_paths = true,
	};
	struct graph g;
	size_t i;
	int error = graph_init(&g, v->p, &options);

	if (!error) {
		labels_profile(v, out);
		strbuf_addch(out, '\n');
		for (i = 0; i < v->p->sample_count; i++)
			sample_rows(v, &g, i, out);
		strbuf_addstr(out, separator);
		strbuf_carry(out, &g.names);
		error = out->error;
	}
	graph_release(&g);
	return error;
}
