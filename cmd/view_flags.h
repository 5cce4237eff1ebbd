/* view_flags.h - the flags that all reports share: those of go tool pprof. */
#ifndef SPILL_CMD_VIEW_FLAGS_H
#define SPILL_CMD_VIEW_FLAGS_H

#include <stdbool.h>

#include "report/graph/view.h"

struct view_flags {
	struct view_options options;
	/* where to write; "-" for standard output */
	const char *output;
	/* the profile; NULL: the one that spill record makes */
	const char *source;
	/* peek: which nodes */
	const char *expression;
	/* -symbolize=none: leave addresses as they are */
	bool no_symbols;
	/* -h */
	bool help;
};

/* Read the arguments of report argv[0]; the texts stay in ARGV. Returns
 * EXIT_OK, or EXIT_USAGE after a message. */
__attribute__((warn_unused_result)) int view_flags_read(
	struct view_flags *flags, int argc, char **argv);

#endif
