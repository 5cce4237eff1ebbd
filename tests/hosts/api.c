/* api.c - each function of the family at its edges. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>

#include "host.h"

/* C23, not in every libc; NULL where it is not, nor in the tracer. */
void free_sized(void *p, size_t size) __attribute__((weak));
void free_aligned_sized(void *p, size_t align, size_t size)
	__attribute__((weak));

enum {
	MARK = 12345
};

/* Larger than any address space, and not known to the compiler. */
static volatile size_t huge = (size_t)1 << 62;

static void *same(void *p)
{
	KEEP(p);
	return p;
}

static void errno_is(int wanted, const char *what)
{
	must(errno == wanted, what);
	errno = MARK;
}

static void sizes(void)
{
	size_t n;

	for (n = 0; n < 70; n++)
		give(take(n), n);
	for (n = 1; n < (size_t)1 << 26; n *= 2)
		give(take(n + 1), n + 1);
	errno = MARK;
	must(!same(malloc(huge)), "malloc of too much");
	errno_is(ENOMEM, "errno after malloc");
	free(NULL);
	errno_is(MARK, "free(NULL) keeps errno");
}

static void zeroed(void)
{
	unsigned char *p = calloc(10, 33);
	size_t i;

	must(p != NULL, "calloc");
	count_alloc(330);
	for (i = 0; i < 330; i++)
		must(!p[i], "calloc zeroes");
	give(p, 330);
	p = same(calloc(0, 10));
	must(p != NULL, "calloc of nothing");
	count_alloc(0);
	give(p, 0);
	must(!same(calloc(huge, 16)), "calloc overflow");
	errno_is(ENOMEM, "errno after calloc");
	must(!same(calloc(huge, 1)), "calloc of too much");
	errno_is(ENOMEM, "errno after calloc");
}

/* realloc from a to b, counted. */
static void *move(void *p, size_t a, size_t b)
{
	void *to = realloc(p, b);

	must(to != NULL, "realloc");
	if (p)
		count_free(a);
	count_alloc(b);
	return same(to);
}

static void resized(void)
{
	char *p = move(NULL, 0, 100);
	char *block;
	int i;

	memset(p, 7, 100);
	p = move(p, 100, 100);
	p = move(p, 100, 60);
	block = take(64);
	p = move(p, 60, 300000);
	for (i = 0; i < 60; i++)
		must(p[i] == 7, "realloc keeps what was there");
	p = move(p, 300000, 5000000);
	p = move(p, 5000000, 24);
	errno = MARK;
	must(!same(realloc(same(p), huge)), "realloc to too much");
	errno_is(ENOMEM, "errno after realloc");
	must(p[0] == 7, "a failed realloc leaves its object");
	must(!same(realloc(NULL, huge)), "realloc of NULL to too much");
	errno_is(ENOMEM, "errno after realloc");
	/* glibc: a free */
	must(!same(realloc(p, 0)), "realloc to 0");
	count_free(24);
	p = same(realloc(NULL, 0));
	must(p != NULL, "realloc of NULL to 0");
	count_alloc(0);
	give(p, 0);
	give(block, 64);
}

static void arrays(void)
{
	char *p = reallocarray(NULL, 7, 11);

	must(p != NULL, "reallocarray");
	count_alloc(77);
	p = same(reallocarray(p, 100, 50));
	must(p != NULL, "reallocarray");
	count_free(77);
	count_alloc(5000);
	errno = MARK;
	must(!same(reallocarray(p, huge, 8)), "reallocarray overflow");
	errno_is(ENOMEM, "errno after reallocarray");
	must(!same(reallocarray(p, huge, 1)), "reallocarray of too much");
	errno_is(ENOMEM, "errno after reallocarray");
	must(!same(reallocarray(p, 0, 8)), "reallocarray to 0");
	count_free(5000);
}

static void aligned(void *p, size_t align, size_t size)
{
	must(p != NULL, "an aligned allocation");
	must(!((uintptr_t)p % align), "alignment");
	count_alloc(size);
	memset(p, 1, size);
	give(same(p), size);
}

static void all_aligned(void)
{
	void *p = &counts;
	size_t align;

	for (align = 8; align <= 65536; align *= 2) {
		must(!posix_memalign(&p, align, align + 3), "posix_memalign");
		aligned(p, align, align + 3);
		aligned(aligned_alloc(align, align * 3), align, align * 3);
		aligned(memalign(align, 50), align, 50);
	}
	aligned(valloc(100), 4096, 100);
	aligned(pvalloc(100), 4096, 100);
	aligned(pvalloc(5000), 4096, 5000);
	p = &counts;
	errno = MARK;
	must(posix_memalign(&p, 24, 10) == EINVAL, "a bad alignment");
	must(posix_memalign(&p, 4, 10) == EINVAL, "a small alignment");
	must(posix_memalign(&p, 16, huge) == ENOMEM, "posix_memalign");
	must(p == &counts, "a failed posix_memalign writes nothing");
	must(!same(aligned_alloc(64, huge)), "aligned_alloc of too much");
	must(!same(memalign(64, huge)), "memalign of too much");
	must(!same(valloc(huge)), "valloc of too much");
	must(!same(pvalloc(huge)), "pvalloc of too much");
	errno_is(ENOMEM, "errno after pvalloc");
}

static void sized(void)
{
	char *p = take(100);

	if (free_sized)
		free_sized(p, 100);
	else
		free(p);
	count_free(100);
	p = aligned_alloc(64, 128);
	count_alloc(128);
	if (free_aligned_sized)
		free_aligned_sized(same(p), 64, 128);
	else
		free(same(p));
	count_free(128);
	if (free_sized)
		free_sized(NULL, 10);
	if (free_aligned_sized)
		free_aligned_sized(NULL, 16, 10);
}

static void usable(void)
{
	char *p = take(1000);
	size_t size = malloc_usable_size(p);

	must(size >= 1000 && size < 1100, "malloc_usable_size");
	memset(p, 1, size);
	must(!malloc_usable_size(NULL), "malloc_usable_size of NULL");
	give(p, 1000);
}

static void errno_is_kept(void)
{
	char *p[2000];
	int i;

	errno = MARK;
	for (i = 0; i < 2000; i++)
		p[i] = take((size_t)i * 10);
	for (i = 0; i < 2000; i += 2)
		give(p[i], (size_t)i * 10);
	errno_is(MARK, "malloc and free keep errno");
}

/* By a pointer, as programs with tables of allocators call it. */
static void by_pointer(void)
{
	void *(*volatile allocate)(size_t) = malloc;
	void (*volatile release)(void *) = free;
	void *p = allocate(77);

	must(p != NULL, "malloc by pointer");
	count_alloc(77);
	release(p);
	count_free(77);
}

int main(void)
{
	sizes();
	zeroed();
	resized();
	arrays();
	all_aligned();
	sized();
	usable();
	errno_is_kept();
	by_pointer();
	report();
	return 3;
}
