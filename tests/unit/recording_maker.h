/* recording_maker.h - recordings made by hand, for tests of what reads them.
 *
 *   maker_init(&m);
 *   main = maker_stack(&m, STACK_NONE, 0x1001);
 *   maker_bucket(&m, main, 2, 200, 1, 100);
 *   maker_write(&m, path);
 */
#ifndef SPILL_TESTS_UNIT_RECORDING_MAKER_H
#define SPILL_TESTS_UNIT_RECORDING_MAKER_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/store/recording.h"

struct recording_maker {
	/* the whole file, chunk 0 first */
	unsigned char *data;
	size_t size;
};

/* The recording of a process that is gone, without stacks. */
void maker_init(struct recording_maker *m);
void maker_release(struct recording_maker *m);

struct recording_header *maker_header(struct recording_maker *m);
struct recording_module *maker_modules(struct recording_maker *m);

/* Each returns the new element's index. */
uint32_t maker_stack(struct recording_maker *m, uint32_t parent, uint64_t ip);
uint32_t maker_bucket(struct recording_maker *m, uint32_t stack,
	uint64_t allocs, uint64_t bytes, uint64_t frees, uint64_t freed);
/* A module that explains all stack ids. */
struct recording_module *maker_module(struct recording_maker *m,
	const char *path, uint64_t start, uint64_t end);
uint32_t maker_text(struct recording_maker *m, const char *text, uint32_t size);
/* Make it the recording of the process that calls. */
void maker_own(struct recording_maker *m);

/* Write the first SIZE bytes, or all of it, to PATH. */
void maker_write_part(
	const struct recording_maker *m, const char *path, size_t size);
void maker_write(const struct recording_maker *m, const char *path);

#endif
