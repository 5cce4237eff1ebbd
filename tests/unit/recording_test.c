/* What is read from a recording: its values, stacks, modules and facts. */
#include "report/read/recording.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/recording_maker.h"

struct fixture {
	struct recording_maker maker;
	struct profile profile;
	struct strbuf why;
	char folder[64];
	char path[128];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/recording_test.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/spill.1.spill", f->folder);
	maker_init(&f->maker);
	assert_int_equal(profile_init(&f->profile), 0);
	strbuf_init(&f->why);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	maker_release(&f->maker);
	profile_release(&f->profile);
	strbuf_release(&f->why);
	unlink(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

static int load(struct fixture *f)
{
	maker_write(&f->maker, f->path);
	return recording_load(&f->profile, f->path, &f->why);
}

static const char *text(const struct fixture *f, uint32_t id)
{
	return profile_text(&f->profile, id);
}

/* Location of frame FRAME, the leaf first, of sample SAMPLE. */
static const struct profile_location *frame(
	const struct fixture *f, size_t sample, size_t index)
{
	const struct profile_sample *s = &f->profile.samples[sample];

	assert_true(index < s->location_count);
	return &f->profile
			.locations[f->profile.stack[s->first_location + index]];
}

static const char *function_of(
	const struct fixture *f, const struct profile_location *location)
{
	const struct profile_line *line =
		&f->profile.lines[location->first_line];

	assert_int_equal(location->line_count, 1);
	return text(f, f->profile.functions[line->function].name);
}

static const char *comment(const struct fixture *f, const char *part)
{
	const char *found;
	size_t i;

	for (i = 0; i < f->profile.comment_count; i++) {
		found = strstr(text(f, f->profile.comments[i]), part);
		if (found)
			return text(f, f->profile.comments[i]);
	}
	return NULL;
}

static void assert_values(
	const struct fixture *f, size_t sample, const int64_t expected[4])
{
	const int64_t *values = f->profile.values + sample * 4;

	assert_memory_equal(values, expected, 4 * sizeof(*values));
}

static void a_bucket_becomes_a_sample_of_four_values(void **state)
{
	struct fixture *f = *state;
	uint32_t outer = maker_stack(&f->maker, STACK_NONE, 0x1001);
	uint32_t leaf = maker_stack(&f->maker, outer, 0x2001);

	maker_bucket(&f->maker, leaf, 5, 500, 2, 150);
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.type_count, 4);
	assert_string_equal(text(f, f->profile.types[0].type), "alloc_objects");
	assert_string_equal(text(f, f->profile.types[3].type), "inuse_space");
	assert_string_equal(text(f, f->profile.types[3].unit), "bytes");
	assert_string_equal(text(f, f->profile.default_type), "alloc_space");
	assert_int_equal(f->profile.sample_count, 1);
	assert_values(f, 0, (int64_t[]){5, 500, 3, 350});
	/* the call lies before the return address; the leaf comes first */
	assert_int_equal(frame(f, 0, 0)->address, 0x2000);
	assert_int_equal(frame(f, 0, 1)->address, 0x1000);
	assert_int_equal(f->profile.labels[0].num, 100);
	assert_string_equal(text(f, f->profile.labels[0].key), "bytes");
	assert_int_equal(f->profile.time_nanos, 1700000000000000000);
	assert_int_equal(f->profile.period, 1);
}

static void slots_of_one_stack_are_added_up(void **state)
{
	struct fixture *f = *state;
	uint32_t one = maker_stack(&f->maker, STACK_NONE, 0x1001);
	uint32_t two = maker_stack(&f->maker, STACK_NONE, 0x2001);

	/* allocated by a thread, freed by another */
	maker_bucket(&f->maker, two, 10, 100, 0, 0);
	maker_bucket(&f->maker, one, 1, 8, 0, 0);
	maker_bucket(&f->maker, two, 0, 0, 10, 100);
	maker_bucket(&f->maker, 0, 0, 0, 0, 0);
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.sample_count, 2);
	assert_values(f, 0, (int64_t[]){1, 8, 1, 8});
	assert_values(f, 1, (int64_t[]){10, 100, 0, 0});
}

static void in_use_is_never_negative(void **state)
{
	struct fixture *f = *state;
	uint32_t one = maker_stack(&f->maker, STACK_NONE, 0x1001);

	maker_bucket(&f->maker, one, 1, 10, 5, 90);
	assert_int_equal(load(f), 0);
	assert_values(f, 0, (int64_t[]){1, 10, 0, 0});
}

