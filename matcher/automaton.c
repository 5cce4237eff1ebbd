#include "matcher/automaton.h"

#include <errno.h>
#include <stdlib.h>

#include "matcher/ac.h"
#include "matcher/trie.h"

/* About what a core's own cache holds: further rows would not be faster. */
enum {
	ROWS_MEMORY = 1 << 20
};

/* Give each byte that a pattern has a column of its own. Column 0 is for those
 * that none has, if there are any. */
static void number_columns(struct ac *ac, const struct ac_builder *b)
{
	size_t used = 0;

	for (size_t i = 1; i < b->nodes; i++)
		ac->column[b->node[i].byte] = 1;
	for (size_t i = 0; i < 256; i++)
		used += ac->column[i];
	ac->columns = used < 256 ? 1 : 0;
	for (size_t i = 0; i < 256; i++)
		if (ac->column[i])
			ac->column[i] = ac->columns++;
}

/* As many rows as fit. Returns -E2BIG if not even the root's does. */
static int number_rows(struct ac *ac, size_t memory_max)
{
	size_t row = ac->columns * sizeof(*ac->row);
	size_t taken = ac_memory(ac), left = ROWS_MEMORY;

	if (taken > memory_max || memory_max - taken < row)
		return -E2BIG;
	if (left > memory_max - taken)
		left = memory_max - taken;
	ac->rows = left / row < ac->states ? left / row : ac->states;
	return 0;
}

/* Number the states breadth first. NODE[state] becomes the trie's node. */
static void number_states(
	struct ac *ac, const struct ac_builder *b, uint32_t *node)
{
	uint32_t states = 1;

	node[AC_ROOT] = 0;
	for (uint32_t s = 0; s < ac->states; s++) {
		const struct ac_node *n = &b->node[node[s]];

		ac->state[s].child = states;
		ac->state[s].byte = n->byte;
		ac->state[s].output = n->last;
		for (uint32_t c = n->child; c; c = b->node[c].sibling)
			node[states++] = c;
		ac->state[s].children = states - ac->state[s].child;
	}
}

/* Open the ring of S's own outputs and let those of its fail link follow. */
static void link_outputs(struct ac *ac, struct ac_state *s)
{
	uint32_t inherited = ac->state[s->fail].output, last = s->output;

	if (!last) {
		s->output = inherited;
		return;
	}
	s->output = ac->output[last].next;
	ac->output[last].next = inherited;
}

/* Fill the row of state S: where its fail link goes, but for its children. */
static void fill_row(struct ac *ac, uint32_t s)
{
	const struct ac_state *state = &ac->state[s];
	const uint32_t *inherited = ac->row + state->fail * ac->columns;
	uint32_t *row = ac->row + s * ac->columns;

	for (size_t i = 0; i < ac->columns && s != AC_ROOT; i++)
		row[i] = inherited[i];
	for (uint32_t c = state->child; c < state->child + state->children; c++)
		row[ac->column[ac->state[c].byte]] = c;
}

/* In the order of numbers, so that the smaller state to which a fail link
 * points has its outputs and its row: in any other order a match that is the
 * suffix of a suffix would get lost. */
static void link_states(struct ac *ac)
{
	for (uint32_t s = 0; s < ac->states; s++) {
		struct ac_state *state = &ac->state[s], *child, *end;

		child = ac->state + state->child;
		end = child + state->children;
		for (; child < end && s != AC_ROOT; child++)
			child->fail = ac_next(ac, state->fail, child->byte);
		link_outputs(ac, state);
		if (s < ac->rows)
			fill_row(ac, s);
	}
}

static int fill(struct ac *ac, const struct ac_builder *b)
{
	uint32_t *node;
	int error;

	ac->states = b->nodes;
	ac->outputs = b->outputs;
	number_columns(ac, b);
	error = number_rows(ac, b->memory_max);
	if (error)
		return error;
	node = calloc(ac->states, sizeof(*node));
	ac->state = calloc(ac->states, sizeof(*ac->state));
	ac->output = calloc(ac->outputs, sizeof(*ac->output));
	ac->row = calloc(ac->rows * ac->columns, sizeof(*ac->row));
	if (node && ac->state && ac->output && ac->row) {
		for (size_t i = 0; i < ac->outputs; i++)
			ac->output[i] = b->output[i];
		number_states(ac, b, node);
		link_states(ac);
	} else {
		error = -ENOMEM;
	}
	free(node);
	return error;
}

int ac_builder_build(const struct ac_builder *b, struct ac **result)
{
	struct ac *ac;
	int error;

	if (b->error)
		return b->error;
	ac = calloc(1, sizeof(*ac));
	if (!ac)
		return -ENOMEM;
	error = fill(ac, b);
	if (error)
		ac_free(ac);
	else
		*result = ac;
	return error;
}

void ac_free(struct ac *ac)
{
	if (!ac)
		return;
	free(ac->state);
	free(ac->output);
	free(ac->row);
	free(ac);
}

size_t ac_memory(const struct ac *ac)
{
	return sizeof(*ac) + ac->states * sizeof(*ac->state) +
		ac->outputs * sizeof(*ac->output) +
		ac->rows * ac->columns * sizeof(*ac->row);
}
