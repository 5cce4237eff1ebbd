#include "report/graph/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/table.h"
#include "report/graph/profile_index.h"

enum {
	/* labels of one sample that are sorted without asking for memory */
	LABELS_FEW = 16,
};

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

	if (!profile_reserve(p, t))
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

static void sort_few_labels(
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

struct placed_label {
	struct profile_label label;
	size_t place;
};

static int compare_placed(const void *a, const void *b, void *p)
{
	const struct placed_label *left = a, *right = b;
	int order = label_order(p, &left->label, &right->label);

	return order ? order : (left->place < right->place ? -1 : 1);
}

/* A file may have samples with thousands of them. */
static void sort_many_labels(
	struct profile *p, struct profile_label *labels, size_t count)
{
	struct placed_label *placed = reallocarray(
		NULL, count, sizeof(*placed));
	size_t i;

	if (!placed) {
		profile_fail(p, -ENOMEM);
		return;
	}
	for (i = 0; i < count; i++)
		placed[i] = (struct placed_label){labels[i], i};
	qsort_r(placed, count, sizeof(*placed), compare_placed, p);
	for (i = 0; i < count; i++)
		labels[i] = placed[i].label;
	free(placed);
}

static void add_values(struct profile *p, uint32_t id, const int64_t *values)
{
	int64_t *sums = p->values + id * p->type_count;
	size_t i;

	for (i = 0; i < p->type_count; i++)
		sums[i] = (int64_t)((uint64_t)sums[i] + (uint64_t)values[i]);
}

void profile_add_sample(struct profile *p, const uint32_t *locations,
	size_t count, const int64_t *values, const struct profile_label *labels,
	size_t label_count)
{
	struct profile_label few[LABELS_FEW], *sorted = few;
	uint32_t id;

	if (label_count > LABELS_FEW)
		sorted = reallocarray(NULL, label_count, sizeof(*sorted));
	if (!sorted) {
		profile_fail(p, -ENOMEM);
		return;
	}
	if (label_count)
		memcpy(sorted, labels, label_count * sizeof(*labels));
	if (sorted == few)
		sort_few_labels(p, sorted, label_count);
	else
		sort_many_labels(p, sorted, label_count);
	id = find_sample(p, locations, count, sorted, label_count);
	if (id != TABLE_NONE)
		add_values(p, id, values);
	if (sorted != few)
		free(sorted);
}
