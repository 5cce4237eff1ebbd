/* thread_slot.h - one thread's own writing place.
 *
 * A slot is made when a thread first allocates, and adopted by a later thread
 * when its own ends: ten thousand short threads need as many slots as ever ran
 * at once. Slots lie in memory that a forked child finds zeroed, so a thread's
 * pointer to a slot that is not ready says that the process has forked. */
#ifndef SPILL_TRACER_COUNT_THREAD_SLOT_H
#define SPILL_TRACER_COUNT_THREAD_SLOT_H

#include <stdint.h>

#include "tracer/count/bucket.h"
#include "tracer/count/peak.h"
#include "tracer/os/lock.h"
#include "tracer/stack/capture.h"

struct thread_slot {
	uint32_t ready;
	/* as buckets know it, from 1 */
	uint32_t number;
	/* the hook under way: its CFA, or 0 */
	uintptr_t busy;
	/* calls come from what the tracer itself asked of libc */
	bool own_work;
	/* the real operator new or delete that the hook under way has called,
	 * or NULL: what that does inside is the host's own doing, but for the
	 * call that gets it its memory */
	const void *inside;
	/* hooks of operator new inside that one, and objects counted there */
	uint32_t nested_new;
	uint32_t counted_inside;
	/* leaving is not just busy = 0: the thread has ended and the slot goes
	 * back, or there is an outer hook to return to */
	bool slow_leave;
	bool transient;
	uintptr_t outer_busy;
	const void *outer_inside;
	/* the last call from `own_call_inside` that was for its own memory */
	uintptr_t own_call_ip;
	const void *own_call_inside;
	struct bucket_table buckets;
	struct peak peak;
	/* the object that the thread allocated last */
	const void *newest;
	struct thread_slot *next_free;
	struct capture capture;
};

/* All slots that no thread uses, and how many there are. */
struct thread_slots {
	struct lock lock;
	uint32_t count;
	struct thread_slot *first;
	struct thread_slot *free;
};

/* A slot for the calling thread: OWN where that is not NULL (the thread's own
 * from before a fork, zeroed by it), else a free one, else a new one. NULL
 * where there is none to be had. */
struct thread_slot *thread_slot_acquire(
	struct thread_slots *slots, struct thread_slot *own);

/* No hook is under way in SLOT. */
void thread_slot_idle(struct thread_slot *slot);

/* Let another thread have SLOT. */
void thread_slot_give_back(
	struct thread_slots *slots, struct thread_slot *slot);

#endif
