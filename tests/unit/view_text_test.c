#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/base/path.h"
#include "report/base/regex.h"
#include "report/draw/dot_text.h"
#include "report/draw/labels.h"
#include "report/graph/units.h"

struct label_row {
	int64_t value;
	const char *from, *to, *text;
};

static const struct label_row label_rows[] = {
	{0, "bytes", "auto", "0"},
	{1, "bytes", "auto", "1B"},
	{1023, "bytes", "auto", "1023B"},
	{1024, "bytes", "auto", "1kB"},
	{1536, "Bytes", "minimum", "1.50kB"},
	{-1536, "bytes", "auto", "-1.50kB"},
	{1, "megabyte", "kb", "1024kB"},
	{5, "bytes", "MB", "0"},
	{1 << 20, "bytes", "s", "1048576B"},
	{INT64_MAX, "bytes", "auto", "8192PB"},
	{INT64_MIN, "bytes", "auto", "-9223372036854775808B"},
	{1500, "ms", "auto", "1.50s"},
	{7200, "seconds", "auto", "2hrs"},
	{3, "nanoseconds", "auto", "3ns"},
	{12, "count", "auto", "12"},
	{12, "count", "count", "12"},
	{12, "furlong", "furlong", "12furlong"},
	{2000, "nanogcu", "auto", "2u*GCU"},
};

static void values_get_the_unit_that_suits_them(void **state)
{
	const struct label_row *row = label_rows;
	struct strbuf text;
	size_t i;

	(void)state;
	strbuf_init(&text);
	for (i = 0; i < sizeof(label_rows) / sizeof(*row); i++, row++) {
		strbuf_reset(&text);
		units_label(&text, row->value, row->from, row->to);
		assert_string_equal(text.buf, row->text);
	}
	strbuf_release(&text);
}

static const struct {
	const char *from, *to;
	bool fit;
} fit_rows[] = {
	{"bytes", "MB", true},
	{"Bytes", "kilobytes", true},
	{"bytes", "auto", true},
	{"bytes", "minimum", true},
	{"count", "minimum", true},
	{"count", "count", true},
	{"count", "unit", true},
	{"furlong", "furlong", true},
	{"nanoseconds", "hrs", true},
	{"bytes", "foo", false},
	{"bytes", "ms", false},
	{"bytes", "count", false},
	{"count", "MB", false},
	{"count", "foo", false},
	{"furlong", "mile", false},
};

static void units_that_do_not_fit_a_value_are_known(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fit_rows) / sizeof(*fit_rows); i++)
		if (units_fit(fit_rows[i].from, fit_rows[i].to) !=
			fit_rows[i].fit)
			fail_msg("%s in %s", fit_rows[i].from, fit_rows[i].to);
}

struct percent_row {
	int64_t value, total;
	const char *text;
};

static const struct percent_row percent_rows[] = {
	{0, 0, "    0%"},
	{5, 0, "    0%"},
	{0, 7, "    0%"},
	{1, 8, "12.50%"},
	{-1, 8, "12.50%"},
	{9996, 10000, "  100%"},
	{9994, 10000, "99.94%"},
	{89, 10000, " 0.89%"},
	{1, 10000000, "1e-05%"},
	{30, 10, "300.00%"},
};

static void shares_have_two_digits_at_least(void **state)
{
	const struct percent_row *row = percent_rows;
	struct strbuf text;
	size_t i;

	(void)state;
	strbuf_init(&text);
	for (i = 0; i < sizeof(percent_rows) / sizeof(*row); i++, row++) {
		strbuf_reset(&text);
		units_percent(&text, row->value, row->total);
		assert_string_equal(text.buf, row->text);
	}
	strbuf_release(&text);
}

/* A text and what becomes of it. */
struct text_row {
	const char *before, *after;
};

static const struct text_row short_rows[] = {
	{"main", "main"},
	{"", ""},
	{"std::vector<int>::push_back", "std::vector<int>::push_back"},
	{"ns::Class::method", "Class::method"},
	{"ns::Class::~Class(int)", "Class::~Class"},
	{"a::_B::c<D<e> >(f)", "_B::c<D<e> >"},
	{"a::B::C::d", "C::d"},
	{"a::B::c::D::e", "D::e"},
	{"Class::method", "Class::method"},
	{"(anonymous namespace)::ns::Foo::bar", "Foo::bar"},
	{"github.com/foo/bar.(*T).M", "bar.(*T).M"},
	{"github.com/foo/bar/v2.(*T).M", "bar.(*T).M"},
	{"github.com/foo/v1/bar.F", "bar.F"},
	{"com.example.App.run(App.java)", "App.run"},
	{"com.example.App.<init>", "App.<init>"},
	{"java.util.List.lambda$0", "List.lambda$0"},
	{"runtime.mallocgc", "runtime.mallocgc"},
};

static void names_are_shortened_to_what_tells_them_apart(void **state)
{
	const struct text_row *row = short_rows;
	struct strbuf scratch;
	const char *text;
	size_t i, len;

	(void)state;
	strbuf_init(&scratch);
	for (i = 0; i < sizeof(short_rows) / sizeof(*row); i++, row++) {
		text = dot_shorten(row->before, &len, &scratch);
		assert_int_equal(len, strlen(row->after));
		assert_memory_equal(text, row->after, len);
	}
	strbuf_release(&scratch);
}

