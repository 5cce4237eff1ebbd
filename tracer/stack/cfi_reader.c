/* cfi_reader.c - the numbers that .eh_frame is made of. */
#include "tracer/stack/cfi_program.h"

/* The seven-bit groups of a LEB128 number put together; *BITS is how many bits
 * that were, and the result the last group. */
static uint8_t read_leb(
	struct cfi_reader *r, uint64_t *value, unsigned int *bits)
{
	uint8_t byte;

	*value = 0;
	*bits = 0;
	do {
		byte = (uint8_t)cfi_read_fixed(r, 1);
		if (*bits < 64)
			*value |= (uint64_t)(byte & 0x7f) << *bits;
		*bits += 7;
	} while (byte & 0x80);
	return byte;
}

uint64_t cfi_read_uleb(struct cfi_reader *r)
{
	unsigned int bits;
	uint64_t value;

	read_leb(r, &value, &bits);
	return value;
}

int64_t cfi_read_sleb(struct cfi_reader *r)
{
	unsigned int bits;
	uint64_t value;
	uint8_t last = read_leb(r, &value, &bits);

	if (bits < 64 && last & 0x40)
		value |= ~(uint64_t)0 << bits;
	return (int64_t)value;
}

static uint64_t read_format(struct cfi_reader *r, int format)
{
	switch (format) {
	case PE_ULEB:
		return cfi_read_uleb(r);
	case PE_SLEB:
		return (uint64_t)cfi_read_sleb(r);
	case PE_U2:
		return cfi_read_fixed(r, 2);
	case PE_S2:
		return (uint64_t)(int16_t)cfi_read_fixed(r, 2);
	case PE_U4:
		return cfi_read_fixed(r, 4);
	case PE_S4:
		return (uint64_t)(int32_t)cfi_read_fixed(r, 4);
	default:
		return cfi_read_fixed(r, 8);
	}
}

uintptr_t cfi_read_pointer(struct cfi_reader *r, uint8_t encoding)
{
	uintptr_t here = (uintptr_t)r->at;
	uintptr_t value;

	if (encoding == PE_OMIT)
		return 0;
	value = read_format(r, encoding & PE_FORMAT);
	if (value && (encoding & PE_BASE) == PE_PC_RELATIVE)
		value += here;
	return value;
}
