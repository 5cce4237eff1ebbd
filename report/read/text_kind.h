/* text_kind.h - what somebody took for a profile. */
#ifndef SPILL_REPORT_READ_TEXT_KIND_H
#define SPILL_REPORT_READ_TEXT_KIND_H

#include <stddef.h>

#include "report/base/strbuf.h"

/* Add to WHY that the LEN bytes at DATA, called NAME, are not a profile, and
 * what they look like: text, a web page, a profile in words. REASON is told
 * where they look like none of these. */
void text_kind_explain(struct strbuf *why, const char *name, const void *data,
	size_t len, const char *reason);

#endif
