/* profile_index.h - what a profile needs to find and keep what was added:
 * hash tables, capacities, and the memory of strings. Only for profile*.c. */
#ifndef SPILL_REPORT_GRAPH_PROFILE_INDEX_H
#define SPILL_REPORT_GRAPH_PROFILE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/base/table.h"
#include "report/graph/profile.h"

enum {
	/* numbers of 32 bits, one kept for TABLE_NONE, one for "plus one" */
	PROFILE_COUNT_MAX = UINT32_MAX / 2,
};

/* Strings lie one behind the other in blocks that never move. */
struct profile_block {
	struct profile_block *next;
	size_t used, cap;
	char text[];
};

struct profile_index {
	struct table strings, mappings, locations, functions, samples;
	/* the mappings once more, by what makes them equal in a merge */
	struct table merge_keys;
	/* the strings that are comments, by their numbers */
	struct table comments;
	size_t string_cap, mapping_cap, location_cap, line_cap, function_cap,
		sample_cap, stack_cap, label_cap, value_cap, comment_cap;
	struct profile_block *blocks;
};

/* Keep the first error. */
void profile_fail(struct profile *p, int error);

/* Room for EXTRA more elements of ARRAY, which has COUNT; false and a sticky
 * error if there is none. */
bool profile_room(struct profile *p, void *array, size_t *cap, size_t count,
	size_t extra, size_t size);

/* Room in T for one more; false and a sticky error if there is none. */
bool profile_reserve(struct profile *p, struct table *t);

/* Add string ID to the comments, unless it is one. */
void profile_add_comment_once(struct profile *p, uint32_t id);

/* The reference to the mapping that equals MAPPING for a merge (build-id or
 * file, rounded size, offset), added if there is none. *DELTA is what has to be
 * added to its addresses. */
uint32_t profile_merge_mapping(struct profile *p,
	const struct profile_mapping *mapping, uint64_t *delta);

#endif
