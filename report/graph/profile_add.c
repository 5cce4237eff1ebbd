#include "report/graph/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/base/table.h"
#include "report/graph/profile_index.h"

enum {
	/* labels of one sample that are sorted without asking for memory */
	LABELS_FEW = 16,
};

/* Room in T for one more; false and a sticky error if there is none. */
static bool reserve(struct profile *p, struct table *t)
{
	int error = table_reserve(t);

	if (error)
		profile_fail(p, error);
	return !error;
}

static bool mapping_equal(
	const struct profile_mapping *a, const struct profile_mapping *b)
{
	return a->start == b->start && a->limit == b->limit &&
		a->offset == b->offset && a->file == b->file &&
		a->build_id == b->build_id &&
		a->has_functions == b->has_functions &&
		a->has_filenames == b->has_filenames &&
		a->has_line_numbers == b->has_line_numbers &&
		a->has_inline_frames == b->has_inline_frames;
}

static uint32_t append_mapping(
	struct profile *p, const struct profile_mapping *mapping)
{
	if (!profile_room(p, &p->mappings, &p->index->mapping_cap,
		    p->mapping_count, 1, sizeof(*p->mappings)))
		return TABLE_NONE;
	p->mappings[p->mapping_count] = *mapping;
	return (uint32_t)p->mapping_count++;
}

uint32_t profile_add_mapping(
	struct profile *p, const struct profile_mapping *mapping)
{
	struct table *t = &p->index->mappings;
	uint64_t mix = table_mix(mapping->start, mapping->limit);
	uint32_t hash, id;
	size_t at;

	hash = table_fold(table_mix(mix, mapping->offset));
	at = hash;
	if (!reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (mapping_equal(&p->mappings[id], mapping))
			return id;
	id = append_mapping(p, mapping);
	if (id == TABLE_NONE)
		return 0;
	table_put(t, at, hash, id);
	return id;
}

static bool function_equal(
	const struct profile_function *a, const struct profile_function *b)
{
	return a->name == b->name && a->system_name == b->system_name &&
		a->file == b->file && a->start_line == b->start_line;
}

static uint32_t function_hash(const struct profile_function *f)
{
	uint64_t mix = table_mix(f->name, f->system_name);

	mix = table_mix(mix, f->file);
	return table_fold(table_mix(mix, (uint64_t)f->start_line));
}

uint32_t profile_add_function(
	struct profile *p, const struct profile_function *function)
{
	struct table *t = &p->index->functions;
	uint32_t hash = function_hash(function), id;
	size_t at = hash;

