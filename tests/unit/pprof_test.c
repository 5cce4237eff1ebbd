#include "report/read/pprof_proto.h"

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
#include "tests/unit/view_support.h"

enum {
	FLIPS = 20000,
};

/* Decode a copy of exactly SIZE bytes, so that a sanitizer sees a step past the
 * end, and draw what comes out: it must be sound whatever came in. */
static int decode(const void *data, size_t size, struct strbuf *why)
{
	struct view_options options = view_defaults();
	struct strbuf out;
	struct profile p;
	struct view v;
	char *copy = malloc(size ? size : 1);
	int error;

	assert_non_null(copy);
	memcpy(copy, data, size);
	strbuf_init(&out);
	assert_int_equal(profile_init(&p), 0);
	error = pprof_decode(&p, copy, size, why);
	free(copy);
	if (!error && p.type_count) {
		options.trim = false;
		options.filter.expression[FILTER_HIDE] = "next";
		assert_int_equal(
			view_init(&v, &p, VIEW_PICTURE, &options, why), 0);
		assert_int_equal(draw_dot(&v, &out), 0);
		assert_int_equal(draw_raw(&v, &out), 0);
		assert_int_equal(draw_traces(&v, &out), 0);
		view_release(&v);
	}
	strbuf_release(&out);
	profile_release(&p);
	return error;
}

static void what_is_written_reads_the_same(void **state)
{
	struct strbuf first, second, why;
	struct profile p;

	(void)state;
	strbuf_init(&first);
	strbuf_init(&second);
	strbuf_init(&why);
	assert_int_equal(make_file(&first), 0);
	assert_int_equal(profile_init(&p), 0);
	assert_int_equal(pprof_decode(&p, first.buf, first.len, &why), 0);
	assert_int_equal(p.sample_count, 2);
	assert_int_equal(p.location_count, 3);
	assert_int_equal(p.values[1], 4096);
	assert_string_equal(profile_text(&p, p.mappings->file), "/usr/bin/app");
	assert_int_equal(pprof_encode(&p, &second), 0);
	profile_release(&p);
	assert_int_equal(profile_init(&p), 0);
	assert_int_equal(pprof_decode(&p, second.buf, second.len, &why), 0);
	assert_int_equal(p.sample_count, 2);
	assert_int_equal(p.label_count, 4);
	profile_release(&p);
	strbuf_release(&first);
	strbuf_release(&second);
	strbuf_release(&why);
}

static void a_file_cut_short_anywhere_is_refused_or_sound(void **state)
{
	struct strbuf file, why;
	size_t len, refused = 0;

	(void)state;
	strbuf_init(&file);
	strbuf_init(&why);
	assert_int_equal(make_file(&file), 0);
	for (len = 0; len < file.len; len++) {
		strbuf_reset(&why);
		if (!decode(file.buf, len, &why))
			continue;
		refused++;
		assert_int_not_equal(why.len, 0);
	}
	/* it can be cut only between the last fields */
	assert_true(refused > file.len * 9 / 10);
	strbuf_release(&file);
	strbuf_release(&why);
}

static void flipped_bits_never_do_harm(void **state)
{
	struct strbuf file, why;
	unsigned int seed = 1, i, k;
	char *copy;

	(void)state;
	strbuf_init(&file);
	strbuf_init(&why);
	assert_int_equal(make_file(&file), 0);
	copy = malloc(file.len);
	assert_non_null(copy);
	for (i = 0; i < FLIPS; i++) {
		memcpy(copy, file.buf, file.len);
		for (k = 0; k <= i % 4; k++)
			copy[(size_t)rand_r(&seed) % file.len] ^= (char)(1
				<< rand_r(&seed) % 8);
		strbuf_reset(&why);
		if (decode(copy, file.len, &why))
			assert_int_not_equal(why.len, 0);
	}
	free(copy);
	strbuf_release(&file);
	strbuf_release(&why);
}

/* A file of the given bytes and what is said about it; NULL: it is fine. */
struct row {
	const char *bytes;
	size_t len;
	const char *why;
};

#define BYTES(text) text, sizeof(text) - 1
/* the type string 0, in a table of one empty string */
#define TYPE "\x0a\x02\x08\x00"
#define STRING "\x32\x00"

