/* peak.h - the most bytes that were ever live at once, and what every stack had
 * then.
 *
 *   live bytes   .          peak 3
 *               / \  .     /\.         each new maximum is a new epoch; a
 * bucket peak 1   \/ \___/    \       that is touched in a later epoch than it
 *        /         peak 2       \      has noted first saves what it holds
 *
 * At the end a bucket that has noted the last epoch has changed since the peak,
 * and what it saved is what it had then; one that has not is unchanged.
 *
 * One thread alone counts exactly: its own delta is all there is. With several,
 * each publishes its delta only when it leaves a window of B bytes either way,
 * B = live / 1024 / slots, so the peak found is within 0.1 % of the true one.
 * The window is one compare:
 *
 *      low            low + width
 *       |<-- delta in here: go on -->|   outside: peak_publish */
#ifndef SPILL_TRACER_COUNT_PEAK_H
#define SPILL_TRACER_COUNT_PEAK_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/store/recording.h"

/* A thread slot's own part. */
struct peak {
	int64_t delta;
	int64_t low;
	uint64_t width;
};

/* Begin to count in P. ALONE: it is the only one there is. */
void peak_begin(struct peak *p, bool alone);

/* Another thread begins to count: P, so far alone, must publish from its next
 * event on. Called by the other thread. */
void peak_no_longer_alone(struct peak *p);

/* Take P's delta into the header, note a new maximum and set the next window.
 * ALONE: as for peak_begin. */
void peak_publish(struct peak *p, struct recording_header *header,
	uint32_t slots, bool alone);

/* Before the counters of BUCKET change. */
static inline void peak_touch(
	struct recording_bucket *bucket, const struct recording_header *header)
{
	uint64_t epoch = __atomic_load_n(&header->peak_epoch, __ATOMIC_RELAXED);

	if (__builtin_expect(bucket->peak_epoch == epoch, 1))
		return;
	bucket->peak_objects = (int64_t)(bucket->allocs - bucket->frees);
	bucket->peak_bytes = (int64_t)(bucket->alloc_bytes -
		bucket->freed_bytes);
	__atomic_store_n(&bucket->peak_epoch, epoch, __ATOMIC_RELEASE);
}

/* Whether N more bytes take P out of its window. */
static inline bool peak_add(struct peak *p, int64_t n)
{
	p->delta += n;
	return __builtin_expect((uint64_t)(p->delta - p->low) > p->width, 0);
}

#endif
