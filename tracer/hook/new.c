/* new.c - every operator new and delete. Those of tcmalloc and jemalloc do not
 * call malloc, so these are hooks of their own; where they do (libstdc++), the
 * malloc inside is not counted a second time. */
#include "tracer/hook/hook.h"

#include <string.h>

#include "tracer/hook/real.h"

#define INLINE static inline __attribute__((always_inline))

/* Alignment, size and nothrow are passed on as they came; a function that has
 * fewer parameters does not look at the rest. */
typedef void *allocate(size_t size, size_t a, const void *b);
typedef void release(void *p, size_t a, size_t b, const void *c);

/* The real function NAME for code that returns to IP, kept in *FOUND. */
INLINE void *lookup(void **found, const char *name, uintptr_t ip)
{
	void *function = __atomic_load_n(found, __ATOMIC_RELAXED);

	if (likely(function))
		return function;
	function = real_cpp(name, (const void *)(ip - 1));
	__atomic_store_n(found, function, __ATOMIC_RELAXED);
	return function;
}

/* Calls of ours that code inside this hook makes are its own affair. Returns
 * what counts them: outermost hooks, or those inside another. */
INLINE uint32_t *begin_inner(struct thread_slot *slot)
{
	struct thread_slot *outer = own_slot;

	if (likely(slot)) {
		slot->inner_calls++;
		return &slot->inner_calls;
	}
	if (!outer || !outer->ready || !outer->busy)
		return NULL;
	outer->nested_new++;
	return &outer->nested_new;
}

INLINE void end_inner(uint32_t *calls)
{
	if (calls && *calls)
		--*calls;
}

/* An exception (bad_alloc) that passes through a hook leaves it. The unwinder
 * asks this function at each frame of ours that names it; there is nothing else
 * to clean up, so no landing pad and nothing of libgcc is needed. */
int hook_personality(int version, int actions, uint64_t language,
	void *exception, void *context);

__attribute__((used)) int hook_personality(int version, int actions,
	uint64_t language, void *exception, void *context)
{
	enum {
		CLEANUP_PHASE = 2,
		CONTINUE_UNWIND = 8
	};
	struct thread_slot *slot = own_slot;

	(void)version;
	(void)language;
	(void)exception;
	(void)context;
	if (!(actions & CLEANUP_PHASE) || !slot || !slot->busy)
		return CONTINUE_UNWIND;
	if (slot->nested_new) {
		slot->nested_new--;
	} else {
		slot->inner_calls = 0;
		hook_leave(slot);
	}
	return CONTINUE_UNWIND;
}

/* encoding 0x1b: relative to here, four bytes, signed */
#define LEFT_BY_EXCEPTIONS() \
	__asm__ volatile(".cfi_personality 0x1b, hook_personality")

INLINE void *hook_new(void **found, const char *name, size_t size, size_t a,
	const void *b, const struct caller *caller)
{
	struct thread_slot *slot = hook_enter(caller->sp);
	uint32_t *calls = begin_inner(slot);
	void *at = lookup(found, name, caller->ip);
	allocate *function;
	void *p;

	memcpy(&function, &at, sizeof(at));
	p = likely(function) ? function(size, a, b) : real.malloc(size);
	end_inner(calls);
	if (likely(slot)) {
		if (likely(p))
			account_alloc(&tracer, slot, p, size, caller);
		hook_leave(slot);
	}
	return p;
}

INLINE void hook_delete(void **found, const char *name, void *p, size_t a,
	size_t b, const void *c, const struct caller *caller)
{
	struct thread_slot *slot = hook_enter(caller->sp);
	uint32_t *calls = begin_inner(slot);
	void *at = lookup(found, name, caller->ip);
	release *function;

	memcpy(&function, &at, sizeof(at));
	if (likely(p))
		hook_begin_free(slot, p);
	if (likely(function))
		function(p, a, b, c);
	else
		real.free(p);
	end_inner(calls);
	hook_end_free(slot);
}

#define NEW(symbol, parameters, a, b) \
	void *symbol parameters; \
	HOOK void *symbol parameters \
	{ \
		static void *found; \
		struct caller caller = CALLER(); \
\
		LEFT_BY_EXCEPTIONS(); \
		return hook_new(&found, #symbol, size, a, b, &caller); \
	}

#define DELETE(symbol, parameters, a, b, c) \
	void symbol parameters; \
	HOOK void symbol parameters \
	{ \
		static void *found; \
		struct caller caller = CALLER(); \
\
		hook_delete(&found, #symbol, p, a, b, c, &caller); \
	}

typedef const void *nothrow;

/* new, new[]: plain, nothrow, aligned, both */
NEW(_Znwm, (size_t size), 0, NULL)
NEW(_Znam, (size_t size), 0, NULL)
NEW(_ZnwmRKSt9nothrow_t, (size_t size, nothrow tag), (size_t)tag, NULL)
NEW(_ZnamRKSt9nothrow_t, (size_t size, nothrow tag), (size_t)tag, NULL)
NEW(_ZnwmSt11align_val_t, (size_t size, size_t align), align, NULL)
NEW(_ZnamSt11align_val_t, (size_t size, size_t align), align, NULL)
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t,
	(size_t size, size_t align, nothrow tag), align, tag)
NEW(_ZnamSt11align_val_tRKSt9nothrow_t,
	(size_t size, size_t align, nothrow tag), align, tag)

/* delete, delete[]: plain, sized, nothrow, aligned, sized and aligned, aligned
 * nothrow */
DELETE(_ZdlPv, (void *p), 0, 0, NULL)
DELETE(_ZdaPv, (void *p), 0, 0, NULL)
DELETE(_ZdlPvm, (void *p, size_t size), size, 0, NULL)
DELETE(_ZdaPvm, (void *p, size_t size), size, 0, NULL)
DELETE(_ZdlPvRKSt9nothrow_t, (void *p, nothrow tag), (size_t)tag, 0, NULL)
DELETE(_ZdaPvRKSt9nothrow_t, (void *p, nothrow tag), (size_t)tag, 0, NULL)
DELETE(_ZdlPvSt11align_val_t, (void *p, size_t align), align, 0, NULL)
DELETE(_ZdaPvSt11align_val_t, (void *p, size_t align), align, 0, NULL)
DELETE(_ZdlPvmSt11align_val_t, (void *p, size_t size, size_t align), size,
	align, NULL)
DELETE(_ZdaPvmSt11align_val_t, (void *p, size_t size, size_t align), size,
	align, NULL)
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
	(void *p, size_t align, nothrow tag), align, (size_t)tag, NULL)
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
	(void *p, size_t align, nothrow tag), align, (size_t)tag, NULL)
