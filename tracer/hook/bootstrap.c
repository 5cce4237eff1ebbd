#include "tracer/hook/bootstrap.h"

#include <stdint.h>
#include <string.h>

enum {
	POOL = 64 * 1024,
	ALIGN = 16
};

static char pool[POOL] __attribute__((aligned(ALIGN)));
static size_t used;

void *bootstrap_alloc(size_t size)
{
	size_t room, at;

	if (size > POOL)
		return NULL;
	/* the size asked for stands before the memory */
	room = ALIGN + ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1));
	at = __atomic_fetch_add(&used, room, __ATOMIC_RELAXED);
	if (at + room > POOL)
		return NULL;
	memcpy(pool + at, &size, sizeof(size));
	return pool + at + ALIGN;
}

bool bootstrap_owns(const void *p)
{
	return (uintptr_t)p - (uintptr_t)pool < POOL;
}

size_t bootstrap_size(const void *p)
{
	size_t size;

	memcpy(&size, (const char *)p - ALIGN, sizeof(size));
	return size;
}

void *bootstrap_move(void *(*allocate)(size_t), void *p, size_t size)
{
	void *to = allocate(size);
	size_t old = p ? bootstrap_size(p) : 0;

	if (to && p)
		memcpy(to, p, old < size ? old : size);
	return to;
}
