#include "report/graph/filter_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/strbuf.h"

/* What a filter found out about each location. */
enum mark {
	/* focused, or nothing to focus on */
	MARK_FOCUSED = 1,
	MARK_IGNORED = 2,
	/* none of its frames is left */
	MARK_HIDDEN = 4,
	/* cut the stack here */
	MARK_CUT = 8,
	/* ... and this location's own frames with it */
	MARK_CUT_WHOLE = 16,
};

static bool line_matches(const struct profile *p, const struct profile_line *l,
	struct regex *regex)
{
	const struct profile_function *f = &p->functions[l->function];

	return filter_match(p, regex, f->name) ||
		filter_match(p, regex, f->file);
}

static bool mapping_matches(const struct profile *p,
	const struct profile_location *l, struct regex *regex)
{
	return l->mapping &&
		filter_match(p, regex, p->mappings[l->mapping - 1].file);
}

static bool location_matches(const struct profile *p,
	const struct profile_location *l, struct regex *regex)
{
	uint32_t i;

	for (i = 0; i < l->line_count; i++)
		if (line_matches(p, &p->lines[l->first_line + i], regex))
			return true;
	return mapping_matches(p, l, regex);
}

/* Keep the lines of location INDEX that match, or those that do not. */
static int keep_lines(
	struct profile *p, uint32_t index, struct regex *regex, bool matching)
{
	const struct profile_location *l = &p->locations[index];
	struct profile_line *kept;
	uint32_t count = 0, i;

	if (mapping_matches(p, l, regex)) {
		if (!matching)
			p->locations[index].line_count = 0;
		return 0;
	}
	kept = reallocarray(NULL, l->line_count + 1, sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	for (i = 0; i < l->line_count; i++) {
		kept[count] = p->lines[l->first_line + i];
		count += line_matches(p, &kept[count], regex) == matching;
	}
	if (count < l->line_count)
		profile_set_lines(p, index, kept, count);
	free(kept);
	return p->error;
}

static unsigned char focus_mark(const struct profile *p, uint32_t index,
	struct regex *const regexes[FILTER_COUNT])
{
	const struct profile_location *l = &p->locations[index];
	struct regex *focus = regexes[FILTER_FOCUS];
	struct regex *ignore = regexes[FILTER_IGNORE];

	if (ignore && location_matches(p, l, ignore))
		return MARK_IGNORED;
	if (!focus || location_matches(p, l, focus))
		return MARK_FOCUSED;
	return 0;
}

static int mark_location(struct profile *p, uint32_t index,
	struct regex *const regexes[FILTER_COUNT], struct filter_notes *notes,
	unsigned char *mark)
{
	const struct profile_location *l = &p->locations[index];
	struct regex *hide = regexes[FILTER_HIDE], *show = regexes[FILTER_SHOW];
	int error = 0;

	*mark = focus_mark(p, index, regexes);
	if (*mark & MARK_FOCUSED)
		notes->unmatched[FILTER_FOCUS] = false;
	if (*mark & MARK_IGNORED)
		notes->unmatched[FILTER_IGNORE] = false;
	if (hide && location_matches(p, l, hide)) {
		notes->unmatched[FILTER_HIDE] = false;
		error = keep_lines(p, index, hide, false);
		if (!l->line_count)
			*mark |= MARK_HIDDEN;
	}
	if (error || !show)
		return error;
	error = keep_lines(p, index, show, true);
	if (l->line_count)
		notes->unmatched[FILTER_SHOW] = false;
	else
		*mark |= MARK_HIDDEN;
	return error;
}

/* Whether the sample stays, without its hidden locations. */
static bool keep_focused(struct profile *p, size_t index, void *arg)
{
	const unsigned char *marks = arg;
	struct profile_sample *s = &p->samples[index];
	uint32_t *stack = p->stack + s->first_location, kept = 0, i;
	unsigned int all = 0;

	for (i = 0; i < s->location_count; i++) {
		all |= marks[stack[i]];
		stack[kept] = stack[i];
		kept += !(marks[stack[i]] & MARK_HIDDEN);
	}
	if (!(all & MARK_FOCUSED) || all & MARK_IGNORED)
		return false;
	s->location_count = kept;
	return kept || !(all & MARK_HIDDEN);
}

int filter_names_apply(struct profile *p,
	struct regex *const regexes[FILTER_COUNT], struct filter_notes *notes)
{
	unsigned char *marks;
	uint32_t i;
	enum filter f;
	int error = 0;

	for (f = FILTER_FOCUS; f <= FILTER_SHOW; f++)
		notes->unmatched[f] = regexes[f];
	marks = calloc(p->location_count + 1, 1);
	if (!marks)
		return -ENOMEM;
	for (i = 0; !error && i < p->location_count; i++)
		error = mark_location(p, i, regexes, notes, &marks[i]);
	if (!error)
		filter_samples(p, keep_focused, marks);
	free(marks);
	return error;
}

/* The outermost match of LOCATION, cutting what is outside it. */
static bool show_location_from(
	struct profile *p, uint32_t index, struct regex *regex)
{
	struct profile_location *l = &p->locations[index];
	uint32_t i;

