/* wire.h - the fields of a protobuf message, one after the other.
 *
 *   struct wire w = wire_of(data, len);
 *   while (wire_next(&w))
 *           switch (w.field) ...
 *   if (w.bad) ...
 *
 * Nothing is read outside the message, whatever it says. */
#ifndef SPILL_REPORT_READ_WIRE_H
#define SPILL_REPORT_READ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_type {
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
	WIRE_FIXED32 = 5,
};

struct wire {
	const uint8_t *at;
	const uint8_t *end;
	/* cut short, or not protobuf */
	bool bad;

	/* the field that wire_next came to */
	uint64_t field;
	enum wire_type type;
	/* of WIRE_VARINT and WIRE_FIXED */
	uint64_t number;
	/* of WIRE_BYTES */
	const uint8_t *data;
	size_t len;
};

static inline struct wire wire_of(const void *data, size_t len)
{
	return (struct wire){.at = data, .end = (const uint8_t *)data + len};
}

/* Step over a varint of more than one byte; sets bad where it does not end. */
uint64_t wire_long_varint(struct wire *w);

/* Step over a varint. */
static inline uint64_t wire_varint(struct wire *w)
{
	if (w->at < w->end && *w->at < 0x80)
		return *w->at++;
	return wire_long_varint(w);
}

/* Go to the next field; false at the end and where the message is bad. */
bool wire_next(struct wire *w);

/* A field holds repeated numbers, packed or one by one: give the next of them
 * in *NUMBER. NUMBERS was begun with wire_numbers(field). */
static inline struct wire wire_numbers(const struct wire *field)
{
	if (field->type == WIRE_BYTES)
		return wire_of(field->data, field->len);
	/* a single number: read it once more from its own copy */
	return (struct wire){.type = WIRE_VARINT,
		.number = field->number,
		.field = 1,
		.bad = field->type != WIRE_VARINT};
}

static inline bool wire_number(struct wire *numbers, uint64_t *number)
{
	if (numbers->bad)
		return false;
	if (numbers->field) {
		numbers->field = 0;
		*number = numbers->number;
		return true;
	}
	if (numbers->at == numbers->end)
		return false;
	*number = wire_varint(numbers);
	return !numbers->bad;
}

#endif
