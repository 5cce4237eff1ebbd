/* Every operation of DWARF expressions that call frame information may use. */
#include "tests/unit/tracer_support.h"

#include "tracer/stack/expression.h"

enum {
	LONGEST = 24,
	FAILS = 1,
	BEGINS_WITH_CFA = 2,
	CFA = 0x7000
};

static uintptr_t word = 0x1122334455667788;

/* bp is 0x1000, sp is 0x2000, r15 is where the word lies; no other register is
 * known. */
static const struct {
	const char *what;
	uintptr_t value;
	int flags;
	int length;
	uint8_t code[LONGEST];
} rows[] = {
	{"addr", 0x8877665544332211, 0, 9,
		{0x03, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}},
	{"const1u", 0xfe, 0, 2, {0x08, 0xfe}},
	{"const1s", (uintptr_t)-2, 0, 2, {0x09, 0xfe}},
	{"const2u", 0xfffe, 0, 3, {0x0a, 0xfe, 0xff}},
	{"const2s", (uintptr_t)-2, 0, 3, {0x0b, 0xfe, 0xff}},
	{"const4u", 0xfffffffe, 0, 5, {0x0c, 0xfe, 0xff, 0xff, 0xff}},
	{"const4s", (uintptr_t)-2, 0, 5, {0x0d, 0xfe, 0xff, 0xff, 0xff}},
	{"const8u", 0xff00000000000001, 0, 9,
		{0x0e, 1, 0, 0, 0, 0, 0, 0, 0xff}},
	{"const8s", 0xff00000000000001, 0, 9,
		{0x0f, 1, 0, 0, 0, 0, 0, 0, 0xff}},
	{"constu", 16384, 0, 4, {0x10, 0x80, 0x80, 0x01}},
	{"consts", (uintptr_t)-128, 0, 3, {0x11, 0x80, 0x7f}},
	{"lit0", 0, 0, 1, {0x30}},
	{"lit31", 31, 0, 1, {0x4f}},
	{"breg of bp, up", 0x1008, 0, 2, {0x76, 8}},
	{"breg of bp, down", 0xff8, 0, 2, {0x76, 0x78}},
	{"breg of sp", 0x2000, 0, 2, {0x77, 0}},
	{"bregx", 0x2010, 0, 3, {0x92, 7, 16}},
	{"breg of a register that is not known", 0, FAILS, 2, {0x73, 0}},
	{"bregx of no register of ours", 0, FAILS, 4, {0x92, 0x80, 1, 0}},
	{"deref", 0x1122334455667788, 0, 3, {0x7f, 0, 0x06}},
	{"deref of nothing", 0, FAILS, 2, {0x30, 0x06}},
	{"deref out of line", 0, FAILS, 3, {0x7f, 1, 0x06}},
	{"deref of an empty stack", 0, FAILS, 1, {0x06}},
	{"dup, plus", 10, 0, 3, {0x35, 0x12, 0x22}},
	{"drop", 4, 0, 3, {0x34, 0x35, 0x13}},
	{"over takes the second", 9, 0, 3, {0x39, 0x31, 0x14}},
	{"over keeps both below", 8, 0, 5, {0x37, 0x31, 0x14, 0x13, 0x22}},
	{"swap", 5, 0, 3, {0x35, 0x31, 0x16}},
	{"swap keeps the other", 1, 0, 4, {0x35, 0x31, 0x16, 0x13}},
	{"and", 0x0c, 0, 5, {0x08, 0x3c, 0x08, 0x0f, 0x1a}},
	{"minus", (uintptr_t)-3, 0, 3, {0x32, 0x35, 0x1c}},
	{"mul", 42, 0, 3, {0x36, 0x37, 0x1e}},
	{"neg", (uintptr_t)-7, 0, 2, {0x37, 0x1f}},
	{"not", ~(uintptr_t)7, 0, 2, {0x37, 0x20}},
	{"or", 0x3f, 0, 5, {0x08, 0x3c, 0x08, 0x0f, 0x21}},
	{"plus", 13, 0, 3, {0x36, 0x37, 0x22}},
	{"plus_uconst", 0x1106, 0, 5, {0x76, 6, 0x23, 0x80, 0x02}},
	{"shl", 0x30, 0, 3, {0x33, 0x34, 0x24}},
	{"shl by 64", 0, 0, 4, {0x33, 0x08, 64, 0x24}},
	{"shr of a negative one", 0x7fffffffffffffff, 0, 4,
		{0x09, 0xff, 0x31, 0x25}},
	{"shr by 70", 0, 0, 5, {0x09, 0xff, 0x08, 70, 0x25}},
	{"shra", (uintptr_t)-2, 0, 4, {0x09, 0xf8, 0x32, 0x26}},
	{"shra by 200", (uintptr_t)-1, 0, 5, {0x09, 0xf8, 0x08, 200, 0x26}},
	{"xor", 0x33, 0, 5, {0x08, 0x3c, 0x08, 0x0f, 0x27}},
	{"eq", 1, 0, 3, {0x35, 0x35, 0x29}},
	{"ge, signed", 0, 0, 4, {0x09, 0xff, 0x30, 0x2a}},
	{"ge of equal ones", 1, 0, 3, {0x35, 0x35, 0x2a}},
	{"gt", 1, 0, 3, {0x36, 0x35, 0x2b}},
	{"le", 1, 0, 3, {0x35, 0x35, 0x2c}},
	{"lt, signed", 1, 0, 4, {0x09, 0xff, 0x30, 0x2d}},
	{"ne", 1, 0, 3, {0x35, 0x36, 0x2e}},
	{"skip", 3, 0, 6, {0x33, 0x2f, 2, 0, 0x13, 0x34}},
	{"skip to the end", 3, 0, 4, {0x33, 0x2f, 0, 0}},
	{"bra taken", 3, 0, 8, {0x33, 0x31, 0x28, 2, 0, 0x13, 0x34, 0x96}},
	{"bra not taken", 4, 0, 8, {0x33, 0x30, 0x28, 2, 0, 0x13, 0x34, 0x96}},
	/* counts down from 5 */
	{"bra backwards", 0, 0, 7, {0x35, 0x31, 0x1c, 0x12, 0x28, 0xfa, 0xff}},
	{"bra of an empty stack", 0, FAILS, 3, {0x28, 0, 0}},
	{"skip past the end", 0, FAILS, 5, {0x33, 0x2f, 2, 0, 0x33}},
	{"skip before the begin", 0, FAILS, 4, {0x33, 0x2f, 0xfb, 0xff}},
	{"skip for ever", 0, FAILS, 4, {0x33, 0x2f, 0xfd, 0xff}},
	{"nop", 3, 0, 2, {0x33, 0x96}},
	{"the CFA comes first", CFA - 8, BEGINS_WITH_CFA, 2, {0x38, 0x1c}},
	{"the CFA alone", CFA, BEGINS_WITH_CFA, 0, {0}},
	{"nothing", 0, FAILS, 0, {0}},
	{"plus of one", 0, FAILS, 2, {0x35, 0x22}},
	{"swap of one", 0, FAILS, 2, {0x35, 0x16}},
	{"drop of none", 0, FAILS, 1, {0x13}},
	{"pick, which we do not have", 0, FAILS, 3, {0x35, 0x15, 0}},
	{"reg5, which is no value", 0, FAILS, 1, {0x55}},
	{"call_frame_cfa", 0, FAILS, 1, {0x9c}},
	{"an operation that is not there", 0, FAILS, 2, {0x35, 0xe0}},
	{"const2u cut short", 0, FAILS, 2, {0x0a, 1}},
	{"constu cut short", 0, FAILS, 2, {0x10, 0x80}},
	{"breg cut short", 0, FAILS, 1, {0x76}},
};

