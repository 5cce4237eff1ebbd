/* .eh_frame that is cut short or damaged: whatever it says, reading it does no
 * harm. Copies lie on the heap and end where it ends, so that the address
 * sanitizer sees a byte too many. */
#include "tests/unit/tracer_support.h"

#include "tracer/stack/cfi.h"
#include "tracer/stack/expression.h"
#include "tracer/stack/rule.h"

enum {
	PLACES = 40,
	CUTS = 1500,
	DAMAGES = 4000,
	MOST_FLIPS = 6
};

static struct module module;
static uintptr_t places[PLACES];
static struct cfi cfi;
static struct registers registers;
static struct memory memory;
/* how many rows were found: not all may be lost, or nothing was tried */
static uint32_t found;

/* What a walk does with a row. */
static void use_row(uintptr_t ip)
{
	const struct cfi_row *row = &cfi.row;
	uintptr_t value, cfa = registers.regs[REG_SP];
	bool unused = false;
	int reg;

	found++;
	rule_of_row(&cfi, ip);
	if (row->cfa.how == CFI_EXPRESSION)
		unused |= expression_value(
			row->cfa.expression, &registers, &memory, NULL, &value);
	for (reg = 0; reg < REG_COUNT; reg++)
		if (row->regs[reg].how == CFI_AT_EXPRESSION ||
			row->regs[reg].how == CFI_EXPRESSION)
			unused |= expression_value(row->regs[reg].expression,
				&registers, &memory, &cfa, &value);
	(void)unused;
}

/* Ask the SIZE bytes at COPY, which were at the module's header, for all
 * places. They are relative to where the table is. */
static void ask(const uint8_t *copy, size_t size)
{
	struct module m = module;
	int i;

	m.eh_frame_hdr = (uintptr_t)copy;
	m.cfi_start = (uintptr_t)copy;
	m.cfi_end = (uintptr_t)copy + size;
	for (i = 0; i < PLACES; i++) {
		uintptr_t ip = places[i] - module.eh_frame_hdr +
			(uintptr_t)copy;

		if (!cfi_row_at(&cfi, &m, ip))
			use_row(ip);
	}
}

/* Of the header and the records, which end with one of length 0. */
static size_t whole_size(void)
{
	const char *header = (const char *)module.eh_frame_hdr;
	const char *at;
	uint32_t length;
	int32_t offset;

	memcpy(&offset, header + 4, sizeof(offset));
	at = header + 4 + offset;
	assert_true(offset > 0);
	do {
		memcpy(&length, at, sizeof(length));
		at += sizeof(length) + length;
	} while (length);
	return (size_t)(at - header);
}

static uint8_t *copy_of(size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, (const void *)module.eh_frame_hdr, size);
	return copy;
}

static void a_whole_copy_says_what_the_original_says(void **state)
{
	uint8_t *copy = copy_of(whole_size());

	(void)state;
	found = 0;
	ask(copy, whole_size());
	assert_int_equal(found, PLACES);
	free(copy);
}

static void a_copy_that_is_cut_short_does_no_harm(void **state)
{
	uint64_t random = 3;
	int i;

	(void)state;
	found = 0;
	for (i = 0; i < CUTS; i++) {
		/* near the header each length, then any */
		size_t size = i < 600
			? (size_t)i
			: (size_t)random_next(&random) % whole_size();
		uint8_t *copy = copy_of(size);

		ask(copy, size);
		free(copy);
	}
	assert_true(found > CUTS);
}

static void damaged_copies_do_no_harm(void **state)
{
	uint64_t random = 4;
	int i, k;

	(void)state;
	found = 0;
	for (i = 0; i < DAMAGES; i++) {
		uint8_t *copy = copy_of(whole_size());

		for (k = (int)(random_next(&random) % MOST_FLIPS); k >= 0;
			k--) {
			uint64_t r = random_next(&random);
			/* half of them where all searches begin */
			size_t room = r % 2 ? 64 : whole_size();

			copy[r / 2 % room] ^= (uint8_t)(1
				<< random_next(&random) % 8);
		}
		ask(copy, whole_size());
		free(copy);
	}
	assert_true(found > DAMAGES);
}

/* Like the above, but each byte of the records of one place in turn. */
static void each_byte_of_a_record_may_be_anything(void **state)
{
	static const uint8_t bytes[] = {
		0, 1, 0x0f, 0x10, 0x16, 0x3c, 0x40, 0x7f, 0x80, 0xbf, 0xff};
	size_t size = whole_size(), i, k, step = size / 700 + 1;
	uint8_t *copy = copy_of(size);

	(void)state;
	for (i = 0; i < size; i += step)
		for (k = 0; k < sizeof(bytes); k++) {
			uint8_t was = copy[i];

			copy[i] = bytes[k];
			ask(copy, size);
			copy[i] = was;
		}
	free(copy);
}

extern const char row_start[], row_expressions[], row_last[], row_signal[];

static int start(void **state)
{
	static void *const functions[] = {(void *)ask, (void *)use_row,
		(void *)copy_of, (void *)start, (void *)cfi_row_at};
	int i;

	(void)state;
	modules_start();
	for (i = 0; i < 5; i++)
		places[i] = (uintptr_t)functions[i] + (uintptr_t)i * 2;
	places[5] = (uintptr_t)row_expressions;
	places[6] = (uintptr_t)row_last;
	places[7] = (uintptr_t)row_signal;
	for (i = 8; i < PLACES; i++)
		places[i] = (uintptr_t)row_start + (uintptr_t)i;
	assert_true(module_find(places[0], &module));
	assert_true(module.eh_frame_hdr >= module.cfi_start);
	registers.regs[REG_SP] = (uintptr_t)&memory;
	registers.regs[REG_BP] = (uintptr_t)&registers;
	registers.known = 1u << REG_SP | 1u << REG_BP;
	memory_begin(&memory, registers.regs[REG_SP]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_copy_says_what_the_original_says),
		cmocka_unit_test(a_copy_that_is_cut_short_does_no_harm),
		cmocka_unit_test(damaged_copies_do_no_harm),
		cmocka_unit_test(each_byte_of_a_record_may_be_anything),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
