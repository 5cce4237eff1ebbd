/* bootstrap.h - memory for what the loader allocates while we look up the real
 * malloc: a small pool, handed out once and never taken back. */
#ifndef SPILL_TRACER_HOOK_BOOTSTRAP_H
#define SPILL_TRACER_HOOK_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>

/* SIZE zeroed bytes at a multiple of 16, or NULL when the pool is used up. */
void *bootstrap_alloc(size_t size);
/* A larger place with the old contents; P is of the pool or NULL. */
void *bootstrap_move(void *(*allocate)(size_t), void *p, size_t size);
bool bootstrap_owns(const void *p);
/* The size that was asked for P of the pool. */
size_t bootstrap_size(const void *p);

#endif