static void many_buckets_and_stacks_lie_in_several_chunks(void **state)
{
	enum {
		COUNT = 40000
	};
	struct fixture *f = *state;
	uint32_t id = STACK_NONE, i;
	int64_t sum = 0;

	for (i = 0; i < COUNT; i++) {
		id = maker_stack(
			&f->maker, i % 8 ? id : STACK_NONE, 0x1001 + 16 * i);
		maker_bucket(&f->maker, id, 1, i, 0, 0);
	}
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.sample_count, COUNT);
	for (i = 0; i < COUNT; i++)
		sum += f->profile.values[4 * (size_t)i + 1];
	assert_int_equal(sum, (int64_t)COUNT * (COUNT - 1) / 2);
	assert_int_equal(f->profile.samples[COUNT - 1].location_count, 8);
	assert_int_equal(frame(f, COUNT - 1, 0)->address,
		0x1000 + 16 * (uint64_t)(COUNT - 1));
}

static void a_cut_stack_ends_in_a_frame_that_says_so(void **state)
{
	struct fixture *f = *state;
	uint32_t leaf = maker_stack(&f->maker, STACK_CUT, 0x2001);

	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.samples[0].location_count, 2);
	assert_string_equal(
		function_of(f, frame(f, 0, 1)), "[deeper frames cut]");
}

static void allocations_without_a_stack_are_counted_as_such(void **state)
{
	struct fixture *f = *state;

	maker_header(&f->maker)->drops[DROP_STACK] = 12;
	maker_header(&f->maker)->drops[DROP_GROW] = 3;
	maker_header(&f->maker)->peak_bytes = 1234;
	maker_bucket(&f->maker, STACK_UNKNOWN, 12, 1200, 0, 0);
	assert_int_equal(load(f), 0);
	assert_string_equal(function_of(f, frame(f, 0, 0)), "[unknown stack]");
	assert_string_equal(comment(f, "unknown stack"),
		"spill: 12 allocations have an unknown stack: no room");
	assert_non_null(comment(f, "3 times the recording could not grow"));
	assert_null(comment(f, "too many threads"));
	assert_string_equal(comment(f, "peak"), "#spill peak: 1234");
}

static void a_stack_that_was_never_written_counts_as_unknown(void **state)
{
	struct fixture *f = *state;

	maker_bucket(&f->maker, 99999, 1, 10, 0, 0);
	assert_int_equal(load(f), 0);
	assert_string_equal(function_of(f, frame(f, 0, 0)), "[unknown stack]");
	assert_values(f, 0, (int64_t[]){1, 10, 1, 10});
}

static void the_main_program_is_the_first_mapping(void **state)
{
	struct fixture *f = *state;
	struct recording_header *h;
	struct recording_module *m;
	uint32_t leaf;

	m = maker_module(&f->maker, "/no/lib.so", 0x7000, 0x9000);
	m->build_id_size = 3;
	memcpy(m->build_id, "\x0a\xb1\xff", 3);
	maker_module(&f->maker, "/no/main", 0x1000, 0x3000);
	h = maker_header(&f->maker);
	h->exe_size = 8;
	h->exe_at = maker_text(&f->maker, "/no/main", 8);
	leaf = maker_stack(&f->maker, STACK_NONE, 0x7101);
	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	/* a return address at the end of a file is of the call before it */
	leaf = maker_stack(&f->maker, STACK_NONE, 0x9000);
	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	leaf = maker_stack(&f->maker, STACK_NONE, 0x9001);
	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.mapping_count, 2);
	assert_string_equal(text(f, f->profile.mappings[0].file), "/no/main");
	assert_string_equal(text(f, f->profile.mappings[1].file), "/no/lib.so");
	assert_string_equal(text(f, f->profile.mappings[1].build_id), "0ab1ff");
	assert_int_equal(frame(f, 0, 0)->mapping, 2);
	assert_int_equal(frame(f, 1, 0)->mapping, 2);
	assert_int_equal(frame(f, 2, 0)->mapping, 0);
	assert_string_equal(comment(f, "exe"), "#spill exe: /no/main");
}

static void a_closed_library_keeps_its_addresses(void **state)
{
	struct fixture *f = *state;
	struct recording_module *m;
	uint32_t first, second;

	first = maker_stack(&f->maker, STACK_NONE, 0x7101);
	second = maker_stack(&f->maker, STACK_NONE, 0x7101);
	m = maker_module(&f->maker, "/no/closed.so", 0x7000, 0x9000);
	m->last_stack = first;
	m = maker_module(&f->maker, "/no/next.so", 0x7000, 0x8000);
	m->first_stack = second;
	maker_bucket(&f->maker, first, 1, 1, 0, 0);
	maker_bucket(&f->maker, second, 1, 1, 0, 0);
	assert_int_equal(load(f), 0);
	assert_string_equal(
		text(f, f->profile.mappings[frame(f, 0, 0)->mapping - 1].file),
		"/no/closed.so");
	assert_string_equal(
		text(f, f->profile.mappings[frame(f, 1, 0)->mapping - 1].file),
		"/no/next.so");
}

