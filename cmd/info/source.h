/* source.h - what spill info tells about: a profile or a recording. */
#ifndef SPILL_CMD_INFO_SOURCE_H
#define SPILL_CMD_INFO_SOURCE_H

#include <stdbool.h>
#include <sys/types.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

struct info_source {
	struct strbuf path;
	/* a recording: of a process that may still run */
	bool is_recording;
	bool is_live;
	/* as we see it; 0 where not known */
	pid_t pid;
	struct profile profile;
};

/* Read NAME: a file, a URL, or the id of a process if it is digits alone.
 * Functions of a recording are named. Returns 0 or -errno and says WHY; SOURCE
 * is to be released in both cases. */
__attribute__((warn_unused_result)) int info_source_read(
	struct info_source *source, const char *name, struct strbuf *why);
void info_source_release(struct info_source *source);

#endif
