/* folder.h - where recordings are kept while the command runs. */
#ifndef SPILL_CMD_RECORD_FOLDER_H
#define SPILL_CMD_RECORD_FOLDER_H

#include "report/base/strbuf.h"

/* Make a folder of our own beside OUTPUT, whose file system has room for the
 * result, and see that a recording can be made there. Appends its absolute path
 * to PATH. Returns 0, or -errno, nothing left, and says WHY. */
__attribute__((warn_unused_result)) int record_folder_make(
	const char *output, struct strbuf *path, struct strbuf *why);

/* Whether a recording can be made in the folder at PATH: a file of 1 MB, whose
 * memory is shared. Returns 0 or -errno; -EFBIG is the limit on file sizes. */
__attribute__((warn_unused_result)) int record_folder_probe(const char *path);

/* Words for what those return. */
const char *record_folder_error(int err);

#endif