static void frames_of_the_tracer_itself_are_left_out(void **state)
{
	struct fixture *f = *state;
	struct recording_module *m;
	uint32_t host, hook, leaf;

	m = maker_module(&f->maker, "/no/libspill.so", 0x7000, 0x9000);
	m->flags = MODULE_TRACER;
	maker_module(&f->maker, "/no/main", 0x1000, 0x3000);
	host = maker_stack(&f->maker, STACK_NONE, 0x1101);
	hook = maker_stack(&f->maker, host, 0x7101);
	leaf = maker_stack(&f->maker, hook, 0x1201);
	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	assert_int_equal(load(f), 0);
	assert_int_equal(f->profile.samples[0].location_count, 2);
	assert_int_equal(frame(f, 0, 0)->address, 0x1200);
	assert_int_equal(frame(f, 0, 1)->address, 0x1100);
	assert_int_equal(f->profile.mapping_count, 1);
}

static void a_file_that_was_replaced_is_not_asked_for_names(void **state)
{
	struct fixture *f = *state;
	struct recording_module *m;
	uint32_t leaf = maker_stack(&f->maker, STACK_NONE, 0x1101);

	m = maker_module(&f->maker, "/proc/self/exe", 0x1000, 0x9000);
	m->inode = 1;
	m->device = 1;
	maker_bucket(&f->maker, leaf, 1, 1, 0, 0);
	assert_int_equal(load(f), 0);
	assert_string_equal(text(f, f->profile.mappings[0].file),
		"/proc/self/exe (replaced)");
}

static void the_command_is_kept_on_one_line(void **state)
{
	struct fixture *f = *state;
	struct recording_header *h = maker_header(&f->maker);

	h->command_size = 11;
	h->command_at = maker_text(&f->maker, "sh\0-c\0a\nb\0c", 11);
	h = maker_header(&f->maker);
	h->features = 0;
	assert_int_equal(load(f), 0);
	assert_string_equal(
		comment(f, "command"), "#spill command: sh -c a b c");
	assert_non_null(comment(f, "incomplete"));
}

static void own_recordings_are_live_and_found(void **state)
{
	struct fixture *f = *state;
	struct recording_header header;
	struct strbuf path;
	char *before = getcwd(NULL, 0);

	snprintf(f->path, sizeof(f->path), "%s/spill.%d.2.spill", f->folder,
		getpid());
	maker_own(&f->maker);
	maker_write(&f->maker, f->path);
	assert_int_equal(recording_head(&header, f->path, &f->why), 0);
	assert_true(recording_is_live(&header));
	strbuf_init(&path);
	assert_int_equal(chdir(f->folder), 0);
	assert_int_equal(recording_find(getpid(), &path, &f->why), 0);
	assert_non_null(strstr(path.buf, f->path));
	/* an earlier process had our pid */
	maker_header(&f->maker)->start_time--;
	maker_write(&f->maker, f->path);
	assert_int_equal(recording_head(&header, f->path, &f->why), 0);
	assert_false(recording_is_live(&header));
	strbuf_reset(&path);
	assert_int_equal(recording_find(getpid(), &path, &f->why), -ESRCH);
	assert_non_null(strstr(f->why.buf, "spill record"));
	strbuf_release(&path);
	assert_int_equal(chdir(before), 0);
	free(before);
}

static void a_recording_of_another_boot_is_not_live(void **state)
{
	struct fixture *f = *state;

	maker_own(&f->maker);
	assert_true(recording_is_live(maker_header(&f->maker)));
	maker_header(&f->maker)->boot_id[15] ^= 1;
	assert_false(recording_is_live(maker_header(&f->maker)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bucket_becomes_a_sample_of_four_values),
		TEST(slots_of_one_stack_are_added_up),
		TEST(in_use_is_never_negative),
		TEST(many_buckets_and_stacks_lie_in_several_chunks),
		TEST(a_cut_stack_ends_in_a_frame_that_says_so),
		TEST(allocations_without_a_stack_are_counted_as_such),
		TEST(a_stack_that_was_never_written_counts_as_unknown),
		TEST(the_main_program_is_the_first_mapping),
		TEST(a_closed_library_keeps_its_addresses),
		TEST(a_file_that_was_replaced_is_not_asked_for_names),
		TEST(frames_of_the_tracer_itself_are_left_out),
		TEST(the_command_is_kept_on_one_line),
		TEST(own_recordings_are_live_and_found),
		TEST(a_recording_of_another_boot_is_not_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
