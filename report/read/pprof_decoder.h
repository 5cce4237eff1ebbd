/* pprof_decoder.h - what a profile.proto calls by its own ids and what the
 * profile in memory calls it, if it was needed yet. Only for pprof_*.c. */
#ifndef SPILL_REPORT_READ_PPROF_DECODER_H
#define SPILL_REPORT_READ_PPROF_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"
#include "report/read/pprof_tables.h"

struct decoder {
	struct profile *p;
	struct strbuf *why;
	struct pprof_tables tables;
	/* by index in the tables: the index in the profile, or NOT_YET */
	uint32_t *strings, *mappings, *locations, *functions;
	/* what moves the addresses of each mapping */
	uint64_t *deltas;
	/* the sample under way: its locations are indexes in the tables */
	size_t sample;
	uint32_t *stack;
	struct profile_label *labels;
	struct profile_line *lines;
	int64_t values[PROFILE_TYPE_MAX];
	size_t stack_count, label_count, value_count;
	size_t stack_cap, label_cap, line_cap;
};

/* Once the tables are read. Returns 0 or -ENOMEM; release in any case. */
__attribute__((warn_unused_result)) int decoder_init(struct decoder *d);
void decoder_release(struct decoder *d);

/* Each returns 0, -EINVAL with a reason in d->why, or -ENOMEM. */
__attribute__((warn_unused_result)) int decoder_check_string(
	struct decoder *d, uint64_t index);
__attribute__((warn_unused_result)) int decoder_check_tables(struct decoder *d);
__attribute__((warn_unused_result)) int decoder_header(struct decoder *d);

/* The number of a string that was checked. */
uint32_t decoder_string(struct decoder *d, uint64_t index);
/* Add the first mapping, which is the main program. */
void decoder_first_mapping(struct decoder *d);
/* Replace the stack's indexes in the tables by those in the profile. */
__attribute__((warn_unused_result)) int decoder_resolve_stack(
	struct decoder *d);

#endif
