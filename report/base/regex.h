/* regex.h - regular expressions over the numbered strings of one profile.
 *
 * Perl's syntax, unanchored, over UTF-8; a byte that is none is taken for
 * U+FFFD. Each string is matched once; what came out is kept by its number. An
 * expression that takes too long on a string does not match it. One thread at a
 * time. */
#ifndef SPILL_REPORT_BASE_REGEX_H
#define SPILL_REPORT_BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"

struct regex;

/* Compile PATTERN. Returns NULL with errno EINVAL and a reason in WHY, or
 * with errno ENOMEM. Free with regex_free. */
struct regex *regex_new(const char *pattern, struct strbuf *why);
void regex_free(struct regex *regex);

bool regex_match(struct regex *regex, const char *text, size_t len);
/* The same for string ID, which always has this text. */
bool regex_match_id(
	struct regex *regex, uint32_t id, const char *text, size_t len);

#endif
