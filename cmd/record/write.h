/* write.h - name the functions of a recorded profile and write it. */
#ifndef SPILL_CMD_RECORD_WRITE_H
#define SPILL_CMD_RECORD_WRITE_H

#include <stdbool.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

/* Name what can be named, telling how far it is on a terminal when it takes
 * over 2 seconds. ^C, or a signal to end, leaves the rest as addresses.
 * Returns 0, -ECANCELED for that, or -errno and says WHY. */
__attribute__((warn_unused_result)) int record_name(
	struct profile *p, bool quiet, struct strbuf *why);

/* Write P to PATH; a file that is there is kept as PATH.old. Returns 0 or
 * -errno. */
__attribute__((warn_unused_result)) int record_write(
	const struct profile *p, const char *path);

#endif
