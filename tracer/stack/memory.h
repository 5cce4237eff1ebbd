/* memory.h - read the host's stack without ever faulting.
 *
 *   own_low        SP                                own_high
 *      |  seen before |  frames of this thread ...      |  TCB or environment
 *
 * A thread runs mostly on its own stack. Its top is known (the thread control
 * block lies above it; for the first thread, what the kernel put there), and
 * every page from there down to the lowest SP seen has been found readable. So
 * between SP and own_high anything may be read, in any order. The kernel takes
 * no page of a stack back while its thread lives.
 *
 * On other stacks (coroutines, signal stacks), [low, high) are the pages found
 * readable in this walk; reads outside ask the kernel. With correct CFI every
 * word read is mapped; all this is for code whose CFI is wrong. One a thread.
 */
#ifndef SPILL_TRACER_STACK_MEMORY_H
#define SPILL_TRACER_STACK_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct memory {
	/* what reads are checked against: the own stack, or pages of another */
	uintptr_t low;
	uintptr_t high;
	uintptr_t own_low;
	uintptr_t own_high;
	/* a page that was found not to be of the own stack */
	uintptr_t foreign_page;
};

/* Find the calling thread's own stack anew: SP is anywhere on any of its
 * stacks. */
void memory_of_thread(struct memory *m, uintptr_t sp);

bool memory_begin_slow(struct memory *m, uintptr_t sp);

/* Whether SP is known to be on the thread's own stack. */
static inline bool memory_is_own(const struct memory *m, uintptr_t sp)
{
	return sp >= m->own_low && sp < m->own_high;
}

/* Begin a walk at stack pointer SP. Returns whether that is on the thread's own
 * stack. Async-signal-safe. */
static inline bool memory_begin(struct memory *m, uintptr_t sp)
{
	if (__builtin_expect(memory_is_own(m, sp), 1)) {
		m->low = m->own_low;
		m->high = m->own_high;
		return true;
	}
	return memory_begin_slow(m, sp);
}

/* Ask the kernel about the page of AT. */
bool memory_learn(struct memory *m, uintptr_t at);

/* The word at AT, or false where there is none or AT is not aligned. */
__attribute__((warn_unused_result,
	no_sanitize("address", "thread"))) static inline bool
memory_word(struct memory *m, uintptr_t at, uintptr_t *value)
{
	if (__builtin_expect(at & 7 || at - m->low >= m->high - m->low, 0) &&
		!memory_learn(m, at))
		return false;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): learned above */
	*value = *(const uintptr_t *)at;
	return true;
}

#endif
