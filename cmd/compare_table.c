#include "cmd/compare_table.h"

#include <stdbool.h>
#include <stdio.h>

#include "report/stats/mann_whitney.h"
#include "report/stats/quantile.h"

/* A difference is claimed where chance gives one as large less often. */
static const double significant = 0.05;

typedef void (*value_printer)(char *text, size_t size, double value);

/* 1234567 -> 1,234,567; every other run may have given half a unit more. */
static void print_count(char *text, size_t size, double value)
{
	char digits[32];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%.0f", value);
	size_t at = 0;

	for (size_t i = 0; i < len && at + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = 0;
}

/* VALUE in the largest of UNITS, each STEPS[i] of the one before, that keeps it
 * at 1 or more. */
static void print_scaled(char *text, size_t size, double value,
	const char *const *units, const double *steps)
{
	size_t i = 0;

	while (units[i + 1] && value >= steps[i]) {
		value /= steps[i];
		i++;
	}
	snprintf(text, size, "%.*f%s", i ? 2 : 0, value, units[i]);
}

static void print_bytes(char *text, size_t size, double value)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", NULL};
	static const double steps[] = {1024, 1024, 1024, 1024};

	print_scaled(text, size, value, units, steps);
}

static void print_time(char *text, size_t size, double value)
{
	static const char *const units[] = {"ns", "us", "ms", "s", NULL};
	static const double steps[] = {1000, 1000, 1000};

	print_scaled(text, size, value, units, steps);
}

static const struct {
	const char *name;
	value_printer print;
	/* may be marked exact */
	bool counted;
} measures[MEASURE_COUNT] = {
	[MEASURE_ALLOCS] = {"allocations", print_count, true},
	[MEASURE_BYTES] = {"bytes", print_bytes, true},
	[MEASURE_PEAK] = {"peak memory", print_bytes, false},
	[MEASURE_TIME] = {"time", print_time, false},
	[MEASURE_TRACED] = {"time, traced", print_time, false},
};

static double median_of(const struct contender *c, int measure)
{
	return quantile_median(c->values[measure], c->runs);
}

/* One run cannot tell. */
static bool is_exact(const struct contender *c, int measure)
{
	const double *sorted = c->values[measure];

	return measures[measure].counted && c->runs > 1 && c->lost == 0 &&
		sorted[0] == sorted[c->runs - 1];
}

static void add_header(struct strbuf *out)
{
	strbuf_addstr(out, "  ");
	for (int i = 0; i < MEASURE_COUNT; i++)
		strbuf_addf(out, "%*s", i ? 14 : 17, measures[i].name);
	strbuf_addch(out, '\n');
}

static void add_medians(struct strbuf *out, const struct contender *c, int name)
{
	char text[40];

	strbuf_addf(out, "%c ", name);
	for (int i = 0; i < MEASURE_COUNT; i++) {
		measures[i].print(text, sizeof(text), median_of(c, i));
		strbuf_addf(out, "%*s", i ? 14 : 17, text);
	}
	strbuf_addch(out, '\n');
}

static void add_spreads(struct strbuf *out, const struct contender *c)
{
	double median, spread;
	char text[40];

	if (c->runs < 2)
		return;
	strbuf_addstr(out, "  ");
	for (int i = 0; i < MEASURE_COUNT; i++) {
		median = median_of(c, i);
		spread = quantile_spread(c->values[i], c->runs);
		snprintf(text, sizeof(text), "+-%.1f%%",
			median > 0 ? 100 * spread / median : 0);
		strbuf_addf(out, "%*s", i ? 14 : 17,
			is_exact(c, i) ? "exact" : text);
	}
	strbuf_addch(out, '\n');
}

static void add_notes(struct strbuf *out, const struct contender *c)
{
	if (c->runs < 2) {
		strbuf_addstr(out, "\nOne run of each.\n");
		return;
	}
	strbuf_addf(out,
		"\nMedians of %zu runs of each, in turn; +- half the distance "
		"between quartiles;\nexact: equal in all runs.\n",
		c->runs);
}

/* What A's and B's runs show about MEASURE. */
static int judge(struct strbuf *out, const struct contender *a,
	const struct contender *b, int measure)
{
	double p;
	int error;

	if (is_exact(a, measure) && is_exact(b, measure)) {
		strbuf_addstr(out, "exact");
		return 0;
	}
	if (a->runs < COMPARE_RUNS_MIN) {
		strbuf_addf(out, "no difference shown: fewer than %d runs",
			COMPARE_RUNS_MIN);
		return 0;
	}
	error = mann_whitney(
		a->values[measure], a->runs, b->values[measure], b->runs, &p);
	if (error)
		return error;
	if (p >= significant)
		strbuf_addf(out, "no difference shown (p = %.2f)", p);
	else if (p < 0.001)
		strbuf_addstr(out, "p < 0.001");
	else
		strbuf_addf(out, "p = %.3f", p);
	return 0;
}

static void add_ratio(struct strbuf *out, double from, double to)
{
	char text[40];

	if (from == to)
		snprintf(text, sizeof(text), "equal");
	else if (from > 0)
		snprintf(text, sizeof(text),
			to / from < 0.0995 ? "%.2g x" : "%.2f x", to / from);
	else
		snprintf(text, sizeof(text), "from 0");
	strbuf_addf(out, "%12s   ", text);
}

static int add_against(struct strbuf *out, const struct contender *a,
	const struct contender *b, int name)
{
	int error = 0;

	strbuf_addf(out, "\n%c against A\n", name);
	for (int i = 0; i < MEASURE_COUNT && !error; i++) {
		strbuf_addf(out, "  %-14s", measures[i].name);
		add_ratio(out, median_of(a, i), median_of(b, i));
		error = judge(out, a, b, i);
		strbuf_addch(out, '\n');
	}
	return error;
}

static void sort_values(struct contender *c)
{
	for (int i = 0; i < MEASURE_COUNT; i++)
		quantile_sort(c->values[i], c->runs);
}

int compare_table(struct strbuf *out, struct contender *commands, size_t count)
{
	int error = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		sort_values(&commands[i]);
		strbuf_addf(out, "%c: %s\n", (int)('A' + i), commands[i].text);
	}
	strbuf_addch(out, '\n');
	add_header(out);
	for (i = 0; i < count; i++) {
		add_medians(out, &commands[i], (int)('A' + i));
		add_spreads(out, &commands[i]);
	}
	add_notes(out, commands);
	for (i = 1; i < count && !error; i++)
		error = add_against(
			out, commands, &commands[i], (int)('A' + i));
	return error;
}
