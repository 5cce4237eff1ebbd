/* enter.c - the rare ways into a hook: the first call of the process, of a
 * forked child or of a thread; calls inside a hook; calls of a thread that has
 * already said goodbye. */
#include "tracer/hook/hook.h"
#include "tracer/hook/start.h"
#include "tracer/hook/thread_end.h"

#include "tracer/os/sys.h"

struct tracer tracer;
__thread struct thread_slot *own_slot
	__attribute__((tls_model("initial-exec")));

/* Whether the hook that set slot->busy was left by longjmp. */
static bool is_stale(const struct thread_slot *slot, uintptr_t sp)
{
	return sp >= slot->busy && !sys_on_signal_stack();
}

/* The hook that was left may have held one. */
static void forget_locks(void)
{
	lock_forget(&tracer.store.lock);
	lock_forget(&tracer.slots.lock);
	lock_forget(&tracer.live.lock);
}

static bool is_ours(const struct module *m)
{
	return (uintptr_t)&tracer >= m->start && (uintptr_t)&tracer < m->end;
}

/* Whether the code at CALLER is the function that slot->inside names, which
 * calls us for its own memory; it may do so by a tail call, and then the caller
 * is our own hook. libstdc++'s call site is always the same, so one remembered
 * answer will do. */
static bool is_own_call(struct thread_slot *slot, const struct caller *caller)
{
	struct cfi *cfi = &slot->capture.walker.cfi;
	struct module m;

	if (slot->own_call_ip == caller->ip &&
		slot->own_call_inside == slot->inside)
		return true;
	if (!module_find(caller->ip - 1, &m))
		return false;
	if (!is_ours(&m) &&
		(cfi_row_at(cfi, &m, caller->ip - 1) ||
			cfi->function != (uintptr_t)slot->inside))
		return false;
	slot->own_call_ip = caller->ip;
	slot->own_call_inside = slot->inside;
	return true;
}

/* Count a call inside the real operator new or delete like any other. */
static struct thread_slot *enter_inside(
	struct thread_slot *slot, const struct caller *caller)
{
	slot->outer_busy = slot->busy;
	slot->outer_inside = slot->inside;
	slot->inside = NULL;
	slot->counted_inside++;
	slot->slow_leave = true;
	slot->busy = caller->sp;
	return slot;
}

static struct thread_slot *enter_again(
	struct thread_slot *slot, const struct caller *caller)
{
	if (is_stale(slot, caller->sp)) {
		forget_locks();
		thread_slot_idle(slot);
		slot->busy = caller->sp;
		return slot;
	}
	if (slot->own_work)
		return NULL;
	if (slot->inside)
		return is_own_call(slot, caller) ? NULL
						 : enter_inside(slot, caller);
	store_drop(&tracer.store, DROP_NESTED);
	return NULL;
}

static struct thread_slot *enter_new_thread(const struct caller *caller)
{
	bool ended = thread_has_ended();
	struct thread_slot *slot = thread_slot_acquire(
		&tracer.slots, ended ? NULL : own_slot);

	if (!slot) {
		store_drop(&tracer.store, DROP_SLOT);
		return NULL;
	}
	tracer.store.header->slot_count = tracer.slots.count;
	slot->busy = caller->sp;
	slot->transient = slot->slow_leave = ended;
	capture_begin_thread(&slot->capture, caller->sp);
	own_slot = slot;
	if (!ended)
		thread_end_watch(slot);
	return slot;
}

struct thread_slot *hook_enter_slow(const struct caller *caller)
{
	struct thread_slot *slot = own_slot;

	if (slot && slot->ready)
		return enter_again(slot, caller);
	if (unlikely(!tracer_start()))
		return NULL;
	return enter_new_thread(caller);
}

void hook_leave_slow(struct thread_slot *slot)
{
	if (slot->outer_busy) {
		slot->busy = slot->outer_busy;
		slot->inside = slot->outer_inside;
		slot->outer_busy = 0;
		slot->slow_leave = slot->transient;
		return;
	}
	slot->busy = 0;
	own_slot = NULL;
	thread_slot_give_back(&tracer.slots, slot);
}

void hook_nested_free(const void *address)
{
	struct thread_slot *slot = own_slot;

	if (slot && slot->ready && slot->busy)
		account_nested_free(&tracer, slot, address);
}
