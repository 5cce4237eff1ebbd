#include "tracer/stack/cfi.h"

#include <errno.h>
#include <string.h>

/* How .eh_frame writes pointers: format in the low bits, base above. */
enum pointer_encoding {
	PE_ABSOLUTE = 0x00,
	PE_ULEB = 0x01,
	PE_U2 = 0x02,
	PE_U4 = 0x03,
	PE_U8 = 0x04,
	PE_SLEB = 0x09,
	PE_S2 = 0x0a,
	PE_S4 = 0x0b,
	PE_S8 = 0x0c,
	PE_FORMAT = 0x0f,
	PE_PC_RELATIVE = 0x10,
	PE_DATA_RELATIVE = 0x30,
	PE_BASE = 0x70,
	PE_INDIRECT = 0x80,
	PE_OMIT = 0xff,
	/* what ld writes: a table of signed 32-bit offsets from its header */
	PE_TABLE = PE_DATA_RELATIVE | PE_S4,
};

enum {
	CFA_NOP = 0x00,
	CFA_ADVANCE = 0x40,
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0
};

enum cfa_op {
	OP_SET_LOC = 0x01,
	OP_ADVANCE_1 = 0x02,
	OP_ADVANCE_2 = 0x03,
	OP_ADVANCE_4 = 0x04,
	OP_OFFSET_EXTENDED = 0x05,
	OP_RESTORE_EXTENDED = 0x06,
	OP_UNDEFINED = 0x07,
	OP_SAME_VALUE = 0x08,
	OP_REGISTER = 0x09,
	OP_REMEMBER = 0x0a,
	OP_RESTORE_STATE = 0x0b,
	OP_DEF_CFA = 0x0c,
	OP_DEF_CFA_REGISTER = 0x0d,
	OP_DEF_CFA_OFFSET = 0x0e,
	OP_DEF_CFA_EXPRESSION = 0x0f,
	OP_EXPRESSION = 0x10,
	OP_OFFSET_EXTENDED_SF = 0x11,
	OP_DEF_CFA_SF = 0x12,
	OP_DEF_CFA_OFFSET_SF = 0x13,
	OP_VAL_OFFSET = 0x14,
	OP_VAL_OFFSET_SF = 0x15,
	OP_VAL_EXPRESSION = 0x16,
	OP_GNU_ARGS_SIZE = 0x2e,
};

/* What a CIE says for all functions that refer to it. */
struct cie {
	struct cfi_reader program;
	uint64_t code_align;
	int64_t data_align;
	uint8_t pointers;
	bool augmented;
	bool signal_frame;
};

struct run {
	struct cfi *cfi;
	const struct cie *cie;
	uintptr_t at;
	uintptr_t ip;
	int depth;
	bool unsupported;
};

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

static uintptr_t read_pointer(struct cfi_reader *r, uint8_t encoding)
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
			read_pointer(&data, encoding);
		}
	}
}

