/* Recordings that are cut short, damaged or made to do harm. */
#include "report/read/recording.h"

#include <fcntl.h>
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

static char folder[] = "/tmp/recording_damage_test.XXXXXX";
static char path[64];

/* A recording with something of all kinds. */
static void make(struct recording_maker *m)
{
	struct recording_header *h;
	uint32_t outer, leaf;

	maker_init(m);
	maker_module(m, "/no/main", 0x1000, 0x3000);
	outer = maker_stack(m, STACK_NONE, 0x1001);
	leaf = maker_stack(m, outer, 0x2001);
	maker_bucket(m, leaf, 5, 500, 2, 150);
	maker_bucket(m, STACK_UNKNOWN, 1, 1, 1, 1);
	h = maker_header(m);
	h->exe_size = 8;
	h->exe_at = maker_text(m, "/no/main", 8);
	maker_header(m)->drops[DROP_LIVE] = 1;
}

/* Read PATH; a refusal must come with a sentence that names the file. */
static int read_it(void)
{
	struct profile p;
	struct strbuf why;
	int err;

	strbuf_init(&why);
	assert_int_equal(profile_init(&p), 0);
	err = recording_load(&p, path, &why);
	if (err) {
		assert_true(err < 0);
		assert_non_null(strstr(why.buf, path));
		assert_null(strchr(why.buf, '\n'));
	}
	profile_release(&p);
	strbuf_release(&why);
	return err;
}

/* The same, and WORDS are in the sentence. */
static void assert_refused(const struct recording_maker *m, const char *words)
{
	struct profile p;
	struct strbuf why;

	maker_write(m, path);
	strbuf_init(&why);
	assert_int_equal(profile_init(&p), 0);
	assert_true(recording_load(&p, path, &why) < 0);
	if (!strstr(why.buf, words))
		fail_msg("'%s' does not say '%s'", why.buf, words);
	profile_release(&p);
	strbuf_release(&why);
}

static void every_truncation_is_refused(void **state)
{
	struct recording_maker m;
	size_t size;

	(void)state;
	make(&m);
	for (size = 0; size < m.size; size += size < 512 ? 1 : 4093) {
		maker_write_part(&m, path, size);
		assert_true(read_it() < 0);
	}
	maker_write_part(&m, path, m.size - 1);
	assert_true(read_it() < 0);
	maker_write(&m, path);
	assert_int_equal(read_it(), 0);
	maker_release(&m);
}

static void flip_bits(const struct recording_maker *m, size_t at, size_t len)
{
	unsigned char byte;
	size_t bit;
	int fd;

	maker_write(m, path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (bit = at * 8; bit < (at + len) * 8; bit++) {
		byte = m->data[bit / 8] ^ (unsigned char)(1U << bit % 8);
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)bit / 8), 1);
		(void)read_it();
		byte = m->data[bit / 8];
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)bit / 8), 1);
	}
	close(fd);
}

static void no_flipped_bit_does_harm(void **state)
{
	struct recording_maker m;

	(void)state;
	make(&m);
	assert_int_equal(m.size, (size_t)3 * RECORDING_CHUNK);
	flip_bits(&m, 0, sizeof(struct recording_header));
	flip_bits(&m, RECORDING_TABLE_AT, 16);
	flip_bits(&m, RECORDING_MODULES_AT, sizeof(struct recording_module));
	/* stacks 2 to 4, and the first bucket */
	flip_bits(&m, RECORDING_CHUNK + 32, 48);
	flip_bits(&m, (size_t)2 * RECORDING_CHUNK, 48);
	maker_release(&m);
}

static void noise_is_refused(void **state)
{
	struct recording_maker m;
	size_t at;
	int round;

	(void)state;
	srand(1);
	for (round = 0; round < 200; round++) {
		make(&m);
		for (at = 12; at < sizeof(struct recording_header); at++)
			if (rand() % 4 == 0)
				m.data[at] = (unsigned char)rand();
		maker_write(&m, path);
		(void)read_it();
		maker_release(&m);
	}
}

static void a_ring_of_parents_is_refused(void **state)
{
	struct recording_maker m;
	struct recording_stack *stacks;

	(void)state;
	make(&m);
	stacks = (struct recording_stack *)(m.data + RECORDING_CHUNK);
	stacks[3].parent = 4;
	assert_refused(&m, "no end");
	stacks[3].parent = 3;
	assert_refused(&m, "no end");
	maker_release(&m);
}

static void counters_that_cannot_be_are_refused(void **state)
{
	struct recording_maker m;
	struct recording_bucket *buckets;

	(void)state;
	make(&m);
	buckets = (struct recording_bucket *)(m.data +
		(size_t)2 * RECORDING_CHUNK);
	buckets[0].alloc_bytes = UINT64_MAX;
	assert_refused(&m, "counter");
	/* each is possible, their sum is not */
	buckets[0].alloc_bytes = (uint64_t)1 << 56;
	buckets[1].alloc_bytes = (uint64_t)1 << 56;
	assert_refused(&m, "counter");
	maker_release(&m);
}

static void numbers_of_elements_without_chunks_are_refused(void **state)
{
	struct recording_maker m;

	(void)state;
	make(&m);
	maker_header(&m)->bucket_count = UINT32_MAX;
	assert_refused(&m, "number of buckets");
	maker_header(&m)->bucket_count = 4000;
	assert_refused(&m, "a chunk is missing");
	maker_header(&m)->bucket_count = 2;
	maker_header(&m)->stack_count = UINT32_MAX;
	assert_refused(&m, "number of stacks");
	maker_header(&m)->stack_count = 5;
	maker_header(&m)->module_count = RECORDING_MODULE_MAX + 1;
	assert_refused(&m, "number of modules");
	maker_header(&m)->module_count = 1;
	maker_header(&m)->text_size = RECORDING_TEXT_MAX + 1;
	assert_refused(&m, "number of modules");
	maker_header(&m)->text_size = 8;
	maker_header(&m)->chunk_count = RECORDING_CHUNK_MAX + 1;
	assert_refused(&m, "number of chunks");
	maker_header(&m)->chunk_count = RECORDING_CHUNK_MAX;
	assert_refused(&m, "cut short");
	maker_release(&m);
}

static void another_version_is_told_from_damage(void **state)
{
	struct recording_maker m;

	(void)state;
	make(&m);
	maker_header(&m)->version = 7;
	assert_refused(&m, "another version of spill (format 7, this one");
	maker_header(&m)->version = RECORDING_VERSION;
	maker_header(&m)->magic[0] = 'S';
	assert_refused(&m, "not a recording");
	maker_release(&m);
}

static void what_is_no_regular_file_is_not_waited_for(void **state)
{
	(void)state;
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true(read_it() < 0);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(read_it() < 0);
	assert_int_equal(rmdir(path), 0);
	assert_true(read_it() < 0);
}

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r.spill", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(no_flipped_bit_does_harm),
		cmocka_unit_test(noise_is_refused),
		cmocka_unit_test(a_ring_of_parents_is_refused),
		cmocka_unit_test(counters_that_cannot_be_are_refused),
		cmocka_unit_test(
			numbers_of_elements_without_chunks_are_refused),
		cmocka_unit_test(another_version_is_told_from_damage),
		cmocka_unit_test(what_is_no_regular_file_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
