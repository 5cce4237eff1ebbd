/* array.h - arrays that grow by doubling, up to a ceiling. */
#ifndef SPILL_REPORT_BASE_ARRAY_H
#define SPILL_REPORT_BASE_ARRAY_H

#include <stddef.h>

/* Make room for COUNT elements of SIZE bytes in *ARRAY, which has room for *CAP
 * (NULL and 0 at first) and is freed with free(). New elements are zeroed.
 * Returns 0; -E2BIG above MAX elements and -ENOMEM leave the array as it is. */
__attribute__((warn_unused_result)) int array_grow(
	void *array, size_t *cap, size_t count, size_t size, size_t max);

#endif
