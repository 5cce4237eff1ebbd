#include "tests/unit/ac_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "matcher/report.h"

void matches_add(struct matches *m, const struct ac_match *match)
{
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 64;
		m->match = reallocarray(m->match, m->room, sizeof(*match));
		assert_non_null(m->match);
	}
	m->match[m->count++] = *match;
}

void matches_release(struct matches *m)
{
	free(m->match);
	*m = (struct matches){0};
}

struct ac *build_set(const struct bytes *pattern, size_t count)
{
	struct ac_builder *b = ac_builder_new(NULL);
	struct ac *ac = NULL;

	assert_non_null(b);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			ac_builder_add(b, pattern[i].at, pattern[i].length), 0);
	assert_int_equal(ac_builder_build(b, &ac), 0);
	ac_builder_free(b);
	return ac;
}

static size_t longest(const struct bytes *pattern, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		if (pattern[i].length > length)
			length = pattern[i].length;
	return length;
}

void match_brute(const struct bytes *pattern, size_t count, struct bytes text,
	struct matches *m)
{
	size_t most = longest(pattern, count);

	for (size_t end = 1; end <= text.length; end++)
		for (size_t n = end < most ? end : most; n; n--)
			for (size_t i = 0; i < count; i++) {
				struct ac_match match = {end, n, i};

				if (pattern[i].length == n &&
					memcmp(pattern[i].at, text.at + end - n,
						n) == 0)
					matches_add(m, &match);
			}
}

/* The next chunk of *REST, which loses it. */
static struct bytes cut(struct bytes *rest, struct feed feed)
{
	struct bytes chunk = *rest;

	if (feed.chunk && feed.chunk < chunk.length)
		chunk.length = feed.chunk;
	rest->at += chunk.length;
	rest->length -= chunk.length;
	return chunk;
}

static void by_scan(const struct ac *ac, struct bytes text, struct feed feed,
	struct matches *m)
{
	struct ac_match found[64];
	struct ac_cursor cursor = {0};

	assert_true(feed.room <= 64);
	while (text.length) {
		struct bytes chunk = cut(&text, feed);
		size_t used, count;
		int status;

		do {
			status = ac_scan(ac, &cursor, chunk.at, chunk.length,
				&used, found, feed.room, &count);
			assert_in_range(status, AC_DONE, AC_FULL);
			assert_true(status == AC_DONE || count == feed.room);
			for (size_t i = 0; i < count; i++)
				matches_add(m, &found[i]);
			chunk.at += used;
			chunk.length -= used;
		} while (status == AC_FULL);
		assert_int_equal(chunk.length, 0);
	}
}

static void add_token(struct matches *m, const struct token *t)
{
	struct ac_match match = {t->offset + t->length, t->length, t->pattern};

	matches_add(m, &match);
}

static void by_naive(const struct ac *ac, struct bytes text, struct feed feed,
	struct matches *m)
{
	struct ac_cursor cursor = {0};

	while (text.length) {
		struct bytes chunk = cut(&text, feed);
		struct token_list list = {0};

		assert_int_equal(
			naive_match(ac, &cursor, chunk.at, chunk.length, &list),
			0);
		for (size_t i = 0; i < list.count; i++)
			add_token(m, list.token[i]);
		token_list_release(&list);
	}
}

static void by_boxed(const struct ac *ac, struct bytes text, struct feed feed,
	struct matches *m)
{
	struct ac_cursor cursor = {0};
	struct box_buffer b;

	assert_int_equal(box_buffer_init(&b, &match_box_ops, feed.room), 0);
	while (text.length) {
		struct bytes chunk = cut(&text, feed);
		size_t used;
		int status;

		do {
			status = boxed_match(
				ac, &cursor, chunk.at, chunk.length, &used, &b);
			assert_in_range(status, AC_DONE, AC_FULL);
			assert_true(status == AC_DONE || b.count == b.room);
			for (size_t i = 0; i < b.count; i++)
				matches_add(m, b.box[i]);
			box_buffer_reset(&b);
			chunk.at += used;
			chunk.length -= used;
		} while (status == AC_FULL);
		assert_int_equal(chunk.length, 0);
	}
	box_buffer_release(&b);
}

static void by_typed(const struct ac *ac, struct bytes text, struct feed feed,
	struct matches *m)
{
	struct ac_match room[64];
	struct match_buffer b = {.match = room, .room = feed.room};
	struct ac_cursor cursor = {0};

	assert_true(feed.room <= 64);
	while (text.length) {
		struct bytes chunk = cut(&text, feed);
		size_t used;
		int status;

		do {
			status = typed_match(
				ac, &cursor, chunk.at, chunk.length, &used, &b);
			assert_in_range(status, AC_DONE, AC_FULL);
			assert_true(status == AC_DONE || b.count == b.room);
			for (size_t i = 0; i < b.count; i++)
				matches_add(m, &b.match[i]);
			b.count = 0;
			chunk.at += used;
			chunk.length -= used;
		} while (status == AC_FULL);
		assert_int_equal(chunk.length, 0);
	}
}

const struct matcher_way matcher_ways[] = {
	{"scan", by_scan},
	{"naive", by_naive},
	{"boxed", by_boxed},
	{"typed", by_typed},
};

static int equal(const struct ac_match *a, const struct ac_match *b)
{
	return a->end == b->end && a->length == b->length &&
		a->pattern == b->pattern;
}

void assert_same(const struct matches *found, const struct matches *wanted,
	const char *way, struct feed feed)
{
	size_t i = 0;

	while (i < found->count && i < wanted->count &&
		equal(&found->match[i], &wanted->match[i]))
		i++;
	if (i == found->count && i == wanted->count)
		return;
	fail_msg("%s, chunks of %zu, %zu matches at a time: match %zu differs, "
		 "%zu found, %zu wanted",
		way, feed.chunk, feed.room, i, found->count, wanted->count);
}

void assert_all_ways(
	const struct ac *ac, struct bytes text, const struct matches *wanted)
{
	static const size_t chunks[] = {1, 2, 7, 1024, 0};
	static const size_t rooms[] = {1, 2, 5, 64};

	for (size_t c = 0; c < sizeof(chunks) / sizeof(*chunks); c++)
		for (size_t r = 0; r < sizeof(rooms) / sizeof(*rooms); r++)
			for (size_t w = 0; w < MATCHER_WAYS; w++) {
				struct feed feed = {chunks[c], rooms[r]};
				struct matches found = {0};

				matcher_ways[w].match(ac, text, feed, &found);
				assert_same(&found, wanted,
					matcher_ways[w].name, feed);
				matches_release(&found);
			}
}

uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}
