/* malloc.c - the malloc family, as the host sees it. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "tracer/hook/bootstrap.h"
#include "tracer/hook/hook.h"
#include "tracer/hook/real.h"

/* C23, not in this libc's headers yet */
void free_sized(void *p, size_t size);
void free_aligned_sized(void *p, size_t align, size_t size);

#define INLINE static inline __attribute__((always_inline))

/* What every allocating hook does with the result of the real call. */
INLINE void *finish(struct thread_slot *slot, void *p, size_t size,
	const struct caller *caller)
{
	if (unlikely(!slot))
		return p;
	if (likely(p))
		account_alloc(&tracer, slot, p, size, caller);
	hook_leave(slot);
	return p;
}

HOOK void *malloc(size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);

	if (unlikely(!real.malloc))
		return bootstrap_alloc(size);
	return finish(slot, real.malloc(size), size, &caller);
}

HOOK void *calloc(size_t count, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	size_t bytes;

	if (likely(real.malloc))
		return finish(
			slot, real.calloc(count, size), count * size, &caller);
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return bootstrap_alloc(bytes);
}

/* realloc is a free and an allocation once it has succeeded. P is taken out of
 * the live ones before: if it moves, another thread may get its address. */
INLINE void *resize(struct thread_slot *slot, void *p, size_t size,
	const struct caller *caller)
{
	struct live_object old = {0};
	bool taken = p && account_take(&tracer, p, &old);
	void *moved = real.realloc(p, size);
	bool freed = p && (moved || !size);

	if (taken && freed)
		account_free(&tracer, slot, p, &old);
	else if (freed)
		account_foreign(&tracer);
	else if (taken)
		account_put_back(&tracer, p, &old);
	return finish(slot, moved, size, caller);
}

/* For realloc and reallocarray. */
INLINE void *hook_resize(void *p, size_t size, const struct caller *caller)
{
	struct thread_slot *slot = hook_enter(caller);

	if (unlikely(!real.malloc))
		return bootstrap_move(bootstrap_alloc, p, size);
	if (unlikely(bootstrap_owns(p)))
		return finish(slot, bootstrap_move(real.malloc, p, size), size,
			caller);
	if (likely(slot))
		return resize(slot, p, size, caller);
	hook_nested_free(p);
	return real.realloc(p, size);
}

HOOK void *realloc(void *p, size_t size)
{
	struct caller caller = CALLER();

	return hook_resize(p, size, &caller);
}

HOOK void *reallocarray(void *p, size_t count, size_t size)
{
	struct caller caller = CALLER();
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return hook_resize(p, bytes, &caller);
}

HOOK void *memalign(size_t align, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	void *p = real.memalign ? real.memalign(align, size) : NULL;

	return finish(slot, p, size, &caller);
}

HOOK void *aligned_alloc(size_t align, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	void *p = real.aligned_alloc ? real.aligned_alloc(align, size) : NULL;

	return finish(slot, p, size, &caller);
}

HOOK int posix_memalign(void **p, size_t align, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	int result = ENOMEM;

	if (likely(real.posix_memalign))
		result = real.posix_memalign(p, align, size);
	finish(slot, result ? NULL : *p, size, &caller);
	return result;
}

HOOK void *valloc(size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	void *p = real.valloc ? real.valloc(size) : NULL;

	return finish(slot, p, size, &caller);
}

HOOK void *pvalloc(size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot = hook_enter(&caller);
	void *p = real.pvalloc ? real.pvalloc(size) : NULL;

	return finish(slot, p, size, &caller);
}

HOOK size_t malloc_usable_size(void *p)
{
	if (unlikely(bootstrap_owns(p)))
		return bootstrap_size(p);
	return real.malloc_usable_size ? real.malloc_usable_size(p) : 0;
}

/* Of the pool nothing is taken back; NULL is no object. */
INLINE bool is_object(const void *p)
{
	return likely(p) && likely(!bootstrap_owns(p)) && likely(real.free);
}

HOOK void free(void *p)
{
	struct caller caller = CALLER();
	struct thread_slot *slot;

	if (!is_object(p))
		return;
	slot = hook_enter(&caller);
	hook_begin_free(slot, p);
	real.free(p);
	hook_end_free(slot);
}

HOOK void free_sized(void *p, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot;

	if (!is_object(p))
		return;
	slot = hook_enter(&caller);
	hook_begin_free(slot, p);
	if (real.free_sized)
		real.free_sized(p, size);
	else
		real.free(p);
	hook_end_free(slot);
}

HOOK void free_aligned_sized(void *p, size_t align, size_t size)
{
	struct caller caller = CALLER();
	struct thread_slot *slot;

	if (!is_object(p))
		return;
	slot = hook_enter(&caller);
	hook_begin_free(slot, p);
	if (real.free_aligned_sized)
		real.free_aligned_sized(p, align, size);
	else
		real.free(p);
	hook_end_free(slot);
}
