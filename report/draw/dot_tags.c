#include "report/draw/dot_tags.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/draw/dot_text.h"
#include "report/graph/units.h"

enum {
	/* boxes for a node's strings, and for the numbers below each */
	BOXES_MAX = 4,
};

/* The boxes of one node under way. */
struct boxes {
	const struct view *v;
	const struct graph *g;
	struct strbuf *out;
	uint32_t number;
	/* the node has callees: what they have is shown with them */
	bool flat;
};

/* One box of numbers: those nearest to the heaviest. */
struct box {
	const struct graph_tag *seed, *least, *most;
	size_t count;
	char name[64];
	int64_t flat, cum;
};

static const struct profile *profile_of(const struct boxes *b)
{
	return b->g->p;
}

static int compare_weights(int64_t a, int64_t b)
{
	if (units_abs(a) == units_abs(b))
		return 0;
	return units_abs(a) > units_abs(b) ? -1 : 1;
}

static int compare_tags(const void *left, const void *right, void *arg)
{
	const struct graph_tag *a = *(const struct graph_tag *const *)left;
	const struct graph_tag *b = *(const struct graph_tag *const *)right;
	const struct boxes *boxes = arg;
	const struct profile *p = profile_of(boxes);
	int order = boxes->flat ? 0 : compare_weights(a->cum, b->cum);

	if (!order)
		order = compare_weights(a->flat, b->flat);
	if (order)
		return order;
	if (a->number)
		return strcmp(
			profile_text(p, a->number), profile_text(p, b->number));
	return strcmp(profile_text(p, a->group), profile_text(p, b->group));
}

static int compare_boxes(const void *left, const void *right, void *arg)
{
	const struct box *a = left, *b = right;
	const struct boxes *boxes = arg;
	int order = boxes->flat ? 0 : compare_weights(a->cum, b->cum);

	if (!order)
		order = compare_weights(a->flat, b->flat);
	return order ? order : strcmp(a->name, b->name);
}

/* A box and the edge to it from SOURCE. */
static void put_box(struct boxes *b, const char *source, const char *box,
	const char *name, int64_t weight, const char *style)
{
	struct strbuf text;

	strbuf_init(&text);
	dot_value(&text, b->v, weight);
	strbuf_addf(b->out,
		"%s [label = \"%s\" id=\"%s\" fontsize=8 shape=box3d "
		"tooltip=\"%s\"]\n",
		box, name, box, text.buf);
	strbuf_addf(b->out,
		"%s -> %s [label=\" %s\" weight=100 tooltip=\"%s\" "
		"labeltooltip=\"%s\"%s]\n",
		source, box, text.buf, text.buf, text.buf, style);
	strbuf_carry(b->out, &text);
	strbuf_release(&text);
}

/* Lines are centered, whereas dot_escape would end them on the left. */
static void escaped_lines(struct strbuf *out, const char *text)
{
	struct strbuf line;
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, "\n");
		strbuf_init(&line);
		strbuf_add(&line, text, len);
		dot_escape(out, line.buf);
		strbuf_carry(out, &line);
		strbuf_release(&line);
		if (!text[len])
			break;
		strbuf_addstr(out, "\\n");
	}
}

static double tag_in_unit_of(const struct boxes *b, const struct graph_tag *tag,
	const struct graph_tag *other)
{
	return units_scale(tag->value, profile_text(profile_of(b), tag->unit),
		profile_text(profile_of(b), other->unit), NULL);
}

static double distance(const struct boxes *b, const struct graph_tag *tag,
	const struct graph_tag *seed)
{
	return fabs(tag_in_unit_of(b, tag, seed) - (double)seed->value);
}

static void join_box(
	const struct boxes *b, struct box *box, const struct graph_tag *tag)
{
	if (units_truncate(tag_in_unit_of(b, tag, box->least)) <
		box->least->value)
		box->least = tag;
	if (units_truncate(tag_in_unit_of(b, tag, box->most)) >
		box->most->value)
		box->most = tag;
	box->count++;
	box->flat = (int64_t)((uint64_t)box->flat + (uint64_t)tag->flat);
	box->cum = (int64_t)((uint64_t)box->cum + (uint64_t)tag->cum);
}

static struct box *nearest(
	const struct boxes *b, struct box *boxes, const struct graph_tag *tag)
{
	struct box *best = boxes, *box;

	for (box = boxes + 1; box < boxes + BOXES_MAX; box++)
		if (distance(b, tag, box->seed) < distance(b, tag, best->seed))
			best = box;
	return best;
}

/* Append "16B", or "16B..1.50kB" where the box has several; each in its own
 * unit, as small sizes would be 0 in that of the picture. */
static void range_text(
	const struct boxes *b, const struct box *box, struct strbuf *out)
{
	const struct profile *p = profile_of(b);

	units_label(out, box->least->value, profile_text(p, box->least->unit),
		"auto");
	if (box->count == 1)
		return;
	strbuf_addstr(out, "..");
	units_label(out, box->most->value, profile_text(p, box->most->unit),
		"auto");
}

