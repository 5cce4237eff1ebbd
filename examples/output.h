/* output.h - stdout through one fixed buffer, which is in the program's data.
 *
 * stdio would do, but its buffers come from malloc: here what the tracer shows
 * is to be the example's own doing. */
#ifndef SPILL_EXAMPLES_OUTPUT_H
#define SPILL_EXAMPLES_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

void put_bytes(const char *bytes, size_t size);
void put_text(const char *text);
void put_number(uint64_t number);

/* Put the line "NAME OBJECTS objects BYTES bytes". */
void put_tally(const char *name, uint64_t objects, uint64_t bytes);

/* Write what is left. Returns 0, or the -errno of the first write that failed,
 * after which nothing was written. */
__attribute__((warn_unused_result)) int put_end(void);

#endif
