#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

#include "report/base/output.h"
#include "report/read/gzip.h"

static char folder[] = "/tmp/spill-file-test.XXXXXX";

static int enter(void **state)
{
	(void)state;
	return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
	(void)state;
	return unlink("out") || unlink("link") || chdir("/") || rmdir(folder);
}

static void assert_file(const char *path, const char *text)
{
	char buf[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_int_equal(fread(buf, 1, sizeof(buf) - 1, file), strlen(text));
	assert_string_equal(buf, text);
	fclose(file);
}

static void a_file_is_replaced_as_a_whole(void **state)
{
	struct stat before, after;
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(output_write("out", "first", 5), 0);
	assert_file("out", "first");
	assert_int_equal(stat("out", &before), 0);
	assert_int_equal(before.st_mode & 07777, 0640);
	assert_int_equal(chmod("out", 0600), 0);
	assert_int_equal(output_write("out", "2nd", 3), 0);
	assert_file("out", "2nd");
	assert_int_equal(stat("out", &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	assert_int_equal(after.st_mode & 07777, 0600);
	umask(mask);
}

static void a_symbolic_link_is_followed(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(symlink("out", "link"), 0);
	assert_int_equal(output_write("link", "through", 7), 0);
	assert_file("out", "through");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void a_link_to_nothing_yet_is_followed(void **state)
{
	static const struct {
		const char *to, *name;
	} links[] = {
		{"new", "a"},
		{"../d/new", "d/b"},
		{"d/b", "c"},
	};
	struct stat st;
	char path[PATH_MAX];
	size_t i;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	for (i = 0; i < sizeof(links) / sizeof(*links); i++)
		assert_int_equal(symlink(links[i].to, links[i].name), 0);
	assert_int_equal(output_write("a", "through", 7), 0);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(output_write("c", "both", 4), 0);
	assert_int_equal(stat("d/new", &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(unlink("d/new"), 0);
	assert_non_null(realpath("d", path));
	strcat(path, "/new");
	assert_int_equal(symlink(path, "absolute"), 0);
	assert_int_equal(output_write("absolute", "third", 5), 0);
	assert_int_equal(stat("d/new", &st), 0);
	assert_int_equal(st.st_size, 5);
	for (i = 0; i < sizeof(links) / sizeof(*links); i++) {
		assert_int_equal(lstat(links[i].name, &st), 0);
		assert_true(S_ISLNK(st.st_mode));
		assert_int_equal(unlink(links[i].name), 0);
	}
	assert_int_equal(unlink("absolute") || unlink("new"), 0);
	assert_int_equal(unlink("d/new") || rmdir("d"), 0);
}

static void links_that_lead_nowhere_are_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("round", "round"), 0);
	assert_int_equal(output_write("round", "x", 1), -ELOOP);
	assert_int_equal(unlink("round"), 0);
	assert_int_equal(symlink("no/such/folder", "away"), 0);
	assert_int_equal(output_write("away", "x", 1), -ENOENT);
	assert_int_equal(unlink("away"), 0);
}

static void a_device_is_written_to(void **state)
{
	(void)state;
	assert_int_equal(output_write("/dev/null", "gone", 4), 0);
	assert_int_equal(output_write("/dev/full", "gone", 4), -ENOSPC);
}

static void what_cannot_be_written_leaves_nothing(void **state)
{
	(void)state;
	assert_int_equal(output_write("no/such", "x", 1), -ENOENT);
	assert_int_equal(output_write(folder, "x", 1), -EISDIR);
	/* the folder is removed at the end: it would not be empty */
}

static void packed_data_unpacks(void **state)
{
	struct strbuf data, packed, again;
	size_t i;

	(void)state;
	strbuf_init(&data);
	strbuf_init(&packed);
	strbuf_init(&again);
	for (i = 0; i < 100000; i++)
		strbuf_addf(&data, "%zu", i * i);
	assert_int_equal(gzip(data.buf, data.len, &packed), 0);
	assert_true(packed.len < data.len);
	assert_true(gzip_is(packed.buf, packed.len));
	assert_int_equal(gunzip(packed.buf, packed.len, &again), 0);
	assert_int_equal(again.len, data.len);
	assert_memory_equal(again.buf, data.buf, data.len);
	strbuf_release(&data);
	strbuf_release(&packed);
	strbuf_release(&again);
}

static void members_in_a_row_unpack_as_one(void **state)
{
	struct strbuf packed, again;

	(void)state;
	strbuf_init(&packed);
	strbuf_init(&again);
	assert_int_equal(gzip("one ", 4, &packed), 0);
	assert_int_equal(gzip("", 0, &packed), 0);
	assert_int_equal(gzip("two", 3, &packed), 0);
	assert_int_equal(gunzip(packed.buf, packed.len, &again), 0);
	assert_string_equal(again.buf, "one two");
	strbuf_release(&packed);
	strbuf_release(&again);
}

static void damaged_data_is_refused_wherever_it_ends(void **state)
{
	struct strbuf packed, again;
	size_t len;

	(void)state;
	strbuf_init(&packed);
	strbuf_init(&again);
	assert_int_equal(gzip("some text, some text", 20, &packed), 0);
	for (len = 1; len < packed.len; len++)
		assert_int_equal(gunzip(packed.buf, len, &again), -EINVAL);
	packed.buf[packed.len / 2] ^= 4;
	assert_int_equal(gunzip(packed.buf, packed.len, &again), -EINVAL);
	strbuf_release(&packed);
	strbuf_release(&again);
}

/* The last four bytes say how long the data is: here they lie. */
static void a_size_that_lies_costs_no_memory(void **state)
{
	struct strbuf packed, again;

	(void)state;
	strbuf_init(&packed);
	strbuf_init(&again);
	assert_int_equal(gzip("x", 1, &packed), 0);
	memset(packed.buf + packed.len - 4, 0xff, 4);
	assert_int_equal(gunzip(packed.buf, packed.len, &again), -EINVAL);
	assert_true(again.cap < 4096);
	strbuf_release(&packed);
	strbuf_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_replaced_as_a_whole),
		cmocka_unit_test(a_symbolic_link_is_followed),
		cmocka_unit_test(a_link_to_nothing_yet_is_followed),
		cmocka_unit_test(links_that_lead_nowhere_are_refused),
		cmocka_unit_test(a_device_is_written_to),
		cmocka_unit_test(what_cannot_be_written_leaves_nothing),
		cmocka_unit_test(packed_data_unpacks),
		cmocka_unit_test(members_in_a_row_unpack_as_one),
		cmocka_unit_test(damaged_data_is_refused_wherever_it_ends),
		cmocka_unit_test(a_size_that_lies_costs_no_memory),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
