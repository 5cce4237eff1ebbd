/* symbol_file.h - the names in one ELF file: opened, asked, closed. */
#ifndef SPILL_REPORT_SYMBOL_SYMBOL_FILE_H
#define SPILL_REPORT_SYMBOL_SYMBOL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <elfutils/libdwfl.h>

#include "report/base/table.h"
#include "report/symbol/debuginfod.h"
#include "report/symbol/dwarf_unit.h"
#include "report/symbol/symbol_table.h"

enum symbol_outcome {
	/* debug information was found */
	SYMBOL_LINES,
	/* only a symbol table */
	SYMBOL_NAMES,
	SYMBOL_NOTHING,
	SYMBOL_NO_FILE,
	/* the file is there, but its build-id is another one */
	SYMBOL_CHANGED,
	SYMBOL_NOT_ELF,
	/* no file at all: [vdso], memory of a compiler at run time */
	SYMBOL_NOT_FILE,
};

/* One function on the way from an address outwards. Texts belong to the file
 * and live as long as it is open; NULL where not known. */
struct symbol_frame {
	const char *symbol;
	const char *file;
	int line;
	int start_line;
};

/* The name of the function whose declaration is the DIE at that offset in the
 * file of that unit: debug information may share a second file. */
struct symbol_scoped {
	const void *unit;
	Dwarf_Off die;
	char *name;
};

enum {
	SYMBOL_FRAMES_MAX = 128,
};

struct symbol_file {
	enum symbol_outcome outcome;
	struct debuginfod_progress progress;
	Dwfl *dwfl;
	Dwfl_Module *module;
	/* of libdwfl's addresses, and of those in its DWARF */
	GElf_Addr elf_bias;
	Dwarf_Addr dwarf_bias;
	Dwarf *dwarf;
	struct dwarf_units units;
	struct symbol_table symbols;
	/* names that no symbol has, made from where functions are declared */
	struct symbol_scoped *scoped;
	size_t scoped_count;
	size_t scoped_cap;
	struct table scoped_index;
};

/* Open the file at PATH if its build-id is BUILD_ID (hexadecimal, "" if not
 * known), else the debug file of that build-id. PROGRESS is asked during
 * downloads. Sets outcome. Returns 0 or -ENOMEM; FILE, which may not be moved,
 * is to be released in both cases. */
__attribute__((warn_unused_result)) int symbol_file_open(
	struct symbol_file *file, const char *path, const char *build_id,
	const struct debuginfod_progress *progress);
void symbol_file_release(struct symbol_file *file);

/* The frames at VADDR, an address as the ELF file has it, innermost first: more
 * than one where calls were inlined. Returns how many, 0 for no name. */
size_t symbol_file_frames(struct symbol_file *file, uint64_t vaddr,
	struct symbol_frame frames[SYMBOL_FRAMES_MAX]);

/* The name of the function DIE with its scopes, "Table::add", where DWARF gives
 * it no symbol; NULL where it has no name. */
const char *symbol_file_scoped(struct symbol_file *file, Dwarf_Die *die);

/* Why names are missing, in words that say what to do; NULL where none are. */
const char *symbol_outcome_text(enum symbol_outcome outcome);

#endif
