/* contender.h - a command that is compared with others, and what its runs gave.
 *
 *   run 0   plain:  peak memory, time       traced:  allocations, bytes, time
 *   run 1   ...
 *
 * A run is the process that the command starts and all that it waits for. Its
 * input and output are /dev/null; what it says on stderr is kept, and shown
 * where it fails. */
#ifndef SPILL_CMD_CONTENDER_H
#define SPILL_CMD_CONTENDER_H

#include <stddef.h>

#include "cmd/command_line.h"
#include "cmd/record/settings.h"
#include "report/base/strbuf.h"

enum measure {
	MEASURE_ALLOCS,
	MEASURE_BYTES,
	/* bytes */
	MEASURE_PEAK,
	/* nanoseconds without and with the tracer */
	MEASURE_TIME,
	MEASURE_TRACED,
	MEASURE_COUNT,
};

struct contender {
	const char *text;
	struct command_line line;
	size_t runs;
	/* runs values of each measure */
	double *values[MEASURE_COUNT];
	/* allocations that the tracer had to leave out, over all runs */
	double lost;
};

/* TEXT is kept, not copied. Returns 0, -ENOMEM, or -EINVAL for an empty one. */
__attribute__((warn_unused_result)) int contender_init(
	struct contender *c, const char *text, size_t runs);
void contender_release(struct contender *c);

/* Run it once and fill in values[...][RUN]. With TRACER NULL it runs as it is;
 * else with that environment, and what it leaves in the tracer's directory is
 * read and removed. Returns 0 or -errno with a sentence in WHY: -EINTR after a
 * signal (interrupt.h), -ECHILD where the command failed. */
__attribute__((warn_unused_result)) int contender_run(struct contender *c,
	size_t run, const struct record_settings *tracer, struct strbuf *why);

#endif
