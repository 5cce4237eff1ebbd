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

static struct thread_slot *enter_again(struct thread_slot *slot, uintptr_t sp)
{
	if (is_stale(slot, sp)) {
		slot->nested_new = slot->inner_calls = 0;
		slot->busy = sp;
		return slot;
	}
	if (!slot->inner_calls)
		store_drop(&tracer.store, DROP_NESTED);
	return NULL;
}

static struct thread_slot *enter_new_thread(uintptr_t sp)
{
	bool ended = thread_has_ended();
	struct thread_slot *slot = thread_slot_acquire(
		&tracer.slots, ended ? NULL : own_slot);

	if (!slot) {
		store_drop(&tracer.store, DROP_SLOT);
		return NULL;
	}
	tracer.store.header->slot_count = tracer.slots.count;
	slot->busy = sp;
	slot->transient = ended;
	own_slot = slot;
	if (!ended)
		thread_end_watch(slot);
	return slot;
}

struct thread_slot *hook_enter_slow(uintptr_t sp)
{
	struct thread_slot *slot = own_slot;

	if (slot && slot->ready)
		return enter_again(slot, sp);
	if (unlikely(!tracer_start()))
		return NULL;
	return enter_new_thread(sp);
}

void hook_leave_slow(struct thread_slot *slot)
{
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
