/* pprof_tables.h - all of a profile.proto but its samples, as the file has it.
 *
 *   sample types, mappings, locations, functions, strings, header
 *
 * References are the file's own ids, which may be sparse up to 2^64; strings
 * point into the file. Only for pprof_*.c. */
#ifndef SPILL_REPORT_READ_PPROF_TABLES_H
#define SPILL_REPORT_READ_PPROF_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/base/table.h"
#include "report/graph/profile.h"
#include "report/read/wire.h"

/* The fields of a message that holds nothing but numbers, by field number. */
enum {
	TYPE_TYPE = 1,
	TYPE_UNIT,
	TYPE_FIELDS,

	LABEL_KEY = 1,
	LABEL_STR,
	LABEL_NUM,
	LABEL_UNIT,
	LABEL_FIELDS,

	MAPPING_ID = 1,
	MAPPING_START,
	MAPPING_LIMIT,
	MAPPING_OFFSET,
	MAPPING_FILE,
	MAPPING_BUILD_ID,
	MAPPING_HAS_FUNCTIONS,
	MAPPING_HAS_FILENAMES,
	MAPPING_HAS_LINE_NUMBERS,
	MAPPING_HAS_INLINE_FRAMES,
	MAPPING_FIELDS,

	LINE_FUNCTION = 1,
	LINE_LINE,
	LINE_FIELDS,

	FUNCTION_ID = 1,
	FUNCTION_NAME,
	FUNCTION_SYSTEM_NAME,
	FUNCTION_FILE,
	FUNCTION_START_LINE,
	FUNCTION_FIELDS,
};

/* The fields of the profile itself. */
enum pprof_field {
	PPROF_SAMPLE_TYPE = 1,
	PPROF_SAMPLE,
	PPROF_MAPPING,
	PPROF_LOCATION,
	PPROF_FUNCTION,
	PPROF_STRING,
	PPROF_DROP_FRAMES,
	PPROF_KEEP_FRAMES,
	PPROF_TIME_NANOS,
	PPROF_DURATION_NANOS,
	PPROF_PERIOD_TYPE,
	PPROF_PERIOD,
	PPROF_COMMENT,
	PPROF_DEFAULT_TYPE,
	PPROF_DOC_URL,
	PPROF_FIELDS,
};

struct raw_string {
	const uint8_t *text;
	size_t len;
};

struct raw_type {
	uint64_t type;
	uint64_t unit;
};

struct raw_mapping {
	uint64_t id, start, limit, offset, file, build_id;
	bool has_functions, has_filenames, has_line_numbers, has_inline_frames;
};

struct raw_line {
	uint64_t function;
	int64_t line;
};

struct raw_location {
	uint64_t id, mapping, address;
	uint32_t first_line, line_count;
	bool folded;
};

struct raw_function {
	uint64_t id, name, system_name, file;
	int64_t start_line;
};

/* id of the file -> index; most files count from 1 */
struct raw_ids {
	/* the index plus one for each small id */
	uint32_t *dense;
	size_t dense_count;
	/* the indexes of the others, by hash of id */
	struct table sparse;
	/* the elements, whose first member is their id */
	const void *ids;
	size_t stride;
};

struct pprof_tables {
	struct raw_type types[PROFILE_TYPE_MAX];
	size_t type_count;
	struct raw_string *strings;
	struct raw_mapping *mappings;
	struct raw_location *locations;
	struct raw_line *lines;
	struct raw_function *functions;
	uint64_t *comments;
	size_t string_count, mapping_count, location_count, line_count;
	size_t function_count, comment_count, sample_count;
	size_t string_cap, mapping_cap, location_cap, line_cap;
	size_t function_cap, comment_cap;
	struct raw_ids mapping_ids, location_ids, function_ids;
	struct raw_type period_type;
	/* the numbers of the header, by field number */
	uint64_t header[PPROF_FIELDS];
};

/* Read them from the SIZE bytes at DATA. Returns 0, -EINVAL with a reason in
 * WHY, or -ENOMEM; T must be released in any case. */
__attribute__((warn_unused_result)) int pprof_tables_read(
	struct pprof_tables *t, const void *data, size_t size,
	struct strbuf *why);
void pprof_tables_release(struct pprof_tables *t);

/* The index of the one with ID, or TABLE_NONE. */
uint32_t raw_ids_find_sparse(const struct raw_ids *ids, uint64_t id);

static inline uint32_t raw_ids_find(const struct raw_ids *ids, uint64_t id)
{
	if (id < ids->dense_count)
		return ids->dense[id] - 1;
	return raw_ids_find_sparse(ids, id);
}

/* Read a message of numbers: fields 1 to COUNT - 1 into NUMBERS, which is
 * zeroed first. False if MESSAGE is no such message. */
__attribute__((warn_unused_result)) bool pprof_numbers(
	const struct wire *message, uint64_t *numbers, size_t count);

/* Put a reason in WHY and return -EINVAL. */
int pprof_refuse(struct strbuf *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
