/* load.h - a profile from whatever the user names.
 *
 *   1234            the recording of the process with that id
 *   FILE, ./1234    profile.proto, packed or not, or a recording
 *   URL, :8787      the same, fetched (see fetch.h)
 *
 * What a file is is told by its first bytes, not by its name. */
#ifndef SPILL_REPORT_READ_LOAD_H
#define SPILL_REPORT_READ_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

enum load_kind {
	LOAD_PROFILE,
	/* its addresses have no names yet */
	LOAD_RECORDING,
};

/* Fill the empty P from SOURCE. Returns 0, or -errno with a sentence in WHY; P
 * must be released in any case. */
__attribute__((warn_unused_result)) int load_profile(struct profile *p,
	const char *source, enum load_kind *kind, struct strbuf *why);

/* Fill the empty P from the LEN bytes at DATA, which are called NAME in WHY.
 * Recordings are refused: their file is needed. */
__attribute__((warn_unused_result)) int load_bytes(struct profile *p,
	const char *name, const void *data, size_t len, struct strbuf *why);

#endif
