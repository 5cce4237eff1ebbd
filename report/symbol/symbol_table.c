#include "report/symbol/symbol_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	SYMBOLS_MAX = 1 << 26,
	/* functions may lie within one another (entry points) */
	LOOK_BACK = 16,
};

static bool is_function(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	/* assembler code often leaves the type out */
	return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_ABS &&
		(type == STT_FUNC || type == STT_GNU_IFUNC ||
			type == STT_NOTYPE);
}

static int rank(const GElf_Sym *symbol)
{
	int bind = GELF_ST_BIND(symbol->st_info), rank = 0;

	if (bind == STB_GLOBAL)
		rank = 2;
	else if (bind == STB_WEAK)
		rank = 1;
	return GELF_ST_TYPE(symbol->st_info) == STT_NOTYPE ? rank : rank + 4;
}

static int add(struct symbol_table *table, const struct symbol *symbol)
{
	int err = array_grow(&table->all, &table->cap, table->count + 1,
		sizeof(*table->all), SYMBOLS_MAX);

	if (!err)
		table->all[table->count++] = *symbol;
	return err;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(y->name, x->name);
}

/* Those without a size reach to the next. */
static void bound(struct symbol_table *table)
{
	GElf_Addr next = 0;
	size_t i;

	for (i = table->count; i--;) {
		if (table->all[i].hi == table->all[i].lo)
			table->all[i].hi = next;
		if (!i || table->all[i - 1].lo != table->all[i].lo)
			next = table->all[i].lo;
	}
}

int symbol_table_init(struct symbol_table *table, Dwfl_Module *module)
{
	int count = dwfl_module_getsymtab(module), i, err = 0;
	struct symbol symbol;
	GElf_Sym elf;

	for (i = 1; i < count && !err; i++) {
		symbol.name = dwfl_module_getsym_info(
			module, i, &elf, &symbol.lo, NULL, NULL, NULL);
		if (!symbol.name || !*symbol.name || !is_function(&elf))
			continue;
		symbol.hi = symbol.lo + elf.st_size;
		symbol.rank = rank(&elf);
		err = add(table, &symbol);
	}
	if (table->count)
		qsort(table->all, table->count, sizeof(*table->all),
			by_address);
	bound(table);
	return err;
}

void symbol_table_release(struct symbol_table *table)
{
	free(table->all);
	memset(table, 0, sizeof(*table));
}

const char *symbol_table_find(
	const struct symbol_table *table, GElf_Addr address)
{
	size_t low = 0, high = table->count, middle, back;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (table->all[middle].lo <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (back = 0; low-- && back < LOOK_BACK; back++)
		if (address < table->all[low].hi)
			return table->all[low].name;
	return NULL;
}
