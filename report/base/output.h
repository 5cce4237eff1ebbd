/* output.h - results that are there whole or not at all. */
#ifndef SPILL_REPORT_BASE_OUTPUT_H
#define SPILL_REPORT_BASE_OUTPUT_H

#include <stddef.h>

/* Write LEN bytes to the file PATH. A new or regular file is written under
 * another name in the same folder and renamed, so that a reader, or a full
 * disk, never leaves half of it; a symbolic link is followed, also to where
 * nothing is yet. What is there and is no regular file (a terminal, a pipe,
 * /dev/null) is written to directly, a pipe once somebody reads it; "-" is
 * standard output. Returns 0 or -errno. */
__attribute__((warn_unused_result)) int output_write(
	const char *path, const void *data, size_t len);

#endif
