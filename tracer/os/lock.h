/* lock.h - a spin lock that gives up.
 *
 * Only the tracer's own threads of execution hold it, for short stretches and
 * never across a call into the host. Still its holder can be stopped by a
 * signal handler that never returns, so waiting ends after about a second: who
 * does not get the lock does without, and counts the loss. Zeroed is free. */
#ifndef SPILL_TRACER_OS_LOCK_H
#define SPILL_TRACER_OS_LOCK_H

#include <stdbool.h>

#include "tracer/os/sys.h"
#include "tracer/os/x86_64/registers.h"

struct lock {
	uint32_t held;
};

static inline bool lock_try(struct lock *lock)
{
	return !__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE);
}

/* Any thread, not from a signal handler that may have interrupted the holder
 * (use lock_try there). Returns whether the lock is now ours. */
__attribute__((warn_unused_result)) static inline bool lock_take(
	struct lock *lock)
{
	int tries;

	for (tries = 0; tries < 1000000; tries++) {
		if (lock_try(lock))
			return true;
		while (tries < 100 &&
			__atomic_load_n(&lock->held, __ATOMIC_RELAXED)) {
			cpu_pause();
			tries++;
		}
		if (tries >= 100)
			sys_yield();
	}
	return false;
}

static inline void lock_give(struct lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
