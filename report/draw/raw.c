#include "report/draw/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "report/base/strbuf.h"
#include "report/draw/label_texts.h"

enum {
	NANOS = 1000000000,
	/* what the duration is cut to, in characters */
	DURATION_WIDTH = 4,
	DURATION_MAX = 64,
};

/* "2026-01-02 15:04:05.5 +0100 CET" */
static void time_line(int64_t nanos, struct strbuf *out)
{
	int64_t fraction = nanos % NANOS;
	time_t seconds = nanos / NANOS - (fraction < 0);
	char text[64];
	struct tm tm;
	size_t len;

	if (!localtime_r(&seconds, &tm))
		return;
	if (fraction < 0)
		fraction += NANOS;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	strbuf_addf(out, "Time: %s", text);
	if (fraction) {
		len = (size_t)snprintf(
			text, sizeof(text), ".%09" PRId64, fraction);
		while (text[len - 1] == '0')
			len--;
		strbuf_add(out, text, len);
	}
	strftime(text, sizeof(text), " %z %Z", &tm);
	strbuf_addf(out, "%s\n", text);
}

/* NUMBER / UNIT with as many decimals as it needs. */
static size_t decimal(char *to, uint64_t number, uint64_t unit)
{
	size_t len = (size_t)sprintf(to, "%" PRIu64, number / unit);
	uint64_t rest = number % unit;

	if (rest)
		to[len++] = '.';
	for (; rest; rest %= unit) {
		rest *= 10;
		to[len++] = (char)('0' + rest / unit);
	}
	return len;
}

static size_t long_duration(char *to, uint64_t nanos)
{
	uint64_t seconds = nanos / NANOS;
	size_t len = 0;

	if (seconds >= 3600)
		len += (size_t)sprintf(to, "%" PRIu64 "h", seconds / 3600);
	if (seconds >= 60)
		len += (size_t)sprintf(
			to + len, "%" PRIu64 "m", seconds / 60 % 60);
	len += decimal(to + len, seconds % 60 * NANOS + nanos % NANOS, NANOS);
	to[len++] = 's';
	return len;
}

/* "1h2m3.5s", "15.2ms": its first characters. */
static void duration_line(int64_t nanos, struct strbuf *out)
{
	char text[DURATION_MAX];
	uint64_t n = (uint64_t)(nanos < 0 ? 0 - (uint64_t)nanos
					  : (uint64_t)nanos);
	bool micro = n >= 1000 && n < 1000000;
	size_t len = 0, cut = DURATION_WIDTH;

	if (nanos < 0)
		text[len++] = '-';
	if (n < 1000)
		len += (size_t)sprintf(text + len, "%" PRIu64 "ns", n);
	else if (micro)
		len += decimal(text + len, n, 1000);
	else if (n < NANOS)
		len += decimal(text + len, n, 1000000);
	else
		len += long_duration(text + len, n);
	if (micro)
		len += (size_t)sprintf(text + len, "µs");
	else if (n >= 1000000 && n < NANOS)
		len += (size_t)sprintf(text + len, "ms");
	/* µ is two bytes and one character */
	if (micro && memchr(text, 0xc2, len < cut ? len : cut))
		cut++;
	strbuf_addf(
		out, "Duration: %.*s\n", (int)(len < cut ? len : cut), text);
}

static void type_line(const struct profile *p, struct strbuf *out)
{
	const struct profile_type *type;
	size_t i, start = out->len;

	for (i = 0; i < p->type_count; i++) {
		type = &p->types[i];
		strbuf_addf(out, "%s/%s%s ", profile_text(p, type->type),
			profile_text(p, type->unit),
			type->type == p->default_type ? "[dflt]" : "");
	}
	while (out->len > start && out->buf[out->len - 1] == ' ')
		out->buf[--out->len] = 0;
	strbuf_addch(out, '\n');
}

/* "key:[value value]" */
static void label_values(const struct view *v, const struct profile_label *l,
	uint32_t count, struct strbuf *out)
{
	const struct profile *p = v->p;
	bool units = false;
	uint32_t i;

	for (i = 0; i < count; i++)
		units |= l[i].unit != 0;
	strbuf_addf(out, "%s:[", profile_text(p, l->key));
	for (i = 0; i < count; i++) {
		if (i)
			strbuf_addch(out, ' ');
		if (l[i].str)
			strbuf_addstr(out, profile_text(p, l[i].str));
		else
			strbuf_addf(out, "%" PRId64, l[i].num);
		if (units)
			strbuf_addf(out, " %s", profile_text(p, l[i].unit));
	}
	strbuf_addch(out, ']');
}

