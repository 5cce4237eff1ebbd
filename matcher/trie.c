#include "matcher/ac.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "matcher/trie.h"

enum {
	MEMORY_MAX = 1 << 30
};

/* Return what ARRAY, with room for *ROOM elements, becomes to hold one more
 * than COUNT of them, or NULL with errno. */
static void *grow(
	void *array, size_t count, size_t *room, size_t element, size_t max)
{
	size_t want = *room ? *room * 2 : 64;

	if (count < *room)
		return array;
	if (want > max / element)
		want = max / element;
	if (want > UINT32_MAX)
		want = UINT32_MAX;
	if (want <= count) {
		errno = E2BIG;
		return NULL;
	}
	array = reallocarray(array, want, element);
	if (array)
		*room = want;
	return array;
}

/* Nodes may take half of the ceiling, outputs the other: simpler than one pot,
 * and for nearly any set it is the nodes, of twice the size, that reach it. */
static int add_node(struct ac_builder *b, uint8_t byte, uint32_t sibling)
{
	struct ac_node *grown = grow(b->node, b->nodes, &b->node_room,
		sizeof(*grown), b->memory_max / 2);

	if (!grown)
		return -errno;
	b->node = grown;
	b->node[b->nodes++] = (struct ac_node){
		.byte = byte, .sibling = sibling};
	return 0;
}

static int add_output(struct ac_builder *b, uint32_t length)
{
	struct ac_output *grown = grow(b->output, b->outputs, &b->output_room,
		sizeof(*grown), b->memory_max / 2);

	if (!grown)
		return -errno;
	b->output = grown;
	b->output[b->outputs++] = (struct ac_output){.length = length};
	return 0;
}

/* Go from node *AT to its child for BYTE, which is made if need be. */
static int descend(struct ac_builder *b, uint32_t *at, uint8_t byte)
{
	uint32_t before = 0, child = b->node[*at].child;
	int error;

	while (child && b->node[child].byte < byte) {
		before = child;
		child = b->node[child].sibling;
	}
	if (!child || b->node[child].byte != byte) {
		error = add_node(b, byte, child);
		if (error)
			return error;
		child = b->nodes - 1;
		if (before)
			b->node[before].sibling = child;
		else
			b->node[*at].child = child;
	}
	*at = child;
	return 0;
}

/* Append the newest output to the ring of node AT. */
static void end_pattern(struct ac_builder *b, uint32_t at)
{
	uint32_t output = b->outputs - 1, last = b->node[at].last;

	if (last) {
		b->output[output].next = b->output[last].next;
		b->output[last].next = output;
	} else {
		b->output[output].next = output;
	}
	b->node[at].last = output;
}

static int add(struct ac_builder *b, const uint8_t *bytes, size_t length)
{
	uint32_t at = AC_ROOT;
	int error = 0;

	if (!length)
		return -EINVAL;
	if (length > UINT32_MAX)
		return -E2BIG;
	for (size_t i = 0; i < length && !error; i++)
		error = descend(b, &at, bytes[i]);
	if (!error)
		error = add_output(b, length);
	if (!error)
		end_pattern(b, at);
	return error;
}

int ac_builder_add(struct ac_builder *b, const void *bytes, size_t length)
{
	if (!b->error)
		b->error = add(b, bytes, length);
	return b->error;
}

struct ac_builder *ac_builder_new(const struct ac_options *options)
{
	static const struct ac_options defaults;
	struct ac_builder *b;

	if (!options)
		options = &defaults;
	if (memcmp(options->reserved, defaults.reserved,
		    sizeof(defaults.reserved)) != 0) {
		errno = EINVAL;
		return NULL;
	}
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->memory_max = options->memory_max ? options->memory_max : MEMORY_MAX;
	b->error = add_node(b, 0, 0);
	if (!b->error)
		b->error = add_output(b, 0);
	if (b->error) {
		errno = -b->error;
		ac_builder_free(b);
		return NULL;
	}
	return b;
}

void ac_builder_free(struct ac_builder *b)
{
	if (!b)
		return;
	free(b->node);
	free(b->output);
	free(b);
}
