#include "tracer/count/thread_slot.h"

#include "tracer/os/wiped.h"

static struct thread_slot *take_free(struct thread_slots *slots)
{
	struct thread_slot *slot = slots->free;

	if (slot)
		slots->free = slot->next_free;
	return slot;
}

static void number(struct thread_slots *slots, struct thread_slot *slot)
{
	slot->number = ++slots->count;
	peak_begin(&slot->peak, slot->number == 1);
	if (slot->number == 1)
		slots->first = slot;
	else if (slot->number == 2)
		peak_no_longer_alone(&slots->first->peak);
}

struct thread_slot *thread_slot_acquire(
	struct thread_slots *slots, struct thread_slot *own)
{
	struct thread_slot *slot = own;

	if (!lock_take(&slots->lock))
		return NULL;
	if (!slot)
		slot = take_free(slots);
	if (!slot)
		slot = wiped_map(sizeof(*slot));
	if (slot && !slot->number)
		number(slots, slot);
	lock_give(&slots->lock);
	if (slot) {
		slot->next_free = NULL;
		slot->transient = false;
		thread_slot_idle(slot);
		slot->ready = 1;
	}
	return slot;
}

void thread_slot_idle(struct thread_slot *slot)
{
	slot->busy = slot->outer_busy = 0;
	slot->inside = slot->outer_inside = NULL;
	slot->nested_new = slot->counted_inside = 0;
	slot->slow_leave = slot->transient;
	slot->own_work = false;
}

void thread_slot_give_back(struct thread_slots *slots, struct thread_slot *slot)
{
	/* where the lock cannot be had the slot is lost, nothing else */
	if (!lock_take(&slots->lock))
		return;
	slot->next_free = slots->free;
	slots->free = slot;
	lock_give(&slots->lock);
}