static struct registers registers;
static struct memory memory;

static bool evaluate(const uint8_t *expression, int flags, uintptr_t *value)
{
	const uintptr_t cfa = CFA;

	return expression_value(expression, &registers, &memory,
		flags & BEGINS_WITH_CFA ? &cfa : NULL, value);
}

static void each_operation_does_what_dwarf_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		/* on the heap, so that reading past its end is seen */
		uint8_t *code = malloc((size_t)rows[i].length + 1);
		uintptr_t value = 77;
		bool found;

		code[0] = (uint8_t)rows[i].length;
		memcpy(code + 1, rows[i].code, (size_t)rows[i].length);
		found = evaluate(code, rows[i].flags, &value);
		if (found == (rows[i].flags & FAILS) ||
			(found && value != rows[i].value))
			fail_msg("%s: %s %#lx", rows[i].what,
				found ? "gives" : "fails", value);
		free(code);
	}
}

static void the_stack_has_room_for_sixteen(void **state)
{
	uint8_t code[40];
	uintptr_t value;

	(void)state;
	memset(code, 0x31, sizeof(code));
	code[0] = 16;
	assert_true(evaluate(code, 0, &value));
	code[0] = 17;
	assert_false(evaluate(code, 0, &value));
	code[0] = 16;
	assert_false(evaluate(code, BEGINS_WITH_CFA, &value));
	/* sixteen ones, added up */
	memset(code + 17, 0x22, 15);
	code[0] = 31;
	assert_true(evaluate(code, 0, &value));
	assert_int_equal(value, 16);
}

static void random_bytes_do_no_harm(void **state)
{
	uint64_t random = 7;
	uintptr_t value;
	int i, k;

	(void)state;
	for (i = 0; i < 200000; i++) {
		int length = (int)(random_next(&random) % 20);
		uint8_t *code = malloc((size_t)length + 1);
		bool found;

		code[0] = (uint8_t)length;
		for (k = 1; k <= length; k++)
			code[k] = (uint8_t)random_next(&random);
		found = evaluate(code, i & BEGINS_WITH_CFA, &value);
		/* an odd few do compute something */
		(void)found;
		free(code);
	}
}

static int start(void **state)
{
	(void)state;
	registers.regs[REG_BP] = 0x1000;
	registers.regs[REG_SP] = 0x2000;
	registers.regs[REG_R15] = (uintptr_t)&word;
	registers.known = 1u << REG_BP | 1u << REG_SP | 1u << REG_R15;
	memory_begin(&memory, (uintptr_t)&word);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_does_what_dwarf_says),
		cmocka_unit_test(the_stack_has_room_for_sixteen),
		cmocka_unit_test(random_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
