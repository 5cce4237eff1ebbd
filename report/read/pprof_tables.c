#include "report/read/pprof_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

int pprof_refuse(struct strbuf *why, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	strbuf_addstr(why, text);
	return -EINVAL;
}

bool pprof_numbers(const struct wire *message, uint64_t *numbers, size_t count)
{
	struct wire w;

	memset(numbers, 0, count * sizeof(*numbers));
	if (message->type != WIRE_BYTES)
		return false;
	w = wire_of(message->data, message->len);
	while (wire_next(&w)) {
		if (!w.field || w.field >= count)
			continue;
		if (w.type != WIRE_VARINT)
			return false;
		numbers[w.field] = w.number;
	}
	return !w.bad;
}

/* One more element at the end of ARRAY, whatever its type. */
static int grow(void *array, size_t *cap, size_t count, size_t size)
{
	return array_grow(array, cap, count + 1, size, UINT32_MAX / 2);
}

static int read_type(struct raw_type *type, const struct wire *w)
{
	uint64_t n[TYPE_FIELDS];

	if (!pprof_numbers(w, n, TYPE_FIELDS))
		return -EINVAL;
	*type = (struct raw_type){.type = n[TYPE_TYPE], .unit = n[TYPE_UNIT]};
	return 0;
}

static int read_sample_type(struct pprof_tables *t, const struct wire *w)
{
	if (t->type_count == PROFILE_TYPE_MAX)
		return -EINVAL;
	return read_type(&t->types[t->type_count++], w);
}

static int read_mapping(struct pprof_tables *t, const struct wire *w)
{
	uint64_t n[MAPPING_FIELDS];
	int error = grow(&t->mappings, &t->mapping_cap, t->mapping_count,
		sizeof(*t->mappings));

	if (error)
		return error;
	if (!pprof_numbers(w, n, MAPPING_FIELDS) || !n[MAPPING_ID])
		return -EINVAL;
	t->mappings[t->mapping_count++] = (struct raw_mapping){
		.id = n[MAPPING_ID],
		.start = n[MAPPING_START],
		.limit = n[MAPPING_LIMIT],
		.offset = n[MAPPING_OFFSET],
		.file = n[MAPPING_FILE],
		.build_id = n[MAPPING_BUILD_ID],
		.has_functions = n[MAPPING_HAS_FUNCTIONS],
		.has_filenames = n[MAPPING_HAS_FILENAMES],
		.has_line_numbers = n[MAPPING_HAS_LINE_NUMBERS],
		.has_inline_frames = n[MAPPING_HAS_INLINE_FRAMES],
	};
	return 0;
}

static int read_line(struct pprof_tables *t, const struct wire *w)
{
	uint64_t n[LINE_FIELDS];
	int error = grow(
		&t->lines, &t->line_cap, t->line_count, sizeof(*t->lines));

	if (error)
		return error;
	if (!pprof_numbers(w, n, LINE_FIELDS))
		return -EINVAL;
	t->lines[t->line_count++] = (struct raw_line){
		.function = n[LINE_FUNCTION],
		.line = (int64_t)n[LINE_LINE],
	};
	return 0;
}

enum location_field {
	LOCATION_ID = 1,
	LOCATION_MAPPING,
	LOCATION_ADDRESS,
	LOCATION_LINE,
	LOCATION_FOLDED,
};

static int read_location_field(
	struct pprof_tables *t, struct raw_location *l, const struct wire *w)
{
	if (w->field == LOCATION_LINE)
		return read_line(t, w);
	if (w->field < LOCATION_ID || w->field > LOCATION_FOLDED)
		return 0;
	if (w->type != WIRE_VARINT)
		return -EINVAL;
	if (w->field == LOCATION_ID)
		l->id = w->number;
	else if (w->field == LOCATION_MAPPING)
		l->mapping = w->number;
	else if (w->field == LOCATION_ADDRESS)
		l->address = w->number;
	else
		l->folded = w->number;
	return 0;
}

static int read_location(struct pprof_tables *t, const struct wire *message)
{
	struct raw_location l = {.first_line = (uint32_t)t->line_count};
	struct wire w;
	int error = grow(&t->locations, &t->location_cap, t->location_count,
		sizeof(*t->locations));

	if (error)
		return error;
	if (message->type != WIRE_BYTES)
		return -EINVAL;
	w = wire_of(message->data, message->len);
	while (!error && wire_next(&w))
		error = read_location_field(t, &l, &w);
	if (error || w.bad || !l.id)
		return error ? error : -EINVAL;
	l.line_count = (uint32_t)t->line_count - l.first_line;
	t->locations[t->location_count++] = l;
	return 0;
}

static int read_function(struct pprof_tables *t, const struct wire *w)
{
	uint64_t n[FUNCTION_FIELDS];
	int error = grow(&t->functions, &t->function_cap, t->function_count,
		sizeof(*t->functions));

	if (error)
		return error;
	if (!pprof_numbers(w, n, FUNCTION_FIELDS) || !n[FUNCTION_ID])
		return -EINVAL;
	t->functions[t->function_count++] = (struct raw_function){
		.id = n[FUNCTION_ID],
		.name = n[FUNCTION_NAME],
		.system_name = n[FUNCTION_SYSTEM_NAME],
		.file = n[FUNCTION_FILE],
		.start_line = (int64_t)n[FUNCTION_START_LINE],
	};
	return 0;
}

static int read_string(struct pprof_tables *t, const struct wire *w)
{
	int error = grow(&t->strings, &t->string_cap, t->string_count,
		sizeof(*t->strings));

	if (error)
		return error;
	if (w->type != WIRE_BYTES || (!t->string_count && w->len))
		return -EINVAL;
	t->strings[t->string_count++] = (struct raw_string){
		.text = w->data, .len = w->len};
	return 0;
}

