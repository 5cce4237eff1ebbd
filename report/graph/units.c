#include "report/graph/units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "report/base/strbuf.h"

enum {
	UNITS_MAX = 9,
	ALIASES_MAX = 3,
};

struct unit {
	const char *name;
	double factor;
	const char *aliases[ALIASES_MAX];
};

/* Units that can be turned into one another. */
struct unit_kind {
	/* shown when the value is less than 1 of any */
	const char *smallest;
	double smallest_factor;
	struct unit units[UNITS_MAX];
};

static const struct unit_kind kinds[] = {
	{"B", 1,
		{{"B", 1, {"b", "byte"}},
			{"kB", 0x1p10, {"kb", "kbyte", "kilobyte"}},
			{"MB", 0x1p20, {"mb", "mbyte", "megabyte"}},
			{"GB", 0x1p30, {"gb", "gbyte", "gigabyte"}},
			{"TB", 0x1p40, {"tb", "tbyte", "terabyte"}},
			{"PB", 0x1p50, {"pb", "pbyte", "petabyte"}}}},
	{"s", 1e9,
		{{"ns", 1, {"ns", "nanosecond"}},
			{"us", 1e3, {"μs", "us", "microsecond"}},
			{"ms", 1e6, {"ms", "millisecond"}},
			{"s", 1e9, {"s", "sec", "second"}},
			{"hrs", 3600e9, {"hour", "hr"}}}},
	{"GCU", 1,
		{{"n*GCU", 1e-9, {"nanogcu"}}, {"u*GCU", 1e-6, {"microgcu"}},
			{"m*GCU", 1e-3, {"milligcu"}}, {"GCU", 1, {"gcu"}},
			{"k*GCU", 1e3, {"kilogcu"}},
			{"M*GCU", 1e6, {"megagcu"}},
			{"G*GCU", 1e9, {"gigagcu"}},
			{"T*GCU", 1e12, {"teragcu"}},
			{"P*GCU", 1e15, {"petagcu"}}}},
};

static bool is_alias(const char *alias, const char *name, size_t len)
{
	return alias && strlen(alias) == len && !strncasecmp(alias, name, len);
}

static const struct unit *find_unit(
	const struct unit_kind *kind, const char *name)
{
	size_t len = strlen(name), i, k;

	if (len > 2 && (name[len - 1] == 's' || name[len - 1] == 'S'))
		len--;
	for (i = 0; i < UNITS_MAX && kind->units[i].name; i++)
		for (k = 0; k < ALIASES_MAX; k++)
			if (is_alias(kind->units[i].aliases[k], name, len))
				return &kind->units[i];
	return NULL;
}

static bool is_auto(const char *unit)
{
	return !strcmp(unit, "auto") || !strcmp(unit, "minimum");
}

/* The largest unit of which VALUE, in the unit of factor 1, has at least 1. */
static const struct unit *largest_unit(
	const struct unit_kind *kind, double value)
{
	const struct unit *found = NULL, *u;

	for (u = kind->units; u < kind->units + UNITS_MAX && u->name; u++)
		if (value / u->factor >= 1)
			found = u;
	return found;
}

static double scale_kind(const struct unit_kind *kind, double value,
	const char *to, const char **shown)
{
	const struct unit *unit;

	unit = is_auto(to) ? largest_unit(kind, value) : find_unit(kind, to);
	*shown = unit ? unit->name : kind->smallest;
	return value / (unit ? unit->factor : kind->smallest_factor);
}

/* Counts need no unit behind them. */
static bool is_plain(const char *unit)
{
	return !strcmp(unit, "count") || !strcmp(unit, "sample") ||
		!strcmp(unit, "unit") || is_auto(unit);
}

double units_scale(
	int64_t value, const char *from, const char *to, const char **shown)
{
	const char *ignored;
	const struct unit *unit;
	size_t i;

	if (!shown)
		shown = &ignored;
	if (value < 0 && units_abs(value) > 0)
		return -units_scale(units_abs(value), from, to, shown);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		unit = find_unit(&kinds[i], from);
		if (unit)
			return scale_kind(&kinds[i],
				(double)value * unit->factor, to, shown);
	}
	*shown = is_plain(to) ? "" : to;
	return (double)value;
}

bool units_fit(const char *from, const char *to)
{
	size_t i;

	if (is_auto(to) || !strcasecmp(from, to))
		return true;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (find_unit(&kinds[i], from))
			return find_unit(&kinds[i], to);
	return is_plain(from) && is_plain(to);
}

void units_label(
	struct strbuf *out, int64_t value, const char *from, const char *to)
{
	const char *unit;
	double scaled = units_scale(value, from, to, &unit);
	char text[400];
	size_t len;

	len = (size_t)snprintf(text, sizeof(text), "%.2f", scaled);
	if (len > 3 && !strcmp(text + len - 3, ".00"))
		text[len - 3] = 0;
	if (!strcmp(text, "0") || !strcmp(text, "-0")) {
		strbuf_addch(out, '0');
		return;
	}
	strbuf_addstr(out, text);
	strbuf_addstr(out, unit);
}

void units_percent(struct strbuf *out, int64_t value, int64_t total)
{
	double ratio = 0;

	if (total)
		ratio = fabs((double)value / (double)total) * 100;
	if (ratio >= 99.95 && ratio <= 100.05)
		strbuf_addstr(out, "  100%");
	else if (ratio >= 1)
		strbuf_addf(out, "%5.2f%%", ratio);
	else
		strbuf_addf(out, "%5.2g%%", ratio);
}

int64_t units_truncate(double number)
{
	if (number >= -0x1p63 && number < 0x1p63)
		return (int64_t)number;
	return INT64_MIN;
}
