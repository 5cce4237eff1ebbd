#include "report/graph/filter.h"

#include <errno.h>
#include <string.h>

#include "report/base/regex.h"
#include "report/graph/filter_parts.h"

const char *const filter_names[FILTER_COUNT] = {
	[FILTER_FOCUS] = "focus",
	[FILTER_IGNORE] = "ignore",
	[FILTER_HIDE] = "hide",
	[FILTER_SHOW] = "show",
	[FILTER_SHOW_FROM] = "show_from",
	[FILTER_TAGFOCUS] = "tagfocus",
	[FILTER_TAGIGNORE] = "tagignore",
	[FILTER_TAGSHOW] = "tagshow",
	[FILTER_TAGHIDE] = "taghide",
	[FILTER_PRUNE_FROM] = "prune_from",
};

void filter_samples(struct profile *p, keep_sample *keep, void *arg)
{
	size_t types = p->type_count, kept = 0, i;

	for (i = 0; i < p->sample_count; i++) {
		if (!keep(p, i, arg))
			continue;
		p->samples[kept] = p->samples[i];
		memmove(p->values + kept * types, p->values + i * types,
			types * sizeof(*p->values));
		kept++;
	}
	p->sample_count = kept;
}

bool filter_match(const struct profile *p, struct regex *regex, uint32_t string)
{
	return regex_match_id(
		regex, string, p->strings[string].text, p->strings[string].len);
}

static bool is_tag_filter(enum filter f)
{
	return f == FILTER_TAGFOCUS || f == FILTER_TAGIGNORE;
}

static int compile(const struct filter_options *options,
	struct regex *regexes[FILTER_COUNT], struct strbuf *why)
{
	const char *text;
	enum filter f;

	for (f = 0; f < FILTER_COUNT; f++) {
		text = options->expression[f];
		if (!text || !*text || is_tag_filter(f))
			continue;
		strbuf_addf(why, "-%s: ", filter_names[f]);
		errno = ENOMEM;
		regexes[f] = regex_new(text, why);
		if (!regexes[f])
			return -errno;
		strbuf_reset(why);
	}
	return 0;
}

static int apply(struct profile *p, const struct filter_options *options,
	struct regex *const regexes[FILTER_COUNT], struct filter_notes *notes,
	struct strbuf *why)
{
	bool matched = true;
	int error = filter_names_apply(p, regexes, notes);

	if (error)
		return error;
	if (regexes[FILTER_SHOW_FROM])
		filter_show_from(p, regexes[FILTER_SHOW_FROM], &matched);
	notes->unmatched[FILTER_SHOW_FROM] = !matched;
	error = filter_tags(p, options, notes, why);
	if (error)
		return error;
	filter_tag_names(
		p, regexes[FILTER_TAGSHOW], regexes[FILTER_TAGHIDE], notes);
	if (regexes[FILTER_PRUNE_FROM])
		error = filter_prune_from(p, regexes[FILTER_PRUNE_FROM]);
	return error;
}

int filter_apply(struct profile *p, const struct filter_options *options,
	struct filter_notes *notes, struct strbuf *why)
{
	struct regex *regexes[FILTER_COUNT] = {0};
	enum filter f;
	int error;

	*notes = (struct filter_notes){0};
	error = compile(options, regexes, why);
	if (!error)
		error = apply(p, options, regexes, notes, why);
	if (!error)
		error = p->error;
	for (f = 0; f < FILTER_COUNT; f++)
		regex_free(regexes[f]);
	return error;
}

/* The profile's own expressions must match a whole name. */
static struct regex *whole_name(
	const struct profile *p, uint32_t string, struct strbuf *why)
{
	struct strbuf pattern;
	struct regex *regex = NULL;

	strbuf_init(&pattern);
	strbuf_addf(&pattern, "^(%s)$", profile_text(p, string));
	errno = ENOMEM;
	if (!pattern.error)
		regex = regex_new(pattern.buf, why);
	strbuf_release(&pattern);
	return regex;
}

int filter_drop_frames(struct profile *p, struct strbuf *why)
{
	struct regex *drop = NULL, *keep = NULL;
	int error = 0;

	if (!p->drop_frames)
		return 0;
	drop = whole_name(p, p->drop_frames, why);
	if (!drop)
		return -errno;
	if (p->keep_frames) {
		keep = whole_name(p, p->keep_frames, why);
		if (!keep)
			error = -errno;
	}
	if (!error)
		error = filter_prune(p, drop, keep);
	regex_free(drop);
	regex_free(keep);
	return error;
}
