/* lock.h - a spin lock that gives up.
 *
 * Only the tracer's own threads of execution hold it, for short stretches and
 * never across a call into the host. Still its holder can be stopped by a
 * signal handler that never returns: by longjmp, and then the thread's next
 * hook finds it out and gives the lock back (lock_forget), or because the
 * thread was cancelled. So waiting ends after about a second, and later waits
 * much sooner: who does not get the lock does without, and counts the loss.
 * What a lock guards must be fit for use after each store. Zeroed is free. */
#ifndef SPILL_TRACER_OS_LOCK_H
#define SPILL_TRACER_OS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/os/sys.h"
#include "tracer/os/x86_64/registers.h"

enum {
	LOCK_SPINS = 100,
	LOCK_TRIES = 1000000,
	/* while nobody has had it since somebody waited in vain */
	LOCK_TRIES_IN_VAIN = 200
};

struct lock {
	/* the holder's thread control block, or 0 */
	uintptr_t holder;
	uint32_t in_vain;
};

static inline bool lock_try(struct lock *lock)
{
	uintptr_t nobody = 0;

	return __atomic_compare_exchange_n(&lock->holder, &nobody,
		thread_control_block(), false, __ATOMIC_ACQUIRE,
		__ATOMIC_RELAXED);
}

static inline bool lock_is_mine(struct lock *lock)
{
	return __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) ==
		thread_control_block();
}

/* Any thread; from a signal handler that interrupted the holder it fails at
 * once. Returns whether the lock is now ours. */
__attribute__((warn_unused_result)) static inline bool lock_take(
	struct lock *lock)
{
	int most = __atomic_load_n(&lock->in_vain, __ATOMIC_RELAXED)
		? LOCK_TRIES_IN_VAIN
		: LOCK_TRIES;
	int tries;

	for (tries = 0; tries < most; tries++) {
		if (lock_try(lock)) {
			__atomic_store_n(&lock->in_vain, 0, __ATOMIC_RELAXED);
			return true;
		}
		if (lock_is_mine(lock))
			return false;
		if (tries < LOCK_SPINS)
			cpu_pause();
		else
			sys_yield();
	}
	__atomic_store_n(&lock->in_vain, 1, __ATOMIC_RELAXED);
	return false;
}

static inline void lock_give(struct lock *lock)
{
	__atomic_store_n(&lock->holder, 0, __ATOMIC_RELEASE);
}

/* Give back what this thread took and cannot be using any more. */
static inline void lock_forget(struct lock *lock)
{
	if (lock_is_mine(lock))
		lock_give(lock);
}

#endif
