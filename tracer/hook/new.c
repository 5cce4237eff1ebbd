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

/* The real function of an RTLD_LOCAL library that this thread has called last.
 * libstdc++'s operators call one another by a jump: then the return address is
 * in our own hook, and this says on whose behalf it is asked. */
static __thread const void *called_last
	__attribute__((tls_model("initial-exec")));

__attribute__((noinline)) static void *lookup_slow(
	struct real_cpp *cpp, const char *name, uintptr_t ip)
{
	struct thread_slot *slot = own_slot;
	bool busy = slot && slot->busy;
	const void *code = (const void *)(ip - 1);

	if (busy)
		slot->own_work = true;
	real_cpp(cpp, name, real_is_ours(code) ? called_last : code);
	if (busy)
		slot->own_work = false;
	return cpp->function;
}

/* The real function NAME for code that returns to IP. */
INLINE void *lookup(struct real_cpp *cpp, const char *name, uintptr_t ip)
{
	void *function = __atomic_load_n(&cpp->function, __ATOMIC_ACQUIRE);
	uint32_t unloads = __atomic_load_n(&cpp->unloads, __ATOMIC_ACQUIRE);

	if (likely(function && unloads == REAL_FOREVER))
		return function;
	if (!function ||
		unloads != __atomic_load_n(&real_unloads, __ATOMIC_ACQUIRE))
		function = lookup_slow(cpp, name, ip);
	called_last = function;
	return function;
}

/* From here on SLOT's thread is in FUNCTION; for a hook inside another, which
 * has no slot of its own, in that one's. Returns what was there before. */
INLINE const void *go_inside(struct thread_slot *slot, const void *function)
{
	struct thread_slot *outer = own_slot;
	const void *before = NULL;

	if (likely(slot)) {
		slot->counted_inside = 0;
		slot->inside = function;
	} else if (outer && outer->ready && outer->inside) {
		before = outer->inside;
		outer->inside = function;
		outer->nested_new++;
	}
	return before;
}

INLINE void come_back(struct thread_slot *slot, const void *before)
{
	if (likely(slot)) {
		slot->inside = NULL;
	} else if (before && own_slot->inside) {
		own_slot->inside = before;
		own_slot->nested_new--;
	}
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
		slot->inside = NULL;
		hook_leave(slot);
	}
	return CONTINUE_UNWIND;
}

/* encoding 0x1b: relative to here, four bytes, signed */
#define LEFT_BY_EXCEPTIONS() \
	__asm__ volatile(".cfi_personality 0x1b, hook_personality")

/* An operator new that gets its memory in a way of its own (libc++ has a
 * function between it and malloc) may have been counted inside already. */
INLINE bool is_counted(struct thread_slot *slot, const void *p)
{
	return unlikely(slot->counted_inside) && live_has(&tracer.live, p);
}

INLINE void *hook_new(struct real_cpp *cpp, const char *name, size_t size,
	size_t a, const void *b, const struct caller *caller)
{
	struct thread_slot *slot = hook_enter(caller);
	void *at = lookup(cpp, name, caller->ip);
	const void *before = go_inside(slot, at);
	allocate *function;
	void *p;

	memcpy(&function, &at, sizeof(at));
	p = likely(function) ? function(size, a, b) : real.malloc(size);
	come_back(slot, before);
	if (unlikely(!slot))
		return p;
	if (likely(p) && !is_counted(slot, p))
		account_alloc(&tracer, slot, p, size, caller);
	hook_leave(slot);
	return p;
}

INLINE void hook_delete(struct real_cpp *cpp, const char *name, void *p,
	size_t a, size_t b, const void *c, const struct caller *caller)
{
	struct thread_slot *slot = hook_enter(caller);
	void *at = lookup(cpp, name, caller->ip);
	const void *before;
	release *function;

	memcpy(&function, &at, sizeof(at));
	if (likely(p))
		hook_begin_free(slot, p);
	before = go_inside(slot, at);
	if (likely(function))
		function(p, a, b, c);
	else
		real.free(p);
	come_back(slot, before);
	hook_end_free(slot);
}

#define NEW(symbol, parameters, a, b) \
	void *symbol parameters; \
	HOOK void *symbol parameters \
	{ \
		static struct real_cpp cpp; \
		struct caller caller = CALLER(); \
\
		LEFT_BY_EXCEPTIONS(); \
		return hook_new(&cpp, #symbol, size, a, b, &caller); \
	}

#define DELETE(symbol, parameters, a, b, c) \
	void symbol parameters; \
	HOOK void symbol parameters \
	{ \
		static struct real_cpp cpp; \
		struct caller caller = CALLER(); \
\
		hook_delete(&cpp, #symbol, p, a, b, c, &caller); \
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
