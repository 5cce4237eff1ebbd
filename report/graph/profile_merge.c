#include "report/graph/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/table.h"
#include "report/graph/profile_index.h"

enum {
	/* what two mappings of one file may differ by in size */
	MAPPING_ROUNDING = 0x1000,
	NOT_MAPPED = UINT32_MAX,
};

/* What of SRC is in DST already, and under which number. */
struct merge {
	struct profile *dst;
	const struct profile *src;
	uint32_t *strings, *functions, *locations;
	/* references (index plus one) and what moves their addresses */
	uint32_t *mappings;
	uint64_t *deltas;
	/* room for the longest stack, lines and labels of SRC */
	uint32_t *stack;
	struct profile_line *lines;
	struct profile_label *labels;
};

static uint64_t rounded_size(const struct profile_mapping *m)
{
	uint64_t size = m->limit - m->start + MAPPING_ROUNDING - 1;

	return size - size % MAPPING_ROUNDING;
}

static uint32_t mapping_identity(const struct profile_mapping *m)
{
	return m->build_id ? m->build_id : m->file;
}

static bool same_mapping(
	const struct profile_mapping *a, const struct profile_mapping *b)
{
	return mapping_identity(a) == mapping_identity(b) &&
		a->offset == b->offset && rounded_size(a) == rounded_size(b);
}

