/* dwarf_unit.h - which function covers an address, from DWARF.
 *
 *   ranges    [lo, hi) -> unit    all units of a file, sorted
 *   spans     [lo, hi) -> DIE     functions of one unit, made on first use
 *   scopes    DIE -> DIE          what a function or class is declared in
 *
 * libdw's own look-up needs .debug_aranges, which clang does not write, and
 * walks a unit from its start for each address. */
#ifndef SPILL_REPORT_SYMBOL_DWARF_UNIT_H
#define SPILL_REPORT_SYMBOL_DWARF_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <elfutils/libdw.h>

#include "report/base/strbuf.h"

struct dwarf_span {
	Dwarf_Addr lo;
	Dwarf_Addr hi;
	union {
		Dwarf_Off die;
		size_t unit;
	};
};

struct dwarf_spans {
	struct dwarf_span *all;
	size_t count;
	size_t cap;
};

/* parent is 0 at the outermost level. */
struct dwarf_scope {
	Dwarf_Off die;
	Dwarf_Off parent;
};

struct dwarf_unit {
	Dwarf_Die die;
	bool loaded;
	struct dwarf_spans functions;
	/* by DIE */
	struct dwarf_scope *scopes;
	size_t scope_count;
	size_t scope_cap;
};

struct dwarf_units {
	struct dwarf_unit *all;
	size_t count;
	size_t cap;
	struct dwarf_spans ranges;
	/* some are in files of their own (-gsplit-dwarf), with offsets of their
	 * own: all is then not in the order of offsets */
	bool has_split;
};

/* Find the units of DWARF. Returns 0 or -errno; UNITS, zeroed before, is to be
 * released in both cases, before DWARF is. */
__attribute__((warn_unused_result)) int dwarf_units_init(
	struct dwarf_units *units, Dwarf *dwarf);
void dwarf_units_release(struct dwarf_units *units);

/* The unit that covers ADDRESS, or NULL. */
struct dwarf_unit *dwarf_units_find(
	struct dwarf_units *units, Dwarf_Addr address);

/* The function (not inlined) of UNIT that covers ADDRESS. Returns false where
 * there is none. */
bool dwarf_unit_function(
	struct dwarf_unit *unit, Dwarf_Addr address, Dwarf_Die *function);

/* Append the namespaces, classes and functions that DIE, of any unit, is
 * declared in: "app::(anonymous namespace)::Table::". */
void dwarf_units_scope(
	struct dwarf_units *units, Dwarf_Die *die, struct strbuf *name);

#endif
