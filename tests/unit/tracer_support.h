/* tracer_support.h - a folder and a recording for each test of the tracer. */
#ifndef SPILL_TESTS_UNIT_TRACER_SUPPORT_H
#define SPILL_TESTS_UNIT_TRACER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct store;

/* A new folder, which scratch_release removes with what is in it. */
struct scratch {
	char path[64];
};

void scratch_init(struct scratch *s);
void scratch_release(struct scratch *s);

/* NAME in S; valid until the fourth next call. */
const char *scratch_at(const struct scratch *s, const char *name);

/* Open STORE, zeroed first, as the recording of this process in S. */
void scratch_store(struct scratch *s, struct store *store);

/* The soft limit of file sizes; RLIM_INFINITY again at the end of the test. */
void limit_file_size(uint64_t size);

/* The same numbers in every run. */
uint64_t random_next(uint64_t *state);

/* RUN(arg + i * size) for i < count, each in a thread of its own. */
void run_threads(
	void *(*run)(void *arg), void *arg, size_t size, unsigned int count);

/* What RUN(arg) returns in a forked child. */
int run_child(int (*run)(void *arg), void *arg);

#endif
