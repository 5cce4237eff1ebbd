/* reuse_library.c - built twice, as two libraries of one size whose only
 * difference is their names: REUSE is reuse_first or reuse_second. */
#include <stdlib.h>

void *REUSE(size_t size);

void *REUSE(size_t size)
{
	void *p = malloc(size);

	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}
