/* library.c - a shared library that calls itself by its own PLT. */
#include "odd.h"

void odd_library_inner(void (*call)(size_t), size_t size);

void odd_library_inner(void (*call)(size_t), size_t size)
{
	call(size);
	if (size)
		touch(size + 1);
}

void odd_library(void (*call)(size_t), size_t size)
{
	odd_library_inner(call, size);
	call(size ? size + 2 : 0);
}
