/* ac.h - find many byte strings in a text at once.
 *
 * The algorithm is Aho and Corasick's ("Efficient string matching: an aid to
 * bibliographic search", CACM 18(6), 1975). Patterns {he, she, hers}:
 *
 *     0 -h-> 1 -e-> 3:he -r-> 5 -s-> 7:hers
 *      \              ^
 *       \             ~  fail link: to the longest proper suffix
 *        \            ~  of "she" that is a state too
 *         -s-> 2 -h-> 4 -e-> 6:she
 *
 * Reading "ushers" visits 0 2 4 6, which reports she and by the fail link he,
 * then 5 and 7, which reports hers: each byte is read once, however many the
 * patterns are.
 *
 * What is promised:
 * - All occurrences are reported, overlapping ones too, in order of their last
 *   byte, longest first; equal patterns in the order in which they were added.
 * - Patterns and texts are bytes: any value may occur, zero too. An empty
 *   pattern is refused.
 * - How a text is cut into chunks changes nothing.
 * - Nothing is allocated after ac_builder_build(): matches go to an array of
 *   the caller's. When it is full the scan is suspended, be it in the middle of
 *   the matches of one byte, and goes on where it was in the next call.
 *
 * Sizes, lengths and positions are in bytes. Functions return 0 (or what they
 * say) or -errno. */
#ifndef AC_H
#define AC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AC_CHECKED __attribute__((warn_unused_result))

/* An automaton. It never changes: any number of threads may scan with it, each
 * with its own cursor. */
struct ac;

/* A set of patterns that grows. One thread at a time. */
struct ac_builder;

/* All zero is the default. */
struct ac_options {
	size_t memory_max; /* ceiling of a builder, and of what it builds;
			    * 0: 1 GiB */
	uint32_t reserved[6]; /* zero, else -EINVAL: a newer program's wish */
};

/* One occurrence: bytes [end - length, end) of the text. */
struct ac_match {
	uint64_t end; /* position after the last byte */
	uint32_t length;
	uint32_t pattern; /* 0 for the first one added, 1 for the second, ... */
};

/* Where a scan is in its text: the caller's own, a copy continues on its own.
 * All zero is the start of a text. Only `position` may be looked at. */
struct ac_cursor {
	uint64_t position; /* bytes read so far */
	uint32_t state;
	uint32_t output; /* next match of the last byte read, 0: none */
};

enum ac_status {
	AC_DONE, /* the chunk was read wholly, all its matches are out */
	AC_FULL, /* there are more matches than the array had room for */
};

/* Return an empty builder, to be freed with ac_builder_free(), or NULL with
 * errno. OPTIONS may be NULL. */
AC_CHECKED struct ac_builder *ac_builder_new(const struct ac_options *options);

/* Add the pattern BYTES[0, LENGTH), which is copied. Patterns need not differ:
 * each gets a number of its own, counted from 0.
 * -EINVAL: it is empty. -E2BIG: beyond the ceiling. -ENOMEM. An error sticks:
 * this call, all further ones and ac_builder_build() return it, so that it is
 * enough to look at the last one. */
int ac_builder_add(struct ac_builder *b, const void *bytes, size_t length);

/* Make *AC, to be freed with ac_free(), of the patterns so far. The builder
 * stays as it is: it may be freed, or added to and built again. No pattern at
 * all makes an automaton that finds nothing. -E2BIG, -ENOMEM and an error that
 * stuck to B leave *AC alone. */
AC_CHECKED int ac_builder_build(const struct ac_builder *b, struct ac **ac);

/* NULL is fine. */
void ac_builder_free(struct ac_builder *b);
void ac_free(struct ac *ac);

/* Return the bytes that AC occupies. */
size_t ac_memory(const struct ac *ac);

/* Go on with the text of CURSOR, whose next bytes are CHUNK[0, SIZE): write its
 * matches to FOUND, at most ROOM of them, their number to *COUNT, and how many
 * bytes of the chunk were read to *USED.
 *
 * AC_DONE: all was read (*USED is SIZE), every match written.
 * AC_FULL: *COUNT is ROOM and one match at least is waiting. Take the matches
 * away and call again with the rest, CHUNK + *USED; even if nothing is left
 * (SIZE 0) this gives matches that end at the last byte read.
 * -EINVAL: CURSOR is not of this automaton; nothing was done.
 *
 * ROOM 0 asks whether there is any match; with it AC_FULL never becomes
 * AC_DONE. Allocates nothing, takes no lock; any thread, async-signal-safe. */
AC_CHECKED int ac_scan(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, size_t *used, struct ac_match *found,
	size_t room, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
