/* recording_counts.h - what each stack of a recording allocated and freed; for
 * recording*.c only. */
#ifndef SPILL_REPORT_READ_RECORDING_COUNTS_H
#define SPILL_REPORT_READ_RECORDING_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "report/read/recording_file.h"

struct recording_count {
	uint32_t stack;
	uint64_t allocs;
	uint64_t alloc_bytes;
	uint64_t frees;
	uint64_t freed_bytes;
};

/* Ordered by stack, one each, none of zeros only. No stack has more freed than
 * allocated. */
struct recording_counts {
	struct recording_count *all;
	size_t count;
	size_t cap;
};

/* Read the buckets of FILE, which is refreshed on the way. Returns 0 or -errno
 * and says WHY. COUNTS, zeroed before, is to be released in both cases. */
__attribute__((warn_unused_result)) int recording_counts_read(
	struct recording_counts *counts, struct recording_file *file,
	struct strbuf *why);
void recording_counts_release(struct recording_counts *counts);

#endif
