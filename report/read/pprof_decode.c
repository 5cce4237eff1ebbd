#include "report/read/pprof_proto.h"

#include <errno.h>
#include <inttypes.h>

#include "report/base/array.h"
#include "report/base/table.h"
#include "report/read/pprof_decoder.h"
#include "report/read/pprof_tables.h"
#include "report/read/wire.h"

enum {
	/* more labels in one sample are taken for an attack */
	LABEL_MAX = 65536,
};

enum sample_field {
	SAMPLE_LOCATION = 1,
	SAMPLE_VALUE,
	SAMPLE_LABEL,
};

static int add_location(struct decoder *d, uint64_t id)
{
	uint32_t index = raw_ids_find(&d->tables.location_ids, id);
	int error = 0;

	if (index == TABLE_NONE)
		return pprof_refuse(d->why,
			"sample %zu refers to location %" PRIu64
			", which is not there",
			d->sample, id);
	if (d->stack_count == d->stack_cap)
		error = array_grow(&d->stack, &d->stack_cap, d->stack_count + 1,
			sizeof(*d->stack), UINT32_MAX / 2);
	if (!error)
		d->stack[d->stack_count++] = index;
	return error;
}

static int add_locations(struct decoder *d, const struct wire *w)
{
	struct wire numbers = wire_numbers(w);
	uint64_t id;
	int error = 0;

	while (!error && wire_number(&numbers, &id))
		error = add_location(d, id);
	return numbers.bad ? -EINVAL : error;
}

/* Values past the last type are counted, not kept. */
static int add_values(struct decoder *d, const struct wire *w)
{
	struct wire numbers = wire_numbers(w);
	uint64_t number;

	while (wire_number(&numbers, &number)) {
		if (d->value_count < PROFILE_TYPE_MAX)
			d->values[d->value_count] = (int64_t)number;
		d->value_count++;
	}
	return numbers.bad ? -EINVAL : 0;
}

static int add_label(struct decoder *d, const struct wire *w)
{
	struct profile_label label = {0};
	uint64_t n[LABEL_FIELDS];
	int error;

	if (!pprof_numbers(w, n, LABEL_FIELDS) || d->label_count == LABEL_MAX)
		return -EINVAL;
	error = decoder_check_string(d, n[LABEL_KEY]);
	if (!error)
		error = decoder_check_string(d, n[LABEL_STR]);
	if (!error && !n[LABEL_STR])
		error = decoder_check_string(d, n[LABEL_UNIT]);
	if (!error)
		error = array_grow(&d->labels, &d->label_cap,
			d->label_count + 1, sizeof(*d->labels), LABEL_MAX);
	if (error)
		return error;
	label.key = decoder_string(d, n[LABEL_KEY]);
	label.str = decoder_string(d, n[LABEL_STR]);
	if (!label.str) {
		label.num = (int64_t)n[LABEL_NUM];
		label.unit = n[LABEL_STR] ? 0
					  : decoder_string(d, n[LABEL_UNIT]);
	}
	/* a label without a value says nothing */
	if (label.str || label.num || label.unit)
		d->labels[d->label_count++] = label;
	return 0;
}

static int add_field(struct decoder *d, const struct wire *w)
{
	switch (w->field) {
	case SAMPLE_LOCATION:
		return add_locations(d, w);
	case SAMPLE_VALUE:
		return add_values(d, w);
	case SAMPLE_LABEL:
		return add_label(d, w);
	default:
		return 0;
	}
}

static bool all_zero(const int64_t *values, size_t count)
{
	while (count)
		if (values[--count])
			return false;
	return true;
}

static int decode_sample(struct decoder *d, const struct wire *message)
{
	struct wire w = wire_of(message->data, message->len);
	int error = 0;

	d->stack_count = 0;
	d->value_count = 0;
	d->label_count = 0;
	d->sample++;
	while (!error && wire_next(&w))
		error = add_field(d, &w);
	if (error && error != -EINVAL)
		return error;
	if (error || w.bad)
		return d->why->len
			? error
			: pprof_refuse(
				  d->why, "sample %zu is damaged", d->sample);
	if (d->value_count != d->p->type_count)
		return pprof_refuse(d->why,
			"sample %zu has %zu values for %zu types", d->sample,
			d->value_count, d->p->type_count);
	if (all_zero(d->values, d->value_count))
		return 0;
	error = decoder_resolve_stack(d);
	if (error)
		return error;
	profile_add_sample(d->p, d->stack, d->stack_count, d->values, d->labels,
		d->label_count);
	return d->p->error;
}

static int decode_samples(struct decoder *d, const void *data, size_t size)
{
	struct wire w = wire_of(data, size);
	int error = 0;

	while (!error && wire_next(&w))
		if (w.field == PPROF_SAMPLE)
			error = decode_sample(d, &w);
	return error;
}

/* Samples of the same stack may have added up to nothing: leave them out, and
 * what only they referred to. */
static int drop_zeros(struct profile *p)
{
	struct profile kept;
	size_t i;
	int error;

	for (i = 0; i < p->sample_count; i++)
		if (all_zero(p->values + i * p->type_count, p->type_count))
			break;
	if (i == p->sample_count)
		return 0;
	error = profile_init(&kept);
	if (error)
		return error;
	error = profile_merge(&kept, p, NULL);
	if (error) {
		profile_release(&kept);
		return error;
	}
	profile_release(p);
	*p = kept;
	return 0;
}

int pprof_decode(
	struct profile *p, const void *data, size_t size, struct strbuf *why)
{
	struct decoder d = {.p = p, .why = why};
	int error = pprof_tables_read(&d.tables, data, size, why);

	if (!error)
		error = decoder_init(&d);
	if (!error)
		error = decoder_check_tables(&d);
	if (!error)
		error = decoder_header(&d);
	if (!error) {
		decoder_first_mapping(&d);
		error = decode_samples(&d, data, size);
	}
	if (!error)
		error = p->error;
	if (!error)
		error = drop_zeros(p);
	decoder_release(&d);
	return error;
}
