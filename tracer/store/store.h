/* store.h - the recording of this process, while it is being written.
 *
 *   chunk table      [0 header][1 stacks 0][2 buckets 0][3 stacks 1] ...
 *   stacks[0..n)     pointers to the chunks of that kind, in order
 *   buckets[0..n)
 *
 * The file grows by whole chunks: space is allocated on disk first, then
 * mapped, so that a full disk is an error here and not a SIGBUS in the host. No
 * descriptor is kept, since hosts close what they did not open: the file is
 * opened again by its path for each growth, and must still be the same file. A
 * chunk is never unmapped or moved, so pointers into it stay good.
 *
 * One lock guards all that adds to the recording. What the header counts is
 * stored with release order after what it covers. */
#ifndef SPILL_TRACER_STORE_STORE_H
#define SPILL_TRACER_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/os/lock.h"
#include "tracer/os/settings.h"
#include "tracer/store/recording.h"

enum {
	STACKS_PER_CHUNK = RECORDING_CHUNK / sizeof(struct recording_stack),
	BUCKETS_PER_CHUNK = RECORDING_CHUNK / sizeof(struct recording_bucket),
	STORE_PATH_MAX = 4096,
};

struct store {
	struct lock lock;
	/* NULL until store_open has made the file */
	struct recording_header *header;
	uint32_t *chunk_table;
	struct recording_module *modules;
	char *text;
	struct recording_stack *stacks[RECORDING_CHUNK_MAX];
	struct recording_bucket *buckets[RECORDING_CHUNK_MAX];
	uint32_t stack_chunks;
	uint32_t bucket_chunks;
	/* after a failure, growths that are refused before the next try */
	uint32_t refuse;
	uint32_t backoff;
	uint64_t device;
	uint64_t inode;
	char path[STORE_PATH_MAX];
};

/* Make the recording of this process: spill.PID.spill, or spill.PID.N.spill
 * where that name is taken, in the first folder that takes it: the one of the
 * settings and, unless those are strict, the current one, $XDG_RUNTIME_DIR,
 * /tmp. It holds the first chunk of each kind. Returns 0 or -errno, with
 * nothing left behind. One thread. */
__attribute__((warn_unused_result)) int store_open(
	struct store *store, const struct settings *settings);

/* One more chunk of KIND. With the lock held. False when there is none to be
 * had, which is counted; a retry is refused for a while. */
__attribute__((warn_unused_result)) bool store_grow(
	struct store *store, enum recording_kind kind);

/* Keep LEN bytes of TEXT; *AT tells where. With the lock held. False when no
 * room is left. */
__attribute__((warn_unused_result)) bool store_text(
	struct store *store, const char *text, uint32_t len, uint32_t *at);

/* Mark the stack entries of addresses in [START, END) with FLAG, STACK_RETIRED
 * or 0. With the lock held. */
void store_retire(
	struct store *store, uintptr_t start, uintptr_t end, uint32_t flag);

/* Any thread, async-signal-safe; does nothing without a recording. */
void store_drop(struct store *store, enum recording_drop drop);

/* Entry ID < header->stack_count, and bucket ID < header->bucket_count. */
static inline struct recording_stack *store_stack(
	struct store *store, uint32_t id)
{
	return &store->stacks[id / STACKS_PER_CHUNK][id % STACKS_PER_CHUNK];
}

static inline struct recording_bucket *store_bucket(
	struct store *store, uint32_t id)
{
	return &store->buckets[id / BUCKETS_PER_CHUNK][id % BUCKETS_PER_CHUNK];
}

#endif
