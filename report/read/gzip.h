/* gzip.h - whole gzip files in memory. */
#ifndef SPILL_REPORT_READ_GZIP_H
#define SPILL_REPORT_READ_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "report/base/strbuf.h"

enum {
	/* Above this a file is taken for an attack: 2 GiB */
	GUNZIP_MAX = 0x7fffffff,
};

bool gzip_is(const void *data, size_t size);

/* Append to OUT what the members at DATA hold, one behind the other. The sizes
 * they claim are not trusted. Returns 0, -EINVAL where the data is broken or
 * cut short, -E2BIG above GUNZIP_MAX, or -ENOMEM. */
__attribute__((warn_unused_result)) int gunzip(
	const void *data, size_t size, struct strbuf *out);

/* Append one member to OUT: the same bytes for the same DATA. Returns 0 or
 * -ENOMEM. */
__attribute__((warn_unused_result)) int gzip(
	const void *data, size_t size, struct strbuf *out);

#endif
