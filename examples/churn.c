/* churn.c - temporary buffers in a hot loop.
 *
 * A path is put together for each of half a million files, looked at and thrown
 * away. Nothing leaks and the program is never large, yet malloc and free are
 * where its time goes.
 *
 *     spill record churn
 *     spill svg > churn.svg
 *         main -> hash_paths -> join -> allocate: 500000 paths
 *     spill top -inuse_objects
 *         nothing
 *     spill compare churn 'churn --reuse'
 *         the same with one buffer for the whole loop
 *
 * The program counts its own calls of malloc, and no other is made: spill's
 * totals are equal to what it prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/output.h"

enum {
	FILES = 500000,
	PATH_SIZE = 4096,
};

static uint64_t objects, bytes;

static void *allocate(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	objects++;
	bytes += size;
	return p;
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 5381;

	for (; *text; text++)
		hash = hash * 33 + (unsigned char)*text;
	return hash;
}

/* Returns DIRECTORY/FILE, to be freed. */
static __attribute__((noinline)) char *join(
	const char *directory, const char *file)
{
	size_t size = strlen(directory) + 1 + strlen(file) + 1;
	char *path = allocate(size);

	snprintf(path, size, "%s/%s", directory, file);
	return path;
}

static void visit(unsigned int i, char *directory, char *file)
{
	snprintf(directory, 64, "/srv/data/%u", i % 100);
	snprintf(file, 64, "%u.txt", i);
}

static uint64_t hash_paths(void)
{
	char directory[64], file[64];
	uint64_t sum = 0;

	for (unsigned int i = 0; i < FILES; i++) {
		char *path;

		visit(i, directory, file);
		path = join(directory, file);
		sum += hash_of(path);
		free(path);
	}
	return sum;
}

static uint64_t hash_paths_reusing(void)
{
	char directory[64], file[64];
	char *path = allocate(PATH_SIZE);
	uint64_t sum = 0;

	for (unsigned int i = 0; i < FILES; i++) {
		visit(i, directory, file);
		snprintf(path, PATH_SIZE, "%s/%s", directory, file);
		sum += hash_of(path);
	}
	free(path);
	return sum;
}

int main(int argc, char **argv)
{
	int reuse = argc == 2 && strcmp(argv[1], "--reuse") == 0;
	uint64_t sum;

	if (argc > 1 && !reuse) {
		fputs("usage: churn [--reuse]\n", stderr);
		return 2;
	}
	sum = reuse ? hash_paths_reusing() : hash_paths();
	put_text("sum ");
	put_number(sum);
	put_text("\n");
	put_tally("allocated", objects, bytes);
	put_tally("in use", 0, 0);
	return put_end() ? EXIT_FAILURE : EXIT_SUCCESS;
}
