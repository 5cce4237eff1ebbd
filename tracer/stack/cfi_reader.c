/* cfi_reader.c - the numbers that .eh_frame is made of. */
#include "tracer/stack/cfi.h"

#include <string.h>

uint64_t cfi_read_fixed(struct cfi_reader *r, int size)
{
	uint64_t value = 0;

	if (r->end - r->at < size) {
		r->bad = true;
		r->at = r->end;
		return 0;
	}
	memcpy(&value, r->at, (size_t)size);
	r->at += size;
	return value;
}

uint64_t cfi_read_uleb(struct cfi_reader *r)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)cfi_read_fixed(r, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

int64_t cfi_read_sleb(struct cfi_reader *r)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)cfi_read_fixed(r, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (shift < 64 && byte & 0x40)
		value |= ~(uint64_t)0 << shift;
	return (int64_t)value;
}
