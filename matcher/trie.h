/* trie.h - the patterns of a builder; trie.c adds them, automaton.c reads them.
 *
 *     node 0, the root
 *       | child
 *     node -sibling-> node -sibling-> 0        by ascending byte
 *       | child
 *      ...   last --> output -next-> output -next-> back to the first
 *
 * The outputs of a node, one for each of the equal patterns that end there, are
 * a ring, so that the last also gives the first: adding one costs nothing and
 * their order stays. */
#ifndef SPILL_MATCHER_TRIE_H
#define SPILL_MATCHER_TRIE_H

#include <stddef.h>
#include <stdint.h>

#include "matcher/automaton.h"

struct ac_node {
	uint32_t child; /* the first; 0: none, as the root is nobody's child */
	uint32_t sibling; /* 0: none */
	uint32_t last; /* output, 0: none */
	uint8_t byte; /* which leads here from the parent */
};

struct ac_builder {
	struct ac_node *node; /* [0] is the root */
	struct ac_output *output; /* [0] is not used */
	size_t nodes, node_room;
	size_t outputs, output_room;
	size_t memory_max;
	int error; /* the first one, which sticks */
};

#endif
