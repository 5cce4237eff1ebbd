/* settings.h - what the recorded program finds in its environment. */
#ifndef SPILL_CMD_RECORD_SETTINGS_H
#define SPILL_CMD_RECORD_SETTINGS_H

#include <stdbool.h>

#include "report/base/strbuf.h"

struct record_settings {
	/* the value of LD_PRELOAD */
	struct strbuf preload;
	/* --allocator and --unwind as given, NULL for none */
	const char *allocator;
	const char *unwind;
	/* where recordings go, an absolute path */
	const char *directory;
	bool no_children;
};

/* Append to PATH the real path of libspill.so. Returns 0 or -errno and says
 * WHY. */
__attribute__((warn_unused_result)) int record_library(
	struct strbuf *path, struct strbuf *why);

/* Build preload from LIBRARY, the tracer, the allocator and what the user has
 * in LD_PRELOAD. Returns 0 or -errno and says WHY: an allocator that is not
 * installed, a path that LD_PRELOAD cannot hold. */
__attribute__((warn_unused_result)) int record_settings_init(
	struct record_settings *settings, const char *library,
	struct strbuf *why);
void record_settings_release(struct record_settings *settings);

/* Put them into the environment: in the child, before it execs. */
__attribute__((warn_unused_result)) int record_settings_apply(
	const struct record_settings *settings);

#endif
