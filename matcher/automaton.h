/* automaton.h - what trie.c builds and scan.c runs; nobody else looks inside.
 *
 * States are numbered breadth first, so that
 * - the children of a state are neighbours, sorted by their byte;
 * - a fail link points to a smaller number: whatever is derived from fail links
 *   is complete when states are visited in the order of their numbers;
 * - the states that a scan visits most, those near the root, come first. They
 *   have a row each, which names the next state for any byte.
 *
 *     states      next state for a byte
 *
 *     0, the root \
 *     ...          > row[]: one load a byte
 *     rows - 1    /
 *     rows        \
 *     ...          > search among the children, else the fail link
 *     states - 1  /
 *
 * Outputs are numbered by pattern, from 1. A pattern ends in one state only, so
 * it has one successor: a duplicate of it, else the first output of the state
 * that the fail link leads to. A state that ends no pattern has the outputs of
 * its fail link. */
#ifndef SPILL_MATCHER_AUTOMATON_H
#define SPILL_MATCHER_AUTOMATON_H

#include <stddef.h>
#include <stdint.h>

enum {
	AC_ROOT = 0
};

struct ac_state {
	uint32_t child; /* the first of them */
	uint32_t fail;
	uint32_t output; /* of the longest pattern that ends here, 0: none */
	uint16_t children;
	uint8_t byte; /* which leads here from the parent */
};

struct ac_output {
	uint32_t next; /* 0: none */
	uint32_t length;
};

struct ac {
	struct ac_state *state;
	struct ac_output *output; /* [0] is not used */
	uint32_t *row; /* row[state * columns + column[byte]] */
	size_t states;
	size_t outputs; /* one more than patterns */
	size_t rows; /* 1 at least: a search always ends at a row */
	size_t columns;
	uint8_t column[256]; /* bytes that no pattern has share column 0 */
};

/* Return the child of STATE for BYTE, or AC_ROOT if it has none. */
static inline uint32_t ac_child(
	const struct ac *ac, uint32_t state, unsigned char byte)
{
	const struct ac_state *child = ac->state + ac->state[state].child;
	const struct ac_state *end = child + ac->state[state].children;

	while (child < end && child->byte < byte)
		child++;
	if (child < end && child->byte == byte)
		return child - ac->state;
	return AC_ROOT;
}

/* Return the state that follows STATE when BYTE is read. */
static inline uint32_t ac_next(
	const struct ac *ac, uint32_t state, unsigned char byte)
{
	while (state >= ac->rows) {
		uint32_t child = ac_child(ac, state, byte);

		if (child != AC_ROOT)
			return child;
		state = ac->state[state].fail;
	}
	return ac->row[state * ac->columns + ac->column[byte]];
}

#endif
