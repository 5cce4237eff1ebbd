/* report_boxed.c - a buffer that is allocated once, and still spills.
 *
 * The list of report_naive.c was to go: this buffer has a fixed size and is
 * used again for each chunk. To be of use for other types as well it is written
 * as generic containers are in C: `void *` for a value, a table of functions
 * for what depends on its type. But a slot of one pointer has no room for a
 * match of 16 bytes: the buffer can only keep the address of one, and the
 * matches whose addresses it is given are locals of boxed_match(), gone when it
 * returns. So box_buffer_push() has to copy each value to the heap, which is
 * called boxing, and box_buffer_reset() has to free each copy.
 *
 * The steps of the growing list are saved, the object for each match is not:
 * reusing a container does not help when it does not hold its values. The table
 * of functions is not to blame, it costs a call, not an allocation. */
#include "matcher/report.h"

#include <errno.h>
#include <stdlib.h>

static REPORT_FRAME void *match_box(const void *value)
{
	struct ac_match *box = malloc(sizeof(*box));

	if (box)
		*box = *(const struct ac_match *)value;
	return box;
}

const struct box_ops match_box_ops = {.box = match_box, .free_box = free};

/* The buffer is not full. */
static REPORT_FRAME int box_buffer_push(struct box_buffer *b, const void *value)
{
	void *box = b->ops->box(value);

	if (!box)
		return -ENOMEM;
	b->box[b->count++] = box;
	return 0;
}

static REPORT_FRAME int push_all(
	struct box_buffer *b, const struct ac_match *found, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++)
		error = box_buffer_push(b, &found[i]);
	return error;
}

/* Never asks for more matches than the buffer has room for: the others wait in
 * the cursor. */
REPORT_FRAME int boxed_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, size_t *used, struct box_buffer *b)
{
	struct ac_match found[64];
	size_t step, count;
	int status, error;

	*used = 0;
	do {
		size_t room = sizeof(found) / sizeof(*found);

		if (room > b->room - b->count)
			room = b->room - b->count;
		status = ac_scan(ac, cursor, (const char *)chunk + *used,
			size - *used, &step, found, room, &count);
		if (status < 0)
			return status;
		error = push_all(b, found, count);
		if (error)
			return error;
		*used += step;
	} while (status == AC_FULL && count);
	return status;
}

int box_buffer_init(
	struct box_buffer *b, const struct box_ops *ops, size_t room)
{
	*b = (struct box_buffer){.ops = ops, .room = room};
	b->box = calloc(room, sizeof(*b->box));
	return b->box ? 0 : -ENOMEM;
}

void box_buffer_reset(struct box_buffer *b)
{
	for (size_t i = 0; i < b->count; i++)
		b->ops->free_box(b->box[i]);
	b->count = 0;
}

void box_buffer_release(struct box_buffer *b)
{
	box_buffer_reset(b);
	free(b->box);
	*b = (struct box_buffer){0};
}