	if (mapping_matches(p, l, regex))
		return true;
	for (i = l->line_count; i; i--)
		if (line_matches(p, &p->lines[l->first_line + i - 1], regex)) {
			l->line_count = i;
			return true;
		}
	return false;
}

static bool keep_from(struct profile *p, size_t index, void *arg)
{
	const unsigned char *marks = arg;
	struct profile_sample *s = &p->samples[index];
	uint32_t i;

	for (i = s->location_count; i; i--)
		if (marks[p->stack[s->first_location + i - 1]])
			break;
	s->location_count = i;
	return i;
}

void filter_show_from(struct profile *p, struct regex *regex, bool *matched)
{
	unsigned char *marks = calloc(p->location_count + 1, 1);
	uint32_t i;

	*matched = false;
	if (!marks) {
		p->error = -ENOMEM;
		return;
	}
	for (i = 0; i < p->location_count; i++) {
		marks[i] = show_location_from(p, i, regex);
		*matched |= marks[i];
	}
	filter_samples(p, keep_from, marks);
	free(marks);
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* The length of TEXT up to its argument list. Two names have parentheses of
 * their own. */
static size_t without_arguments(const char *text)
{
	static const char anonymous[] = "(anonymous namespace)";
	static const char call[] = "operator()";
	const char *at = text;

	for (; *at; at++) {
		if (starts_with(at, anonymous))
			at += sizeof(anonymous) - 2;
		else if (starts_with(at, call))
			at += sizeof(call) - 2;
		else if (*at == '(')
			break;
	}
	return (size_t)(at - text);
}

static bool simple_name_matches(
	const struct profile *p, uint32_t name, struct regex *regex)
{
	const char *text = profile_text(p, name);

	if (*text == '.')
		text++;
	return regex_match(regex, text, without_arguments(text));
}

/* Whether lines of FUNCTION are to be cut off; NULL-safe for KEEP. */
static bool function_matches(const struct profile *p, uint32_t function,
	struct regex *drop, struct regex *keep)
{
	uint32_t name = p->functions[function].name;

	return name && simple_name_matches(p, name, drop) &&
		!(keep && simple_name_matches(p, name, keep));
}

/* Which functions match, each asked once. */
static bool *match_functions(
	const struct profile *p, struct regex *drop, struct regex *keep)
{
	bool *matches = calloc(p->function_count + 1, sizeof(*matches));
	uint32_t i;

	for (i = 0; matches && i < p->function_count; i++)
		matches[i] = function_matches(p, i, drop, keep);
	return matches;
}

/* Cut the frames inside the outermost match, and the match, off a location. */
static unsigned char prune_location(
	struct profile *p, uint32_t index, const bool *matches)
{
	struct profile_location *l = &p->locations[index];
	uint32_t i;

	for (i = l->line_count; i; i--)
		if (matches[p->lines[l->first_line + i - 1].function])
			break;
	if (!i)
		return 0;
	if (i == l->line_count)
		return MARK_CUT_WHOLE;
	l->first_line += i;
	l->line_count -= i;
	return MARK_CUT;
}

/* Cut everything inside the first frame to be pruned that has a frame of the
 * user's outside it: a stack of nothing else stays. */
static void prune_sample(
	struct profile *p, struct profile_sample *s, const unsigned char *marks)
{
	bool seen_user = false;
	unsigned char mark;
	uint32_t i, cut;

	for (i = s->location_count; i; i--) {
		mark = marks[p->stack[s->first_location + i - 1]];
		if (!mark) {
			seen_user = true;
			continue;
		}
		if (!seen_user)
			continue;
		cut = mark == MARK_CUT_WHOLE ? i : i - 1;
		s->first_location += cut;
		s->location_count -= cut;
		return;
	}
}

int filter_prune(struct profile *p, struct regex *drop, struct regex *keep)
{
	unsigned char *marks = calloc(p->location_count + 1, 1);
	bool *matches = match_functions(p, drop, keep);
	uint32_t i;
	int error = marks && matches ? 0 : -ENOMEM;

	for (i = 0; !error && i < p->location_count; i++)
		marks[i] = prune_location(p, i, matches);
	for (i = 0; !error && i < p->sample_count; i++)
		prune_sample(p, &p->samples[i], marks);
	free(marks);
	free(matches);
	return error;
}

/* Cut the frames inside the innermost match off a location. */
static bool prune_location_from(
	struct profile *p, uint32_t index, const bool *matches)
{
	struct profile_location *l = &p->locations[index];
	uint32_t i;

	for (i = 0; i < l->line_count; i++)
		if (matches[p->lines[l->first_line + i].function])
			break;
	if (i == l->line_count)
		return false;
	l->first_line += i;
	l->line_count -= i;
	return true;
}

static void prune_sample_from(
	struct profile *p, struct profile_sample *s, const unsigned char *marks)
{
	uint32_t i;

	for (i = 0; i < s->location_count; i++)
		if (marks[p->stack[s->first_location + i]])
			break;
	if (i == s->location_count)
		return;
	s->first_location += i;
	s->location_count -= i;
}

int filter_prune_from(struct profile *p, struct regex *regex)
{
	unsigned char *marks = calloc(p->location_count + 1, 1);
	bool *matches = match_functions(p, regex, NULL);
	uint32_t i;
	int error = marks && matches ? 0 : -ENOMEM;

	for (i = 0; !error && i < p->location_count; i++)
		marks[i] = prune_location_from(p, i, matches);
	for (i = 0; !error && i < p->sample_count; i++)
		prune_sample_from(p, &p->samples[i], marks);
	free(marks);
	free(matches);
	return error;
}