static const struct row rows[] = {
	{BYTES(STRING), NULL},
	{BYTES(TYPE STRING), NULL},
	{BYTES(TYPE), "it refers to string 0 of 0"},
	{BYTES("\x32\x01x"), "its field 6 is damaged"},
	/* a sample of one value */
	{BYTES(TYPE STRING "\x12\x02\x10\x05"), NULL},
	{BYTES(STRING "\x12\x02\x10\x05"), "it has samples but no types"},
	{BYTES(TYPE STRING "\x12\x04\x10\x05\x10\x05"),
		"sample 1 has 2 values for 1 types"},
	{BYTES(TYPE STRING "\x12\x04\x08\x07\x10\x05"),
		"sample 1 refers to location 7, which is not there"},
	/* packed values without an end */
	{BYTES(TYPE STRING "\x12\x03\x12\x01\xff"), "sample 1 is damaged"},
	/* lengths that no file has */
	{BYTES("\x32\xff\xff\xff\xff\x0f"), "it is cut short or damaged"},
	{BYTES("\x32\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		"it is cut short or damaged"},
	{BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		"it is cut short or damaged"},
	/* groups are not part of the format */
	{BYTES("\x0b"), "it is cut short or damaged"},
	/* ids: reserved, used twice, sparse up to the last */
	{BYTES(STRING "\x2a\x02\x08\x00"), "its field 5 is damaged"},
	{BYTES(STRING "\x2a\x02\x08\x01\x2a\x02\x08\x01"),
		"two functions have the id 1"},
	{BYTES(STRING "\x1a\x02\x08\x09\x1a\x02\x08\x09"),
		"two mappings have the id 9"},
	{BYTES(STRING "\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		NULL},
	{BYTES(STRING "\x22\x06\x08\x01\x22\x02\x08\x05"),
		"it refers to function 5, which it does not hold"},
	{BYTES(STRING "\x2a\x04\x08\x01\x10\x09"),
		"it refers to string 9 of 1"},
	/* the wrong kind of field */
	{BYTES(STRING "\x48\x01\x48\x02"),
		"it holds several profiles in a row"},
	{BYTES("\x0a\x02\x0a\x00" STRING), "its field 1 is damaged"},
	{BYTES("\x4a\x00"), "its field 9 is damaged"},
	/* what is not known is stepped over */
	{BYTES(STRING "\x99\x06"
		      "12345678"
		      "\x9d\x06"
		      "1234"),
		NULL},
	{BYTES(STRING "\x99\x06"
		      "1234567"),
		"it is cut short or damaged"},
	{BYTES("hello world"), "it is cut short or damaged"},
};

static void what_pprof_refuses_is_refused_with_a_reason(void **state)
{
	const struct row *row;
	struct strbuf why;
	int error;

	(void)state;
	strbuf_init(&why);
	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		strbuf_reset(&why);
		error = decode(row->bytes, row->len, &why);
		assert_int_equal(error, row->why ? -EINVAL : 0);
		assert_string_equal(
			row->why ? why.buf : "", row->why ? row->why : "");
	}
	strbuf_release(&why);
}

static void more_types_than_there_is_room_for_are_refused(void **state)
{
	struct strbuf file, why;
	int i;

	(void)state;
	strbuf_init(&file);
	strbuf_init(&why);
	for (i = 0; i < PROFILE_TYPE_MAX; i++)
		strbuf_add(&file, BYTES(TYPE));
	strbuf_add(&file, BYTES(STRING));
	assert_int_equal(decode(file.buf, file.len, &why), 0);
	strbuf_add(&file, BYTES(TYPE));
	assert_int_equal(decode(file.buf, file.len, &why), -EINVAL);
	strbuf_release(&file);
	strbuf_release(&why);
}

static void samples_that_add_up_to_nothing_are_left_out(void **state)
{
	/* -1 and 1 of the same, empty, stack */
	static const char file[] = TYPE STRING
		"\x12\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
		"\x12\x02\x10\x01";
	struct strbuf why;
	struct profile p;

	(void)state;
	strbuf_init(&why);
	assert_int_equal(profile_init(&p), 0);
	assert_int_equal(pprof_decode(&p, file, sizeof(file) - 1, &why), 0);
	assert_int_equal(p.sample_count, 0);
	assert_int_equal(p.type_count, 1);
	profile_release(&p);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_the_same),
		cmocka_unit_test(a_file_cut_short_anywhere_is_refused_or_sound),
		cmocka_unit_test(flipped_bits_never_do_harm),
		cmocka_unit_test(what_pprof_refuses_is_refused_with_a_reason),
		cmocka_unit_test(more_types_than_there_is_room_for_are_refused),
		cmocka_unit_test(samples_that_add_up_to_nothing_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
