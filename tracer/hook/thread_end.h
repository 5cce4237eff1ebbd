/* thread_end.h - when a thread ends, its slot is for another.
 *
 * A key destructor tells us. Destructors of the host's keys, and libc after
 * them, may still allocate and free: ours asks to be run again until the last
 * round, and what comes later borrows a slot for the length of one call. */
#ifndef SPILL_TRACER_HOOK_THREAD_END_H
#define SPILL_TRACER_HOOK_THREAD_END_H

#include <stdbool.h>

#include "tracer/count/thread_slot.h"

/* Make the key. Early, since keys beyond the first 32 allocate. Once a
 * process. */
void thread_end_start(void);

/* Be told when the calling thread, which owns SLOT, ends. */
void thread_end_watch(struct thread_slot *slot);

/* Whether the calling thread has given its slot back. */
bool thread_has_ended(void);

#endif
