#include "report/base/helper.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

/* Long enough for a busy machine; those that are to run out get 1 second. */
static const struct helper_limits roomy = {60, 0, (size_t)64 << 20};

struct outcome {
	int rc;
	struct strbuf output;
	struct strbuf why;
};

static struct outcome run(const char *name, const struct strbuf *input,
	const struct helper_limits *limits)
{
	const char *const argv[] = {name, "one", "two", NULL};
	struct outcome outcome;

	strbuf_init(&outcome.output);
	strbuf_init(&outcome.why);
	strbuf_addstr(&outcome.output, "before|");
	outcome.rc = helper_run(
		argv, input, limits, &outcome.output, &outcome.why);
	return outcome;
}

static void release(struct outcome *outcome)
{
	strbuf_release(&outcome->output);
	strbuf_release(&outcome->why);
}

/* That the helper failed with RC, left OUTPUT alone, said WHY and is gone. */
static void assert_fails(const char *name, const struct helper_limits *limits,
	int rc, const char *why)
{
	struct outcome outcome = run(name, NULL, limits);

	assert_int_equal(outcome.rc, rc);
	assert_string_equal(outcome.output.buf, "before|");
	assert_string_equal(outcome.why.buf, why);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	release(&outcome);
}

static void large_input_comes_back_whole(void **state)
{
	struct strbuf input;
	struct outcome outcome;
	uint32_t i;

	(void)state;
	strbuf_init(&input);
	for (i = 0; i < 1 << 20; i++)
		strbuf_add(&input, &i, sizeof(i));
	outcome = run("repeat-input", &input, &roomy);
	assert_int_equal(outcome.rc, 0);
	assert_int_equal(outcome.output.len, 7 + 7 + input.len);
	assert_memory_equal(outcome.output.buf, "before|one two", 14);
	assert_memory_equal(outcome.output.buf + 14, input.buf, input.len);
	assert_int_equal(outcome.why.len, 0);
	release(&outcome);
	strbuf_release(&input);
}

static void no_input_is_an_empty_one(void **state)
{
	struct outcome outcome = run("repeat-input", NULL, &roomy);

	(void)state;
	assert_int_equal(outcome.rc, 0);
	assert_string_equal(outcome.output.buf, "before|one two");
	release(&outcome);
}

static void first_line_of_stderr_is_the_reason(void **state)
{
	(void)state;
	assert_fails("say-why", &roomy, -ECHILD, "the disk is full");
}

static void silent_failure_is_named(void **state)
{
	(void)state;
	assert_fails("say-nothing", &roomy, -ECHILD,
		"'say-nothing' failed with status 3");
}

static void crash_is_named(void **state)
{
	(void)state;
	assert_fails(
		"crash", &roomy, -ECHILD, "'crash' was ended by signal 11");
}

static void missing_helper_says_to_install(void **state)
{
	struct outcome outcome = run("not-there", NULL, &roomy);

	(void)state;
	assert_int_equal(outcome.rc, -ENOENT);
	assert_non_null(strstr(outcome.why.buf, "/not-there'; install"));
	release(&outcome);
}

static void out_of_time_is_ended(void **state)
{
	static const char *const names[] = {
		"never-end", "never-end-closed", "spin", NULL};
	const struct helper_limits limits = {1, 0, 1 << 20};
	char why[64];
	time_t start;
	int i;

	(void)state;
	for (i = 0; names[i]; i++) {
		snprintf(why, sizeof(why), "'%s' took more than 1 seconds",
			names[i]);
		start = time(NULL);
		assert_fails(names[i], &limits, -ETIME, why);
		assert_true(time(NULL) - start < 30);
	}
}

static void too_much_output_is_ended(void **state)
{
	const struct helper_limits limits = {60, 0, 1 << 20};

	(void)state;
	assert_fails("flood", &limits, -EFBIG,
		"'flood' wrote more than 1048576 bytes");
}

static void endless_stderr_is_not_kept(void **state)
{
	(void)state;
	assert_fails("complain-forever", &roomy, -ECHILD, "no");
}

static void unread_input_is_no_signal(void **state)
{
	struct strbuf input;
	struct sigaction before, after;
	struct outcome outcome;

	(void)state;
	assert_int_equal(sigaction(SIGPIPE, NULL, &before), 0);
	strbuf_init(&input);
	assert_non_null(memset(strbuf_room(&input, 1 << 22), 'x', 1 << 22));
	input.len = 1 << 22;
	outcome = run("ignore-input", &input, &roomy);
	assert_int_equal(outcome.rc, 0);
	assert_string_equal(outcome.output.buf, "before|done\n");
	assert_int_equal(sigaction(SIGPIPE, NULL, &after), 0);
	assert_ptr_equal(before.sa_handler, after.sa_handler);
	release(&outcome);
	strbuf_release(&input);
}

static void limits_reach_the_helper(void **state)
{
	const struct helper_limits limits = {77, (size_t)1 << 30, 1000};
	struct outcome outcome = run("tell-limits", NULL, &limits);

	(void)state;
	assert_int_equal(outcome.rc, 0);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	assert_string_equal(outcome.output.buf, "before|unlimited\n77\n0\n");
#else
	assert_string_equal(outcome.output.buf, "before|1048576\n77\n0\n");
#endif
	release(&outcome);
}

static void ignored_and_blocked_signals_do_not_matter(void **state)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before, after;
	sigset_t all, mask;

	(void)state;
	sigfillset(&all);
	assert_int_equal(sigaction(SIGCHLD, &ignore, &before), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, &all, &mask), 0);
	assert_fails("say-nothing", &roomy, -ECHILD,
		"'say-nothing' failed with status 3");
	assert_fails(
		"tell-signals", &roomy, -ECHILD, "SigBlk:\t0000000000000000");
	assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
	assert_int_equal(sigaction(SIGCHLD, &before, &after), 0);
	assert_ptr_equal(after.sa_handler, SIG_IGN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_input_comes_back_whole),
		cmocka_unit_test(no_input_is_an_empty_one),
		cmocka_unit_test(first_line_of_stderr_is_the_reason),
		cmocka_unit_test(silent_failure_is_named),
		cmocka_unit_test(crash_is_named),
		cmocka_unit_test(missing_helper_says_to_install),
		cmocka_unit_test(out_of_time_is_ended),
		cmocka_unit_test(too_much_output_is_ended),
		cmocka_unit_test(endless_stderr_is_not_kept),
		cmocka_unit_test(unread_input_is_no_signal),
		cmocka_unit_test(limits_reach_the_helper),
		cmocka_unit_test(ignored_and_blocked_signals_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