static int read_comment(struct pprof_tables *t, const struct wire *w)
{
	struct wire numbers = wire_numbers(w);
	uint64_t number;
	int error = 0;

	while (!error && wire_number(&numbers, &number)) {
		error = grow(&t->comments, &t->comment_cap, t->comment_count,
			sizeof(*t->comments));
		if (!error)
			t->comments[t->comment_count++] = number;
	}
	return numbers.bad ? -EINVAL : error;
}

static int read_header(struct pprof_tables *t, const struct wire *w)
{
	if (w->type != WIRE_VARINT)
		return -EINVAL;
	t->header[w->field] = w->number;
	return 0;
}

static int read_field(struct pprof_tables *t, const struct wire *w)
{
	switch (w->field) {
	case PPROF_SAMPLE_TYPE:
		return read_sample_type(t, w);
	case PPROF_SAMPLE:
		t->sample_count++;
		return w->type == WIRE_BYTES ? 0 : -EINVAL;
	case PPROF_MAPPING:
		return read_mapping(t, w);
	case PPROF_LOCATION:
		return read_location(t, w);
	case PPROF_FUNCTION:
		return read_function(t, w);
	case PPROF_STRING:
		return read_string(t, w);
	case PPROF_PERIOD_TYPE:
		return read_type(&t->period_type, w);
	case PPROF_COMMENT:
		return read_comment(t, w);
	case PPROF_DROP_FRAMES:
	case PPROF_KEEP_FRAMES:
	case PPROF_TIME_NANOS:
	case PPROF_DURATION_NANOS:
	case PPROF_PERIOD:
	case PPROF_DEFAULT_TYPE:
	case PPROF_DOC_URL:
		return read_header(t, w);
	default:
		return 0;
	}
}

static uint64_t id_at(const struct raw_ids *ids, size_t index)
{
	return *(
		const uint64_t *)((const char *)ids->ids + index * ids->stride);
}

static uint32_t id_hash(uint64_t id)
{
	return table_fold(table_mix(1, id));
}

uint32_t raw_ids_find_sparse(const struct raw_ids *ids, uint64_t id)
{
	uint32_t hash = id_hash(id), index;
	size_t at = hash;

	if (!ids->sparse.cap)
		return TABLE_NONE;
	while ((index = table_next(&ids->sparse, hash, &at)) != TABLE_NONE)
		if (id_at(ids, index) == id)
			break;
	return index;
}

static int add_id(struct raw_ids *ids, uint64_t id, uint32_t index)
{
	uint32_t hash = id_hash(id);
	size_t at = hash;
	int error;

	if (raw_ids_find(ids, id) != TABLE_NONE)
		return -EINVAL;
	if (id < ids->dense_count) {
		ids->dense[id] = index + 1;
		return 0;
	}
	error = table_reserve(&ids->sparse);
	if (error)
		return error;
	while (table_next(&ids->sparse, hash, &at) != TABLE_NONE)
		;
	table_put(&ids->sparse, at, hash, index);
	return 0;
}

/* Index the COUNT elements whose first member, at IDS, is their id. */
static int index_ids(struct raw_ids *ids, const void *first, size_t count,
	size_t stride, const char *what, struct strbuf *why)
{
	uint32_t i;
	int error = 0;

	ids->ids = first;
	ids->stride = stride;
	ids->dense = calloc(count * 2 + 1, sizeof(*ids->dense));
	if (!ids->dense)
		return -ENOMEM;
	ids->dense_count = count * 2 + 1;
	for (i = 0; !error && i < count; i++)
		error = add_id(ids, id_at(ids, i), i);
	if (error == -EINVAL)
		return pprof_refuse(why, "two %s have the id %" PRIu64, what,
			id_at(ids, i - 1));
	return error;
}

static int index_tables(struct pprof_tables *t, struct strbuf *why)
{
	int error = index_ids(&t->mapping_ids, t->mappings, t->mapping_count,
		sizeof(*t->mappings), "mappings", why);

	if (!error)
		error = index_ids(&t->location_ids, t->locations,
			t->location_count, sizeof(*t->locations), "locations",
			why);
	if (!error)
		error = index_ids(&t->function_ids, t->functions,
			t->function_count, sizeof(*t->functions), "functions",
			why);
	return error;
}

int pprof_tables_read(struct pprof_tables *t, const void *data, size_t size,
	struct strbuf *why)
{
	struct wire w = wire_of(data, size);
	int error = 0;

	*t = (struct pprof_tables){0};
	while (!error && wire_next(&w)) {
		if (w.field == PPROF_TIME_NANOS && t->header[PPROF_TIME_NANOS])
			return pprof_refuse(
				why, "it holds several profiles in a row");
		error = read_field(t, &w);
	}
	if (w.bad)
		return pprof_refuse(why, "it is cut short or damaged");
	if (error == -EINVAL)
		return pprof_refuse(
			why, "its field %" PRIu64 " is damaged", w.field);
	return error ? error : index_tables(t, why);
}

static void ids_release(struct raw_ids *ids)
{
	free(ids->dense);
	table_release(&ids->sparse);
}

void pprof_tables_release(struct pprof_tables *t)
{
	free(t->strings);
	free(t->mappings);
	free(t->locations);
	free(t->lines);
	free(t->functions);
	free(t->comments);
	ids_release(&t->mapping_ids);
	ids_release(&t->location_ids);
	ids_release(&t->function_ids);
}
