/* libunwind.h - the second unwinder, for --unwind=libunwind and as the judge of
 * the first.
 *
 * The library is loaded by our constructor, RTLD_LOCAL: linked in, its
 * _Unwind_* functions would take the place of the host's. Until then, and where
 * it is not installed, stacks come from our own walk. */
#ifndef SPILL_TRACER_STACK_LIBUNWIND_H
#define SPILL_TRACER_STACK_LIBUNWIND_H

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/walk.h"
#include "tracer/store/store.h"

typedef int unwind_backtrace(void **ips, int size);

/* unw_backtrace, or NULL where the library cannot be had. Not inside a hook. */
unwind_backtrace *libunwind_load(void);

/* Fill W with the stack of CALLER. libunwind takes the loader's lock and uses
 * more of the host's stack than our own walk. */
void libunwind_walk(struct walk *w, struct walker *walker, struct store *store,
	unwind_backtrace *backtrace, const struct caller *caller);

#endif
