/* odd.h - the parts of the odd program: nothing but odd control flow, so that
 * an unwinder that follows it has been tried. Each part allocates all along its
 * way, prints how often and leaves nothing behind. */
#ifndef SPILL_TESTS_ORACLE_ODD_H
#define SPILL_TESTS_ORACLE_ODD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Allocate, touch and free SIZE bytes, and count that. */
void touch(size_t size);
extern int touched;

/* exceptions.cc: throw through frames of all kinds, in threads too */
void odd_exceptions(void);

/* jumps.c: longjmp, coroutines */
void odd_jumps(void);
void odd_coroutines(void);

/* signals.c: handlers that allocate, on the stack and beside it, called from
 * any instruction */
void odd_signals(void);

/* frames.c: realigned frames, alloca, tail calls, recursion, callbacks */
void odd_frames(void);

/* calls.c: the tour of the hand-written functions of by_hand.S */
void odd_by_hand(void);
void odd_in_register(void);

/* library.c, a shared library: through a PLT, lazily bound. It allocates too,
 * but not for size 0. */
void odd_library(void (*call)(size_t), size_t size);

#ifdef __cplusplus
}
#endif
#endif
