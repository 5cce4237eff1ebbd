#include "report/read/pprof_decoder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/base/table.h"
#include "report/graph/profile_index.h"

enum {
	NOT_YET = UINT32_MAX,
};

static uint32_t *not_yet(size_t count)
{
	uint32_t *array = reallocarray(NULL, count + 1, sizeof(*array));

	if (array)
		memset(array, 0xff, (count + 1) * sizeof(*array));
	return array;
}

int decoder_init(struct decoder *d)
{
	const struct pprof_tables *t = &d->tables;

	d->strings = not_yet(t->string_count);
	d->mappings = not_yet(t->mapping_count);
	d->locations = not_yet(t->location_count);
	d->functions = not_yet(t->function_count);
	d->deltas = calloc(t->mapping_count + 1, sizeof(*d->deltas));
	if (!d->strings || !d->mappings || !d->locations || !d->functions ||
		!d->deltas)
		return -ENOMEM;
	return 0;
}

void decoder_release(struct decoder *d)
{
	free(d->strings);
	free(d->mappings);
	free(d->locations);
	free(d->functions);
	free(d->deltas);
	free(d->stack);
	free(d->labels);
	free(d->lines);
	pprof_tables_release(&d->tables);
}

static int bad_string(struct decoder *d, uint64_t index)
{
	return pprof_refuse(d->why, "it refers to string %" PRIu64 " of %zu",
		index, d->tables.string_count);
}

int decoder_check_string(struct decoder *d, uint64_t index)
{
	return index < d->tables.string_count ? 0 : bad_string(d, index);
}

/* A string that check_string passed. */
uint32_t decoder_string(struct decoder *d, uint64_t index)
{
	const struct raw_string *s = &d->tables.strings[index];

	if (d->strings[index] == NOT_YET)
		d->strings[index] = profile_string(
			d->p, (const char *)s->text, s->len);
	return d->strings[index];
}

/* Check all that is in the tables, needed or not: a file that refers to what is
 * not there is damaged. */
int decoder_check_tables(struct decoder *d)
{
	const struct pprof_tables *t = &d->tables;
	size_t i;
	int error = 0;

	for (i = 0; !error && i < t->mapping_count; i++) {
		error = decoder_check_string(d, t->mappings[i].file);
		if (!error)
			error = decoder_check_string(
				d, t->mappings[i].build_id);
	}
	for (i = 0; !error && i < t->function_count; i++) {
		error = decoder_check_string(d, t->functions[i].name);
		if (!error)
			error = decoder_check_string(
				d, t->functions[i].system_name);
		if (!error)
			error = decoder_check_string(d, t->functions[i].file);
	}
	for (i = 0; !error && i < t->line_count; i++)
		if (raw_ids_find(&t->function_ids, t->lines[i].function) ==
			TABLE_NONE)
			error = pprof_refuse(d->why,
				"it refers to function %" PRIu64
				", which it does not hold",
				t->lines[i].function);
	for (i = 0; !error && i < t->comment_count; i++)
		error = decoder_check_string(d, t->comments[i]);
	return error;
}

static int header_string(struct decoder *d, enum pprof_field f, uint32_t *id)
{
	int error = decoder_check_string(d, d->tables.header[f]);

	*id = error ? 0 : decoder_string(d, d->tables.header[f]);
	return error;
}

static int type(
	struct decoder *d, const struct raw_type *raw, struct profile_type *to)
{
	int error = decoder_check_string(d, raw->type);

	if (!error)
		error = decoder_check_string(d, raw->unit);
	if (error)
		return error;
	to->type = decoder_string(d, raw->type);
	to->unit = decoder_string(d, raw->unit);
	return 0;
}

static int decode_types(struct decoder *d)
{
	struct profile *p = d->p;
	size_t i;
	int error = type(d, &d->tables.period_type, &p->period_type);

	for (i = 0; !error && i < d->tables.type_count; i++)
		error = type(d, &d->tables.types[i], &p->types[i]);
	p->type_count = d->tables.type_count;
	if (!error && !p->type_count && d->tables.sample_count)
		return pprof_refuse(d->why, "it has samples but no types");
	return error;
}

static void decode_comments(struct decoder *d)
{
	size_t i;

	for (i = 0; i < d->tables.comment_count; i++)
		profile_add_comment_once(
			d->p, decoder_string(d, d->tables.comments[i]));
}

