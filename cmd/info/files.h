/* files.h - which share of a profile's frames has names, file by file. */
#ifndef SPILL_CMD_INFO_FILES_H
#define SPILL_CMD_INFO_FILES_H

#include "report/graph/profile.h"

/* Print the table to stdout, files with most frames first, each with the reason
 * where names are missing and what to do about it. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int info_files_print(
	const struct profile *p);

#endif
