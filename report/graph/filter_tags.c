#include "report/graph/filter_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/strbuf.h"
#include "report/graph/label_units.h"
#include "report/graph/units.h"

enum {
	EXPRESSIONS_MAX = 64,
};

/* "1kb:4mb": from and to in units UNIT; either end may be open. */
struct tag_range {
	bool given;
	bool has_from, has_to;
	double from, to;
	const char *unit;
	/* what UNIT points to when it is the user's own word */
	char word[32];
};

/* One of tagfocus and tagignore. */
struct tag_filter {
	bool given;
	/* what stands before a '='; NULL: labels of any key count */
	char *key;
	struct tag_range range;
	struct regex *regexes[EXPRESSIONS_MAX];
	size_t regex_count;
};

struct tag_filters {
	struct tag_filter focus, ignore;
	struct label_units units;
	struct filter_notes *notes;
};

/* Parse "[+-]digits[letters]" at *TEXT and step over it. */
static bool parse_amount(const char **text, long long *number, char *word)
{
	const char *digits = *text + (**text == '+' || **text == '-');
	size_t len = strspn(digits, "0123456789"), letters;
	char *end;

	if (!len)
		return false;
	errno = 0;
	*number = strtoll(*text, &end, 10);
	if (errno)
		return false;
	for (letters = 0; (unsigned char)((end[letters] | 32) - 'a') < 26;)
		letters++;
	if (letters > 30)
		return false;
	memcpy(word, end, letters);
	word[letters] = 0;
	*text = end + letters;
	return true;
}

/* The second amount of a range, in units of the first. */
static bool parse_end(struct tag_range *range, const char *text)
{
	char word[32];
	const char *unit;
	long long number;

	if (!parse_amount(&text, &number, word) || *text)
		return false;
	range->to = units_scale(number, word, range->unit, &unit);
	return !strcmp(unit, range->unit);
}

/* Whether TEXT is "N", "N:", ":N" or "N:M" and no regular expression. */
static bool parse_range(struct tag_range *range, const char *text)
{
	bool open_start = *text == ':';
	long long number;

	text += open_start;
	if (!parse_amount(&text, &number, range->word))
		return false;
	range->from = units_scale(
		number, range->word, range->word, &range->unit);
	range->to = range->from;
	range->has_from = !open_start;
	range->has_to = open_start || *text != ':' || text[1];
	if (!*text)
		return true;
	if (open_start || *text != ':')
		return false;
	return !text[1] || parse_end(range, text + 1);
}

/* Comma-separated expressions. */
static int compile_list(
	struct tag_filter *f, const char *list, struct strbuf *why)
{
	char *copy = strdup(list), *at = copy, *item;
	int error = copy ? 0 : -ENOMEM;

	while (!error && (item = strsep(&at, ","))) {
		if (f->regex_count == EXPRESSIONS_MAX) {
			strbuf_addstr(why, "too many expressions");
			error = -EINVAL;
			break;
		}
		errno = ENOMEM;
		f->regexes[f->regex_count] = regex_new(item, why);
		if (f->regexes[f->regex_count])
			f->regex_count++;
		else
			error = -errno;
	}
	free(copy);
	return error;
}

static int compile(struct tag_filter *f, enum filter which,
	const struct filter_options *options, struct strbuf *why)
{
	const char *text = options->expression[which], *equals;
	int error;

	if (!text || !*text)
		return 0;
	f->given = true;
	equals = strchr(text, '=');
	if (equals) {
		f->key = strndup(text, (size_t)(equals - text));
		if (!f->key)
			return -ENOMEM;
		text = equals + 1;
	}
	f->range.given = parse_range(&f->range, text);
	if (f->range.given)
		return 0;
	strbuf_addf(why, "-%s: ", filter_names[which]);
	error = compile_list(f, text, why);
	if (!error)
		strbuf_reset(why);
	return error;
}

static void release(struct tag_filter *f)
{
	free(f->key);
	while (f->regex_count)
		regex_free(f->regexes[--f->regex_count]);
}

static bool in_range(
	const struct tag_range *range, int64_t number, const char *number_unit)
{
	const char *unit;
	double value = units_scale(number, number_unit, range->unit, &unit);

	return !strcmp(unit, range->unit) &&
		(!range->has_from || value >= range->from) &&
		(!range->has_to || value <= range->to);
}

static bool has_key(const struct tag_filter *f, struct profile *p,
	const struct profile_label *label)
{
	return !f->key || !strcmp(f->key, profile_text(p, label->key));
}

static bool number_matches(const struct tag_filter *f, struct profile *p,
	const struct label_units *units, const struct profile_sample *s)
{
	const struct profile_label *l = p->labels + s->first_label;
	uint32_t i;

	for (i = 0; i < s->label_count; i++)
		if (!l[i].str && has_key(f, p, &l[i]) &&
			in_range(&f->range, l[i].num,
				label_units_of(units, p, l[i].key)))
			return true;
	return false;
}

