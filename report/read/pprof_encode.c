#include "report/read/pprof_proto.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "report/read/wire.h"

/* A message is written to SCRATCH first, as its length comes before it. */
struct encoder {
	struct strbuf *out;
	struct strbuf scratch;
	struct strbuf inner;
};

static size_t varint(uint8_t *to, uint64_t number)
{
	size_t len = 0;

	for (; number >= 0x80; number >>= 7)
		to[len++] = (uint8_t)number | 0x80;
	to[len++] = (uint8_t)number;
	return len;
}

static void put_varint(struct strbuf *sb, uint64_t number)
{
	uint8_t bytes[10];

	strbuf_add(sb, bytes, varint(bytes, number));
}

/* 0 is what a reader takes a missing number for. */
static void put_number(struct strbuf *sb, unsigned int field, uint64_t number)
{
	uint8_t bytes[20];
	size_t len;

	if (!number)
		return;
	len = varint(bytes, field << 3 | WIRE_VARINT);
	len += varint(bytes + len, number);
	strbuf_add(sb, bytes, len);
}

static void put_bytes(
	struct strbuf *sb, unsigned int field, const void *data, size_t len)
{
	put_varint(sb, field << 3 | WIRE_BYTES);
	put_varint(sb, len);
	strbuf_add(sb, data, len);
}

/* Move what FROM holds into field FIELD of TO. */
static void put_message(
	struct strbuf *to, unsigned int field, struct strbuf *from)
{
	if (from->error)
		to->error = from->error;
	put_bytes(to, field, from->buf, from->len);
	strbuf_reset(from);
}

static void put_type(
	struct encoder *e, unsigned int field, const struct profile_type *type)
{
	put_number(&e->scratch, 1, type->type);
	put_number(&e->scratch, 2, type->unit);
	put_message(e->out, field, &e->scratch);
}

static void put_label(struct encoder *e, const struct profile_label *label)
{
	put_number(&e->inner, 1, label->key);
	put_number(&e->inner, 2, label->str);
	put_number(&e->inner, 3, (uint64_t)label->num);
	put_number(&e->inner, 4, label->unit);
	put_message(&e->scratch, 3, &e->inner);
}

static void put_sample(struct encoder *e, const struct profile *p, size_t index)
{
	const struct profile_sample *s = &p->samples[index];
	const int64_t *values = p->values + index * p->type_count;
	size_t i;

	for (i = 0; i < s->location_count; i++)
		put_varint(&e->inner, p->stack[s->first_location + i] + 1);
	put_message(&e->scratch, 1, &e->inner);
	for (i = 0; i < p->type_count; i++)
		put_varint(&e->inner, (uint64_t)values[i]);
	put_message(&e->scratch, 2, &e->inner);
	for (i = 0; i < s->label_count; i++)
		put_label(e, &p->labels[s->first_label + i]);
	put_message(e->out, 2, &e->scratch);
}

static void put_mapping(
	struct encoder *e, const struct profile_mapping *m, size_t index)
{
	put_number(&e->scratch, 1, index + 1);
	put_number(&e->scratch, 2, m->start);
	put_number(&e->scratch, 3, m->limit);
	put_number(&e->scratch, 4, m->offset);
	put_number(&e->scratch, 5, m->file);
	put_number(&e->scratch, 6, m->build_id);
	put_number(&e->scratch, 7, m->has_functions);
	put_number(&e->scratch, 8, m->has_filenames);
	put_number(&e->scratch, 9, m->has_line_numbers);
	put_number(&e->scratch, 10, m->has_inline_frames);
	put_message(e->out, 3, &e->scratch);
}

static void put_location(
	struct encoder *e, const struct profile *p, size_t index)
{
	const struct profile_location *l = &p->locations[index];
	const struct profile_line *lines = p->lines + l->first_line;
	size_t i;

	put_number(&e->scratch, 1, index + 1);
	put_number(&e->scratch, 2, l->mapping);
	put_number(&e->scratch, 3, l->address);
	for (i = 0; i < l->line_count; i++) {
		put_number(&e->inner, 1, lines[i].function + (uint64_t)1);
		put_number(&e->inner, 2, (uint64_t)lines[i].line);
		put_message(&e->scratch, 4, &e->inner);
	}
	put_number(&e->scratch, 5, l->folded);
	put_message(e->out, 4, &e->scratch);
}

static void put_function(
	struct encoder *e, const struct profile_function *f, size_t index)
{
	put_number(&e->scratch, 1, index + 1);
	put_number(&e->scratch, 2, f->name);
	put_number(&e->scratch, 3, f->system_name);
	put_number(&e->scratch, 4, f->file);
	put_number(&e->scratch, 5, (uint64_t)f->start_line);
	put_message(e->out, 5, &e->scratch);
}

static void put_tables(struct encoder *e, const struct profile *p)
{
	size_t i;

	for (i = 0; i < p->type_count; i++)
		put_type(e, 1, &p->types[i]);
	for (i = 0; i < p->sample_count; i++)
		put_sample(e, p, i);
	for (i = 0; i < p->mapping_count; i++)
		put_mapping(e, &p->mappings[i], i);
	for (i = 0; i < p->location_count; i++)
		put_location(e, p, i);
	for (i = 0; i < p->function_count; i++)
		put_function(e, &p->functions[i], i);
	for (i = 0; i < p->string_count; i++)
		put_bytes(e->out, 6, p->strings[i].text, p->strings[i].len);
}

static void put_header(struct encoder *e, const struct profile *p)
{
	size_t i;

	put_number(e->out, 7, p->drop_frames);
	put_number(e->out, 8, p->keep_frames);
	put_number(e->out, 9, (uint64_t)p->time_nanos);
	put_number(e->out, 10, (uint64_t)p->duration_nanos);
	if (p->period_type.type || p->period_type.unit)
		put_type(e, 11, &p->period_type);
	put_number(e->out, 12, (uint64_t)p->period);
	for (i = 0; i < p->comment_count; i++) {
		put_varint(e->out, 13 << 3 | WIRE_VARINT);
		put_varint(e->out, p->comments[i]);
	}
	put_number(e->out, 14, p->default_type);
	put_number(e->out, 15, p->doc_url);
}

int pprof_encode(const struct profile *p, struct strbuf *out)
{
	struct encoder e = {.out = out};

	strbuf_init(&e.scratch);
	strbuf_init(&e.inner);
	put_tables(&e, p);
	put_header(&e, p);
	strbuf_release(&e.scratch);
	strbuf_release(&e.inner);
	return out->error;
}
