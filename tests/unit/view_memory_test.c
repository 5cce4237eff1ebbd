/* Readers and reports when memory runs out: each allocation is made to fail
 * once. Linked with --wrap, so that each call of the allocator passes by here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/draw/draw.h"
#include "report/graph/filter.h"
#include "report/graph/view.h"
#include "report/read/load.h"
#include "report/read/pprof_proto.h"
#include "tests/unit/view_support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static size_t allocations; /* tried */
static size_t failing; /* which of them fails, from 1; 0: none */

static int fails(void)
{
	if (++allocations != failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
	return fails() ? NULL : __real_strndup(text, len);
}

typedef int draw_report(struct view *v, struct strbuf *out);

static struct strbuf file;

static int draw(struct profile *p, draw_report *report, struct strbuf *out)
{
	struct view_options options = view_defaults();
	struct strbuf why;
	struct view v;
	int error;

	strbuf_init(&why);
	options.trim = false;
	options.filter.expression[FILTER_FOCUS] = "main";
	options.filter.expression[FILTER_HIDE] = "next";
	options.filter.expression[FILTER_SHOW_FROM] = "a";
	options.filter.expression[FILTER_TAGFOCUS] = "process=c.1,x";
	options.filter.expression[FILTER_PRUNE_FROM] = "nothing";
	error = view_init(&v, p, VIEW_PICTURE, &options, &why);
	if (!error)
		error = report(&v, out);
	view_release(&v);
	strbuf_release(&why);
	return error;
}

/* Read the file, apply all that a report may, draw it. */
static int run(draw_report *report, struct strbuf *out)
{
	struct profile p, merged;
	struct strbuf why;
	int error;

	strbuf_init(&why);
	error = profile_init(&p);
	if (error)
		return error;
	error = pprof_decode(&p, file.buf, file.len, &why);
	if (!error)
		error = filter_drop_frames(&p, &why);
	if (!error)
		error = profile_init(&merged);
	if (!error) {
		error = profile_merge(&merged, &p, NULL);
		if (!error)
			error = draw(&merged, report, out);
		profile_release(&merged);
	}
	profile_release(&p);
	strbuf_release(&why);
	return error;
}

/* What fails must be told, and what is not told must be right. */
static void fail_each_once(draw_report *report)
{
	struct strbuf right, out;
	size_t count, i, told = 0;
	int error;

	failing = 0;
	allocations = 0;
	strbuf_init(&right);
	strbuf_init(&out);
	assert_int_equal(run(report, &right), 0);
	assert_int_not_equal(right.len, 0);
	count = allocations;
	assert_true(count > 20);
	for (i = 1; i <= count; i++) {
		strbuf_release(&out);
		allocations = 0;
		failing = i;
		error = run(report, &out);
		failing = 0;
		if (error) {
			assert_int_equal(error, -ENOMEM);
			told++;
			continue;
		}
		assert_int_equal(out.len, right.len);
		assert_memory_equal(out.buf, right.buf, right.len);
	}
	assert_true(told > count / 2);
	strbuf_release(&right);
	strbuf_release(&out);
}

static int draw_whole_tree(struct view *v, struct strbuf *out)
{
	return draw_tree(v, NULL, out);
}

static void a_picture_is_right_or_fails_wherever_memory_ends(void **state)
{
	(void)state;
	fail_each_once(draw_dot);
}

static void a_list_is_right_or_fails_wherever_memory_ends(void **state)
{
	(void)state;
	fail_each_once(draw_top);
}

static void a_tree_is_right_or_fails_wherever_memory_ends(void **state)
{
	(void)state;
	fail_each_once(draw_whole_tree);
}

static void stacks_are_right_or_fail_wherever_memory_ends(void **state)
{
	(void)state;
	fail_each_once(draw_traces);
}

static void raw_is_right_or_fails_wherever_memory_ends(void **state)
{
	(void)state;
	fail_each_once(draw_raw);
}

static int make(void **state)
{
	(void)state;
	strbuf_init(&file);
	return make_file(&file);
}

static int drop(void **state)
{
	(void)state;
	strbuf_release(&file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_picture_is_right_or_fails_wherever_memory_ends),
		cmocka_unit_test(a_list_is_right_or_fails_wherever_memory_ends),
		cmocka_unit_test(a_tree_is_right_or_fails_wherever_memory_ends),
		cmocka_unit_test(stacks_are_right_or_fail_wherever_memory_ends),
		cmocka_unit_test(raw_is_right_or_fails_wherever_memory_ends),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
