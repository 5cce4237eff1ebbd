/* strays.h - processes that a command left behind. */
#ifndef SPILL_CMD_RECORD_STRAYS_H
#define SPILL_CMD_RECORD_STRAYS_H

#include <stddef.h>
#include <sys/types.h>

struct record_strays {
	pid_t *pids;
	size_t count;
	size_t cap;
};

/* Find the processes that record into DIRECTORY, or will with their first
 * allocation: their environment has it as SPILL_DIR. What cannot be read is not
 * found. Returns 0 or -ENOMEM; STRAYS, zeroed before, is to be released. */
__attribute__((warn_unused_result)) int record_strays_find(
	struct record_strays *strays, const char *directory);
void record_strays_release(struct record_strays *strays);

#endif
