/* view_names.h - readable names for what a profile has addresses or symbols
 * of, and names that are safe to print. */
#ifndef SPILL_CMD_VIEW_NAMES_H
#define SPILL_CMD_VIEW_NAMES_H

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

/* Name the addresses that have no name, from their files; then, as go tool
 * pprof does, demangle the functions whose name is their symbol. Nothing may be
 * added to P afterwards. Returns 0, or -errno and says WHY. */
__attribute__((warn_unused_result)) int view_names(
	struct profile *p, struct strbuf *why);

/* Replace in all names of P what a terminal would obey, and newlines; comments,
 * which are text of their own, stay. Nothing may be added to P afterwards.
 * Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int view_printable(struct profile *p);

#endif
