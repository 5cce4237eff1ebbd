/* The file of a recording: nobody else's is touched, none is left half-made. */
#include "tests/unit/tracer_support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/os/sys.h"
#include "tracer/store/process.h"
#include "tracer/store/store.h"

static struct store store;
static struct settings settings;
static struct scratch scratch, other;

static int set_up(void **state)
{
	(void)state;
	memset(&store, 0, sizeof(store));
	memset(&settings, 0, sizeof(settings));
	scratch_init(&scratch);
	scratch_init(&other);
	strcpy(settings.directory, scratch.path);
	/* the second choice */
	return chdir(other.path);
}

static int tear_down(void **state)
{
	(void)state;
	if (chdir("/"))
		return -1;
	scratch_release(&scratch);
	scratch_release(&other);
	return 0;
}

/* spill.PID.spill, or spill.PID.N.spill, in FOLDER. */
static const char *name_in(const struct scratch *folder, int n)
{
	char name[64];

	snprintf(name, sizeof(name), n ? "spill.%d.%d.spill" : "spill.%d.spill",
		(int)getpid(), n);
	return scratch_at(folder, name);
}

static void put(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static void assert_file(const char *path, const void *data, size_t size)
{
	char buf[4096];
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, buf, sizeof(buf)), size);
	assert_memory_equal(buf, data, size);
	close(fd);
}

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static uint64_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return (uint64_t)st.st_size;
}

static void a_recording_is_private_and_leaves_no_descriptor(void **state)
{
	int descriptors = count_entries("/proc/self/fd");
	struct stat st;

	(void)state;
	umask(0);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&scratch, 0));
	assert_int_equal(stat(store.path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_size, 3 * RECORDING_CHUNK);
	/* allocated, so that writing to it cannot fail */
	assert_true(st.st_blocks * 512 >= st.st_size);
	assert_true(store_grow(&store, RECORDING_STACKS));
	assert_int_equal(count_entries("/proc/self/fd"), descriptors);
	umask(022);
}

static void the_header_tells_who_the_process_is(void **state)
{
	struct recording_header id = {0};
	const struct recording_header *header;
	char exe[4096];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe));

	(void)state;
	strcpy(settings.unwind, "libunwind");
	assert_int_equal(store_open(&store, &settings), 0);
	process_identify(&id);
	header = store.header;
	assert_memory_equal(header->magic, RECORDING_MAGIC, 8);
	assert_int_equal(header->pid, getpid());
	assert_int_equal(header->parent, getppid());
	assert_int_equal(header->start_time, id.start_time);
	assert_true(header->start_time > 0);
	assert_memory_equal(header->boot_id, id.boot_id, 16);
	assert_true(id.wall_start - header->wall_start < 60000000000);
	assert_int_equal(header->exe_size, len);
	assert_memory_equal(store.text + header->exe_at, exe, len);
	assert_int_equal(header->unwind_size, 9);
	assert_memory_equal(store.text + header->unwind_at, "libunwind", 9);
	assert_int_equal(header->allocator_size, 0);
}

static void names_that_are_taken_are_left_alone(void **state)
{
	(void)state;
	put(name_in(&scratch, 0), "mine", 4);
	assert_int_equal(mkdir(name_in(&scratch, 1), 0755), 0);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&scratch, 2));
	assert_file(name_in(&scratch, 0), "mine", 4);
}

static void links_are_not_followed(void **state)
{
	(void)state;
	put(scratch_at(&other, "victim"), "mine", 4);
	assert_int_equal(
		symlink(scratch_at(&other, "victim"), name_in(&scratch, 0)), 0);
	assert_int_equal(
		symlink(scratch_at(&other, "nothing"), name_in(&scratch, 1)),
		0);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&scratch, 2));
	assert_file(scratch_at(&other, "victim"), "mine", 4);
	assert_int_equal(access(scratch_at(&other, "nothing"), F_OK), -1);
}

