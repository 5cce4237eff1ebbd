/* Rows of call frame information, by hand-written .cfi directives; the short
 * rules they make. */
#include "tests/unit/tracer_support.h"

#include <errno.h>

#include "tracer/stack/cfi.h"
#include "tracer/stack/rule.h"

extern const char cfi_rows[], row_start[], row_pushed[], row_framed[],
	row_by_rbx[], row_remembered[], row_restored_state[], row_restored[],
	row_moved[], row_values[], row_more_values[], row_restored_extended[],
	row_signed[], row_signed_offset[], row_expressions[], row_large[],
	row_far[], row_farther[], row_farthest[], row_last[], row_none[],
	row_end[], row_signal[], row_nine_deep[], row_too_deep[], row_bad[],
	row_after_bad[];

enum {
	/* in place of a register: the CFA is an expression */
	BY_EXPRESSION = 100,
	KNOWN = 5
};

struct known {
	int reg;
	enum cfi_how how;
	/* or the first byte of the expression, its length */
	int64_t n;
};

/* What is not named is the same as in the caller. */
static const struct {
	const char *at;
	int cfa;
	int64_t offset;
	struct known known[KNOWN];
} rows[] = {
	{row_start, REG_SP, 8, {{0}}},
	{row_pushed, REG_SP, 16, {{REG_BP, CFI_AT_OFFSET, -16}}},
	{row_framed, REG_BP, 16, {{REG_BP, CFI_AT_OFFSET, -16}}},
	{row_by_rbx, REG_RBX, 24, {{REG_BP, CFI_AT_OFFSET, -16}}},
	{row_remembered, REG_RBX, 4096,
		{{REG_BP, CFI_AT_OFFSET, -16}, {REG_R15, CFI_AT_OFFSET, -40}}},
	{row_restored_state, REG_RBX, 24, {{REG_BP, CFI_AT_OFFSET, -16}}},
	{row_restored, REG_RBX, 24, {{0}}},
	{row_moved, REG_RBX, 24,
		{{REG_R12, CFI_UNDEFINED, 0}, {REG_BP, CFI_REGISTER, REG_R14}}},
	{row_values, REG_RBX, 24,
		{{REG_R12, CFI_AT_OFFSET, 16}, {REG_R13, CFI_OFFSET, -24},
			{REG_BP, CFI_REGISTER, REG_R14}}},
	{row_more_values, REG_RBX, 24,
		{{REG_R12, CFI_AT_OFFSET, -72}, {REG_R13, CFI_OFFSET, 24},
			{REG_BP, CFI_REGISTER, REG_R14}}},
	{row_restored_extended, REG_RBX, 24, {{REG_BP, CFI_REGISTER, REG_R14}}},
	{row_signed, REG_SP, 40, {{REG_BP, CFI_REGISTER, REG_R14}}},
	{row_signed_offset, REG_SP, 48, {{REG_BP, CFI_REGISTER, REG_R14}}},
	{row_expressions, BY_EXPRESSION, 3,
		{{REG_BP, CFI_AT_EXPRESSION, 2}, {REG_R15, CFI_EXPRESSION, 1}}},
	{row_large, REG_SP, 200000, {{REG_R15, CFI_EXPRESSION, 1}}},
	{row_far, REG_SP, 300000, {{REG_R15, CFI_EXPRESSION, 1}}},
	{row_farther, REG_SP, 8, {{REG_R15, CFI_EXPRESSION, 1}}},
	{row_farthest, REG_SP, 48, {{REG_R15, CFI_EXPRESSION, 1}}},
	{row_last, REG_SP, 48, {{REG_R15, CFI_EXPRESSION, 1}}},
};

enum {
	ROWS = sizeof(rows) / sizeof(*rows)
};

static struct cfi cfi;

static int row_at(const char *ip)
{
	struct module m;

	assert_true(module_find((uintptr_t)ip, &m));
	memset(&cfi, 0xa5, sizeof(cfi));
	return cfi_row_at(&cfi, &m, (uintptr_t)ip);
}

static const struct known *known_of(const struct known known[KNOWN], int reg)
{
	int i;

	for (i = 0; i < KNOWN; i++)
		if (known[i].how != CFI_SAME && known[i].reg == reg)
			return &known[i];
	return NULL;
}

static void assert_register(int i, int reg)
{
	static const struct known ret = {REG_RETURN, CFI_AT_OFFSET, -8};
	const struct cfi_value *value = &cfi.row.regs[reg];
	const struct known *known = reg == REG_RETURN
		? &ret
		: known_of(rows[i].known, reg);

	assert_int_equal(value->how, known ? known->how : CFI_SAME);
	if (!known || known->how == CFI_UNDEFINED)
		return;
	if (known->how == CFI_EXPRESSION || known->how == CFI_AT_EXPRESSION)
		assert_int_equal(value->expression[0], known->n);
	else
		assert_int_equal(value->n, known->n);
}

static void each_row_is_what_its_directives_say(void **state)
{
	int i, reg;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		assert_int_equal(row_at(rows[i].at), 0);
		if (rows[i].cfa == BY_EXPRESSION) {
			assert_int_equal(cfi.row.cfa.how, CFI_EXPRESSION);
			assert_int_equal(
				cfi.row.cfa.expression[0], rows[i].offset);
		} else {
			assert_int_equal(cfi.row.cfa.how, CFI_REGISTER);
			assert_int_equal(cfi.row.cfa.n, rows[i].cfa);
			assert_int_equal(cfi.row.cfa_offset, rows[i].offset);
		}
		for (reg = 0; reg < REG_COUNT; reg++)
			assert_register(i, reg);
		assert_int_equal(cfi.function, (uintptr_t)cfi_rows);
		assert_false(cfi.signal_frame);
	}
}

