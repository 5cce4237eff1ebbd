#include "report/graph/profile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint32_t string(struct profile *p, const char *text)
{
	return profile_string(p, text, strlen(text));
}

static void begin(struct profile *p, const char *type, const char *unit)
{
	assert_int_equal(profile_init(p), 0);
	p->types[p->type_count].type = string(p, type);
	p->types[p->type_count++].unit = string(p, unit);
}

/* A location of function NAME at ADDRESS in mapping reference MAPPING. */
static uint32_t location(
	struct profile *p, const char *name, uint64_t address, uint32_t mapping)
{
	struct profile_function f = {.name = string(p, name)};
	struct profile_line line = {.function = profile_add_function(p, &f)};
	struct profile_location l = {.address = address, .mapping = mapping};

	return profile_add_location(p, &l, &line, 1);
}

static void equal_strings_have_equal_numbers(void **state)
{
	struct profile p;
	char name[32];
	uint32_t i;

	(void)state;
	assert_int_equal(profile_init(&p), 0);
	assert_int_equal(profile_string(&p, "", 0), 0);
	for (i = 1; i <= 5000; i++) {
		sprintf(name, "function number %u", i);
		assert_int_equal(string(&p, name), i);
	}
	for (i = 1; i <= 5000; i++) {
		sprintf(name, "function number %u", i);
		assert_int_equal(string(&p, name), i);
		assert_string_equal(profile_text(&p, i), name);
	}
	assert_int_equal(profile_string(&p, "a\0b", 3), 5001);
	assert_int_equal(profile_string(&p, "a\0c", 3), 5002);
	assert_int_equal(p.strings[5001].len, 3);
	assert_int_equal(p.error, 0);
	profile_release(&p);
}

static void equal_parts_are_added_once(void **state)
{
	struct profile_mapping m = {.start = 1, .limit = 2};
	struct profile p;
	uint32_t a, b;

	(void)state;
	begin(&p, "space", "bytes");
	assert_int_equal(profile_add_mapping(&p, &m), 0);
	assert_int_equal(profile_add_mapping(&p, &m), 0);
	m.has_functions = true;
	assert_int_equal(profile_add_mapping(&p, &m), 1);
	a = location(&p, "main", 10, 1);
	b = location(&p, "main", 11, 1);
	assert_int_not_equal(a, b);
	assert_int_equal(location(&p, "main", 10, 1), a);
	assert_int_not_equal(location(&p, "main", 10, 2), a);
	assert_int_equal(p.function_count, 1);
	assert_int_equal(p.location_count, 3);
	profile_release(&p);
}

static void samples_of_one_stack_and_labels_add_up(void **state)
{
	struct profile_label labels[2] = {{.num = 1}, {.num = 2}};
	struct profile_label swapped[2];
	int64_t one = 1, most = INT64_MAX;
	uint32_t stack[2];
	struct profile p;

	(void)state;
	begin(&p, "space", "bytes");
	stack[0] = location(&p, "f", 1, 0);
	stack[1] = location(&p, "main", 2, 0);
	labels[0].key = string(&p, "b");
	labels[1].key = string(&p, "a");
	swapped[0] = labels[1];
	swapped[1] = labels[0];
	profile_add_sample(&p, stack, 2, &one, NULL, 0);
	profile_add_sample(&p, stack, 2, &one, NULL, 0);
	profile_add_sample(&p, stack, 1, &one, NULL, 0);
	profile_add_sample(&p, stack, 2, &one, labels, 2);
	profile_add_sample(&p, stack, 2, &one, swapped, 2);
	assert_int_equal(p.sample_count, 3);
	assert_int_equal(p.values[0], 2);
	assert_int_equal(p.values[1], 1);
	assert_int_equal(p.values[2], 2);
	profile_add_sample(&p, stack, 1, &most, NULL, 0);
	assert_int_equal(p.values[1], INT64_MIN);
	profile_release(&p);
}

/* Labels of one key keep their order, also when there are many. */
static void many_labels_are_sorted_as_few_are(void **state)
{
	struct profile_label labels[100] = {0};
	uint32_t stack[1], last = 0, i;
	struct profile p;
	int64_t one = 1;

	(void)state;
	begin(&p, "space", "bytes");
	stack[0] = location(&p, "main", 2, 0);
	for (i = 0; i < 100; i++) {
		labels[i].key = string(&p, i % 3 ? "a" : "b");
		labels[i].num = i + 1;
	}
	profile_add_sample(&p, stack, 1, &one, labels, 100);
	assert_int_equal(p.samples[0].label_count, 100);
	for (i = 0; i < 100; i++) {
		if (i == 66)
			last = 0;
		assert_string_equal(
			profile_text(&p, p.labels[i].key), i < 66 ? "a" : "b");
		assert_true(p.labels[i].num > last);
		last = (uint32_t)p.labels[i].num;
	}
	profile_release(&p);
}

