/* dwarf_unit.h - which function covers an address, from DWARF.
 *
 *   ranges    [lo, hi) -> unit    all units of a file, sorted
 *   spans     [lo, hi) -> DIE     functions of one unit, made on first use
 *
 * libdw's own look-up needs .debug_aranges, which clang does not write, and
 * walks a unit from its start for each address. */
#ifndef SPILL_REPORT_SYMBOL_DWARF_UNIT_H
#define SPILL_REPORT_SYMBOL_DWARF_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <elfutils/libdw.h>

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

struct dwarf_unit {
	Dwarf_Die die;
	bool loaded;
	struct dwarf_spans functions;
};

struct dwarf_units {
	struct dwarf_unit *all;
	size_t count;
	size_t cap;
	struct dwarf_spans ranges;
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

#endif
