/* symbolize.h - give the addresses of a profile their names.
 *
 *   locations[7] 0x5581a0 --mapping--> ELF file --libdw--> parse  lex.c:31
 *                                                          main   main.c:8
 *
 * A file is used only if it is regular and has the build-id that the mapping
 * has. Debug information is looked for in the file, by .gnu_debuglink and
 * build-id under /usr/lib/debug, and by debuginfod where DEBUGINFOD_URLS is
 * set. Where there is none the symbol table has names at least, in
 * .gnu_debugdata too.
 *
 * An address without a name keeps a location without lines: reports, pprof's
 * included, show it as [libfoo.so], which says where it is and does not look
 * like a function. Mappings that were tried are marked as symbolized, so that
 * go tool pprof does not try again with the files of another machine. */
#ifndef SPILL_REPORT_SYMBOL_SYMBOLIZE_H
#define SPILL_REPORT_SYMBOL_SYMBOLIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"
#include "report/symbol/demangle.h"

/* A comment that begins so tells why a mapping's names are missing:
 * "#spill symbols PATH: REASON". */
#define SYMBOLIZE_FACT "#spill symbols "

struct symbolize_options {
	enum demangle_form form;
	/* Told at most ten times a second how many of TOTAL addresses are DONE
	 * and which file is being read. Returns false to stop: what is named
	 * then stays. NULL: not told. */
	bool (*progress)(
		void *arg, size_t done, size_t total, const char *file);
	void *arg;
};

/* Name all locations that have none. A missing or broken file is no error.
 * Returns 0, -ECANCELED when the caller stopped it, or -ENOMEM and says WHY. */
__attribute__((warn_unused_result)) int symbolize(struct profile *p,
	const struct symbolize_options *options, struct strbuf *why);

#endif