static void types_are_found_by_name_number_and_short_form(void **state)
{
	struct profile p;

	(void)state;
	assert_int_equal(profile_init(&p), 0);
	assert_int_equal(profile_type_index(&p, NULL), -EINVAL);
	profile_release(&p);
	begin(&p, "objects", "count");
	p.types[1].type = string(&p, "space");
	p.type_count = 2;
	assert_int_equal(profile_type_index(&p, NULL), 1);
	assert_int_equal(profile_type_index(&p, ""), 1);
	assert_int_equal(profile_type_index(&p, "0"), 0);
	assert_int_equal(profile_type_index(&p, "objects"), 0);
	assert_int_equal(profile_type_index(&p, "inuse_space"), 1);
	assert_int_equal(profile_type_index(&p, "inuse_objects"), 0);
	assert_int_equal(profile_type_index(&p, "alloc_space"), -EINVAL);
	assert_int_equal(profile_type_index(&p, "2"), -EINVAL);
	assert_int_equal(profile_type_index(&p, "-1"), -EINVAL);
	p.default_type = string(&p, "objects");
	assert_int_equal(profile_type_index(&p, NULL), 0);
	p.default_type = string(&p, "nothing");
	assert_int_equal(profile_type_index(&p, NULL), 1);
	profile_release(&p);
}

/* One process's profile: the program lies at START. */
static void process(struct profile *p, uint64_t start, int64_t bytes)
{
	struct profile_mapping m = {.start = start, .limit = start + 0x800};
	uint32_t stack[2];

	begin(p, "space", "bytes");
	string(p, "something that is not needed");
	m.build_id = string(p, "abcd");
	m.file = string(p, "/usr/bin/app");
	profile_add_mapping(p, &m);
	location(p, "never called", start + 1, 1);
	stack[0] = location(p, "f", start + 0x20, 1);
	stack[1] = location(p, "main", start + 0x10, 1);
	profile_add_sample(p, stack, 2, &bytes, NULL, 0);
	p->duration_nanos = 5;
	p->time_nanos = (int64_t)start;
	profile_add_comment(p, "same", 4);
}

static void merged_processes_share_code_wherever_it_was_mapped(void **state)
{
	struct profile a, b, all;

	(void)state;
	process(&a, 0x10000, 100);
	process(&b, 0x50000, 11);
	assert_int_equal(profile_init(&all), 0);
	assert_int_equal(profile_merge(&all, &a, NULL), 0);
	assert_int_equal(profile_merge(&all, &b, NULL), 0);
	assert_int_equal(all.mapping_count, 1);
	assert_int_equal(all.location_count, 2);
	assert_int_equal(all.function_count, 2);
	assert_int_equal(all.sample_count, 1);
	assert_int_equal(all.values[0], 111);
	assert_int_equal(all.locations[0].address, 0x10020);
	assert_int_equal(all.duration_nanos, 10);
	assert_int_equal(all.time_nanos, 0x10000);
	assert_int_equal(all.comment_count, 1);
	profile_release(&a);
	profile_release(&b);
	profile_release(&all);
}

static void a_label_keeps_merged_processes_apart(void **state)
{
	struct profile a, b, all;
	struct profile_label label = {0};

	(void)state;
	process(&a, 0x10000, 100);
	process(&b, 0x50000, 11);
	assert_int_equal(profile_init(&all), 0);
	label.key = string(&all, "process");
	label.str = string(&all, "cc1");
	assert_int_equal(profile_merge(&all, &a, &label), 0);
	label.str = string(&all, "as");
	assert_int_equal(profile_merge(&all, &b, &label), 0);
	assert_int_equal(all.sample_count, 2);
	assert_int_equal(all.values[0], 100);
	assert_int_equal(all.labels[1].str, label.str);
	profile_release(&a);
	profile_release(&b);
	profile_release(&all);
}

static void profiles_of_other_types_are_not_merged(void **state)
{
	struct profile a, b;

	(void)state;
	process(&a, 0x10000, 100);
	begin(&b, "cpu", "nanoseconds");
	assert_int_equal(profile_merge(&a, &b, NULL), -EINVAL);
	assert_int_equal(a.sample_count, 1);
	profile_release(&a);
	profile_release(&b);
}

static void a_symbolizer_can_replace_lines(void **state)
{
	struct profile_line lines[2] = {{.line = 5}, {.line = 6}};
	struct profile_location bare = {.address = 7};
	struct profile p;
	uint32_t at;

	(void)state;
	begin(&p, "space", "bytes");
	location(&p, "main", 1, 0);
	at = profile_add_location(&p, &bare, NULL, 0);
	profile_set_lines(&p, at, lines, 2);
	assert_int_equal(p.locations[at].line_count, 2);
	assert_int_equal(p.lines[p.locations[at].first_line + 1].line, 6);
	profile_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_strings_have_equal_numbers),
		cmocka_unit_test(equal_parts_are_added_once),
		cmocka_unit_test(samples_of_one_stack_and_labels_add_up),
		cmocka_unit_test(many_labels_are_sorted_as_few_are),
		cmocka_unit_test(types_are_found_by_name_number_and_short_form),
		cmocka_unit_test(
			merged_processes_share_code_wherever_it_was_mapped),
		cmocka_unit_test(a_label_keeps_merged_processes_apart),
		cmocka_unit_test(profiles_of_other_types_are_not_merged),
		cmocka_unit_test(a_symbolizer_can_replace_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
