#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odd.h"

int touched;

__attribute__((noinline)) void touch(size_t size)
{
	char *volatile p = malloc(size);

	if (!p)
		abort();
	memset(p, 1, size);
	free(p);
	touched++;
}

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{"exceptions", odd_exceptions},
	{"jumps", odd_jumps},
	{"coroutines", odd_coroutines},
	{"frames", odd_frames},
	{"by hand", odd_by_hand},
	{"signals", odd_signals},
};

/* With any argument: the one part that libunwind cannot judge. */
int main(int argc, char **argv)
{
	size_t i;

	(void)argv;
	if (argc > 1) {
		odd_in_register();
		return 0;
	}
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		touched = 0;
		parts[i].run();
		printf("%s %s\n", parts[i].name, touched ? "done" : "idle");
	}
	return 0;
}
