/* limits.c - hosts with little of something.
 *
 *   limits memory       RLIMIT_AS is 512 MiB: 40 MiB of heap are to be had
 *   limits stacks N     many different stacks: the recording must grow
 *   limits files        RLIMIT_NOFILE is 3: no descriptor is to be had
 *   limits close        all descriptors but 1 are closed, again and again */
#include <sys/resource.h>

#include "host.h"

enum {
	PIECE = 4096,
	PIECES = 40 * 1024 * 1024 / PIECE
};

static void limit(int resource, rlim_t to)
{
	struct rlimit limit = {to, to};

	must(!setrlimit(resource, &limit), "setrlimit");
}

static void memory(void)
{
	static void *p[PIECES];
	int i;

	for (i = 0; i < PIECES; i++)
		p[i] = take(PIECE);
	for (i = 0; i < PIECES; i++)
		give(p[i], PIECE);
}

__attribute__((noinline)) static void left(int bits, int depth);

__attribute__((noinline)) static void right(int bits, int depth)
{
	if (!depth)
		give(take(90), 90);
	else if (bits & 1)
		right(bits >> 1, depth - 1);
	else
		left(bits >> 1, depth - 1);
	__asm__ volatile("" ::: "memory");
}

static void left(int bits, int depth)
{
	if (!depth)
		give(take(80), 80);
	else if (bits & 1)
		right(bits >> 1, depth - 1);
	else
		left(bits >> 1, depth - 1);
	__asm__ volatile("" ::: "memory");
}

static void stacks(int count)
{
	int i;

	for (i = 0; i < count; i++)
		left(i, 20);
}

int main(int argc, char **argv)
{
	int i, fd;

	must(argc >= 2, "usage");
	if (!strcmp(argv[1], "memory")) {
		memory();
	} else if (!strcmp(argv[1], "stacks")) {
		stacks(atoi(argv[2]));
	} else if (!strcmp(argv[1], "files")) {
		limit(RLIMIT_NOFILE, 3);
		stacks(20000);
	} else if (!strcmp(argv[1], "close")) {
		for (i = 0; i < 20; i++) {
			for (fd = 0; fd < 100; fd++)
				if (fd != 1)
					close(fd);
			stacks(1000 * i);
		}
	} else {
		must(0, "usage");
	}
	report();
	return 0;
}
