#include "report/graph/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/graph/units.h"

enum {
	NO_NODE = UINT32_MAX,
	COUNT_MAX = UINT32_MAX / 2,
	/* of one sample */
	PARTS_MAX = 64,
	/* of a sample; a box has to hold it */
	GROUP_TEXT_MAX = 4096,
};

/* The labels of one sample as tags that lack a node. */
struct sample_tags {
	struct graph_tag tag[PARTS_MAX];
	size_t count;
	int64_t value;
	uint32_t stamp;
};

static uint32_t tag_hash(const struct graph_tag *tag)
{
	uint64_t mix = table_mix(tag->node, tag->group);

	return table_fold(table_mix(mix, tag->number));
}

static int find_tag(
	struct graph *g, const struct graph_tag *wanted, uint32_t *id)
{
	uint32_t hash = tag_hash(wanted);
	const struct graph_tag *tag;
	size_t at = hash;
	int error = table_reserve(&g->tag_keys);

	if (error)
		return error;
	while ((*id = table_next(&g->tag_keys, hash, &at)) != TABLE_NONE) {
		tag = &g->tags[*id];
		if (tag->node == wanted->node && tag->group == wanted->group &&
			tag->number == wanted->number)
			return 0;
	}
	error = array_grow(&g->tags, &g->tag_cap, g->tag_count + 1,
		sizeof(*g->tags), COUNT_MAX);
	if (error)
		return error;
	*id = (uint32_t)g->tag_count++;
	g->tags[*id] = *wanted;
	table_put(&g->tag_keys, at, hash, *id);
	return 0;
}

static int count_node(
	struct graph *g, struct sample_tags *tags, uint32_t node, bool is_flat)
{
	int64_t *sum;
	uint32_t id;
	size_t i;
	int error;

	for (i = 0; i < tags->count; i++) {
		tags->tag[i].node = node;
		error = find_tag(g, &tags->tag[i], &id);
		if (error)
			return error;
		sum = is_flat ? &g->tags[id].flat : &g->tags[id].cum;
		*sum = (int64_t)((uint64_t)*sum + (uint64_t)tags->value);
	}
	return 0;
}

static bool is_shown(const struct graph_node *node)
{
	return node->kept && (node->flat || node->cum);
}

/* Count one sample's tags into its nodes, as count_sample does its value. */
static int count_stack(struct graph *g, const struct profile_sample *s,
	struct sample_tags *tags)
{
	const uint32_t *stack = g->p->stack + s->first_location;
	uint32_t leaf = NO_NODE, i, k, id;
	int error = 0;

	for (i = s->location_count; i; i--)
		for (k = g->first_frame[stack[i - 1] + 1];
			k > g->first_frame[stack[i - 1]]; k--) {
			id = g->frames[k - 1];
			leaf = g->nodes[id].kept ? id : NO_NODE;
			if (g->nodes[id].seen == tags->stamp ||
				!is_shown(&g->nodes[id]))
				continue;
			g->nodes[id].seen = tags->stamp;
			error = count_node(g, tags, id, false);
			if (error)
				return error;
		}
	if (leaf != NO_NODE && is_shown(&g->nodes[leaf]))
		error = count_node(g, tags, leaf, true);
	return error;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(((const struct strbuf *)a)->buf,
		((const struct strbuf *)b)->buf);
}

/* The box that a profile compared with marks its samples by is not shown. */
static bool is_shown_label(
	const struct profile *p, const struct profile_label *label)
{
	return label->str &&
		strcmp(profile_text(p, label->key), "pprof::base") != 0;
}

