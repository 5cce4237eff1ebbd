/* tiny.c - objects of 8 bytes, which other allocators pack 8 bytes apart, among
 * larger ones. Which function an object came from is known by its size. */
#include <stdint.h>

#include "host.h"

enum {
	COUNT = 1000
};

__attribute__((noinline)) static void *eight(void)
{
	return take(8);
}

__attribute__((noinline)) static void *seven(void)
{
	return take(7);
}

int main(void)
{
	static void *p[COUNT], *q[COUNT];
	int i;

	for (i = 0; i < COUNT; i++) {
		p[i] = eight();
		q[i] = seven();
	}
	/* in another order, and not all */
	for (i = 0; i < COUNT; i++) {
		give(p[i * 7 % COUNT], 8);
		if (i % 4)
			give(q[i * 11 % COUNT], 7);
	}
	report();
	return 0;
}
