/* debuginfod.h - let a download of debug information be stopped.
 *
 * libdw loads the client library itself, where DEBUGINFOD_URLS is set. */
#ifndef SPILL_REPORT_SYMBOL_DEBUGINFOD_H
#define SPILL_REPORT_SYMBOL_DEBUGINFOD_H

#include <stdbool.h>

#include <elfutils/libdwfl.h>

/* Asked often while a download runs; returns false to end it. */
struct debuginfod_progress {
	bool (*go_on)(void *arg);
	void *arg;
};

/* Have PROGRESS, which must outlive DWFL, asked. Does nothing where there is
 * no debuginfod. */
void debuginfod_watch(Dwfl *dwfl, struct debuginfod_progress *progress);

#endif
