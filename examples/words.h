/* words.h - the lines of a file as patterns: word N is pattern N. */
#ifndef SPILL_EXAMPLES_WORDS_H
#define SPILL_EXAMPLES_WORDS_H

#include <stddef.h>

#include "matcher/ac.h"

struct word {
	const char *bytes; /* in the text below; not terminated */
	size_t length;
};

/* All zero is empty. */
struct words {
	char *text;
	struct word *word;
	size_t count;
};

/* Read the file NAME. A line ends at a newline, the last one also at the end of
 * the file, and may hold any other byte. Empty lines are skipped: the empty
 * word would be found everywhere. Returns 0 or -errno; *W is empty then. */
AC_CHECKED int words_read(struct words *w, const char *name);

/* Make *AC of all words, to be freed with ac_free(). */
AC_CHECKED int words_compile(const struct words *w, struct ac **ac);

void words_release(struct words *w);

#endif
