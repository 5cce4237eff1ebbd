/* path.h - names of files as text; no file is looked at. */
#ifndef SPILL_REPORT_BASE_PATH_H
#define SPILL_REPORT_BASE_PATH_H

#include <stddef.h>

#include "report/base/strbuf.h"

/* Append PATH without "//", "." and, where it can be, "..": "a//b/../c" is
 * "a/c". The empty path is ".". */
void path_clean(struct strbuf *out, const char *path);

/* The last part of PATH; *LEN becomes its length (trailing slashes do not
 * count). "" gives ".", "/" gives "/". */
const char *path_base(const char *path, size_t *len);

#endif
