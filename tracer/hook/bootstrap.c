#include "tracer/hook/bootstrap.h"

#include <string.h>

enum {
	ALIGN = 16
};

char bootstrap_pool[BOOTSTRAP_POOL] __attribute__((aligned(ALIGN)));
static size_t used;

void *bootstrap_alloc(size_t size)
{
	size_t room, at;

	if (size > BOOTSTRAP_POOL)
		return NULL;
	/* the size asked for stands before the memory */
	room = ALIGN + ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1));
	at = __atomic_fetch_add(&used, room, __ATOMIC_RELAXED);
	if (at + room > BOOTSTRAP_POOL)
		return NULL;
	memcpy(bootstrap_pool + at, &size, sizeof(size));
	return bootstrap_pool + at + ALIGN;
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