/* The number of the text of all string labels of a sample, 0 if none. */
static uint32_t group_of(struct profile *p, const struct profile_sample *s)
{
	const struct profile_label *l = p->labels + s->first_label;
	struct strbuf texts[PARTS_MAX], all;
	size_t count = 0, i;
	uint32_t group;

	for (i = 0; i < s->label_count && count < PARTS_MAX; i++)
		if (is_shown_label(p, &l[i])) {
			strbuf_init(&texts[count]);
			strbuf_addf(&texts[count++], "%s:%s",
				profile_text(p, l[i].key),
				profile_text(p, l[i].str));
		}
	qsort(texts, count, sizeof(*texts), compare_texts);
	strbuf_init(&all);
	for (i = 0; i < count; i++) {
		if (i && all.len + texts[i].len < GROUP_TEXT_MAX)
			strbuf_addch(&all, '\n');
		if (all.len + texts[i].len < GROUP_TEXT_MAX)
			strbuf_addstr(&all, texts[i].buf);
		strbuf_carry(&all, &texts[i]);
		strbuf_release(&texts[i]);
	}
	group = profile_string(p, all.buf, all.len);
	if (all.error)
		p->error = all.error;
	strbuf_release(&all);
	return group;
}

static void add_numbers(struct graph *g, const struct profile_sample *s,
	struct sample_tags *tags)
{
	struct profile *p = g->p;
	const struct profile_label *l = p->labels + s->first_label;
	const char *unit = g->options.bytes_unit;
	uint32_t group = tags->tag[0].group;
	struct graph_tag *tag;
	struct strbuf text;
	size_t i;

	strbuf_init(&text);
	for (i = 0; i < s->label_count && tags->count < PARTS_MAX; i++) {
		if (l[i].str || strcmp(profile_text(p, l[i].key), "bytes") != 0)
			continue;
		text.len = 0;
		units_label(&text, l[i].num, unit, g->options.tag_unit);
		tag = &tags->tag[tags->count++];
		*tag = (struct graph_tag){.group = group, .value = l[i].num};
		tag->number = profile_string(p, text.buf, text.len);
		tag->unit = profile_string(p, unit, strlen(unit));
	}
	if (text.error)
		p->error = text.error;
	strbuf_release(&text);
}

static int count_sample(struct graph *g, size_t index, struct sample_tags *tags)
{
	const struct profile_sample *s = &g->p->samples[index];

	if (!s->label_count)
		return 0;
	tags->value = g->p->values[index * g->p->type_count +
		(size_t)g->options.type];
	if (!tags->value)
		return 0;
	tags->stamp = (uint32_t)index + 1;
	tags->tag[0] = (struct graph_tag){.group = group_of(g->p, s)};
	tags->count = tags->tag[0].group != 0;
	add_numbers(g, s, tags);
	return tags->count ? count_stack(g, s, tags) : 0;
}

/* Put the tags of each node side by side. */
static int sort_by_node(struct graph *g)
{
	struct graph_tag *sorted = reallocarray(
		NULL, g->tag_count + 1, sizeof(*sorted));
	struct graph_node *node;
	uint32_t first = 0;
	size_t i;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < g->tag_count; i++)
		g->nodes[g->tags[i].node].tag_count++;
	for (i = 0; i < g->node_count; i++) {
		node = &g->nodes[i];
		node->first_tag = first;
		first += node->tag_count;
		node->tag_count = 0;
	}
	for (i = 0; i < g->tag_count; i++) {
		node = &g->nodes[g->tags[i].node];
		sorted[node->first_tag + node->tag_count++] = g->tags[i];
	}
	free(g->tags);
	g->tags = sorted;
	g->tag_cap = g->tag_count + 1;
	return 0;
}

int graph_count_tags(struct graph *g)
{
	struct sample_tags *tags;
	size_t i;
	int error = 0;

	if (g->tags_counted || !g->options.tags)
		return 0;
	tags = calloc(1, sizeof(*tags));
	if (!tags)
		return -ENOMEM;
	for (i = 0; i < g->node_count; i++)
		g->nodes[i].seen = 0;
	for (i = 0; !error && i < g->p->sample_count; i++)
		error = count_sample(g, i, tags);
	free(tags);
	table_release(&g->tag_keys);
	if (!error)
		error = g->p->error ? g->p->error : sort_by_node(g);
	g->tags_counted = true;
	return error;
}