static void the_recording_from_before_exec_is_marked_replaced(void **state)
{
	static struct store first, second;
	struct recording_header stranger;

	(void)state;
	assert_int_equal(store_open(&first, &settings), 0);
	/* another process had our pid before */
	stranger = *first.header;
	stranger.start_time--;
	put(name_in(&scratch, 1), &stranger, sizeof(stranger));
	assert_int_equal(store_open(&second, &settings), 0);
	assert_string_equal(second.path, name_in(&scratch, 2));
	assert_int_equal(first.header->state, RECORDING_REPLACED);
	assert_int_equal(second.header->state, RECORDING_RUNNING);
	assert_file(name_in(&scratch, 1), &stranger, sizeof(stranger));
}

static void a_folder_that_will_not_do_falls_through_to_the_next(void **state)
{
	(void)state;
	put(scratch_at(&scratch, "file"), "", 0);
	strcpy(settings.directory, scratch_at(&scratch, "file"));
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&other, 0));
	memset(&store, 0, sizeof(store));
	strcpy(settings.directory, scratch_at(&scratch, "no-such-folder"));
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&other, 1));
	memset(&store, 0, sizeof(store));
	memset(settings.directory, 'x', sizeof(settings.directory) - 1);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&other, 2));
}

static void a_current_folder_that_is_gone_falls_through(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_at(&scratch, "gone"), 0755), 0);
	assert_int_equal(chdir(scratch_at(&scratch, "gone")), 0);
	assert_int_equal(rmdir(scratch_at(&scratch, "gone")), 0);
	settings.directory[0] = 0;
	strcpy(settings.runtime_directory, other.path);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_string_equal(store.path, name_in(&other, 0));
}

static void a_relative_folder_is_that_of_the_start(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0755), 0);
	strcpy(settings.directory, "sub");
	assert_int_equal(store_open(&store, &settings), 0);
	assert_int_equal(chdir("/"), 0);
	assert_true(store_grow(&store, RECORDING_BUCKETS));
	assert_int_equal(size_of(store.path), 4 * RECORDING_CHUNK);
}

static void without_room_for_the_first_chunks_nothing_is_left(void **state)
{
	int i;

	(void)state;
	strcpy(settings.runtime_directory, other.path);
	for (i = 0; i < 3; i++) {
		limit_file_size((uint64_t)i * RECORDING_CHUNK + 5000);
		assert_int_equal(store_open(&store, &settings), -EFBIG);
		assert_null(store.header);
		assert_int_equal(count_entries(scratch.path), 2);
		assert_int_equal(count_entries(other.path), 2);
		assert_int_equal(access(store.path, F_OK), -1);
	}
	limit_file_size(3 * RECORDING_CHUNK);
	assert_int_equal(store_open(&store, &settings), 0);
}

static void a_limit_of_file_size_is_a_counted_drop(void **state)
{
	int i, grown = 0;

	(void)state;
	assert_int_equal(store_open(&store, &settings), 0);
	limit_file_size(4 * RECORDING_CHUNK + 1);
	assert_true(store_grow(&store, RECORDING_STACKS));
	for (i = 0; i < 1000; i++)
		grown += store_grow(&store, RECORDING_STACKS);
	assert_int_equal(grown, 0);
	/* the tries become rarer */
	assert_in_range(store.header->drops[DROP_GROW], 2, 8);
	assert_int_equal(size_of(store.path), 4 * RECORDING_CHUNK);
	limit_file_size(~(uint64_t)0);
	for (i = 0; i < 10000 && !grown; i++)
		grown += store_grow(&store, RECORDING_STACKS);
	assert_int_equal(grown, 1);
	assert_int_equal(store.header->chunk_count, 5);
}

static void a_file_that_was_replaced_is_not_written_to(void **state)
{
	(void)state;
	assert_int_equal(store_open(&store, &settings), 0);
	assert_int_equal(unlink(store.path), 0);
	assert_false(store_grow(&store, RECORDING_STACKS));
	put(store.path, "mine", 4);
	store.refuse = 0;
	assert_false(store_grow(&store, RECORDING_STACKS));
	assert_file(store.path, "mine", 4);
	assert_int_equal(unlink(store.path), 0);
	put(scratch_at(&other, "victim"), "mine", 4);
	assert_int_equal(symlink(scratch_at(&other, "victim"), store.path), 0);
	store.refuse = 0;
	assert_false(store_grow(&store, RECORDING_STACKS));
	assert_file(scratch_at(&other, "victim"), "mine", 4);
	assert_int_equal(store.header->drops[DROP_GROW], 3);
	assert_int_equal(store.header->chunk_count, 3);
}

