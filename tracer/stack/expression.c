#include "tracer/stack/expression.h"

#include "tracer/stack/cfi.h"

enum {
	DEPTH_MAX = 16,
	STEPS_MAX = 256
};

enum dw_op {
	OP_ADDR = 0x03,
	OP_DEREF = 0x06,
	OP_CONST1U = 0x08,
	OP_CONST1S = 0x09,
	OP_CONST2U = 0x0a,
	OP_CONST2S = 0x0b,
	OP_CONST4U = 0x0c,
	OP_CONST4S = 0x0d,
	OP_CONST8U = 0x0e,
	OP_CONST8S = 0x0f,
	OP_CONSTU = 0x10,
	OP_CONSTS = 0x11,
	OP_DUP = 0x12,
	OP_DROP = 0x13,
	OP_OVER = 0x14,
	OP_SWAP = 0x16,
	OP_AND = 0x1a,
	OP_MINUS = 0x1c,
	OP_MUL = 0x1e,
	OP_NEG = 0x1f,
	OP_NOT = 0x20,
	OP_OR = 0x21,
	OP_PLUS = 0x22,
	OP_PLUS_UCONST = 0x23,
	OP_SHL = 0x24,
	OP_SHR = 0x25,
	OP_SHRA = 0x26,
	OP_XOR = 0x27,
	OP_BRA = 0x28,
	OP_EQ = 0x29,
	OP_GE = 0x2a,
	OP_GT = 0x2b,
	OP_LE = 0x2c,
	OP_LT = 0x2d,
	OP_NE = 0x2e,
	OP_SKIP = 0x2f,
	OP_LIT0 = 0x30,
	OP_LIT31 = 0x4f,
	OP_BREG0 = 0x70,
	OP_BREG31 = 0x8f,
	OP_BREGX = 0x92,
	OP_NOP = 0x96,
};

struct machine {
	struct cfi_reader code;
	const uint8_t *begin;
	const struct registers *registers;
	struct memory *memory;
	uintptr_t stack[DEPTH_MAX];
	int depth;
	bool failed;
};

static void push(struct machine *m, uintptr_t value)
{
	if (m->depth < DEPTH_MAX)
		m->stack[m->depth++] = value;
	else
		m->failed = true;
}

static uintptr_t pop(struct machine *m)
{
	if (m->depth)
		return m->stack[--m->depth];
	m->failed = true;
	return 0;
}

static void push_register(struct machine *m, uint64_t reg)
{
	int64_t offset = cfi_read_sleb(&m->code);

	if (reg >= REG_COUNT || !(m->registers->known >> reg & 1))
		m->failed = true;
	else
		push(m, m->registers->regs[reg] + (uintptr_t)offset);
}

static void dereference(struct machine *m)
{
	uintptr_t value = 0;

	if (!memory_word(m->memory, pop(m), &value))
		m->failed = true;
	push(m, value);
}

static uintptr_t constant(struct machine *m, uint8_t op)
{
	static const uint8_t size[] = {1, 1, 2, 2, 4, 4, 8, 8};
	int bytes = size[op - OP_CONST1U];
	uint64_t value = cfi_read_fixed(&m->code, bytes);
	int unused = 64 - 8 * bytes;

	if (op & 1)
		value = (uint64_t)((int64_t)(value << unused) >> unused);
	return value;
}

static void jump(struct machine *m, bool taken)
{
	int16_t offset = (int16_t)cfi_read_fixed(&m->code, 2);

	if (!taken)
		return;
	if (offset > m->code.end - m->code.at ||
		-offset > m->code.at - m->begin)
		m->failed = true;
	else
		m->code.at += offset;
}

static uintptr_t shift_arithmetic(uintptr_t a, uintptr_t by)
{
	return (uintptr_t)((intptr_t)a >> (by < 64 ? by : 63));
}

/* a OP b, where b was on top. */
static void binary(struct machine *m, uint8_t op)
{
	uintptr_t b = pop(m), a = pop(m);
	intptr_t sa = (intptr_t)a, sb = (intptr_t)b;

	switch (op) {
	case OP_AND:
		return push(m, a & b);
	case OP_MINUS:
		return push(m, a - b);
	case OP_MUL:
		return push(m, a * b);
	case OP_OR:
		return push(m, a | b);
	case OP_PLUS:
		return push(m, a + b);
	case OP_SHL:
		return push(m, b < 64 ? a << b : 0);
	case OP_SHR:
		return push(m, b < 64 ? a >> b : 0);
	case OP_SHRA:
		return push(m, shift_arithmetic(a, b));
	case OP_XOR:
		return push(m, a ^ b);
	case OP_EQ:
		return push(m, a == b);
	case OP_GE:
		return push(m, sa >= sb);
	case OP_GT:
		return push(m, sa > sb);
	case OP_LE:
		return push(m, sa <= sb);
	case OP_LT:
		return push(m, sa < sb);
	case OP_NE:
		return push(m, a != b);
	default:
		m->failed = true;
	}
}

static void shuffle(struct machine *m, uint8_t op)
{
	uintptr_t top = pop(m), next;

	if (op == OP_DROP)
		return;
	if (op == OP_DUP) {
		push(m, top);
		push(m, top);
		return;
	}
	next = pop(m);
	push(m, op == OP_SWAP ? top : next);
	push(m, op == OP_SWAP ? next : top);
	if (op == OP_OVER)
		push(m, next);
}

static void step(struct machine *m, uint8_t op)
{
	if (op >= OP_LIT0 && op <= OP_LIT31)
		return push(m, op - OP_LIT0);
	if (op >= OP_BREG0 && op <= OP_BREG31)
		return push_register(m, op - OP_BREG0);
	if (op >= OP_CONST1U && op <= OP_CONST8S)
		return push(m, constant(m, op));
	switch (op) {
	case OP_BREGX:
		return push_register(m, cfi_read_uleb(&m->code));
	case OP_ADDR:
		return push(m, cfi_read_fixed(&m->code, 8));
	case OP_CONSTU:
		return push(m, cfi_read_uleb(&m->code));
	case OP_CONSTS:
		return push(m, (uintptr_t)cfi_read_sleb(&m->code));
	case OP_DEREF:
		return dereference(m);
	case OP_PLUS_UCONST:
		return push(m, pop(m) + cfi_read_uleb(&m->code));
	case OP_NEG:
		return push(m, -pop(m));
	case OP_NOT:
		return push(m, ~pop(m));
	case OP_SKIP:
		return jump(m, true);
	case OP_BRA:
		return jump(m, pop(m));
	case OP_DUP:
	case OP_DROP:
	case OP_OVER:
	case OP_SWAP:
		return shuffle(m, op);
	case OP_NOP:
		return;
	default:
		return binary(m, op);
	}
}

bool expression_value(const uint8_t *expression,
	const struct registers *registers, struct memory *memory,
	const uintptr_t *with_cfa, uintptr_t *value)
{
	/* cfi_row_at has checked that the length fits */
	struct cfi_reader size = {expression, expression + 10, false};
	uint64_t len = cfi_read_uleb(&size);
	struct machine m = {
		.code = {size.at, size.at + len, false},
		.begin = size.at,
		.registers = registers,
		.memory = memory,
	};
	int steps;

	if (with_cfa)
		push(&m, *with_cfa);
	for (steps = 0; m.code.at < m.code.end && !m.failed; steps++) {
		if (steps == STEPS_MAX)
			return false;
		step(&m, (uint8_t)cfi_read_fixed(&m.code, 1));
		m.failed |= m.code.bad;
	}
	*value = pop(&m);
	return !m.failed;
}
