/* report.h - three ways to hand the same matches to a caller.
 *
 *     naive   a heap object for each match; it escapes: the list lives on
 *     boxed   a heap copy for each match; it escapes: the buffer has no type
 *     typed   an element of an array; it stays: the caller owns the memory
 *
 * They are here to be compared under `spill record`: one automaton, one text,
 * the same matches in the same order, and what differs is who owns a match and
 * how its type is known. Read report_naive.c, then report_boxed.c, then
 * report_typed.c.
 *
 * A function marked REPORT_FRAME is not inlined, so that it has a box of its
 * own in the picture. */
#ifndef SPILL_MATCHER_REPORT_H
#define SPILL_MATCHER_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "matcher/ac.h"

#define REPORT_FRAME __attribute__((noinline))

/* --- naive: all matches of a chunk in a list that grows --- */

struct token {
	uint64_t offset; /* of the first byte in the text */
	size_t length;
	size_t pattern;
};

/* All zero is empty. */
struct token_list {
	struct token **token;
	size_t count, room;
};

/* Read the whole CHUNK and append its matches to LIST, which owns them.
 * Returns 0, or -ENOMEM: LIST holds what was found until then, the cursor may
 * be behind matches that got lost. */
AC_CHECKED int naive_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, struct token_list *list);

/* Free the tokens and the list's own memory; it is empty then. */
void token_list_release(struct token_list *list);

/* --- boxed: a buffer of fixed size for values of any type --- */

/* What the buffer must know about the values, as it does not know their type.
 * A box is a value's own memory, made by box(). */
struct box_ops {
	void *(*box)(const void *value); /* NULL: no memory */
	void (*free_box)(void *box);
};

struct box_buffer {
	const struct box_ops *ops;
	void **box; /* ROOM of them, allocated once */
	size_t count, room;
};

extern const struct box_ops match_box_ops; /* of struct ac_match */

AC_CHECKED int box_buffer_init(
	struct box_buffer *b, const struct box_ops *ops, size_t room);

/* Free the boxes, keep the buffer. */
void box_buffer_reset(struct box_buffer *b);

void box_buffer_release(struct box_buffer *b);

/* As ac_scan(): AC_DONE, or AC_FULL when the buffer is: take the matches away,
 * reset it and call again with the rest, CHUNK + *USED. -ENOMEM leaves the
 * cursor behind matches that got lost: give up. */
AC_CHECKED int boxed_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, size_t *used, struct box_buffer *b);

/* --- typed: an array of the caller's --- */

struct match_buffer {
	struct ac_match *match; /* ROOM of them, anywhere: static, on the stack,
				 * in a struct */
	size_t count, room;
};

/* As boxed_match(), but there is no memory to run out of. */
AC_CHECKED int typed_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, size_t *used, struct match_buffer *b);

#endif
