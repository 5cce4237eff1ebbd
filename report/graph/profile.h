/* profile.h - a profile.proto in memory: what every reader makes and every
 * report reads.
 *
 *   samples[i] --locations--> 7 3 1      (leaf first, indexes of locations)
 *              --values-----> 12 4096    (type_count numbers)
 *   locations[7] --lines----> {parse, 31} {main, 8}   (innermost first; more
 *                                        than one where calls were inlined)
 *
 * References between the parts are indexes into the arrays below; the ids of
 * the file do not survive reading. Strings are numbers too, in `strings`; equal
 * strings have equal numbers and number 0 is "". A mapping reference is the
 * index plus one, 0 for none.
 *
 * Source: google/pprof proto/profile.proto. Memory errors are sticky: the
 * profile_add_* functions return an index that is safe to use, set `error`, and
 * the caller checks `error` once at the end. One thread at a time. */
#ifndef SPILL_REPORT_GRAPH_PROFILE_H
#define SPILL_REPORT_GRAPH_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PROFILE_TYPE_MAX = 64,
};

struct profile_type {
	uint32_t type;
	uint32_t unit;
};

struct profile_mapping {
	uint64_t start;
	uint64_t limit;
	uint64_t offset;
	uint32_t file;
	uint32_t build_id;
	bool has_functions;
	bool has_filenames;
	bool has_line_numbers;
	bool has_inline_frames;
};

struct profile_line {
	uint32_t function;
	int64_t line;
};

struct profile_location {
	uint64_t address;
	uint32_t mapping;
	/* lines[first_line .. first_line + line_count) */
	uint32_t first_line;
	uint32_t line_count;
	bool folded;
};

struct profile_function {
	uint32_t name;
	uint32_t system_name;
	uint32_t file;
	int64_t start_line;
};

/* str is 0 for a number, unit is 0 for a string. */
struct profile_label {
	uint32_t key;
	uint32_t str;
	uint32_t unit;
	int64_t num;
};

/* stack[first_location ...) holds its locations, labels[first_label ...) its
 * labels, values[sample index * type_count ...) its values. */
struct profile_sample {
	uint32_t first_location;
	uint32_t location_count;
	uint32_t first_label;
	uint32_t label_count;
};

struct profile_string {
	const char *text;
	size_t len;
};

struct profile {
	/* 0, or the first -errno of an addition */
	int error;

	struct profile_type types[PROFILE_TYPE_MAX];
	size_t type_count;
	/* a string: the name of a type; 0: the last type */
	uint32_t default_type;
	struct profile_type period_type;
	int64_t period;
	int64_t time_nanos;
	int64_t duration_nanos;
	uint32_t drop_frames;
	uint32_t keep_frames;
	uint32_t doc_url;

	struct profile_string *strings;
	struct profile_mapping *mappings;
	struct profile_location *locations;
	struct profile_line *lines;
	struct profile_function *functions;
	struct profile_sample *samples;
	uint32_t *stack;
	struct profile_label *labels;
	int64_t *values;
	uint32_t *comments;
	size_t string_count, mapping_count, location_count, line_count;
	size_t function_count, sample_count, stack_count, label_count;
	size_t comment_count;

	/* capacities and the hash tables that find what was added before */
	struct profile_index *index;
};

/* An empty profile. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int profile_init(struct profile *p);
void profile_release(struct profile *p);

/* The number of the string of LEN bytes at TEXT, copied if it is new. */
uint32_t profile_string(struct profile *p, const char *text, size_t len);
/* The text of string ID, NUL-terminated; valid until profile_release. */
const char *profile_text(const struct profile *p, uint32_t id);

/* Append; equal ones already there are found and returned instead. Each returns
 * the index (mapping: a reference to it is the index plus one). */
uint32_t profile_add_mapping(
	struct profile *p, const struct profile_mapping *mapping);
uint32_t profile_add_function(
	struct profile *p, const struct profile_function *function);
/* LINES are innermost first and may be none; first_line and line_count of
 * LOCATION are ignored. */
uint32_t profile_add_location(struct profile *p,
	const struct profile_location *location,
	const struct profile_line *lines, size_t line_count);

/* A sample of COUNT locations, leaf first, with type_count VALUES. A sample of
 * the same locations and labels that is there already takes the values in. */
void profile_add_sample(struct profile *p, const uint32_t *locations,
	size_t count, const int64_t *values, const struct profile_label *labels,
	size_t label_count);
/* A comment that is there already is not added again. */
void profile_add_comment(struct profile *p, const char *text, size_t len);

/* Give location INDEX the LINES found by a symbolizer. */
void profile_set_lines(struct profile *p, uint32_t index,
	const struct profile_line *lines, size_t line_count);

/* The index of sample type NAME (or its number, or pprof's short forms), the
 * default where NAME is NULL or "", -EINVAL where there is none. */
int profile_type_index(const struct profile *p, const char *name);

/* Add all of SRC to DST, which may be empty: equal mappings (build-id or file,
 * size, offset), locations, functions and samples become one, times and
 * comments are joined. A non-zero LABEL (key, str) is put on each sample.
 * Returns 0, -EINVAL where the sample types differ, or -ENOMEM. */
__attribute__((warn_unused_result)) int profile_merge(struct profile *dst,
	const struct profile *src, const struct profile_label *label);

#endif
