#include "cmd/view_names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/printable.h"
#include "report/symbol/demangle.h"
#include "report/symbol/symbolize.h"

/* Whether somebody looked for the names of mapping M before. */
static bool was_named(const struct profile_mapping *m)
{
	return m->has_functions || m->has_filenames || m->has_line_numbers;
}

/* Whether LOCATION lacks a name that its file could give. */
static bool lacks_name(
	const struct profile *p, const struct profile_location *location)
{
	const struct profile_mapping *m;

	if (!location->mapping || location->line_count)
		return false;
	m = &p->mappings[location->mapping - 1];
	return m->file && *profile_text(p, m->file) != '[' && !was_named(m);
}

static bool needs_names(const struct profile *p)
{
	size_t i;

	for (i = 0; i < p->location_count; i++)
		if (lacks_name(p, &p->locations[i]))
			return true;
	return false;
}

/* C++, and neither Java's "class.<init>" nor Go's "(*T[...]).Method". */
static bool looks_like_cxx(const char *name)
{
	if (strstr(name, ".<") || strstr(name, "])."))
		return false;
	return strpbrk(name, "<>[]") || strstr(name, "::");
}

/* Append NAME without what stands between OPEN and its CLOSE; from a CLOSE too
 * many on it stays as it is. */
static void without_pairs(
	struct strbuf *out, const char *name, char open, char close)
{
	size_t first = out->len, depth = 0;

	for (; *name; name++) {
		if (*name == close && !depth)
			break;
		if (*name == open && !depth++)
			first = out->len;
		strbuf_addch(out, *name);
		if (*name == close && !--depth)
			out->len = first;
	}
	strbuf_addstr(out, name);
}

/* Append NAME, which is no mangled symbol, without what makes names of C++
 * long: arguments and template arguments. Other languages' names stay. */
static void shorten(struct strbuf *out, const char *name)
{
	struct strbuf plain;

	if (!looks_like_cxx(name)) {
		strbuf_addstr(out, name);
		return;
	}
	strbuf_init(&plain);
	without_pairs(&plain, name, '(', ')');
	strbuf_addch(&plain, 0);
	without_pairs(out, plain.buf, '<', '>');
	strbuf_carry(out, &plain);
	strbuf_release(&plain);
}

static void readable(struct strbuf *out, const char *symbol)
{
	bool mangled = !strncmp(symbol, "_Z", 2) || !strncmp(symbol, "_R", 2);

	if (mangled)
		demangle(out, symbol, DEMANGLE_SIMPLE);
	if (mangled && strcmp(out->buf, symbol) != 0)
		return;
	out->len = 0;
	shorten(out, symbol);
}

static int demangle_functions(struct profile *p)
{
	struct profile_function *f;
	struct strbuf name;
	size_t i;
	int error;

	strbuf_init(&name);
	for (i = 0; i < p->function_count; i++) {
		f = &p->functions[i];
		if (f->name && f->name != f->system_name)
			continue;
		name.len = 0;
		readable(&name, profile_text(p, f->system_name));
		f->name = profile_string(p, name.buf, name.len);
	}
	error = name.error ? name.error : p->error;
	strbuf_release(&name);
	return error;
}

int view_names(struct profile *p, struct strbuf *why)
{
	struct symbolize_options options = {.form = DEMANGLE_SIMPLE};
	int error = needs_names(p) ? symbolize(p, &options, why) : 0;

	return error ? error : demangle_functions(p);
}

/* By string of P: the one to print instead. */
static uint32_t *printable_strings(struct profile *p)
{
	size_t count = p->string_count, i;
	uint32_t *to = calloc(count + 1, sizeof(*to));
	const struct profile_string *s;
	struct strbuf text;

	if (!to)
		return NULL;
	strbuf_init(&text);
	for (i = 0; i < count; i++) {
		to[i] = (uint32_t)i;
		s = &p->strings[i];
		if (printable_is(s->text, s->len, PRINTABLE_NAME))
			continue;
		text.len = 0;
		strbuf_add(&text, s->text, s->len);
		text.len = printable(text.buf, text.len, PRINTABLE_NAME);
		to[i] = profile_string(p, text.buf, text.len);
	}
	if (text.error && !p->error)
		p->error = text.error;
	strbuf_release(&text);
	return to;
}

static void rename_types(struct profile *p, const uint32_t *to)
{
	size_t i;

	for (i = 0; i < p->type_count; i++) {
		p->types[i].type = to[p->types[i].type];
		p->types[i].unit = to[p->types[i].unit];
	}
	p->default_type = to[p->default_type];
	p->period_type.type = to[p->period_type.type];
	p->period_type.unit = to[p->period_type.unit];
}

static void rename_all(struct profile *p, const uint32_t *to)
{
	size_t i;

	rename_types(p, to);
	for (i = 0; i < p->mapping_count; i++) {
		p->mappings[i].file = to[p->mappings[i].file];
		p->mappings[i].build_id = to[p->mappings[i].build_id];
	}
	for (i = 0; i < p->function_count; i++) {
		p->functions[i].name = to[p->functions[i].name];
		p->functions[i].system_name = to[p->functions[i].system_name];
		p->functions[i].file = to[p->functions[i].file];
	}
	for (i = 0; i < p->label_count; i++) {
		p->labels[i].key = to[p->labels[i].key];
		p->labels[i].str = to[p->labels[i].str];
		p->labels[i].unit = to[p->labels[i].unit];
	}
}

int view_printable(struct profile *p)
{
	uint32_t *to = printable_strings(p);

	if (!to)
		return -ENOMEM;
	if (!p->error)
		rename_all(p, to);
	free(to);
	return p->error;
}
