#include "cmd/compare_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cmd/command_line.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static void a_text_is_run_as_a_shell_would_read_it(void **state)
{
	static const struct {
		const char *text;
		const char *argv[6];
	} rows[] = {
		{"true", {"true"}},
		{"  sort\t-u   words\n", {"sort", "-u", "words"}},
		{"sort 'my words' \"and 'mine'\"",
			{"sort", "my words", "and 'mine'"}},
		{"/bin/echo a''b'c'\"d\" ''", {"/bin/echo", "abcd", ""}},
		{"/no/such/program -x", {"/no/such/program", "-x"}},
		/* only a shell can read these */
		{"sort < words", {"sh", "-c", "sort < words"}},
		{"sort words | uniq", {"sh", "-c", "sort words | uniq"}},
		{"sort $HOME", {"sh", "-c", "sort $HOME"}},
		{"sort \"$HOME\"", {"sh", "-c", "sort \"$HOME\""}},
		{"sort '$HOME'", {"sort", "$HOME"}},
		{"sort *.c", {"sh", "-c", "sort *.c"}},
		{"sort 'unended", {"sh", "-c", "sort 'unended"}},
		{"A=b sort", {"sh", "-c", "A=b sort"}},
		/* no program has this name: perhaps a builtin */
		{"exec sort", {"sh", "-c", "exec sort"}},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct command_line line;
		size_t at;

		assert_int_equal(command_line_init(&line, rows[i].text), 0);
		for (at = 0; rows[i].argv[at]; at++) {
			assert_non_null(line.argv[at]);
			assert_string_equal(line.argv[at], rows[i].argv[at]);
		}
		assert_null(line.argv[at]);
		command_line_release(&line);
	}
}

static void a_text_of_blanks_is_no_command(void **state)
{
	struct command_line line;

	(void)state;
	assert_true(command_line_init(&line, "") < 0);
	assert_true(command_line_init(&line, " \t\n") < 0);
}

/* A contender whose runs gave VALUES, RUNS of each measure. */
static void make(struct contender *c, const char *text, size_t runs,
	const double values[MEASURE_COUNT][5])
{
	assert_int_equal(contender_init(c, text, runs), 0);
	for (int i = 0; i < MEASURE_COUNT; i++)
		memcpy(c->values[i], values[i], runs * sizeof(double));
}

static const double naive[MEASURE_COUNT][5] = {
	{11211440, 11211440, 11211440, 11211440, 11211440},
	{577574400, 577574400, 577574400, 577574400, 577574400},
	{25300992, 25300992, 25296896, 25309184, 25300992},
	{610e6, 600e6, 620e6, 605e6, 615e6},
	{1430e6, 1440e6, 1420e6, 1425e6, 1435e6},
};
static const double typed[MEASURE_COUNT][5] = {
	{52, 52, 52, 52, 52},
	{5452595, 5452595, 5452595, 5452595, 5452595},
	{25300992, 25296896, 25309184, 25300992, 25305088},
	{122e6, 121e6, 120e6, 123e6, 124e6},
	{123e6, 122e6, 121e6, 120e6, 124e6},
};

static const char expected[] =
	"A: match --naive\n"
	"B: match --typed\n"
	"\n"
	"        allocations         bytes   peak memory          time"
	"  time, traced\n"
	"A        11,211,440      550.82MB       24.13MB      610.00ms"
	"         1.43s\n"
	"              exact         exact        +-0.0%        +-0.8%"
	"        +-0.3%\n"
	"B                52        5.20MB       24.13MB      122.00ms"
	"      122.00ms\n"
	"              exact         exact        +-0.0%        +-0.8%"
	"        +-0.8%\n"
	"\n"
	"Medians of 5 runs of each, in turn; +- half the distance between"
	" quartiles;\n"
	"exact: equal in all runs.\n"
	"\n"
	"B against A\n"
	"  allocations      4.6e-06 x   exact\n"
	"  bytes             0.0094 x   exact\n"
	"  peak memory          equal   no difference shown (p = 0.96)\n"
	"  time                0.20 x   p = 0.008\n"
	"  time, traced       0.085 x   p = 0.008\n";

