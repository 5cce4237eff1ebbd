/* memory.h - read the host's stack without ever faulting.
 *
 *   low                        high
 *    |  pages known readable    |      a read inside is one compare and a load;
 *                                      outside, the kernel is asked and the
 *                                      range grows, or moves there
 *
 * With correct CFI every word read lies between SP and the top of its stack and
 * is mapped. The range is for code whose CFI is wrong, and for frame pointers
 * that are none. One a thread. */
#ifndef SPILL_TRACER_STACK_MEMORY_H
#define SPILL_TRACER_STACK_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct memory {
	uintptr_t low;
	uintptr_t high;
};

/* Begin a walk at stack pointer SP: forget the range if it is another stack's.
 * Async-signal-safe. */
void memory_begin(struct memory *m, uintptr_t sp);

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
	*value = *(const uintptr_t *)at;
	return true;
}

#endif
