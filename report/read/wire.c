#include "report/read/wire.h"

#include <string.h>

enum {
	/* 64 bits, seven in each byte */
	VARINT_MAX = 10,
};

uint64_t wire_long_varint(struct wire *w)
{
	uint64_t number = 0;
	unsigned int i;
	uint8_t byte;

	for (i = 0; i < VARINT_MAX && w->at < w->end; i++) {
		byte = *w->at++;
		number |= (uint64_t)(byte & 0x7f) << 7 * i;
		if (byte < 0x80)
			return number;
	}
	w->bad = true;
	return 0;
}

/* Little-endian, as the format is, on whatever machine. */
static uint64_t fixed(struct wire *w, size_t len)
{
	uint64_t number = 0;
	size_t i;

	if ((size_t)(w->end - w->at) < len) {
		w->bad = true;
		return 0;
	}
	for (i = 0; i < len; i++)
		number |= (uint64_t)w->at[i] << 8 * i;
	w->at += len;
	return number;
}

static void bytes(struct wire *w)
{
	uint64_t len = wire_varint(w);

	if (w->bad || len > (size_t)(w->end - w->at)) {
		w->bad = true;
		return;
	}
	w->data = w->at;
	w->len = len;
	w->at += len;
}

bool wire_next(struct wire *w)
{
	uint64_t tag;

	if (w->bad || w->at == w->end)
		return false;
	tag = wire_varint(w);
	w->field = tag >> 3;
	w->type = tag & 7;
	switch (w->type) {
	case WIRE_VARINT:
		w->number = wire_varint(w);
		break;
	case WIRE_FIXED64:
		w->number = fixed(w, 8);
		break;
	case WIRE_BYTES:
		bytes(w);
		break;
	case WIRE_FIXED32:
		w->number = fixed(w, 4);
		break;
	default:
		w->bad = true;
	}
	return !w->bad;
}
