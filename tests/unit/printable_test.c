#include "report/base/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *before, *name, *lines;
} rows[] = {
	{"", "", ""},
	{"std::map<int>::f(\"x\")", "std::map<int>::f(\"x\")",
		"std::map<int>::f(\"x\")"},
	{"a\nb\tc\rd", "a?b?c?d", "a\nb\tc?d"},
	{"\x1b[31m\x07\x7f", "?[31m??", "?[31m??"},
	{"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "???\xc2\xa0", "???\xc2\xa0"},
	{"\xe2\x80\xaa|\xe2\x80\xae|\xe2\x80\xaf", "?|?|\xe2\x80\xaf",
		"?|?|\xe2\x80\xaf"},
	{"\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9", "\xe2\x81\xa5??",
		"\xe2\x81\xa5??"},
	{"\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\xe2\x80\x8d???",
		"\xe2\x80\x8d???"},
	{"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80",
		"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80",
		"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"},
	/* no UTF-8: only what is a control character of 8 bits */
	{"\xff\x9b\xfc", "\xff?\xfc", "\xff?\xfc"},
	{"a\xe2\x80", "a\xe2?", "a\xe2?"},
};

static void assert_printed(
	const char *before, const char *after, enum printable kind)
{
	size_t len = strlen(before);
	char text[64];

	memcpy(text, before, len);
	assert_int_equal(printable_is(text, len, kind), !strcmp(before, after));
	len = printable(text, len, kind);
	assert_int_equal(len, strlen(after));
	assert_memory_equal(text, after, len);
	assert_true(printable_is(text, len, kind));
}

static void what_terminals_obey_is_replaced(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_printed(rows[i].before, rows[i].name, PRINTABLE_NAME);
		assert_printed(rows[i].before, rows[i].lines, PRINTABLE_LINES);
	}
}

static void a_nul_is_replaced_as_well(void **state)
{
	char text[] = {'a', 0, 'b'};

	(void)state;
	assert_int_equal(printable(text, 3, PRINTABLE_LINES), 3);
	assert_memory_equal(text, "a?b", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_terminals_obey_is_replaced),
		cmocka_unit_test(a_nul_is_replaced_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
