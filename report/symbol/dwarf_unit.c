#include "report/symbol/dwarf_unit.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	/* units and functions of one file */
	UNITS_MAX = 1 << 22,
	SPANS_MAX = 1 << 26,
	/* DIEs within one another; deeper ones are left out */
	DEPTH_MAX = 256,
	/* spans may lie in one another, and code that the linker removed has
	 * spans that begin at 0 */
	LOOK_BACK = 16,
};

static int add_span(struct dwarf_spans *spans, const struct dwarf_span *span)
{
	int err;

	if (span->lo >= span->hi)
		return 0;
	err = array_grow(&spans->all, &spans->cap, spans->count + 1,
		sizeof(*spans->all), SPANS_MAX);
	if (err)
		return err;
	spans->all[spans->count++] = *span;
	return 0;
}

/* Add what DIE covers, with the mark of MODEL. */
static int add_ranges(struct dwarf_spans *spans, Dwarf_Die *die,
	const struct dwarf_span *model)
{
	struct dwarf_span span = *model;
	ptrdiff_t at = 0;
	Dwarf_Addr base;
	int err = 0;

	while (!err &&
		(at = dwarf_ranges(die, at, &base, &span.lo, &span.hi)) > 0)
		err = add_span(spans, &span);
	return err;
}

static int by_address(const void *a, const void *b)
{
	const struct dwarf_span *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	/* the inner one last: it is met first */
	return (x->hi < y->hi) - (x->hi > y->hi);
}

static void sort_spans(struct dwarf_spans *spans)
{
	if (spans->count)
		qsort(spans->all, spans->count, sizeof(*spans->all),
			by_address);
}

static const struct dwarf_span *find_span(
	const struct dwarf_spans *spans, Dwarf_Addr address)
{
	size_t low = 0, high = spans->count, middle, back;

	/* the first that begins behind ADDRESS */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (spans->all[middle].lo <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (back = 0; low-- && back < LOOK_BACK; back++)
		if (address < spans->all[low].hi)
			return &spans->all[low];
	return NULL;
}

/* Add the unit DIE; its RANGES are those of another DIE if it is split. */
static int add_unit(
	struct dwarf_units *units, const Dwarf_Die *die, Dwarf_Die *ranges)
{
	struct dwarf_span model = {.unit = units->count};
	int err;

	err = array_grow(&units->all, &units->cap, units->count + 1,
		sizeof(*units->all), UNITS_MAX);
	if (err)
		return err;
	units->all[units->count++].die = *die;
	return add_ranges(&units->ranges, ranges, &model);
}

int dwarf_units_init(struct dwarf_units *units, Dwarf *dwarf)
{
	Dwarf_Die die, split;
	Dwarf_CU *cu = NULL;
	uint8_t type;
	int err = 0;

	while (!err &&
		dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die, &split) ==
			0) {
		if (type == DW_UT_skeleton && split.addr) {
			units->has_split = true;
			err = add_unit(units, &split, &die);
		} else if (type == DW_UT_compile || type == DW_UT_skeleton) {
			err = add_unit(units, &die, &die);
		}
	}
	sort_spans(&units->ranges);
	return err;
}

void dwarf_units_release(struct dwarf_units *units)
{
	size_t i;

	for (i = 0; i < units->count; i++) {
		free(units->all[i].functions.all);
		free(units->all[i].scopes);
	}
	free(units->all);
	free(units->ranges.all);
	memset(units, 0, sizeof(*units));
}

struct dwarf_unit *dwarf_units_find(
	struct dwarf_units *units, Dwarf_Addr address)
{
	const struct dwarf_span *span = find_span(&units->ranges, address);

	return span ? &units->all[span->unit] : NULL;
}

static bool is_scope(Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_subprogram:
		return true;
	default:
		return false;
	}
}

/* Keep where the DIE at the end of PATH is declared. */
static int add_scope(
	struct dwarf_unit *unit, Dwarf_Die *path, const Dwarf_Die *end)
{
	const Dwarf_Die *at = end;
	struct dwarf_scope *scope;
	int err;