static void chunks_are_where_the_table_says(void **state)
{
	uint32_t i, entry;
	uint64_t word;
	int fd;

	(void)state;
	assert_int_equal(store_open(&store, &settings), 0);
	for (i = 0; i < 20; i++) {
		assert_true(store_grow(&store, RECORDING_BUCKETS));
		if (i % 3 == 0)
			assert_true(store_grow(&store, RECORDING_STACKS));
	}
	assert_int_equal(store.bucket_chunks, 21);
	assert_int_equal(store.stack_chunks, 8);
	for (i = 0; i < 8 * STACKS_PER_CHUNK; i += STACKS_PER_CHUNK)
		store_stack(&store, i)->ip = i + 1;
	for (i = 0; i < 21 * BUCKETS_PER_CHUNK; i += BUCKETS_PER_CHUNK)
		store_bucket(&store, i)->allocs = i + 1;
	assert_int_equal(store.header->chunk_count, 30);
	fd = open(store.path, O_RDONLY);
	for (i = 1; i < 30; i++) {
		uint32_t part;
		off_t at = (off_t)i * RECORDING_CHUNK + 8;

		assert_int_equal(
			pread(fd, &entry, 4, RECORDING_TABLE_AT + 4 * i), 4);
		part = entry & 0xffffff;
		assert_int_equal(pread(fd, &word, 8, at), 8);
		assert_int_equal(word,
			entry >> 24 == RECORDING_STACKS
				? part * STACKS_PER_CHUNK + 1
				: part * BUCKETS_PER_CHUNK + 1);
	}
	close(fd);
}

static void growing_leaves_the_signal_mask_as_it_was(void **state)
{
	enum {
		SOME = 1 << 9
	};
	uint64_t before = sys_signals_block();

	(void)state;
	sys_signals_restore(SOME);
	assert_int_equal(store_open(&store, &settings), 0);
	assert_true(store_grow(&store, RECORDING_STACKS));
	assert_int_equal(sys_signals_block(), SOME);
	sys_signals_restore(before);
}

static void text_ends_where_its_room_ends(void **state)
{
	static char text[1000];
	uint32_t at, used, i;

	(void)state;
	assert_int_equal(store_open(&store, &settings), 0);
	memset(text, 'x', sizeof(text));
	used = store.header->text_size;
	for (i = 0; store_text(&store, text, sizeof(text), &at); i++) {
		assert_int_equal(at, used + i * sizeof(text));
		assert_memory_equal(store.text + at, text, sizeof(text));
	}
	assert_int_equal(i, (RECORDING_TEXT_MAX - used) / sizeof(text));
	assert_false(store_text(&store, text, ~0u, &at));
	assert_int_equal(store.header->text_size, used + i * sizeof(text));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_recording_is_private_and_leaves_no_descriptor),
		CASE(the_header_tells_who_the_process_is),
		CASE(names_that_are_taken_are_left_alone),
		CASE(links_are_not_followed),
		CASE(the_recording_from_before_exec_is_marked_replaced),
		CASE(a_folder_that_will_not_do_falls_through_to_the_next),
		CASE(a_current_folder_that_is_gone_falls_through),
		CASE(a_relative_folder_is_that_of_the_start),
		CASE(without_room_for_the_first_chunks_nothing_is_left),
		CASE(a_limit_of_file_size_is_a_counted_drop),
		CASE(a_file_that_was_replaced_is_not_written_to),
		CASE(chunks_are_where_the_table_says),
		CASE(growing_leaves_the_signal_mask_as_it_was),
		CASE(text_ends_where_its_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
