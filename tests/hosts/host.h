/* host.h - what the host programs share: they count what they allocate, and
 * print it at their end without allocating.
 *
 *   counts ALLOCS FREES BYTES FREED
 *   peak BYTES
 *
 * are two lines for each process; the test adds the counts up. The most bytes
 * live at once are right where there is one thread. */
#ifndef SPILL_TESTS_HOSTS_HOST_H
#define SPILL_TESTS_HOSTS_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct counts {
	unsigned long allocs;
	unsigned long frees;
	unsigned long bytes;
	unsigned long freed;
};

static struct counts counts;
static unsigned long peak;

/* The compiler must not do without an allocation. */
#define KEEP(p) __asm__ volatile("" : "+r"(p) : : "memory")

static inline void count_alloc(size_t size)
{
	__atomic_fetch_add(&counts.allocs, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&counts.bytes, size, __ATOMIC_RELAXED);
	if (counts.bytes - counts.freed > peak)
		peak = counts.bytes - counts.freed;
}

static inline void count_free(size_t size)
{
	__atomic_fetch_add(&counts.frees, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&counts.freed, size, __ATOMIC_RELAXED);
}

static inline void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(9);
}

static inline void must(int condition, const char *what)
{
	if (condition)
		return;
	say("broken: ");
	say(what);
	say("\n");
	_exit(8);
}

static inline void report(void)
{
	char line[128];

	snprintf(line, sizeof(line), "counts %lu %lu %lu %lu\npeak %lu\n",
		counts.allocs, counts.frees, counts.bytes, counts.freed, peak);
	say(line);
}

static inline void *take(size_t size)
{
	char *p = (char *)malloc(size);

	must(p != NULL, "malloc");
	count_alloc(size);
	if (size)
		p[size - 1] = 1;
	KEEP(p);
	return p;
}

static inline void give(void *p, size_t size)
{
	/* first: another may get the address before we say so */
	count_free(size);
	free(p);
}

#endif