/* One line for the strings, one for the numbers. */
static void label_line(const struct view *v, const struct profile_sample *s,
	bool strings, struct strbuf *out)
{
	static const char indent[] = "                ";
	struct strbuf text;

	strbuf_init(&text);
	if (label_texts(v, s, strings, label_values, " ", &text))
		strbuf_addf(out, "%s%s\n", indent, text.buf);
	strbuf_carry(out, &text);
	strbuf_release(&text);
}

static void sample_lines(const struct view *v, size_t index, struct strbuf *out)
{
	const struct profile *p = v->p;
	const struct profile_sample *s = &p->samples[index];
	size_t i;

	for (i = 0; i < p->type_count; i++)
		strbuf_addf(out, " %10" PRId64,
			p->values[index * p->type_count + i]);
	strbuf_addstr(out, ": ");
	for (i = 0; i < s->location_count; i++)
		strbuf_addf(out, "%u ", p->stack[s->first_location + i] + 1);
	strbuf_addch(out, '\n');
	label_line(v, s, true, out);
	label_line(v, s, false, out);
}

static void line_text(const struct profile *p, const struct profile_line *line,
	struct strbuf *out)
{
	const struct profile_function *f = &p->functions[line->function];

	strbuf_addf(out, "%s %s:%" PRId64 " s=%" PRId64,
		profile_text(p, f->name), profile_text(p, f->file), line->line,
		f->start_line);
	if (f->name != f->system_name)
		strbuf_addf(out, "(%s)", profile_text(p, f->system_name));
	strbuf_addch(out, '\n');
}

static void location_lines(
	const struct profile *p, uint32_t index, struct strbuf *out)
{
	const struct profile_location *l = &p->locations[index];
	uint32_t i;

	strbuf_addf(out, "%6u: 0x%" PRIx64 " ", index + 1, l->address);
	if (l->mapping)
		strbuf_addf(out, "M=%u ", l->mapping);
	if (l->folded)
		strbuf_addstr(out, "[F] ");
	if (!l->line_count)
		strbuf_addch(out, '\n');
	for (i = 0; i < l->line_count; i++) {
		if (i)
			strbuf_addstr(out, "             ");
		line_text(p, &p->lines[l->first_line + i], out);
	}
}

static void mapping_line(
	const struct profile *p, uint32_t index, struct strbuf *out)
{
	const struct profile_mapping *m = &p->mappings[index];

	strbuf_addf(out,
		"%u: 0x%" PRIx64 "/0x%" PRIx64 "/0x%" PRIx64
		" %s %s %s%s%s%s\n",
		index + 1, m->start, m->limit, m->offset,
		profile_text(p, m->file), profile_text(p, m->build_id),
		m->has_functions ? "[FN]" : "", m->has_filenames ? "[FL]" : "",
		m->has_line_numbers ? "[LN]" : "",
		m->has_inline_frames ? "[IN]" : "");
}

static void header_lines(const struct profile *p, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < p->comment_count; i++)
		strbuf_addf(
			out, "Comment: %s\n", profile_text(p, p->comments[i]));
	strbuf_addf(out, "PeriodType: %s %s\n",
		profile_text(p, p->period_type.type),
		profile_text(p, p->period_type.unit));
	strbuf_addf(out, "Period: %" PRId64 "\n", p->period);
	if (p->time_nanos)
		time_line(p->time_nanos, out);
	if (p->duration_nanos)
		duration_line(p->duration_nanos, out);
}

int draw_raw(struct view *v, struct strbuf *out)
{
	const struct profile *p = v->p;
	uint32_t i;

	header_lines(p, out);
	strbuf_addstr(out, "Samples:\n");
	type_line(p, out);
	for (i = 0; i < p->sample_count; i++)
		sample_lines(v, i, out);
	strbuf_addstr(out, "Locations\n");
	for (i = 0; i < p->location_count; i++)
		location_lines(p, i, out);
	strbuf_addstr(out, "Mappings\n");
	for (i = 0; i < p->mapping_count; i++)
		mapping_line(p, i, out);
	return out->error;
}
