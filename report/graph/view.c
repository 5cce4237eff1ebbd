#include "report/graph/view.h"

#include <errno.h>
#include <string.h>

#include "report/graph/units.h"

enum {
	PICTURE_NODES = 80,
};

struct view_options view_defaults(void)
{
	return (struct view_options){
		.trim = true,
		.node_count = VIEW_NODES_DEFAULT,
		.node_fraction = 0.005,
		.edge_fraction = 0.001,
		.unit = "minimum",
		.divide_by = 1,
	};
}

static void override_options(struct view *v)
{
	struct view_options *o = &v->options;

	if (v->report == VIEW_EXACT) {
		o->granularity = GRAPH_ADDRESSES;
		o->no_inlines = false;
	}
	if (o->node_count < 0)
		o->node_count = v->report == VIEW_LIST ? 0 : PICTURE_NODES;
	if (o->trim && v->report != VIEW_WHOLE && v->report != VIEW_EXACT)
		return;
	o->node_count = 0;
	o->node_fraction = 0;
	o->edge_fraction = 0;
}

static bool is_diff_base(
	const struct profile *p, const struct profile_sample *s)
{
	const struct profile_label *l = p->labels + s->first_label;
	uint32_t i;

	for (i = 0; i < s->label_count; i++)
		if (!strcmp(profile_text(p, l[i].key), "pprof::base") &&
			!strcmp(profile_text(p, l[i].str), "true"))
			return true;
	return false;
}

/* The sum of all values, whatever their sign; where a profile is compared with
 * another, of that other. */
static int64_t sum(const struct profile *p, int type)
{
	uint64_t total = 0, base = 0, value;
	size_t i;

	for (i = 0; i < p->sample_count; i++) {
		value = (uint64_t)units_abs(
			p->values[i * p->type_count + (size_t)type]);
		total += value;
		if (p->samples[i].label_count &&
			is_diff_base(p, &p->samples[i]))
			base += value;
	}
	return (int64_t)((int64_t)base > 0 ? base : total);
}

static int choose_type(struct view *v, struct strbuf *why)
{
	const struct profile *p = v->p;
	size_t i;

	v->type = profile_type_index(p, v->options.sample_index);
	if (v->type >= 0) {
		v->from = profile_text(p, p->types[v->type].unit);
		return 0;
	}
	if (!p->type_count) {
		strbuf_addstr(why, "the profile holds no samples");
		return -EINVAL;
	}
	strbuf_addf(why, "there is no sample type '%s'; there are",
		v->options.sample_index);
	for (i = 0; i < p->type_count; i++)
		strbuf_addf(why, "%s %s", i ? "," : "",
			profile_text(p, p->types[i].type));
	return -EINVAL;
}

static void warn(struct view *v)
{
	const char *text;
	enum filter f;

	for (f = 0; f < FILTER_COUNT; f++) {
		text = v->options.filter.expression[f];
		if (v->notes.is_range[f])
			strbuf_addf(&v->warnings,
				"-%s: '%s' is taken for a range, not for a "
				"regular expression\n",
				filter_names[f], text);
		if (v->notes.unmatched[f])
			strbuf_addf(&v->warnings,
				"-%s: '%s' matched no samples\n",
				filter_names[f], text);
	}
}

static int filter(struct view *v, struct strbuf *why)
{
	int error = filter_apply(v->p, &v->options.filter, &v->notes, why);

	if (!error)
		warn(v);
	return error;
}

/* Numbers in a unit that is none, or not theirs, mislead. */
static void check_unit(struct view *v)
{
	const char *unit = v->options.unit;

	if (*unit && !units_fit(v->from, unit))
		strbuf_addf(&v->warnings,
			"-unit: '%s' is no unit for values in '%s'\n", unit,
			v->from);
}

int view_init(struct view *v, struct profile *p, enum view_report report,
	const struct view_options *options, struct strbuf *why)
{
	int error;

	*v = (struct view){.p = p, .report = report, .options = *options};
	strbuf_init(&v->warnings);
	v->to = options->unit;
	override_options(v);
	error = label_units_init(&v->label_units, p, &v->warnings);
	if (!error && options->relative)
		error = filter(v, why);
	if (!error)
		error = choose_type(v, why);
	if (error)
		return error;
	check_unit(v);
	v->total = sum(p, v->type);
	if (!options->relative)
		error = filter(v, why);
	return error ? error : v->warnings.error;
}

void view_release(struct view *v)
{
	label_units_release(&v->label_units);
	strbuf_release(&v->warnings);
}

static int64_t divided(const struct view *v, int64_t value)
{
	double ratio = 1 / v->options.divide_by;

	if (ratio <= 0 || ratio == 1)
		return value;
	return units_truncate((double)value * ratio);
}

void view_value(const struct view *v, struct strbuf *out, int64_t value)
{
	units_label(out, divided(v, value), v->from, v->to);
}

/* The smallest of the numbers that will be shown. */
static int64_t smallest(const struct graph *g)
{
	const struct graph_node *node;
	int64_t least = 0, value;
	size_t i;

	for (i = 0; i < g->order_count; i++) {
		node = &g->nodes[g->order[i]];
		value = units_abs(node->flat ? node->flat : node->cum);
		if (value > 0 && (!least || value < least))
			least = value;
	}
	return least;
}

/* One unit for all numbers: it leaves the smallest of them at least 0.01. */
static void choose_unit(struct view *v, const struct graph *g)
{
	int64_t least = smallest(g), most = v->total;
	const char *unit, *unit_of_most;

	if (strcmp(v->to, "minimum") != 0 || !g->order_count)
		return;
	least = divided(v, least ? least : most);
	most = divided(v, most);
	units_scale(least, v->from, "minimum", &unit);
	units_scale(most, v->from, "minimum", &unit_of_most);
	if (strcmp(unit, unit_of_most) != 0 &&
		(int64_t)((uint64_t)least * 100) < most)
		units_scale((int64_t)((uint64_t)least * 100), v->from,
			"minimum", &unit);
	v->to = *unit ? unit : v->from;
}

static enum graph_order order_of(const struct view *v)
{
	if (v->report == VIEW_PICTURE)
		return GRAPH_BY_ENTROPY;
	return v->options.by_cum ? GRAPH_BY_CUM : GRAPH_BY_FLAT;
}

/* The unit of the label "bytes"; labels of other keys are not drawn. */
static const char *bytes_unit(const struct view *v)
{
	uint32_t i;

	for (i = 0; i < v->p->string_count; i++)
		if (!strcmp(profile_text(v->p, i), "bytes"))
			return label_units_of(&v->label_units, v->p, i);
	return "bytes";
}

int view_graph(struct view *v, struct graph *g, struct trim_result *result)
{
	struct graph_options graph = {
		.type = v->type,
		.granularity = v->options.granularity,
		.no_inlines = v->options.no_inlines,
		.tags = v->report == VIEW_PICTURE,
		.bytes_unit = bytes_unit(v),
		.tag_unit = v->to,
	};
	struct trim_options trim = {
		.node_count = (size_t)v->options.node_count,
		.node_fraction = v->options.node_fraction,
		.edge_fraction = v->options.edge_fraction,
		.order = order_of(v),
		.visual = v->report == VIEW_PICTURE,
	};
	int error = graph_init(g, v->p, &graph);

	if (!error)
		error = graph_trim(g, &trim, result);
	if (!error)
		choose_unit(v, g);
	return error;
}
