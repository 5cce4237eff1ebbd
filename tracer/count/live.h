/* live.h - what is allocated now: from an address to its bucket and size.
 *
 *   address:  | directory 13 | table 11 | leaf 23 bits |
 *                  |             |          \-> entry of its 16-byte granule
 *                  v             v
 *             tables[8192] -> leaves[2048] -> entries[524288]
 *
 *   entry:  | bucket 28 | size 36 |        0: nothing of ours
 *
 * All of it is mapped when first touched: 4 MiB of address space, and one page
 * for every two of heap, per 8 MiB of heap. There is no lock and no atomic
 * update, since whoever owns the object owns its entry: an allocation is
 * entered after the real call and a free taken out before it.
 *
 * Two kinds of object go to a small locked hash instead: those at addresses
 * that are no multiple of 16 (other allocators have 8-byte classes) and those
 * too large for an entry. */
#ifndef SPILL_TRACER_COUNT_LIVE_H
#define SPILL_TRACER_COUNT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/os/lock.h"

struct live_object {
	uint32_t bucket;
	uint64_t size;
};

struct live_odd {
	uintptr_t address;
	uint64_t size;
	uint32_t bucket;
};

struct live {
	struct lock lock;
	/* the hash of odd ones: open addressing, address 0 is free */
	struct live_odd *odd;
	uint32_t odd_mask;
	uint32_t odd_used;
};

enum live_wait {
	/* from a signal handler that interrupted a hook: never wait */
	LIVE_TRY,
	LIVE_WAIT,
};

/* Enter the object at ADDRESS. False where there is no memory for the entry. By
 * the owner of the object. */
__attribute__((warn_unused_result)) bool live_put(
	struct live *live, const void *address, struct live_object object);

/* Take the object at ADDRESS out. False where it is not known, or, with
 * LIVE_TRY, where somebody holds the lock. By the owner of the object. */
__attribute__((warn_unused_result)) bool live_take(struct live *live,
	const void *address, struct live_object *object, enum live_wait wait);

/* Whether there is an object at ADDRESS. By its owner. */
bool live_has(struct live *live, const void *address);

#endif