static int read_cie(struct cie *cie, const struct module *m, uintptr_t at)
{
	struct cfi_reader r = open_record(m, at);
	const char *letters;
	uint8_t version;

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

static void set(struct run *run, uint64_t reg, struct cfi_value value)
{
	if (reg < REG_COUNT)
		run->cfi->row.regs[reg] = value;
}

static void set_offset(
	struct run *run, uint64_t reg, enum cfi_how how, int64_t factored)
{
	set(run, reg,
		(struct cfi_value){
			.how = how, .n = factored * run->cie->data_align});
}

static const uint8_t *skip_expression(struct cfi_reader *r)
{
	const uint8_t *at = r->at;
	uint64_t size = cfi_read_uleb(r);

	if (size > (uint64_t)(r->end - r->at))
		r->bad = true;
	else
		r->at += size;
	return at;
}

static void set_expression(
	struct run *run, struct cfi_reader *r, enum cfi_how how)
{
	uint64_t reg = cfi_read_uleb(r);

	set(run, reg,
		(struct cfi_value){
			.how = how, .expression = skip_expression(r)});
}

static void define_cfa(struct run *run, uint64_t reg, int64_t offset)
{
	run->cfi->row.cfa = (struct cfi_value){
		.how = CFI_REGISTER, .n = (int64_t)reg};
	run->cfi->row.cfa_offset = offset;
}

static void restore(struct run *run, uint64_t reg)
{
	if (reg < REG_COUNT)
		run->cfi->row.regs[reg] = run->cfi->initial.regs[reg];
}

static void remember(struct run *run)
{
	if (run->depth < CFI_SAVED_MAX)
		run->cfi->saved[run->depth++] = run->cfi->row;
	else
		run->unsupported = true;
}

static void restore_state(struct run *run)
{
	if (run->depth)
		run->cfi->row = run->cfi->saved[--run->depth];
	else
		run->unsupported = true;
}

static void run_cfa_op(struct run *run, struct cfi_reader *r, uint8_t op)
{
	int64_t align = run->cie->data_align;
	uint64_t reg;

	switch (op) {
	case OP_DEF_CFA:
		reg = cfi_read_uleb(r);
		define_cfa(run, reg, (int64_t)cfi_read_uleb(r));
		break;
	case OP_DEF_CFA_SF:
		reg = cfi_read_uleb(r);
		define_cfa(run, reg, cfi_read_sleb(r) * align);
		break;
	case OP_DEF_CFA_REGISTER:
		define_cfa(run, cfi_read_uleb(r), run->cfi->row.cfa_offset);
		break;
	case OP_DEF_CFA_OFFSET:
		run->cfi->row.cfa_offset = (int64_t)cfi_read_uleb(r);
		break;
	case OP_DEF_CFA_OFFSET_SF:
		run->cfi->row.cfa_offset = cfi_read_sleb(r) * align;
		break;
	default:
		run->cfi->row.cfa = (struct cfi_value){.how = CFI_EXPRESSION,
			.expression = skip_expression(r)};
	}
}

static void run_register_op(struct run *run, struct cfi_reader *r, uint8_t op)
{
	uint64_t reg = cfi_read_uleb(r);

	switch (op) {
	case OP_OFFSET_EXTENDED:
		set_offset(run, reg, CFI_AT_OFFSET, (int64_t)cfi_read_uleb(r));
		break;
	case OP_OFFSET_EXTENDED_SF:
		set_offset(run, reg, CFI_AT_OFFSET, cfi_read_sleb(r));
		break;
	case OP_VAL_OFFSET:
		set_offset(run, reg, CFI_OFFSET, (int64_t)cfi_read_uleb(r));
		break;
	case OP_VAL_OFFSET_SF:
		set_offset(run, reg, CFI_OFFSET, cfi_read_sleb(r));
		break;
	case OP_RESTORE_EXTENDED:
		restore(run, reg);
		break;
	case OP_UNDEFINED:
		set(run, reg, (struct cfi_value){.how = CFI_UNDEFINED});
		break;
	case OP_SAME_VALUE:
		set(run, reg, (struct cfi_value){.how = CFI_SAME});
		break;
	case OP_REGISTER:
		set(run, reg,
			(struct cfi_value){.how = CFI_REGISTER,
				.n = (int64_t)cfi_read_uleb(r)});
		break;
	default:
		run->unsupported = true;
	}
}

static uint64_t advance_size(struct run *run, struct cfi_reader *r, uint8_t op)
{
	int size = op == OP_ADVANCE_1 ? 1 : op == OP_ADVANCE_2 ? 2 : 4;

	return cfi_read_fixed(r, size) * run->cie->code_align;
}

static void run_op(struct run *run, struct cfi_reader *r, uint8_t op)
{
	switch (op) {
	case CFA_NOP:
		break;
	case OP_SET_LOC:
		run->at = read_pointer(r, run->cie->pointers);
		break;
	case OP_ADVANCE_1:
	case OP_ADVANCE_2:
	case OP_ADVANCE_4:
		run->at += advance_size(run, r, op);
		break;
	case OP_REMEMBER:
		remember(run);
		break;
	case OP_RESTORE_STATE:
		restore_state(run);
		break;
	case OP_EXPRESSION:
		set_expression(run, r, CFI_AT_EXPRESSION);
		break;
	case OP_VAL_EXPRESSION:
		set_expression(run, r, CFI_EXPRESSION);
		break;
	case OP_GNU_ARGS_SIZE:
		cfi_read_uleb(r);
		break;
	case OP_DEF_CFA:
	case OP_DEF_CFA_SF:
	case OP_DEF_CFA_REGISTER:
	case OP_DEF_CFA_OFFSET:
	case OP_DEF_CFA_OFFSET_SF:
	case OP_DEF_CFA_EXPRESSION:
		run_cfa_op(run, r, op);
		break;
	default:
		run_register_op(run, r, op);
	}
}

/* Up to the row that covers run->ip. */
static void run_program(struct run *run, struct cfi_reader r)
{
	while (r.at < r.end && !r.bad && !run->unsupported) {
		uint8_t op = (uint8_t)cfi_read_fixed(&r, 1);
		uint8_t low = op & 0x3f;

		switch (op & 0xc0) {
		case CFA_ADVANCE:
			run->at += low * run->cie->code_align;
			break;
		case CFA_OFFSET:
			set_offset(run, low, CFI_AT_OFFSET,
				(int64_t)cfi_read_uleb(&r));
			break;
		case CFA_RESTORE:
			restore(run, low);
			break;
		default:
			run_op(run, &r, op);
		}
		if (run->at > run->ip)
			return;
	}
	run->unsupported |= r.bad;
}

/* The FDE that .eh_frame_hdr gives for IP, by bisection; 0: none. */
static uintptr_t find_fde(const struct module *m, uintptr_t ip)
{
	struct cfi_reader r = {(const uint8_t *)m->eh_frame_hdr,
		(const uint8_t *)m->cfi_end, false};
	uint8_t frame_encoding, count_encoding, table_encoding;
	const int32_t *table;
	uint64_t count, low = 0, high;

	if (cfi_read_fixed(&r, 1) != 1)
		return 0;
	frame_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	count_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	table_encoding = (uint8_t)cfi_read_fixed(&r, 1);
	read_pointer(&r, frame_encoding);
	count = read_pointer(&r, count_encoding);
	if (r.bad || table_encoding != PE_TABLE || !count ||
		count > (uint64_t)(r.end - r.at) / 8)
		return 0;
	table = (const int32_t *)r.at;
	for (high = count; high - low > 1;) {
		uint64_t middle = low + (high - low) / 2;

		if (m->eh_frame_hdr + (uintptr_t)table[2 * middle] <= ip)
			low = middle;
		else
			high = middle;
	}
	return m->eh_frame_hdr + (uintptr_t)table[2 * low + 1];
}

static int run_fde(struct cfi *cfi, const struct module *m, uintptr_t ip,
	struct cfi_reader *fde, const struct cie *cie)
{
	struct run run = {.cfi = cfi, .cie = cie, .ip = ip};
	uintptr_t start = read_pointer(fde, cie->pointers);
	uintptr_t size = read_pointer(fde, cie->pointers & PE_FORMAT);
	uint64_t skip;

	(void)m;
	if (fde->bad || ip < start || ip - start >= size)
		return -ENOENT;
	if (cie->augmented) {
		skip = cfi_read_uleb(fde);
		if (skip > (uint64_t)(fde->end - fde->at))
			return -ENOTSUP;
		fde->at += skip;
	}
	memset(&cfi->row, 0, sizeof(cfi->row));
	run.at = 0;
	run_program(&run, cie->program);
	cfi->initial = cfi->row;
	run.at = start;
	run.depth = 0;
	run_program(&run, *fde);
	cfi->signal_frame = cie->signal_frame;
	cfi->function = start;
	return run.unsupported ? -ENOTSUP : 0;
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
	return run_fde(cfi, m, ip, &fde, &cie);
}