uint32_t profile_merge_mapping(struct profile *p,
	const struct profile_mapping *mapping, uint64_t *delta)
{
	struct table *t = &p->index->merge_keys;
	uint64_t mix = table_mix(mapping_identity(mapping), mapping->offset);
	uint32_t hash = table_fold(table_mix(mix, rounded_size(mapping))), id;
	size_t at = hash;

	*delta = 0;
	if (!profile_reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (same_mapping(&p->mappings[id], mapping)) {
			*delta = p->mappings[id].start - mapping->start;
			return id + 1;
		}
	id = profile_add_mapping(p, mapping);
	table_put(t, at, hash, id);
	return id + 1;
}

static uint32_t merge_string(struct merge *m, uint32_t id)
{
	const struct profile_string *s = &m->src->strings[id];

	if (m->strings[id] == NOT_MAPPED)
		m->strings[id] = profile_string(m->dst, s->text, s->len);
	return m->strings[id];
}

static uint32_t merge_mapping(struct merge *m, uint32_t ref)
{
	struct profile_mapping mapping;

	if (!ref || m->mappings[ref - 1])
		return ref ? m->mappings[ref - 1] : 0;
	mapping = m->src->mappings[ref - 1];
	mapping.file = merge_string(m, mapping.file);
	mapping.build_id = merge_string(m, mapping.build_id);
	m->mappings[ref - 1] = profile_merge_mapping(
		m->dst, &mapping, &m->deltas[ref - 1]);
	return m->mappings[ref - 1];
}

static uint32_t merge_function(struct merge *m, uint32_t id)
{
	struct profile_function function = m->src->functions[id];

	if (m->functions[id] != NOT_MAPPED)
		return m->functions[id];
	function.name = merge_string(m, function.name);
	function.system_name = merge_string(m, function.system_name);
	function.file = merge_string(m, function.file);
	m->functions[id] = profile_add_function(m->dst, &function);
	return m->functions[id];
}

static uint32_t merge_location(struct merge *m, uint32_t id)
{
	struct profile_location location = m->src->locations[id];
	const struct profile_line *lines = m->src->lines + location.first_line;
	size_t i;

	if (m->locations[id] != NOT_MAPPED)
		return m->locations[id];
	if (location.mapping) {
		location.mapping = merge_mapping(m, location.mapping);
		location.address +=
			m->deltas[m->src->locations[id].mapping - 1];
	}
	for (i = 0; i < location.line_count; i++) {
		m->lines[i].function = merge_function(m, lines[i].function);
		m->lines[i].line = lines[i].line;
	}
	m->locations[id] = profile_add_location(
		m->dst, &location, m->lines, location.line_count);
	return m->locations[id];
}

static bool all_zero(const int64_t *values, size_t count)
{
	while (count)
		if (values[--count])
			return false;
	return true;
}

static void merge_sample(
	struct merge *m, size_t index, const struct profile_label *extra)
{
	const struct profile *src = m->src;
	const struct profile_sample *s = &src->samples[index];
	const int64_t *values = src->values + index * src->type_count;
	const struct profile_label *label = src->labels + s->first_label;
	size_t i;

	if (all_zero(values, src->type_count))
		return;
	for (i = 0; i < s->location_count; i++)
		m->stack[i] = merge_location(
			m, src->stack[s->first_location + i]);
	for (i = 0; i < s->label_count; i++) {
		m->labels[i] = label[i];
		m->labels[i].key = merge_string(m, label[i].key);
		m->labels[i].str = merge_string(m, label[i].str);
		m->labels[i].unit = merge_string(m, label[i].unit);
	}
	if (extra)
		m->labels[i++] = *extra;
	profile_add_sample(
		m->dst, m->stack, s->location_count, values, m->labels, i);
}

static uint32_t *unmapped(size_t count)
{
	uint32_t *array = reallocarray(NULL, count + 1, sizeof(*array));

	if (array)
		memset(array, 0xff, (count + 1) * sizeof(*array));
	return array;
}

static int merge_init(
	struct merge *m, struct profile *dst, const struct profile *src)
{
	size_t i, depth = 0, lines = 0, labels = 0;

	for (i = 0; i < src->sample_count; i++) {
		if (src->samples[i].location_count > depth)
			depth = src->samples[i].location_count;
		if (src->samples[i].label_count > labels)
			labels = src->samples[i].label_count;
	}
	for (i = 0; i < src->location_count; i++)
		if (src->locations[i].line_count > lines)
			lines = src->locations[i].line_count;
	*m = (struct merge){.dst = dst, .src = src};
	m->strings = unmapped(src->string_count);
	m->functions = unmapped(src->function_count);
	m->locations = unmapped(src->location_count);
	m->mappings = calloc(src->mapping_count + 1, sizeof(*m->mappings));
	m->deltas = calloc(src->mapping_count + 1, sizeof(*m->deltas));
	m->stack = unmapped(depth);
	m->lines = calloc(lines + 1, sizeof(*m->lines));
	m->labels = calloc(labels + 1, sizeof(*m->labels));
	if (!m->strings || !m->functions || !m->locations || !m->mappings ||
		!m->deltas || !m->stack || !m->lines || !m->labels)
		return -ENOMEM;
	return 0;
}

static void merge_release(struct merge *m)
{
	free(m->strings);
	free(m->functions);
	free(m->locations);
	free(m->mappings);
	free(m->deltas);
	free(m->stack);
	free(m->lines);
	free(m->labels);
}

static struct profile_type merge_type(
	struct merge *m, const struct profile_type *type)
{
	return (struct profile_type){.type = merge_string(m, type->type),
		.unit = merge_string(m, type->unit)};
}

static bool type_equal(
	const struct profile_type *a, const struct profile_type *b)
{
	return a->type == b->type && a->unit == b->unit;
}

/* Sample types of SRC to an empty DST, or compare them. */
static int merge_types(struct merge *m)
{
	struct profile *dst = m->dst;
	struct profile_type type = merge_type(m, &m->src->period_type);
	size_t i;

	if (!dst->type_count && !dst->sample_count) {
		dst->period_type = type;
		dst->drop_frames = merge_string(m, m->src->drop_frames);
		dst->keep_frames = merge_string(m, m->src->keep_frames);
		for (i = 0; i < m->src->type_count; i++)
			dst->types[i] = merge_type(m, &m->src->types[i]);
		dst->type_count = m->src->type_count;
		return 0;
	}
	if (dst->type_count != m->src->type_count ||
		!type_equal(&dst->period_type, &type))
		return -EINVAL;
	for (i = 0; i < dst->type_count; i++) {
		type = merge_type(m, &m->src->types[i]);
		if (!type_equal(&dst->types[i], &type))
			return -EINVAL;
	}
	return 0;
}

static void merge_comments(struct merge *m)
{
	size_t i;

	for (i = 0; i < m->src->comment_count; i++)
		profile_add_comment_once(
			m->dst, merge_string(m, m->src->comments[i]));
}

/* The earliest start, the sum of the durations, the longest period. */
static void merge_header(struct merge *m)
{
	struct profile *dst = m->dst;
	const struct profile *src = m->src;

	if (!dst->time_nanos || src->time_nanos < dst->time_nanos)
		dst->time_nanos = src->time_nanos;
	dst->duration_nanos = (int64_t)((uint64_t)dst->duration_nanos +
		(uint64_t)src->duration_nanos);
	if (!dst->period || dst->period < src->period)
		dst->period = src->period;
	if (!dst->default_type)
		dst->default_type = merge_string(m, src->default_type);
	if (!dst->doc_url)
		dst->doc_url = merge_string(m, src->doc_url);
	merge_comments(m);
}

int profile_merge(struct profile *dst, const struct profile *src,
	const struct profile_label *label)
{
	struct merge m;
	size_t i;
	int error = merge_init(&m, dst, src);

	if (!error)
		error = merge_types(&m);
	if (error)
		goto out;
	merge_header(&m);
	/* the first mapping is the main program, whatever samples come first */
	if (!dst->mapping_count && src->mapping_count)
		merge_mapping(&m, 1);
	for (i = 0; i < src->sample_count; i++)
		merge_sample(&m, i, label);
	error = dst->error;
out:
	merge_release(&m);
	return error;
}