static void a_row_holds_up_to_the_byte_before_the_next(void **state)
{
	uintptr_t before = (uintptr_t)row_farthest - 1;

	(void)state;
	assert_int_equal(row_at((const char *)before), 0);
	assert_int_equal(cfi.row.cfa_offset, 8);
	assert_int_equal(row_at(row_last), 0);
	assert_int_equal(cfi.row.cfa_offset, 48);
}

static void code_without_cfi_has_no_row(void **state)
{
	uintptr_t next = (uintptr_t)row_none + 1;

	(void)state;
	assert_int_equal(row_at(row_none), -ENOENT);
	assert_int_equal(row_at((const char *)next), -ENOENT);
}

static void the_frame_of_a_signal_is_marked(void **state)
{
	(void)state;
	assert_int_equal(row_at(row_signal), 0);
	assert_true(cfi.signal_frame);
	assert_int_equal(cfi.row.regs[REG_RETURN].n, 8);
}

static void what_we_do_not_read_is_refused(void **state)
{
	(void)state;
	assert_int_equal(row_at(row_nine_deep), -ENOTSUP);
	assert_int_equal(row_at(row_after_bad), -ENOTSUP);
	/* before it all is well */
	assert_int_equal(row_at(row_too_deep), 0);
	assert_int_equal(row_at(row_bad), 0);
}

static uint64_t rule_at(const char *ip)
{
	assert_int_equal(row_at(ip), 0);
	return rule_of_row(&cfi, (uintptr_t)ip);
}

static void assert_rule(const char *ip, enum rule_kind kind, intptr_t offset,
	enum rule_bp bp, intptr_t bp_offset)
{
	uint64_t rule = rule_at(ip);

	assert_int_equal(rule_kind(rule), kind);
	assert_int_equal(rule_cfa_offset(rule), offset);
	assert_int_equal(rule_bp(rule), bp);
	assert_int_equal(rule_bp_offset(rule), bp_offset);
}

static void plain_rows_have_short_rules(void **state)
{
	(void)state;
	assert_rule(row_start, RULE_SP, 8, RULE_BP_SAME, 0);
	assert_rule(row_pushed, RULE_SP, 16, RULE_BP_SAVED, -16);
	assert_rule(row_framed, RULE_BP, 16, RULE_BP_SAVED, -16);
	assert_rule(row_expressions, RULE_BP_DEREF, -8, RULE_BP_AT_BP, 0);
	assert_rule(row_large, RULE_SP, 200000, RULE_BP_SAME, 0);
	assert_int_equal(rule_kind(rule_at(row_end)), RULE_END);
}

static void rows_that_need_all_registers_have_none(void **state)
{
	(void)state;
	assert_int_equal(rule_kind(rule_at(row_by_rbx)), RULE_FULL);
	assert_int_equal(rule_kind(rule_at(row_moved)), RULE_FULL);
	assert_int_equal(rule_kind(rule_at(row_signal)), RULE_FULL);
}

/* What linkers write for a PLT: SP + 8 + ((ip & 15) >= k) * 8. */
static void the_expression_of_a_plt_is_a_constant_for_an_address(void **state)
{
	uint8_t plt[] = {
		11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
	uint64_t rule;

	(void)state;
	memset(&cfi, 0, sizeof(cfi));
	cfi.row.cfa = (struct cfi_value){
		.how = CFI_EXPRESSION, .expression = plt};
	cfi.row.regs[REG_RETURN] = (struct cfi_value){
		.how = CFI_AT_OFFSET, .n = -8};
	rule = rule_of_row(&cfi, 0x401000 + 10);
	assert_int_equal(rule_kind(rule), RULE_SP);
	assert_int_equal(rule_cfa_offset(rule), 8);
	assert_int_equal(rule_cfa_offset(rule_of_row(&cfi, 0x40100b)), 16);
	/* nearly one */
	plt[9] = 0x32;
	assert_int_equal(rule_kind(rule_of_row(&cfi, 0x40100b)), RULE_FULL);
}

static void an_offset_that_does_not_fit_makes_no_short_rule(void **state)
{
	static const int64_t offsets[] = {(int64_t)1 << 27,
		-((int64_t)1 << 27) - 1, INT64_MAX, INT64_MIN};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		assert_int_equal(row_at(row_start), 0);
		cfi.row.cfa_offset = offsets[i];
		assert_int_equal(rule_kind(rule_of_row(&cfi, 1)), RULE_FULL);
		assert_int_equal(row_at(row_pushed), 0);
		cfi.row.regs[REG_BP].n = offsets[i];
		assert_int_equal(rule_kind(rule_of_row(&cfi, 1)), RULE_FULL);
	}
}

static int start(void **state)
{
	(void)state;
	modules_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_what_its_directives_say),
		cmocka_unit_test(a_row_holds_up_to_the_byte_before_the_next),
		cmocka_unit_test(code_without_cfi_has_no_row),
		cmocka_unit_test(the_frame_of_a_signal_is_marked),
		cmocka_unit_test(what_we_do_not_read_is_refused),
		cmocka_unit_test(plain_rows_have_short_rules),
		cmocka_unit_test(rows_that_need_all_registers_have_none),
		cmocka_unit_test(
			the_expression_of_a_plt_is_a_constant_for_an_address),
		cmocka_unit_test(
			an_offset_that_does_not_fit_makes_no_short_rule),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