static void name_box(const struct boxes *b, struct box *box, bool joined)
{
	struct strbuf text;

	strbuf_init(&text);
	if (joined)
		range_text(b, box, &text);
	else
		strbuf_addstr(
			&text, profile_text(profile_of(b), box->seed->number));
	strncat(box->name, text.buf, sizeof(box->name) - 1);
	strbuf_carry(b->out, &text);
	strbuf_release(&text);
}

static void put_number_box(struct boxes *b, const struct box *box,
	const char *source, size_t number)
{
	bool flat = b->flat || box->flat == box->cum;
	int64_t weight = flat ? box->flat : box->cum;
	struct strbuf name;
	char id[64];

	if (!weight)
		return;
	snprintf(id, sizeof(id), "N%s_%zu", source, number);
	strbuf_init(&name);
	dot_escape(&name, box->name);
	put_box(b, source, id, name.buf, weight,
		flat ? "" : " style=\"dotted\"");
	strbuf_carry(b->out, &name);
	strbuf_release(&name);
}

/* The numbers of the labels of GROUP, in a few boxes below SOURCE. */
static void number_boxes(struct boxes *b, const struct graph_tag **tags,
	size_t count, const char *source)
{
	struct box boxes[BOXES_MAX] = {0};
	size_t shown = count < BOXES_MAX ? count : BOXES_MAX, i;

	qsort_r(tags, count, sizeof(void *), compare_tags, b);
	for (i = 0; i < shown; i++)
		boxes[i] = (struct box){.seed = tags[i],
			.least = tags[i],
			.most = tags[i],
			.count = 1,
			.flat = tags[i]->flat,
			.cum = tags[i]->cum};
	for (; i < count; i++)
		join_box(b, nearest(b, boxes, tags[i]), tags[i]);
	for (i = 0; i < shown; i++)
		name_box(b, &boxes[i], count > BOXES_MAX);
	if (count > BOXES_MAX)
		qsort_r(boxes, shown, sizeof(*boxes), compare_boxes, b);
	for (i = 0; i < shown; i++)
		put_number_box(b, &boxes[i], source, i);
}

/* Collect the node's tags that are strings alone (GROUP is TABLE_NONE), or the
 * numbers of GROUP, into TAGS; returns how many. */
static size_t collect(const struct boxes *b, const struct graph_node *n,
	uint32_t group, const struct graph_tag **tags)
{
	const struct graph_tag *tag = b->g->tags + n->first_tag;
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < n->tag_count; i++, tag++) {
		if (tag->dropped)
			continue;
		if (group == TABLE_NONE ? !tag->number
					: tag->number && tag->group == group)
			tags[count++] = tag;
	}
	return count;
}

/* A box for each of the heaviest sets of string labels. */
static void string_boxes(struct boxes *b, const struct graph_node *n,
	const struct graph_tag **tags, const struct graph_tag **numbers)
{
	const struct profile *p = profile_of(b);
	char source[32], id[32];
	struct strbuf name;
	int64_t weight;
	size_t count = collect(b, n, TABLE_NONE, tags), i;

	snprintf(source, sizeof(source), "N%u", b->number);
	qsort_r(tags, count, sizeof(void *), compare_tags, b);
	for (i = 0; i < count && i < BOXES_MAX; i++) {
		weight = b->flat ? tags[i]->flat : tags[i]->cum;
		if (!weight)
			continue;
		snprintf(id, sizeof(id), "N%u_%zu", b->number, i);
		strbuf_init(&name);
		escaped_lines(&name, profile_text(p, tags[i]->group));
		put_box(b, source, id, name.buf, weight, "");
		strbuf_carry(b->out, &name);
		strbuf_release(&name);
		number_boxes(
			b, numbers, collect(b, n, tags[i]->group, numbers), id);
	}
	number_boxes(b, numbers, collect(b, n, 0, numbers), source);
}

static bool has_callees(const struct graph *g, const struct graph_node *n)
{
	uint32_t i;

	for (i = 0; i < n->out_count; i++)
		if (!g->edges[g->out_edges[n->first_out + i]].dropped)
			return true;
	return false;
}

int dot_tags(const struct view *v, const struct graph *g, uint32_t id,
	uint32_t number, struct strbuf *out, bool *any)
{
	const struct graph_node *n = &g->nodes[id];
	struct boxes b = {.v = v, .g = g, .out = out, .number = number};
	const struct graph_tag **tags;
	size_t start = out->len;

	*any = false;
	if (!n->tag_count)
		return 0;
	tags = calloc((size_t)n->tag_count * 2, sizeof(void *));
	if (!tags)
		return -ENOMEM;
	b.flat = has_callees(g, n);
	string_boxes(&b, n, tags, tags + n->tag_count);
	*any = out->len > start;
	free(tags);
	return 0;
}
