/* allocate.c - call malloc as told and nothing else that allocates.
 *
 *     allocate COUNT SIZE     COUNT objects of SIZE bytes, freed again */
#include <stdlib.h>

/* a pointer that the compiler must not see through */
static void *volatile last;

int main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	size_t size = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;

	for (; count > 0; count--) {
		last = malloc(size);
		if (!last)
			return 1;
		free(last);
	}
	return 0;
}
