#include "matcher/ac.h"

#include <errno.h>

#include "matcher/automaton.h"

/* The caller's array of matches. */
struct sink {
	struct ac_match *found;
	size_t room, count;
};

/* Write the matches from OUTPUT on that end at END. Returns the first output
 * that found no room, 0 if none. */
static uint32_t drain(
	const struct ac *ac, uint32_t output, uint64_t end, struct sink *sink)
{
	while (output && sink->count < sink->room) {
		struct ac_match *match = &sink->found[sink->count++];

		match->end = end;
		match->length = ac->output[output].length;
		match->pattern = output - 1;
		output = ac->output[output].next;
	}
	return output;
}

/* Returns how many bytes were read: fewer than SIZE if the sink is full. */
static size_t read_chunk(const struct ac *ac, struct ac_cursor *cursor,
	const unsigned char *chunk, size_t size, struct sink *sink)
{
	uint32_t state = cursor->state;
	uint32_t output = 0;
	size_t i = 0;

	while (i < size && !output) {
		state = ac_next(ac, state, chunk[i++]);
		output = ac->state[state].output;
		if (output)
			output = drain(ac, output, cursor->position + i, sink);
	}
	cursor->state = state;
	cursor->output = output;
	cursor->position += i;
	return i;
}

int ac_scan(const struct ac *ac, struct ac_cursor *cursor, const void *chunk,
	size_t size, size_t *used, struct ac_match *found, size_t room,
	size_t *count)
{
	struct sink sink = {.found = found, .room = room};

	if (cursor->state >= ac->states || cursor->output >= ac->outputs)
		return -EINVAL;
	*used = 0;
	cursor->output = drain(ac, cursor->output, cursor->position, &sink);
	if (!cursor->output)
		*used = read_chunk(ac, cursor, chunk, size, &sink);
	*count = sink.count;
	return cursor->output ? AC_FULL : AC_DONE;
}
