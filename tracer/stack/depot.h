/* depot.h - give equal call stacks one small number.
 *
 *   (parent id, ip) --hash--> entry{parent, ip}      id = index of entry
 *
 * The entries are in the recording; the hash index is private memory and can
 * be made again from them. Ids are never reused and an entry never moves, so
 * readers take no lock. When a library is unloaded its entries are retired:
 * they keep their meaning but are found no more, so that another library at the
 * same addresses gets entries of its own. */
#ifndef SPILL_TRACER_STACK_DEPOT_H
#define SPILL_TRACER_STACK_DEPOT_H

#include <stdint.h>

#include "tracer/store/store.h"

struct depot_index {
	uint32_t mask;
	uint32_t ids[];
};

struct depot {
	/* published whole: a reader of an old one merely misses new entries */
	struct depot_index *index;
	/* counts retirements: ids remembered elsewhere are void after one */
	uint32_t epoch;
};

/* An empty index and the three entries of recording_stack_id. Returns 0 or
 * -ENOMEM. */
__attribute__((warn_unused_result)) int depot_init(
	struct depot *depot, struct store *store);

/* The id of the stack that goes from stack PARENT on to IP, made if it is new;
 * FLAGS (recording_stack_flags) are for a new one. STACK_UNKNOWN where no room
 * is left: the caller still counts, it only loses the name. Any thread; not
 * from a signal handler that interrupted a hook. */
uint32_t depot_child(struct depot *depot, struct store *store, uint32_t parent,
	uintptr_t ip, uint32_t flags);

/* Retire the entries of [START, END). With the store's lock held. */
void depot_retire(struct depot *depot, struct store *store, uintptr_t start,
	uintptr_t end);

#endif
