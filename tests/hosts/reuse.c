/* reuse.c - one library is closed and another loaded at its address. The first
 * allocates sizes of 3,000 and more, the second of 4,000 and more.
 *
 *   reuse FIRST SECOND */
#include <dlfcn.h>
#include <stdint.h>

#include "host.h"

enum {
	ROUNDS = 10
};

static uintptr_t run(const char *path, const char *name, size_t size)
{
	void *(*allocate)(size_t);
	void *library = dlopen(path, RTLD_NOW);
	void *found, *p;

	must(library != NULL, "dlopen");
	found = dlsym(library, name);
	must(found != NULL, "dlsym");
	memcpy(&allocate, &found, sizeof(allocate));
	p = allocate(size);
	must(p != NULL, "malloc");
	count_alloc(size);
	give(p, size);
	must(!dlclose(library), "dlclose");
	return (uintptr_t)found;
}

int main(int argc, char **argv)
{
	uintptr_t first, second;
	int i, same = 0;

	must(argc == 3, "usage");
	for (i = 0; i < ROUNDS; i++) {
		first = run(argv[1], "reuse_first", 3000 + (size_t)i);
		second = run(argv[2], "reuse_second", 4000 + (size_t)i);
		same += first == second;
	}
	must(same > 0, "no address was used again");
	report();
	return 0;
}
