/* demangle.h - names as people write them.
 *
 *   _ZN3app5TableIiE3addEi   simple      app::Table::add
 *                            templates   app::Table<int>::add
 *                            full        app::Table<int>::add(int)
 *
 * C++ (Itanium) and Rust (both manglings); others stay as they are, but for
 * what the compiler puts behind the names of parts that it made of a function
 * (parse.cold, parse.isra.0). */
#ifndef SPILL_REPORT_SYMBOL_DEMANGLE_H
#define SPILL_REPORT_SYMBOL_DEMANGLE_H

#include "report/base/strbuf.h"

enum demangle_form {
	/* what pprof shows, and what fits into a picture */
	DEMANGLE_SIMPLE,
	DEMANGLE_TEMPLATES,
	DEMANGLE_FULL,
};

/* Append the name of symbol MANGLED to NAME. */
void demangle(
	struct strbuf *name, const char *mangled, enum demangle_form form);

#endif