static const struct text_row escape_rows[] = {
	{"plain", "plain"},
	{"a\"b", "a\\\"b"},
	{"a\\", "a\\\\"},
	{"a\nb", "a\\lb"},
	{"\x1b[31m", "\xef\xbf\xbd[31m"},
	{"ü", "ü"},
};

static void hostile_names_stay_between_their_quotes(void **state)
{
	const struct text_row *row = escape_rows;
	struct strbuf text;
	size_t i;

	(void)state;
	strbuf_init(&text);
	for (i = 0; i < sizeof(escape_rows) / sizeof(*row); i++, row++) {
		strbuf_reset(&text);
		dot_escape(&text, row->before);
		assert_string_equal(text.buf, row->after);
	}
	strbuf_release(&text);
}

static const struct text_row clean_rows[] = {
	{"", "."},
	{"/", "/"},
	{"a", "a"},
	{"a//b/./c/", "a/b/c"},
	{"a/b/../c", "a/c"},
	{"a/../..", ".."},
	{"../../a/../b", "../../b"},
	{"/../a/..", "/"},
	{"./..", ".."},
	{"a/b/../../..", ".."},
};

static void paths_are_cleaned(void **state)
{
	const struct text_row *row = clean_rows;
	struct strbuf text;
	size_t i;

	(void)state;
	strbuf_init(&text);
	for (i = 0; i < sizeof(clean_rows) / sizeof(*row); i++, row++) {
		strbuf_reset(&text);
		path_clean(&text, row->before);
		assert_string_equal(text.buf, row->after);
	}
	strbuf_release(&text);
}

static const struct text_row base_rows[] = {
	{"", "."},
	{"/", "/"},
	{"//", "/"},
	{"a", "a"},
	{"/usr/bin/app", "app"},
	{"/usr/lib/", "lib"},
};

static void a_path_has_a_last_part(void **state)
{
	const struct text_row *row = base_rows;
	const char *base;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(base_rows) / sizeof(*row); i++, row++) {
		base = path_base(row->before, &len);
		assert_int_equal(len, strlen(row->after));
		assert_memory_equal(base, row->after, len);
	}
}

static void text_is_padded_by_characters_not_bytes(void **state)
{
	struct strbuf text;

	(void)state;
	strbuf_init(&text);
	labels_pad(&text, "µs", 4);
	labels_pad(&text, "\xff\xc3", 4);
	labels_pad(&text, "longer", 4);
	assert_string_equal(text.buf, "  µs  \xff\xc3longer");
	strbuf_release(&text);
}

static bool matches(struct regex *regex, const char *text)
{
	return regex_match(regex, text, strlen(text));
}

static void expressions_match_text_that_is_no_utf8(void **state)
{
	struct strbuf why;
	struct regex *regex;

	(void)state;
	strbuf_init(&why);
	regex = regex_new("^ü.*b$", &why);
	assert_non_null(regex);
	assert_true(matches(regex, "üb"));
	assert_true(matches(regex,
		"ü\xff\xc3"
		"b"));
	assert_false(matches(regex, "üb\n"));
	assert_false(matches(regex, "\xff"));
	assert_true(regex_match_id(regex, 70000, "üb", 3));
	assert_true(regex_match_id(regex, 70000, "üb", 3));
	assert_false(regex_match_id(regex, 0, "x", 1));
	regex_free(regex);
	strbuf_release(&why);
}

static void an_expression_without_an_end_is_refused(void **state)
{
	struct strbuf why;

	(void)state;
	strbuf_init(&why);
	assert_null(regex_new("a(b", &why));
	assert_int_equal(errno, EINVAL);
	assert_non_null(strstr(why.buf, "'a(b' is no regular expression"));
	strbuf_release(&why);
}

static void an_expression_that_never_ends_does_not_match(void **state)
{
	char text[64];
	struct strbuf why;
	struct regex *regex;

	(void)state;
	memset(text, 'a', sizeof(text));
	strbuf_init(&why);
	regex = regex_new("^(a+)+$", &why);
	assert_non_null(regex);
	text[sizeof(text) - 1] = 'b';
	assert_false(regex_match(regex, text, sizeof(text)));
	regex_free(regex);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_get_the_unit_that_suits_them),
		cmocka_unit_test(units_that_do_not_fit_a_value_are_known),
		cmocka_unit_test(shares_have_two_digits_at_least),
		cmocka_unit_test(names_are_shortened_to_what_tells_them_apart),
		cmocka_unit_test(hostile_names_stay_between_their_quotes),
		cmocka_unit_test(paths_are_cleaned),
		cmocka_unit_test(a_path_has_a_last_part),
		cmocka_unit_test(text_is_padded_by_characters_not_bytes),
		cmocka_unit_test(expressions_match_text_that_is_no_utf8),
		cmocka_unit_test(an_expression_without_an_end_is_refused),
		cmocka_unit_test(an_expression_that_never_ends_does_not_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
