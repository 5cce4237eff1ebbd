/* bootstrap.h - memory for what the loader allocates while we look up the real
 * malloc: a small pool, handed out once and never taken back. */
#ifndef SPILL_TRACER_HOOK_BOOTSTRAP_H
#define SPILL_TRACER_HOOK_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BOOTSTRAP_POOL = 64 * 1024
};

extern char bootstrap_pool[BOOTSTRAP_POOL];

/* SIZE zeroed bytes at a multiple of 16, or NULL when the pool is used up. */
void *bootstrap_alloc(size_t size);
/* A larger place with the old contents; P is of the pool or NULL. */
void *bootstrap_move(void *(*allocate)(size_t), void *p, size_t size);
static inline bool bootstrap_owns(const void *p)
{
	return (uintptr_t)p - (uintptr_t)bootstrap_pool < BOOTSTRAP_POOL;
}

/* The size that was asked for P of the pool. */
size_t bootstrap_size(const void *p);

#endif
