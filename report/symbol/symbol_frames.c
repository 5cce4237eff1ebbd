#include "report/symbol/symbol_file.h"

#include <dwarf.h>
#include <string.h>

/* Calls that were inlined into one function, within one another. */
struct inline_chain {
	Dwarf_Die functions[SYMBOL_FRAMES_MAX];
	size_t count;
};

/* The child of DIE that has code at ADDRESS; false where none has. */
static bool child_at(Dwarf_Die *die, Dwarf_Addr address, Dwarf_Die *child)
{
	int tag;

	if (dwarf_child(die, child))
		return false;
	do {
		tag = dwarf_tag(child);
		if (tag != DW_TAG_inlined_subroutine &&
			tag != DW_TAG_lexical_block &&
			tag != DW_TAG_try_block && tag != DW_TAG_catch_block)
			continue;
		if (dwarf_haspc(child, address) == 1)
			return true;
	} while (dwarf_siblingof(child, child) == 0);
	return false;
}

/* From FUNCTION inwards, outermost first. */
static void find_chain(struct inline_chain *chain, const Dwarf_Die *function,
	Dwarf_Addr address)
{
	Dwarf_Die at = *function, child;
	size_t depth;

	chain->functions[0] = at;
	chain->count = 1;
	for (depth = 0; depth < SYMBOL_FRAMES_MAX; depth++) {
		if (!child_at(&at, address, &child))
			return;
		at = child;
		if (dwarf_tag(&at) != DW_TAG_inlined_subroutine)
			continue;
		if (chain->count == SYMBOL_FRAMES_MAX)
			return;
		chain->functions[chain->count++] = at;
	}
}

static const char *text_attribute(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;

	if (!dwarf_attr_integrate(die, name, &attribute))
		return NULL;
	return dwarf_formstring(&attribute);
}

static int number_attribute(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attribute) ||
		dwarf_formudata(&attribute, &value) || value > INT32_MAX)
		return 0;
	return (int)value;
}

static const char *function_symbol(struct symbol_file *file, Dwarf_Die *die)
{
	const char *name = text_attribute(die, DW_AT_linkage_name);

	if (!name)
		name = text_attribute(die, DW_AT_MIPS_linkage_name);
	return name ? name : symbol_file_scoped(file, die);
}

/* Where the inlined function DIE was called. */
static void call_site(struct symbol_frame *frame, Dwarf_Die *die)
{
	int file = number_attribute(die, DW_AT_call_file);
	Dwarf_Files *files;
	Dwarf_Die unit;
	size_t count;

	frame->line = number_attribute(die, DW_AT_call_line);
	if (dwarf_diecu(die, &unit, NULL, NULL) &&
		!dwarf_getsrcfiles(&unit, &files, &count) &&
		(size_t)file < count)
		frame->file = dwarf_filesrc(files, (size_t)file, NULL, NULL);
}

static void line_at(
	struct symbol_frame *frame, Dwarf_Die *unit, Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);

	if (!line)
		return;
	frame->file = dwarf_linesrc(line, NULL, NULL);
	if (dwarf_lineno(line, &frame->line))
		frame->line = 0;
}

/* DWARF names some C++ functions without their scope; the symbol has it. */
static void name_outermost(
	struct symbol_file *file, struct symbol_frame *frame, uint64_t vaddr)
{
	const char *symbol;

	if (frame->symbol && frame->symbol[0] == '_')
		return;
	symbol = symbol_table_find(&file->symbols, vaddr + file->elf_bias);
	if (symbol &&
		(!frame->symbol || !strncmp(symbol, "_Z", 2) ||
			!strncmp(symbol, "_R", 2)))
		frame->symbol = symbol;
}

static size_t dwarf_frames(struct symbol_file *file, struct dwarf_unit *unit,
	Dwarf_Addr address, struct symbol_frame *frames)
{
	struct inline_chain chain;
	Dwarf_Die function, *die;
	size_t i;

	line_at(&frames[0], &unit->die, address);
	if (!dwarf_unit_function(unit, address, &function))
		return 1;
	find_chain(&chain, &function, address);
	for (i = 0; i < chain.count; i++) {
		die = &chain.functions[chain.count - 1 - i];
		frames[i].symbol = function_symbol(file, die);
		if (dwarf_decl_line(die, &frames[i].start_line))
			frames[i].start_line = 0;
		if (i + 1 < chain.count)
			call_site(&frames[i + 1], die);
	}
	return chain.count;
}

size_t symbol_file_frames(struct symbol_file *file, uint64_t vaddr,
	struct symbol_frame frames[SYMBOL_FRAMES_MAX])
{
	Dwarf_Addr address = vaddr + file->elf_bias - file->dwarf_bias;
	struct dwarf_unit *unit = NULL;
	size_t count = 1;

	memset(frames, 0, SYMBOL_FRAMES_MAX * sizeof(*frames));
	if (file->units.count)
		unit = dwarf_units_find(&file->units, address);
	if (unit)
		count = dwarf_frames(file, unit, address, frames);
	name_outermost(file, &frames[count - 1], vaddr);
	return frames[count - 1].symbol ? count : 0;
}
