/* compare_table.h - what the runs of some commands gave, for people.
 *
 *          allocations   ...      and for each command after the first
 *   A      11,211,440             B against A
 *               exact               allocations   0.80 x   exact
 *   B       8,962,958
 *               exact
 *
 * At most 80 columns wide, but for the commands themselves. */
#ifndef SPILL_CMD_COMPARE_TABLE_H
#define SPILL_CMD_COMPARE_TABLE_H

#include <stddef.h>

#include "cmd/contender.h"
#include "report/base/strbuf.h"

enum {
	/* one letter each */
	COMPARE_MAX = 26,
	/* runs below which no difference is claimed */
	COMPARE_RUNS_MIN = 5,
};

/* Append the table of COUNT commands with equal numbers of runs, whose values
 * are sorted on the way. Returns 0 or -errno; OUT has its own error. */
__attribute__((warn_unused_result)) int compare_table(
	struct strbuf *out, struct contender *commands, size_t count);

#endif
