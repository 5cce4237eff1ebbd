#include "tracer/stack/cfi.h"

#include <errno.h>
#include <string.h>

#include "tracer/stack/cfi_program.h"

/* The record at AT, without its length; an empty reader where it is none. */
static struct cfi_reader open_record(const struct module *m, uintptr_t at)
{
	struct cfi_reader r = {
		(const uint8_t *)at, (const uint8_t *)m->cfi_end, false};
	uint64_t size;

	if (at < m->cfi_start || at >= m->cfi_end)
		return (struct cfi_reader){NULL, NULL, true};
	size = cfi_read_fixed(&r, 4);
	if (size == 0xffffffff)
		size = cfi_read_fixed(&r, 8);
	if (!size || size > (uint64_t)(r.end - r.at))
		return (struct cfi_reader){NULL, NULL, true};
	r.end = r.at + size;
	return r;
}

static void read_augmentation(
	struct cie *cie, struct cfi_reader *r, const char *letters)
{
	struct cfi_reader data;
	uint64_t size;
	uint8_t encoding;

	if (*letters != 'z')
		return;
	cie->augmented = true;
	size = cfi_read_uleb(r);
	if (size > (uint64_t)(r->end - r->at)) {
		r->bad = true;
		return;
	}
	data = (struct cfi_reader){r->at, r->at + size, false};
	r->at += size;
	for (letters++; *letters; letters++) {
		if (*letters == 'R')
			cie->pointers = (uint8_t)cfi_read_fixed(&data, 1);
		else if (*letters == 'S')
			cie->signal_frame = true;
		else if (*letters == 'L')
			cfi_read_fixed(&data, 1);
		else if (*letters == 'P') {
			encoding = (uint8_t)cfi_read_fixed(&data, 1);
			cfi_read_pointer(&data, encoding);
		}
	}
}

static int read_cie(struct cie *cie, const struct module *m, uintptr_t at)
{
	struct cfi_reader r = open_record(m, at);
	const char *letters;
	uint8_t version;

	if (r.bad)
		return -ENOTSUP;
	*cie = (struct cie){.pointers = PE_ABSOLUTE};
	cfi_read_fixed(&r, 4);
	version = (uint8_t)cfi_read_fixed(&r, 1);
	letters = (const char *)r.at;
	while (cfi_read_fixed(&r, 1))
		;
	if (version == 4)
		cfi_read_fixed(&r, 2);
	cie->code_align = cfi_read_uleb(&r);
	cie->data_align = cfi_read_sleb(&r);
	if (version == 1)
		cfi_read_fixed(&r, 1);
	else
		cfi_read_uleb(&r);
	if (r.bad || (*letters && *letters != 'z'))
		return -ENOTSUP;
	read_augmentation(cie, &r, letters);
	cie->program = r;
	return r.bad ? -ENOTSUP : 0;
}

/* Entry N of the table at AT: two offsets from the header. A damaged header may
 * put the table anywhere. */
static uintptr_t table_entry(
	const struct module *m, const uint8_t *at, uint64_t n)
{
	int32_t offset;

	memcpy(&offset, at + 4 * n, sizeof(offset));
	return m->eh_frame_hdr + (uintptr_t)offset;
}

/* The FDE that .eh_frame_hdr gives for IP, by bisection; 0: none. */
static uintptr_t find_fde(const struct module *m, uintptr_t ip)
{
	struct cfi_reader r = {(const uint8_t *)m->eh_frame_hdr,
		(const uint8_t *)m->cfi_end, false};
	uint8_t frame_encoding, count_encoding, table_encoding;
	uint64_t count, low = 0, high;

	if (cfi_read_fixed(&r, 1) != 1)
		return 0;
	frame_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	count_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	table_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	cfi_read_pointer(&r, frame_encoding);
	count = cfi_read_pointer(&r, count_encoding);
	if (r.bad || table_encoding != PE_TABLE || !count ||
		count > (uint64_t)(r.end - r.at) / 8)
		return 0;
	for (high = count; high - low > 1;) {
		uint64_t middle = low + (high - low) / 2;

		if (table_entry(m, r.at, 2 * middle) <= ip)
			low = middle;
		else
			high = middle;
	}
	return table_entry(m, r.at, 2 * low + 1);
}

static int run_fde(struct cfi *cfi, uintptr_t ip, struct cfi_reader *fde,
	const struct cie *cie)
{
	uintptr_t start = cfi_read_pointer(fde, cie->pointers);
	uintptr_t size = cfi_read_pointer(fde, cie->pointers & PE_FORMAT);
	uint64_t skip;

	if (fde->bad || ip < start || ip - start >= size)
		return -ENOENT;
	if (cie->augmented) {
		skip = cfi_read_uleb(fde);
		if (skip > (uint64_t)(fde->end - fde->at))
			return -ENOTSUP;
		fde->at += skip;
	}
	memset(&cfi->row, 0, sizeof(cfi->row));
	if (!cfi_program_run(cfi, cie, cie->program, 0, ip))
		return -ENOTSUP;
	cfi->initial = cfi->row;
	if (!cfi_program_run(cfi, cie, *fde, start, ip))
		return -ENOTSUP;
	cfi->signal_frame = cie->signal_frame;
	cfi->function = start;
	return 0;
}

int cfi_row_at(struct cfi *cfi, const struct module *m, uintptr_t ip)
{
	struct cfi_reader fde;
	struct cie cie;
	uintptr_t at;
	uint32_t to_cie;

	at = m->eh_frame_hdr ? find_fde(m, ip) : 0;
	if (!at)
		return -ENOENT;
	fde = open_record(m, at);
	at = (uintptr_t)fde.at;
	to_cie = (uint32_t)cfi_read_fixed(&fde, 4);
	if (fde.bad || !to_cie)
		return -ENOENT;
	if (read_cie(&cie, m, at - to_cie))
		return -ENOTSUP;
	return run_fde(cfi, ip, &fde, &cie);
}