/* "key:value", or the value alone if a key was given. */
static bool text_matches(struct regex *regex, struct profile *p,
	const struct profile_label *label, bool with_key)
{
	struct strbuf text;
	bool matches;

	if (!with_key)
		return filter_match(p, regex, label->str);
	strbuf_init(&text);
	strbuf_addf(&text, "%s:%s", profile_text(p, label->key),
		profile_text(p, label->str));
	matches = regex_match(regex, text.buf, text.len);
	if (text.error)
		p->error = text.error;
	strbuf_release(&text);
	return matches;
}

static bool any_label_matches(const struct tag_filter *f, struct regex *regex,
	struct profile *p, const struct profile_sample *s)
{
	const struct profile_label *l = p->labels + s->first_label;
	uint32_t i;

	for (i = 0; i < s->label_count; i++)
		if (l[i].str && has_key(f, p, &l[i]) &&
			text_matches(regex, p, &l[i], !f->key))
			return true;
	return false;
}

/* With a key, one of the expressions must match; without, all. */
static bool sample_matches(const struct tag_filter *f, struct profile *p,
	const struct label_units *units, const struct profile_sample *s)
{
	bool one_is_enough = f->key;
	size_t i;

	if (f->range.given)
		return number_matches(f, p, units, s);
	for (i = 0; i < f->regex_count; i++)
		if (any_label_matches(f, f->regexes[i], p, s) == one_is_enough)
			return one_is_enough;
	return !one_is_enough;
}

static bool keep_tagged(struct profile *p, size_t index, void *arg)
{
	const struct profile_sample *s = &p->samples[index];
	struct tag_filters *filters = arg;
	bool focused = true, ignored = false;

	if (filters->focus.given)
		focused = sample_matches(
			&filters->focus, p, &filters->units, s);
	if (filters->ignore.given)
		ignored = sample_matches(
			&filters->ignore, p, &filters->units, s);
	if (focused)
		filters->notes->unmatched[FILTER_TAGFOCUS] = false;
	if (ignored)
		filters->notes->unmatched[FILTER_TAGIGNORE] = false;
	return focused && !ignored;
}

static void apply(struct profile *p, struct tag_filters *filters)
{
	struct filter_notes *notes = filters->notes;

	notes->is_range[FILTER_TAGFOCUS] = filters->focus.range.given;
	notes->is_range[FILTER_TAGIGNORE] = filters->ignore.range.given;
	notes->unmatched[FILTER_TAGFOCUS] = filters->focus.given;
	notes->unmatched[FILTER_TAGIGNORE] = filters->ignore.given;
	if (filters->focus.given || filters->ignore.given)
		filter_samples(p, keep_tagged, filters);
}

int filter_tags(struct profile *p, const struct filter_options *options,
	struct filter_notes *notes, struct strbuf *why)
{
	struct tag_filters filters = {.notes = notes};
	struct strbuf ignored;
	int error;

	strbuf_init(&ignored);
	error = label_units_init(&filters.units, p, &ignored);
	if (!error)
		error = compile(&filters.focus, FILTER_TAGFOCUS, options, why);
	if (!error)
		error = compile(
			&filters.ignore, FILTER_TAGIGNORE, options, why);
	if (!error)
		apply(p, &filters);
	release(&filters.focus);
	release(&filters.ignore);
	label_units_release(&filters.units);
	strbuf_release(&ignored);
	return error;
}

struct name_filter {
	struct regex *show, *hide;
	struct filter_notes *notes;
};

static bool keep_label(struct profile *p, struct name_filter *f,
	const struct profile_label *label)
{
	bool shown = !f->show || filter_match(p, f->show, label->key);
	bool hidden = f->hide && filter_match(p, f->hide, label->key);

	if (shown)
		f->notes->unmatched[FILTER_TAGSHOW] = false;
	if (hidden)
		f->notes->unmatched[FILTER_TAGHIDE] = false;
	return shown && !hidden;
}

static bool drop_labels(struct profile *p, size_t index, void *arg)
{
	struct profile_sample *s = &p->samples[index];
	struct profile_label *labels = p->labels + s->first_label;
	uint32_t kept = 0, i;

	for (i = 0; i < s->label_count; i++)
		if (keep_label(p, arg, &labels[i]))
			labels[kept++] = labels[i];
	s->label_count = kept;
	return true;
}

void filter_tag_names(struct profile *p, struct regex *show, struct regex *hide,
	struct filter_notes *notes)
{
	struct name_filter f = {.show = show, .hide = hide, .notes = notes};

	notes->unmatched[FILTER_TAGSHOW] = show;
	notes->unmatched[FILTER_TAGHIDE] = hide;
	if (show || hide)
		filter_samples(p, drop_labels, &f);
}
