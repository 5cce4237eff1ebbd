#include "report/graph/profile.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/base/table.h"
#include "report/graph/profile_index.h"

enum {
	BLOCK_SIZE = 65000,
};

void profile_fail(struct profile *p, int error)
{
	if (!p->error)
		p->error = error;
}

bool profile_room(struct profile *p, void *array, size_t *cap, size_t count,
	size_t extra, size_t size)
{
	int error = array_grow(
		array, cap, count + extra, size, PROFILE_COUNT_MAX);

	if (error)
		profile_fail(p, error);
	return !error;
}

bool profile_reserve(struct profile *p, struct table *t)
{
	int error = table_reserve(t);

	if (error)
		profile_fail(p, error);
	return !error;
}

/* An index of 0 must be safe to use even in a profile that holds nothing. */
static void reserve_first(struct profile *p)
{
	struct profile_index *x = p->index;

	profile_room(p, &p->strings, &x->string_cap, 0, 1, sizeof(*p->strings));
	profile_room(
		p, &p->mappings, &x->mapping_cap, 0, 1, sizeof(*p->mappings));
	profile_room(p, &p->locations, &x->location_cap, 0, 1,
		sizeof(*p->locations));
	profile_room(p, &p->lines, &x->line_cap, 0, 1, sizeof(*p->lines));
	profile_room(p, &p->functions, &x->function_cap, 0, 1,
		sizeof(*p->functions));
	profile_room(p, &p->stack, &x->stack_cap, 0, 1, sizeof(*p->stack));
	profile_room(p, &p->labels, &x->label_cap, 0, 1, sizeof(*p->labels));
}

int profile_init(struct profile *p)
{
	*p = (struct profile){0};
	p->index = calloc(1, sizeof(*p->index));
	if (!p->index)
		return -ENOMEM;
	reserve_first(p);
	profile_string(p, "", 0);
	if (!p->error)
		return 0;
	profile_release(p);
	return -ENOMEM;
}

static void release_index(struct profile_index *x)
{
	struct profile_block *block, *next;

	for (block = x->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	table_release(&x->strings);
	table_release(&x->mappings);
	table_release(&x->locations);
	table_release(&x->functions);
	table_release(&x->samples);
	table_release(&x->merge_keys);
	table_release(&x->comments);
	free(x);
}

void profile_release(struct profile *p)
{
	if (p->index)
		release_index(p->index);
	free(p->strings);
	free(p->mappings);
	free(p->locations);
	free(p->lines);
	free(p->functions);
	free(p->samples);
	free(p->stack);
	free(p->labels);
	free(p->values);
	free(p->comments);
	*p = (struct profile){0};
}

/* A place for LEN bytes and a NUL that lives as long as the profile. */
static char *keep(struct profile_index *x, size_t len)
{
	struct profile_block *block = x->blocks;
	size_t size = len >= BLOCK_SIZE ? len + 1 : BLOCK_SIZE;

	if (!block || block->cap - block->used <= len) {
		block = malloc(sizeof(*block) + size);
		if (!block)
			return NULL;
		block->next = x->blocks;
		block->used = 0;
		block->cap = size;
		x->blocks = block;
	}
	block->used += len + 1;
	return block->text + block->used - len - 1;
}

static uint32_t add_string(struct profile *p, const char *text, size_t len)
{
	struct profile_string *s;
	char *copy;

	if (!profile_room(p, &p->strings, &p->index->string_cap,
		    p->string_count, 1, sizeof(*p->strings)))
		return TABLE_NONE;
	copy = keep(p->index, len);
	if (!copy) {
		profile_fail(p, -ENOMEM);
		return TABLE_NONE;
	}
	memcpy(copy, text, len);
	copy[len] = 0;
	s = &p->strings[p->string_count];
	*s = (struct profile_string){.text = copy, .len = len};
	return (uint32_t)p->string_count++;
}

uint32_t profile_string(struct profile *p, const char *text, size_t len)
{
	struct table *t = &p->index->strings;
	uint32_t hash = table_hash(text, len), id;
	size_t at = hash;

	if (!profile_reserve(p, t))
		return 0;
	while ((id = table_next(t, hash, &at)) != TABLE_NONE)
		if (p->strings[id].len == len &&
			!memcmp(p->strings[id].text, text, len))
			return id;
	id = add_string(p, text, len);
	if (id == TABLE_NONE)
		return 0;
	table_put(t, at, hash, id);
	return id;
}

const char *profile_text(const struct profile *p, uint32_t id)
{
	return p->strings[id].text;
}

static int default_type_index(const struct profile *p)
{
	size_t i;

	for (i = 0; p->default_type && i < p->type_count; i++)
		if (p->types[i].type == p->default_type)
			return (int)i;
	return (int)p->type_count - 1;
}

int profile_type_index(const struct profile *p, const char *name)
{
	const char *text, *rest;
	char *end;
	long number;
	size_t i;

	if (!p->type_count)
		return -EINVAL;
	if (!name || !*name)
		return default_type_index(p);
	number = strtol(name, &end, 10);
	if (!*end && number >= 0 && (size_t)number < p->type_count)
		return (int)number;
	/* old profiles say "space" for what is now "inuse_space" */
	rest = strncmp(name, "inuse_", 6) ? name : name + 6;
	for (i = 0; i < p->type_count; i++) {
		text = profile_text(p, p->types[i].type);
		if (!strcmp(text, name) || !strcmp(text, rest))
			return (int)i;
	}
	return -EINVAL;
}
