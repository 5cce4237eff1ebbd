#include "cmd/view_names.h"

#include <stdbool.h>
#include <string.h>

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
