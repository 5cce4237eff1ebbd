/* target.h - the program that is to be recorded: found and looked at
 * before it runs. */
#ifndef SPILL_CMD_RECORD_TARGET_H
#define SPILL_CMD_RECORD_TARGET_H

#include "report/base/strbuf.h"

/* Append to PATH the file that execvp would run for NAME. Returns 0, -ENOENT
 * (shells' status 127) or -EACCES (126). */
__attribute__((warn_unused_result)) int record_target_find(
	const char *name, struct strbuf *path);

/* Whether a tracer can be preloaded into the program at PATH, or into what runs
 * it if it is a script. Returns 0, or -ENOEXEC and says WHY not. */
__attribute__((warn_unused_result)) int record_target_check(
	const char *path, struct strbuf *why);

#endif
