#include "report/base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int array_grow(void *array, size_t *cap, size_t count, size_t size, size_t max)
{
	size_t want = *cap ? *cap : 8;
	void *old, *grown;

	if (count <= *cap)
		return 0;
	if (count > max)
		return -E2BIG;
	while (want < count)
		want *= 2;
	memcpy(&old, array, sizeof(old));
	grown = reallocarray(old, want, size);
	if (!grown)
		return -ENOMEM;
	memset((char *)grown + *cap * size, 0, (want - *cap) * size);
	memcpy(array, &grown, sizeof(grown));
	*cap = want;
	return 0;
}
