/* ring.c - an allocator that is async-signal-safe, to be preloaded: memory is
 * given out round a ring and never taken back. Right for hosts that keep little
 * and for a short time. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	RING = 1 << 25,
	ALIGN = 16,
	LARGEST = 1 << 20
};

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *p, size_t size);
void free(void *p);

static char ring[RING + LARGEST + ALIGN] __attribute__((aligned(ALIGN)));
static size_t used;

void *malloc(size_t size)
{
	size_t room = ALIGN + ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1));
	char *at;

	if (size > LARGEST) {
		errno = ENOMEM;
		return NULL;
	}
	at = ring + __atomic_fetch_add(&used, room, __ATOMIC_RELAXED) % RING;
	memcpy(at, &size, sizeof(size));
	return at + ALIGN;
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = malloc(bytes);
	/* not memset(malloc()), which is calloc to a compiler */
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p ? memset(p, 0, bytes) : NULL;
}

void *realloc(void *p, size_t size)
{
	size_t old = 0;
	void *to = malloc(size);

	if (p)
		memcpy(&old, (char *)p - ALIGN, sizeof(old));
	if (to && p)
		memcpy(to, p, old < size ? old : size);
	return to;
}

void free(void *p)
{
	(void)p;
}
