/* hook.h - how a function of the family begins and ends.
 *
 *   slot = hook_enter(&caller);       NULL: not to be counted
 *   ... the real call, the accounting ...
 *   hook_leave(slot);
 *
 * Between the two, slot->busy holds the hook's CFA. A call that finds it set is
 * inside a hook:
 *
 * - The real operator new calls malloc for the memory it was asked for. That is
 *   the same object, so it passes through uncounted.
 * - The real operator new calls a new_handler, or makes a bad_alloc. What those
 *   allocate is counted, with slot->busy lent to them.
 * - A signal handler interrupted our accounting: it passes through, a drop.
 * - A handler has left a hook by longjmp, and nobody will ever leave it. A call
 *   whose CFA does not lie below busy, on the same stack, proves that. */
#ifndef SPILL_TRACER_HOOK_HOOK_H
#define SPILL_TRACER_HOOK_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/count/account.h"
#include "tracer/os/x86_64/registers.h"

#define HOOK __attribute__((visibility("default"), noinline))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

extern struct tracer tracer;

/* initial-exec: the access must not allocate */
extern __thread struct thread_slot *own_slot
	__attribute__((tls_model("initial-exec")));

struct thread_slot *hook_enter_slow(const struct caller *caller);
void hook_leave_slow(struct thread_slot *slot);

static inline struct thread_slot *hook_enter(const struct caller *caller)
{
	struct thread_slot *slot = own_slot;

	if (likely(slot && slot->ready && !slot->busy)) {
		slot->busy = caller->sp;
		return slot;
	}
	return hook_enter_slow(caller);
}

static inline void hook_leave(struct thread_slot *slot)
{
	if (unlikely(slot->slow_leave))
		hook_leave_slow(slot);
	else
		slot->busy = 0;
}

/* What a free that is not to be counted still has to do. */
void hook_nested_free(const void *address);

/* Before and after the real free of the object at ADDRESS. */
static inline void hook_begin_free(
	struct thread_slot *slot, const void *address)
{
	struct live_object object;

	if (unlikely(!slot))
		hook_nested_free(address);
	else if (likely(account_take(&tracer, address, &object)))
		account_free(&tracer, slot, address, &object);
	else if (!slot->outer_busy)
		account_foreign(&tracer);
}

static inline void hook_end_free(struct thread_slot *slot)
{
	if (likely(slot))
		hook_leave(slot);
}

#endif