	if (!reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (function_equal(&p->functions[id], function))
			return id;
	if (!profile_room(p, &p->functions, &p->index->function_cap,
		    p->function_count, 1, sizeof(*p->functions)))
		return 0;
	id = (uint32_t)p->function_count++;
	p->functions[id] = *function;
	table_put(t, at, hash, id);
	return id;
}

static bool lines_equal(const struct profile_line *a,
	const struct profile_line *b, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (a[i].function != b[i].function || a[i].line != b[i].line)
			return false;
	return true;
}

static bool location_equal(const struct profile *p,
	const struct profile_location *a, const struct profile_location *b,
	const struct profile_line *lines)
{
	return a->address == b->address && a->mapping == b->mapping &&
		a->folded == b->folded && a->line_count == b->line_count &&
		lines_equal(p->lines + a->first_line, lines, a->line_count);
}

static uint32_t location_hash(const struct profile_location *location,
	const struct profile_line *lines)
{
	uint64_t mix = table_mix(location->address, location->mapping);
	size_t i;

	for (i = 0; i < location->line_count; i++) {
		mix = table_mix(mix, lines[i].function);
		mix = table_mix(mix, (uint64_t)lines[i].line);
	}
	return table_fold(mix);
}

/* Append COUNT lines; false and a sticky error if there is no room. */
static bool append_lines(struct profile *p, const struct profile_line *lines,
	size_t count, uint32_t *first)
{
	*first = (uint32_t)p->line_count;
	if (!profile_room(p, &p->lines, &p->index->line_cap, p->line_count,
		    count, sizeof(*p->lines)))
		return false;
	if (count)
		memcpy(p->lines + p->line_count, lines, count * sizeof(*lines));
	p->line_count += count;
	return true;
}

uint32_t profile_add_location(struct profile *p,
	const struct profile_location *location,
	const struct profile_line *lines, size_t line_count)
{
	struct table *t = &p->index->locations;
	struct profile_location new = *location;
	uint32_t hash, id;
	size_t at;

	new.line_count = (uint32_t)line_count;
	hash = location_hash(&new, lines);
	at = hash;
	if (!reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (location_equal(p, &p->locations[id], &new, lines))
			return id;
	if (!profile_room(p, &p->locations, &p->index->location_cap,
		    p->location_count, 1, sizeof(*p->locations)) ||
		!append_lines(p, lines, line_count, &new.first_line))
		return 0;
	id = (uint32_t)p->location_count++;
	p->locations[id] = new;
	table_put(t, at, hash, id);
	return id;
}

void profile_set_lines(struct profile *p, uint32_t index,
	const struct profile_line *lines, size_t line_count)
{
	struct profile_location *location = &p->locations[index];
	uint32_t first;

	if (!append_lines(p, lines, line_count, &first))
		return;
	location->first_line = first;
	location->line_count = (uint32_t)line_count;
}

static bool sample_equal(const struct profile *p,
	const struct profile_sample *s, const uint32_t *stack, size_t count,
	const struct profile_label *labels, size_t label_count)
{
	const struct profile_label *a = p->labels + s->first_label;
	size_t i;

	if (s->location_count != count || s->label_count != label_count)
		return false;
	if (count &&
		memcmp(p->stack + s->first_location, stack,
			count * sizeof(*stack)) != 0)
		return false;
	for (i = 0; i < label_count; i++)
		if (a[i].key != labels[i].key || a[i].str != labels[i].str ||
			a[i].unit != labels[i].unit ||
			a[i].num != labels[i].num)
			return false;
	return true;
}

static uint32_t sample_hash(const uint32_t *stack, size_t count,
	const struct profile_label *labels, size_t label_count)
{
	uint64_t mix = count;
	size_t i;

	for (i = 0; i < count; i++)
		mix = table_mix(mix, stack[i]);
	for (i = 0; i < label_count; i++) {
		mix = table_mix(mix, labels[i].key);
		mix = table_mix(mix, labels[i].str);
		mix = table_mix(mix, (uint64_t)labels[i].num);
	}
	return table_fold(mix);
}

/* Append the sample but for its values, which stay 0. */
static uint32_t append_sample(struct profile *p, const uint32_t *stack,
	size_t count, const struct profile_label *labels, size_t label_count)
{
	struct profile_index *x = p->index;
	struct profile_sample s = {.first_location = (uint32_t)p->stack_count,
		.location_count = (uint32_t)count,
		.first_label = (uint32_t)p->label_count,
		.label_count = (uint32_t)label_count};

	if (!profile_room(p, &p->samples, &x->sample_cap, p->sample_count, 1,
		    sizeof(*p->samples)) ||
		!profile_room(p, &p->stack, &x->stack_cap, p->stack_count,
			count, sizeof(*p->stack)) ||
		!profile_room(p, &p->labels, &x->label_cap, p->label_count,
			label_count, sizeof(*p->labels)) ||
		!profile_room(p, &p->values, &x->value_cap,
			p->sample_count * p->type_count, p->type_count,
			sizeof(*p->values)))
		return TABLE_NONE;
	if (count)
		memcpy(p->stack + p->stack_count, stack,
			count * sizeof(*stack));
	if (label_count)
		memcpy(p->labels + p->label_count, labels,
			label_count * sizeof(*labels));
	p->stack_count += count;
	p->label_count += label_count;
	p->samples[p->sample_count] = s;
	return (uint32_t)p->sample_count++;
}

static uint32_t find_sample(struct profile *p, const uint32_t *stack,
	size_t count, const struct profile_label *labels, size_t label_count)
{
	struct table *t = &p->index->samples;
	uint32_t hash = sample_hash(stack, count, labels, label_count), id;
	size_t at = hash;

	if (!reserve(p, t))
		return TABLE_NONE;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (sample_equal(p, &p->samples[id], stack, count, labels,
			    label_count))
			return id;
	id = append_sample(p, stack, count, labels, label_count);
	if (id != TABLE_NONE)
		table_put(t, at, hash, id);
	return id;
}

/* Strings first, then numbers, each by key; the values of one key keep their
 * order. So samples whose labels are the same compare equal. */
static int label_order(const struct profile *p, const struct profile_label *a,
	const struct profile_label *b)
{
	bool a_is_number = !a->str, b_is_number = !b->str;

	if (a_is_number != b_is_number)
		return a_is_number ? 1 : -1;
	if (a->key == b->key)
		return 0;
	return strcmp(profile_text(p, a->key), profile_text(p, b->key));
}

static void sort_labels(
	const struct profile *p, struct profile_label *labels, size_t count)
{
	struct profile_label label;
	size_t i, at;

	for (i = 1; i < count; i++) {
		label = labels[i];
		for (at = i; at && label_order(p, &labels[at - 1], &label) > 0;
			at--)
			labels[at] = labels[at - 1];
		labels[at] = label;
	}
}

void profile_add_sample(struct profile *p, const uint32_t *locations,
	size_t count, const int64_t *values, const struct profile_label *labels,
	size_t label_count)
{
	struct profile_label few[LABELS_FEW], *sorted = few;
	uint64_t sum;
	uint32_t id;
	size_t i;

	if (label_count > LABELS_FEW)
		sorted = reallocarray(NULL, label_count, sizeof(*sorted));
	if (!sorted) {
		profile_fail(p, -ENOMEM);
		return;
	}
	if (label_count)
		memcpy(sorted, labels, label_count * sizeof(*labels));
	sort_labels(p, sorted, label_count);
	id = find_sample(p, locations, count, sorted, label_count);
	for (i = 0; id != TABLE_NONE && i < p->type_count; i++) {
		sum = (uint64_t)p->values[id * p->type_count + i];
		p->values[id * p->type_count + i] = (int64_t)(sum +
			(uint64_t)values[i]);
	}
	if (sorted != few)
		free(sorted);
}

static void append_comment(struct profile *p, uint32_t id)
{
	if (profile_room(p, &p->comments, &p->index->comment_cap,
		    p->comment_count, 1, sizeof(*p->comments)))
		p->comments[p->comment_count++] = id;
}

void profile_add_comment(struct profile *p, const char *text, size_t len)
{
	profile_add_comment_once(p, profile_string(p, text, len));
}

void profile_add_comment_once(struct profile *p, uint32_t id)
{
	struct table *t = &p->index->comments;
	uint32_t hash = table_fold(table_mix(1, id)), known;
	size_t at = hash;

	if (!reserve(p, t))
		return;
	while ((known = table_next(t, hash, &at)) != TABLE_NONE)
		if (known == id)
			return;
	append_comment(p, id);
	table_put(t, at, hash, id);
}
