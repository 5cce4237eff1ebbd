/* view_support.h - a small profile that has some of everything. */
#ifndef SPILL_TESTS_UNIT_VIEW_SUPPORT_H
#define SPILL_TESTS_UNIT_VIEW_SUPPORT_H

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

/* main -> parse (inlined: next) -> xmalloc with labels, and main -> copy; the
 * types are objects/count and space/bytes. Returns 0 or -ENOMEM. */
int make_profile(struct profile *p);

/* The same as the file has it, appended to OUT. */
int make_file(struct strbuf *out);

#endif
