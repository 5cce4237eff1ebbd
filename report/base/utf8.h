/* utf8.h - characters in text that may be no UTF-8. */
#ifndef SPILL_REPORT_BASE_UTF8_H
#define SPILL_REPORT_BASE_UTF8_H

#include <stddef.h>

#include "report/base/strbuf.h"

/* How many of the LEN bytes at TEXT, at least one, are its first character: 1
 * to 4, or 0 if they begin with none. */
size_t utf8_character(const char *text, size_t len);

/* Append TEXT with U+FFFD for each byte that is no part of a character. */
void utf8_repair(struct strbuf *out, const char *text, size_t len);

#endif