	err = array_grow(&unit->scopes, &unit->scope_cap, unit->scope_count + 1,
		sizeof(*unit->scopes), SPANS_MAX);
	if (err)
		return err;
	scope = &unit->scopes[unit->scope_count++];
	scope->die = dwarf_dieoffset(&path[end - path]);
	scope->parent = 0;
	while (!scope->parent && at-- > path)
		if (is_scope(&path[at - path]))
			scope->parent = dwarf_dieoffset(&path[at - path]);
	return 0;
}

static int add_die(struct dwarf_unit *unit, Dwarf_Die *path, Dwarf_Die *die)
{
	struct dwarf_span model;
	int err;

	if (!is_scope(die))
		return 0;
	err = add_scope(unit, path, die);
	if (err || dwarf_tag(die) != DW_TAG_subprogram)
		return err;
	model.die = dwarf_dieoffset(die);
	return add_ranges(&unit->functions, die, &model);
}

/* Walk all of UNIT, without recursion, for scopes and functions with code. */
static int load_dies(struct dwarf_unit *unit)
{
	Dwarf_Die path[DEPTH_MAX], *at = path;
	int err;

	if (dwarf_child(&unit->die, at))
		return 0;
	for (;;) {
		err = add_die(unit, path, at);
		if (err)
			return err;
		if ((is_scope(at) || dwarf_tag(at) == DW_TAG_lexical_block) &&
			at < path + DEPTH_MAX - 1 &&
			dwarf_child(at, at + 1) == 0) {
			at++;
			continue;
		}
		while (dwarf_siblingof(at, at)) {
			if (at == path)
				return 0;
			at--;
		}
	}
}

/* What does not fit has no names. */
static void load_unit(struct dwarf_unit *unit)
{
	if (unit->loaded)
		return;
	unit->loaded = true;
	if (load_dies(unit))
		unit->functions.count = 0;
	sort_spans(&unit->functions);
}

bool dwarf_unit_function(
	struct dwarf_unit *unit, Dwarf_Addr address, Dwarf_Die *function)
{
	const struct dwarf_span *span;

	load_unit(unit);
	span = find_span(&unit->functions, address);
	return span &&
		dwarf_offdie(dwarf_cu_getdwarf(unit->die.cu), span->die,
			function) != NULL;
}

static struct dwarf_unit *split_unit_of(
	struct dwarf_units *units, const Dwarf_Die *unit)
{
	size_t i;

	for (i = 0; i < units->count; i++)
		if (units->all[i].die.addr == unit->addr)
			return &units->all[i];
	return NULL;
}

static struct dwarf_unit *unit_of(struct dwarf_units *units, Dwarf_Die *die)
{
	size_t low = 0, high = units->count, middle;
	Dwarf_Off wanted, offset;
	Dwarf_Die unit;

	if (!dwarf_diecu(die, &unit, NULL, NULL))
		return NULL;
	if (units->has_split)
		return split_unit_of(units, &unit);
	wanted = dwarf_dieoffset(&unit);
	while (low < high) {
		middle = low + (high - low) / 2;
		offset = dwarf_dieoffset(&units->all[middle].die);
		if (offset == wanted &&
			units->all[middle].die.addr == unit.addr)
			return &units->all[middle];
		if (offset < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static Dwarf_Off parent_of(const struct dwarf_unit *unit, Dwarf_Off die)
{
	size_t low = 0, high = unit->scope_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (unit->scopes[middle].die == die)
			return unit->scopes[middle].parent;
		if (unit->scopes[middle].die < die)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

void dwarf_units_scope(
	struct dwarf_units *units, Dwarf_Die *die, struct strbuf *name)
{
	struct dwarf_unit *unit = unit_of(units, die);
	Dwarf_Off parents[DEPTH_MAX], at;
	size_t count = 0;
	const char *text;
	Dwarf_Die scope;

	if (!unit)
		return;
	load_unit(unit);
	at = dwarf_dieoffset(die);
	/* a parent lies before its children, so this ends */
	while ((at = parent_of(unit, at)) && count < DEPTH_MAX)
		parents[count++] = at;
	while (count--) {
		if (!dwarf_offdie(dwarf_cu_getdwarf(unit->die.cu),
			    parents[count], &scope))
			continue;
		text = dwarf_diename(&scope);
		strbuf_addf(name, "%s::",
			text ? text
				: dwarf_tag(&scope) == DW_TAG_namespace
				? "(anonymous namespace)"
				: "(unnamed)");
	}
}