static void the_table_tells_what_the_runs_show(void **state)
{
	struct contender commands[2];
	struct strbuf out;

	(void)state;
	make(&commands[0], "match --naive", 5, naive);
	make(&commands[1], "match --typed", 5, typed);
	strbuf_init(&out);
	assert_int_equal(compare_table(&out, commands, 2), 0);
	assert_string_equal(out.buf, expected);
	strbuf_release(&out);
	contender_release(&commands[0]);
	contender_release(&commands[1]);
}

static void no_line_of_the_table_is_wider_than_a_terminal(void **state)
{
	static const double huge[MEASURE_COUNT][5] = {
		{999999999999, 1}, {9e14, 1}, {9e14, 1}, {9e14, 1}, {9e14, 1}};
	struct contender commands[2];
	struct strbuf out;
	char *line;
	size_t len;

	(void)state;
	make(&commands[0], "a", 5, huge);
	make(&commands[1], "b", 5, huge);
	strbuf_init(&out);
	assert_int_equal(compare_table(&out, commands, 2), 0);
	for (line = out.buf; *line; line += len + 1) {
		len = strcspn(line, "\n");
		assert_true(len <= 80);
	}
	strbuf_release(&out);
	contender_release(&commands[0]);
	contender_release(&commands[1]);
}

static void too_few_runs_show_no_difference(void **state)
{
	struct contender commands[2];
	struct strbuf out;

	(void)state;
	for (size_t runs = 1; runs < COMPARE_RUNS_MIN; runs++) {
		make(&commands[0], "match --naive", runs, naive);
		make(&commands[1], "match --typed", runs, typed);
		strbuf_init(&out);
		assert_int_equal(compare_table(&out, commands, 2), 0);
		assert_non_null(strstr(out.buf,
			"0.20 x   no difference shown: fewer than 5 runs\n"));
		assert_null(strstr(out.buf, "p ="));
		/* one run cannot tell that a count is exact */
		if (runs == 1)
			assert_null(strstr(out.buf, "exact"));
		else
			assert_non_null(strstr(out.buf, "4.6e-06 x   exact"));
		strbuf_release(&out);
		contender_release(&commands[0]);
		contender_release(&commands[1]);
	}
}

static void counts_that_vary_are_not_exact(void **state)
{
	double varying[MEASURE_COUNT][5];
	struct contender commands[2];
	struct strbuf out;

	(void)state;
	memcpy(varying, naive, sizeof(varying));
	varying[MEASURE_ALLOCS][3] += 1;
	make(&commands[0], "a", 5, naive);
	make(&commands[1], "b", 5, varying);
	strbuf_init(&out);
	assert_int_equal(compare_table(&out, commands, 2), 0);
	assert_non_null(strstr(out.buf,
		"  allocations          equal   no difference shown (p = 1.00)"
		"\n"
		"  bytes                equal   exact\n"));
	strbuf_release(&out);
	contender_release(&commands[0]);
	contender_release(&commands[1]);
}

static void counts_that_lack_some_are_not_exact(void **state)
{
	struct contender commands[2];
	struct strbuf out;

	(void)state;
	make(&commands[0], "a", 5, naive);
	make(&commands[1], "b", 5, naive);
	commands[0].lost = commands[1].lost = 1;
	strbuf_init(&out);
	assert_int_equal(compare_table(&out, commands, 2), 0);
	assert_null(strstr(out.buf, "  exact"));
	strbuf_release(&out);
	contender_release(&commands[0]);
	contender_release(&commands[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_run_as_a_shell_would_read_it),
		cmocka_unit_test(a_text_of_blanks_is_no_command),
		cmocka_unit_test(the_table_tells_what_the_runs_show),
		cmocka_unit_test(no_line_of_the_table_is_wider_than_a_terminal),
		cmocka_unit_test(too_few_runs_show_no_difference),
		cmocka_unit_test(counts_that_vary_are_not_exact),
		cmocka_unit_test(counts_that_lack_some_are_not_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
