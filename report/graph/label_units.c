#include "report/graph/label_units.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	/* more keys keep their own names as units */
	KEYS_MAX = 1024,
};

static size_t find_key(const struct label_units *units, uint32_t key)
{
	size_t i;

	for (i = 0; i < units->count; i++)
		if (units->keys[i] == key)
			break;
	return i;
}

static int add_key(struct label_units *units, uint32_t key, uint32_t unit)
{
	int error = array_grow(&units->keys, &units->key_cap, units->count + 1,
		sizeof(*units->keys), KEYS_MAX);

	if (!error)
		error = array_grow(&units->units, &units->unit_cap,
			units->count + 1, sizeof(*units->units), KEYS_MAX);
	if (error)
		return error;
	units->keys[units->count] = key;
	units->units[units->count++] = unit;
	return 0;
}

/* Keep the pair (key, other unit) for the note, once. */
static int add_clash(
	struct label_units *clashes, const struct profile_label *label)
{
	size_t i;

	for (i = 0; i < clashes->count; i++)
		if (clashes->keys[i] == label->key &&
			clashes->units[i] == label->unit)
			return 0;
	return add_key(clashes, label->key, label->unit);
}

static int look_at(struct label_units *units, struct label_units *clashes,
	const struct profile_label *label)
{
	size_t at = find_key(units, label->key);

	if (at < units->count)
		return units->units[at] == label->unit
			? 0
			: add_clash(clashes, label);
	return units->count < KEYS_MAX ? add_key(units, label->key, label->unit)
				       : 0;
}

static void note(const struct label_units *units, size_t at,
	const struct label_units *clashes, const struct profile *p,
	struct strbuf *notes)
{
	uint32_t key = units->keys[at];
	bool first = true;
	size_t i;

	for (i = 0; i < clashes->count; i++) {
		if (clashes->keys[i] != key)
			continue;
		if (first)
			strbuf_addf(notes,
				"For tag %s used unit %s, also encountered "
				"unit(s) ",
				profile_text(p, key),
				profile_text(p, units->units[at]));
		strbuf_addf(notes, "%s%s", first ? "" : ", ",
			profile_text(p, clashes->units[i]));
		first = false;
	}
	if (!first)
		strbuf_addch(notes, '\n');
}

int label_units_init(struct label_units *units, const struct profile *p,
	struct strbuf *notes)
{
	struct label_units clashes = {0};
	size_t i;
	int error = 0;

	*units = (struct label_units){0};
	for (i = 0; !error && i < p->label_count; i++)
		if (!p->labels[i].str && p->labels[i].unit)
			error = look_at(units, &clashes, &p->labels[i]);
	for (i = 0; !error && i < units->count; i++)
		note(units, i, &clashes, p, notes);
	label_units_release(&clashes);
	return error;
}

void label_units_release(struct label_units *units)
{
	free(units->keys);
	free(units->units);
	*units = (struct label_units){0};
}

const char *label_units_of(
	const struct label_units *units, const struct profile *p, uint32_t key)
{
	size_t at = find_key(units, key);
	const char *name = profile_text(p, key);

	if (at < units->count)
		return profile_text(p, units->units[at]);
	if (!strcmp(name, "alignment") || !strcmp(name, "request"))
		return "bytes";
	return name;
}
