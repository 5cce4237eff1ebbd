/* debug_package.h - which package has the debug information of a file. */
#ifndef SPILL_CMD_INFO_DEBUG_PACKAGE_H
#define SPILL_CMD_INFO_DEBUG_PACKAGE_H

#include "report/base/strbuf.h"

/* Append to ADVICE what to do to see the names in the ELF file PATH: "install
 * libfoo1-dbgsym or set DEBUGINFOD_URLS", where the list of dpkg knows the
 * file, else "build it with -g". */
void debug_package_advice(const char *path, struct strbuf *advice);

#endif
