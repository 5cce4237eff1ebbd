/* printable.h - text that does nothing but stand there.
 *
 * What a profile says must not drive the reader's terminal, nor turn around
 * what stands beside it: control characters of ASCII and of Unicode (U+0080 to
 * U+009F), the marks that change the direction of writing, and bytes that an
 * old terminal takes for control characters become '?', one for each. */
#ifndef SPILL_REPORT_BASE_PRINTABLE_H
#define SPILL_REPORT_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

enum printable {
	/* a name: newlines and tabs are no part of it */
	PRINTABLE_NAME,
	/* lines and columns stay */
	PRINTABLE_LINES,
};

/* Whether the LEN bytes at TEXT are printable as they are. */
bool printable_is(const char *text, size_t len, enum printable kind);

/* Make the LEN bytes at TEXT printable, in place. Returns how many they are
 * now: LEN or fewer. */
__attribute__((warn_unused_result)) size_t printable(
	char *text, size_t len, enum printable kind);

#endif
