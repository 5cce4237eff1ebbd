#include "report/graph/profile.h"

#include <string.h>

#include "report/base/array.h"
#include "report/base/table.h"
#include "report/graph/profile_index.h"

static bool mapping_equal(
	const struct profile_mapping *a, const struct profile_mapping *b)
{
	return a->start == b->start && a->limit == b->limit &&
		a->offset == b->offset && a->file == b->file &&
		a->build_id == b->build_id &&
		a->has_functions == b->has_functions &&
		a->has_filenames == b->has_filenames &&
		a->has_line_numbers == b->has_line_numbers &&
		a->has_inline_frames == b->has_inline_frames;
}

static uint32_t append_mapping(
	struct profile *p, const struct profile_mapping *mapping)
{
	if (!profile_room(p, &p->mappings, &p->index->mapping_cap,
		    p->mapping_count, 1, sizeof(*p->mappings)))
		return TABLE_NONE;
	p->mappings[p->mapping_count] = *mapping;
	return (uint32_t)p->mapping_count++;
}

uint32_t profile_add_mapping(
	struct profile *p, const struct profile_mapping *mapping)
{
	struct table *t = &p->index->mappings;
	uint64_t mix = table_mix(mapping->start, mapping->limit);
	uint32_t hash, id;
	size_t at;

	hash = table_fold(table_mix(mix, mapping->offset));
	at = hash;
	if (!profile_reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (mapping_equal(&p->mappings[id], mapping))
			return id;
	id = append_mapping(p, mapping);
	if (id == TABLE_NONE)
		return 0;
	table_put(t, at, hash, id);
	return id;
}

static bool function_equal(
	const struct profile_function *a, const struct profile_function *b)
{
	return a->name == b->name && a->system_name == b->system_name &&
		a->file == b->file && a->start_line == b->start_line;
}

static uint32_t function_hash(const struct profile_function *f)
{
	uint64_t mix = table_mix(f->name, f->system_name);

	mix = table_mix(mix, f->file);
	return table_fold(table_mix(mix, (uint64_t)f->start_line));
}

uint32_t profile_add_function(
	struct profile *p, const struct profile_function *function)
{
	struct table *t = &p->index->functions;
	uint32_t hash = function_hash(function), id;
	size_t at = hash;

	if (!profile_reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (function_equal(&p->functions[id], function))
			return id;
	if (!profile_room(p, &p->functions, &p->index->function_cap,
		    p->function_count, 1, sizeof(*p->functions)))
		return 0;
	id = (uint32_t)p->function_count++;
	p->functions[id] = *function;
	table_put(t, at, hash, id);
	return id;
}

static bool lines_equal(const struct profile_line *a,
	const struct profile_line *b, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (a[i].function != b[i].function || a[i].line != b[i].line)
			return false;
	return true;
}

static bool location_equal(const struct profile *p,
	const struct profile_location *a, const struct profile_location *b,
	const struct profile_line *lines)
{
	return a->address == b->address && a->mapping == b->mapping &&
		a->folded == b->folded && a->line_count == b->line_count &&
		lines_equal(p->lines + a->first_line, lines, a->line_count);
}

static uint32_t location_hash(const struct profile_location *location,
	const struct profile_line *lines)
{
	uint64_t mix = table_mix(location->address, location->mapping);
	size_t i;

	for (i = 0; i < location->line_count; i++) {
		mix = table_mix(mix, lines[i].function);
		mix = table_mix(mix, (uint64_t)lines[i].line);
	}
	return table_fold(mix);
}

/* Append COUNT lines; false and a sticky error if there is no room. */
static bool append_lines(struct profile *p, const struct profile_line *lines,
	size_t count, uint32_t *first)
{
	*first = (uint32_t)p->line_count;
	if (!profile_room(p, &p->lines, &p->index->line_cap, p->line_count,
		    count, sizeof(*p->lines)))
		return false;
	if (count)
		memcpy(p->lines + p->line_count, lines, count * sizeof(*lines));
	p->line_count += count;
	return true;
}

uint32_t profile_add_location(struct profile *p,
	const struct profile_location *location,
	const struct profile_line *lines, size_t line_count)
{
	struct table *t = &p->index->locations;
	struct profile_location new = *location;
	uint32_t hash, id;
	size_t at;

	new.line_count = (uint32_t)line_count;
	hash = location_hash(&new, lines);
	at = hash;
	if (!profile_reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (location_equal(p, &p->locations[id], &new, lines))
			return id;
	if (!profile_room(p, &p->locations, &p->index->location_cap,
		    p->location_count, 1, sizeof(*p->locations)) ||
		!append_lines(p, lines, line_count, &new.first_line))
		return 0;
	id = (uint32_t)p->location_count++;
	p->locations[id] = new;
	table_put(t, at, hash, id);
	return id;
}

void profile_set_lines(struct profile *p, uint32_t index,
	const struct profile_line *lines, size_t line_count)
{
	struct profile_location *location = &p->locations[index];
	uint32_t first;

	if (!append_lines(p, lines, line_count, &first))
		return;
	location->first_line = first;
	location->line_count = (uint32_t)line_count;
}

static void append_comment(struct profile *p, uint32_t id)
{
	if (profile_room(p, &p->comments, &p->index->comment_cap,
		    p->comment_count, 1, sizeof(*p->comments)))
		p->comments[p->comment_count++] = id;
}

void profile_add_comment(struct profile *p, const char *text, size_t len)
{
	profile_add_comment_once(p, profile_string(p, text, len));
}

void profile_add_comment_once(struct profile *p, uint32_t id)
{
	struct table *t = &p->index->comments;
	uint32_t hash = table_fold(table_mix(1, id)), known;
	size_t at = hash;

	if (!profile_reserve(p, t))
		return;
	while ((known = table_next(t, hash, &at)) != TABLE_NONE)
		if (known == id)
			return;
	append_comment(p, id);
	table_put(t, at, hash, id);
}