int decoder_header(struct decoder *d)
{
	const uint64_t *h = d->tables.header;
	struct profile *p = d->p;
	int error = header_string(d, PPROF_DROP_FRAMES, &p->drop_frames);

	if (!error)
		error = header_string(d, PPROF_KEEP_FRAMES, &p->keep_frames);
	if (!error)
		error = header_string(d, PPROF_DEFAULT_TYPE, &p->default_type);
	if (!error)
		error = header_string(d, PPROF_DOC_URL, &p->doc_url);
	p->time_nanos = (int64_t)h[PPROF_TIME_NANOS];
	p->duration_nanos = (int64_t)h[PPROF_DURATION_NANOS];
	p->period = (int64_t)h[PPROF_PERIOD];
	if (!error)
		error = decode_types(d);
	if (!error)
		decode_comments(d);
	return error;
}

static uint32_t new_mapping(struct decoder *d, uint32_t index)
{
	const struct raw_mapping *raw = &d->tables.mappings[index];
	struct profile_mapping m = {
		.start = raw->start,
		.limit = raw->limit,
		.offset = raw->offset,
		.file = decoder_string(d, raw->file),
		.build_id = decoder_string(d, raw->build_id),
		.has_functions = raw->has_functions,
		.has_filenames = raw->has_filenames,
		.has_line_numbers = raw->has_line_numbers,
		.has_inline_frames = raw->has_inline_frames,
	};

	return profile_merge_mapping(d->p, &m, &d->deltas[index]);
}

/* A file without mappings gets one that stands for the program. */
static uint32_t only_mapping(struct decoder *d)
{
	struct profile_mapping m = {0};
	uint64_t delta;

	return profile_merge_mapping(d->p, &m, &delta);
}

/* The reference to a mapping and what moves its addresses. An unknown id is
 * taken for none, as other readers do. */
static uint32_t mapping(struct decoder *d, uint64_t id, uint64_t *delta)
{
	uint32_t index = raw_ids_find(&d->tables.mapping_ids, id);

	*delta = 0;
	if (!d->tables.mapping_count)
		return only_mapping(d);
	if (index == TABLE_NONE)
		return 0;
	if (d->mappings[index] == NOT_YET)
		d->mappings[index] = new_mapping(d, index);
	*delta = d->deltas[index];
	return d->mappings[index];
}

static uint32_t function(struct decoder *d, uint64_t id)
{
	uint32_t index = raw_ids_find(&d->tables.function_ids, id);
	const struct raw_function *raw = &d->tables.functions[index];
	struct profile_function f;

	if (d->functions[index] == NOT_YET) {
		f = (struct profile_function){
			.name = decoder_string(d, raw->name),
			.system_name = decoder_string(d, raw->system_name),
			.file = decoder_string(d, raw->file),
			.start_line = raw->start_line,
		};
		d->functions[index] = profile_add_function(d->p, &f);
	}
	return d->functions[index];
}

static int new_location(struct decoder *d, uint32_t index)
{
	const struct raw_location *raw = &d->tables.locations[index];
	const struct raw_line *lines = d->tables.lines + raw->first_line;
	struct profile_location l = {.folded = raw->folded};
	uint64_t delta;
	size_t i;
	int error = array_grow(&d->lines, &d->line_cap, raw->line_count,
		sizeof(*d->lines), UINT32_MAX);

	if (error)
		return error;
	l.mapping = mapping(d, raw->mapping, &delta);
	l.address = raw->address + delta;
	for (i = 0; i < raw->line_count; i++) {
		d->lines[i].function = function(d, lines[i].function);
		d->lines[i].line = lines[i].line;
	}
	d->locations[index] = profile_add_location(
		d->p, &l, d->lines, raw->line_count);
	return 0;
}

void decoder_first_mapping(struct decoder *d)
{
	uint64_t delta;

	mapping(d, d->tables.mapping_count ? d->tables.mappings[0].id : 0,
		&delta);
}

int decoder_resolve_stack(struct decoder *d)
{
	uint32_t index;
	size_t i;
	int error;

	for (i = 0; i < d->stack_count; i++) {
		index = d->stack[i];
		if (d->locations[index] == NOT_YET) {
			error = new_location(d, index);
			if (error)
				return error;
		}
		d->stack[i] = d->locations[index];
	}
	return 0;
}
