#include "tracer/stack/cfi_program.h"

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

struct run {
	struct cfi *cfi;
	const struct cie *cie;
	uintptr_t at;
	uintptr_t ip;
	int depth;
	bool unsupported;
};

static void set(struct run *run, uint64_t reg, struct cfi_value value)
{
	if (reg < REG_COUNT)
		run->cfi->row.regs[reg] = value;
}

/* FACTORED times the CIE's factor, whatever damaged ones come to. */
static int64_t unfactor(const struct run *run, int64_t factored)
{
	return (int64_t)((uint64_t)factored * (uint64_t)run->cie->data_align);
}

static void set_offset(
	struct run *run, uint64_t reg, enum cfi_how how, int64_t factored)
{
	set(run, reg,
		(struct cfi_value){.how = how, .n = unfactor(run, factored)});
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
	uint64_t reg;

	switch (op) {
	case OP_DEF_CFA:
		reg = cfi_read_uleb(r);
		define_cfa(run, reg, (int64_t)cfi_read_uleb(r));
		break;
	case OP_DEF_CFA_SF:
		reg = cfi_read_uleb(r);
		define_cfa(run, reg, unfactor(run, cfi_read_sleb(r)));
		break;
	case OP_DEF_CFA_REGISTER:
		define_cfa(run, cfi_read_uleb(r), run->cfi->row.cfa_offset);
		break;
	case OP_DEF_CFA_OFFSET:
		run->cfi->row.cfa_offset = (int64_t)cfi_read_uleb(r);
		break;
	case OP_DEF_CFA_OFFSET_SF:
		run->cfi->row.cfa_offset = unfactor(run, cfi_read_sleb(r));
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
		run->at = cfi_read_pointer(r, run->cie->pointers);
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

static void run_all(struct run *run, struct cfi_reader r)
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

bool cfi_program_run(struct cfi *cfi, const struct cie *cie,
	struct cfi_reader program, uintptr_t start, uintptr_t ip)
{
	struct run run = {.cfi = cfi, .cie = cie, .at = start, .ip = ip};

	run_all(&run, program);
	return !run.unsupported;
}
