/* symbol_table.h - the functions in an ELF file's symbol tables, by address.
 *
 * libdwfl looks at every symbol for each address; this sorts them once. */
#ifndef SPILL_REPORT_SYMBOL_SYMBOL_TABLE_H
#define SPILL_REPORT_SYMBOL_SYMBOL_TABLE_H

#include <stddef.h>

#include <elfutils/libdwfl.h>

struct symbol {
	GElf_Addr lo;
	GElf_Addr hi;
	const char *name;
	/* of several at one address the highest is taken */
	int rank;
};

struct symbol_table {
	struct symbol *all;
	size_t count;
	size_t cap;
};

/* Read the symbols of MODULE, which must outlive TABLE. Returns 0 or -ENOMEM;
 * TABLE, zeroed before, is to be released in both cases. */
__attribute__((warn_unused_result)) int symbol_table_init(
	struct symbol_table *table, Dwfl_Module *module);
void symbol_table_release(struct symbol_table *table);

/* The name of the function that covers ADDRESS, one of libdwfl's; NULL for
 * none. */
const char *symbol_table_find(
	const struct symbol_table *table, GElf_Addr address);

#endif
