#include "report/symbol/symbol_file.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	/* from an inlined call to its function's declaration */
	REFERENCES_MAX = 16,
	SCOPED_MAX = 1 << 24,
};

/* The declaration that DIE is an instance of: it lies in its scope. */
static Dwarf_Die declaration(Dwarf_Die *die)
{
	Dwarf_Die at = *die, next;
	Dwarf_Attribute attribute;
	int i;

	for (i = 0; i < REFERENCES_MAX; i++) {
		if (!dwarf_attr(&at, DW_AT_abstract_origin, &attribute) &&
			!dwarf_attr(&at, DW_AT_specification, &attribute))
			break;
		if (!dwarf_formref_die(&attribute, &next))
			break;
		at = next;
	}
	return at;
}

static bool is_c(Dwarf_Die *die)
{
	Dwarf_Die unit;

	if (!dwarf_diecu(die, &unit, NULL, NULL))
		return false;
	switch (dwarf_srclang(&unit)) {
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11:
		return true;
	default:
		return false;
	}
}

static char *make_name(
	struct symbol_file *file, Dwarf_Die *declared, const char *plain)
{
	struct strbuf name;
	char *copy;

	strbuf_init(&name);
	if (!is_c(declared))
		dwarf_units_scope(&file->units, declared, &name);
	strbuf_addstr(&name, plain);
	copy = name.error ? NULL : strdup(name.buf);
	strbuf_release(&name);
	return copy;
}

/* Its number in file->scoped; TABLE_NONE without memory. */
static uint32_t add(struct symbol_file *file, Dwarf_Die *declared,
	const char *plain, uint32_t hash, size_t at)
{
	struct symbol_scoped *scoped;

	if (array_grow(&file->scoped, &file->scoped_cap, file->scoped_count + 1,
		    sizeof(*file->scoped), SCOPED_MAX))
		return TABLE_NONE;
	scoped = &file->scoped[file->scoped_count];
	scoped->unit = declared->cu;
	scoped->die = dwarf_dieoffset(declared);
	scoped->name = make_name(file, declared, plain);
	if (!scoped->name)
		return TABLE_NONE;
	table_put(&file->scoped_index, at, hash, (uint32_t)file->scoped_count);
	return (uint32_t)file->scoped_count++;
}

const char *symbol_file_scoped(struct symbol_file *file, Dwarf_Die *die)
{
	Dwarf_Die declared = declaration(die);
	const char *plain = dwarf_diename(&declared);
	Dwarf_Off offset = dwarf_dieoffset(&declared);
	uint32_t hash, id;
	size_t at;

	if (!plain)
		plain = dwarf_diename(die);
	if (!plain || table_reserve(&file->scoped_index))
		return plain;
	hash = table_fold(table_mix(offset, (uintptr_t)declared.cu));
	at = hash;
	while ((id = table_next(&file->scoped_index, hash, &at)) != TABLE_NONE)
		if (file->scoped[id].die == offset &&
			file->scoped[id].unit == declared.cu)
			return file->scoped[id].name;
	id = add(file, &declared, plain, hash, at);
	return id == TABLE_NONE ? plain : file->scoped[id].name;
}
