/* ac_support.h - what the tests of the matcher share: pattern sets, brute force
 * and a list of matches. */
#ifndef SPILL_TESTS_AC_SUPPORT_H
#define SPILL_TESTS_AC_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "matcher/ac.h"

struct bytes {
	const char *at;
	size_t length;
};

#define BYTES(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

/* All zero is empty. */
struct matches {
	struct ac_match *match;
	size_t count, room;
};

/* How a text is fed. */
struct feed {
	size_t chunk; /* bytes at a time, 0: all at once */
	size_t room; /* matches at a time */
};

void matches_add(struct matches *m, const struct ac_match *match);
void matches_release(struct matches *m);

/* Build of PATTERN[0, COUNT), which must succeed. */
struct ac *build_set(const struct bytes *pattern, size_t count);

/* Compare each pattern at each place, in the order that ac.h promises. */
void match_brute(const struct bytes *pattern, size_t count, struct bytes text,
	struct matches *m);

/* The four ways under test. FEED.room is not for the naive one. */
typedef void match_fn(const struct ac *ac, struct bytes text, struct feed feed,
	struct matches *m);

extern const struct matcher_way {
	const char *name;
	match_fn *match;
} matcher_ways[];
enum {
	MATCHER_WAYS = 4
};

/* Fail the test, naming WAY and FEED, unless FOUND is WANTED. */
void assert_same(const struct matches *found, const struct matches *wanted,
	const char *way, struct feed feed);

/* Feed TEXT in chunks of 1, 2, 7, 1024 bytes and whole, to buffers of several
 * sizes, in all ways: all must give WANTED. */
void assert_all_ways(
	const struct ac *ac, struct bytes text, const struct matches *wanted);

/* Xorshift: the same numbers everywhere. */
uint64_t random_next(uint64_t *state);

#endif
