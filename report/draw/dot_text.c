#include "report/draw/dot_text.h"

#include <math.h>
#include <string.h>

#include "report/graph/units.h"

void dot_escape(struct strbuf *out, const char *text)
{
	unsigned char c;

	for (; *text; text++) {
		c = (unsigned char)*text;
		if (c == '\\' || c == '"')
			strbuf_addch(out, '\\');
		if (c == '\n')
			strbuf_addstr(out, "\\l");
		else if ((c < ' ' && c != '\t') || c == 127)
			strbuf_addstr(out, "\xef\xbf\xbd");
		else
			strbuf_addch(out, *text);
	}
}

void dot_value(struct strbuf *out, const struct view *v, int64_t value)
{
	struct strbuf text;

	strbuf_init(&text);
	view_value(v, &text, value);
	dot_escape(out, text.buf);
	strbuf_carry(out, &text);
	strbuf_release(&text);
}

/* Of ASCII, whatever the locale. */
static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_word_start(char c)
{
	return is_upper(c) || is_lower(c) || c == '_';
}

static bool is_word(char c)
{
	return is_word_start(c) || (c >= '0' && c <= '9');
}

static size_t word(const char *text)
{
	size_t len = 0;

	while (is_word(text[len]))
		len++;
	return len;
}

/* Go: what follows the path. */
static const char *shorten_go(const char *text, size_t *len)
{
	const char *rest = text, *at;

	for (at = text;; at++) {
		if (*at == '/' && at > rest && at[1] && at[1] != '\n')
			rest = at + 1;
		else if (!is_word(*at) && *at != '-' && *at != '.')
			break;
	}
	if (rest == text)
		return NULL;
	*len = strcspn(rest, "\n");
	return rest;
}

/* Java: lower.case.package.Class.method(arguments). */
static const char *shorten_java(const char *text, size_t *len)
{
	const char *at = text, *class;

	while (is_lower(*at) && at[word(at)] == '.')
		at += word(at) + 1;
	class = at;
	if (!is_upper(*at))
		return NULL;
	while (is_word(*at) || *at == '$')
		at++;
	if (*at++ != '.')
		return NULL;
	if (!strncmp(at, "<init>", 6)) {
		at += 6;
	} else {
		if (!is_lower(*at))
			return NULL;
		while (is_word(*at) || *at == '$')
			at++;
	}
	if (*at && *at != '(')
		return NULL;
	*len = (size_t)(at - class);
	return class;
}

static bool is_class(const char *text)
{
	return is_upper(text[strspn(text, "_")]);
}

/* The length of a C++ method's name with its template arguments. */
static size_t method(const char *text)
{
	size_t len = *text == '~', end, i;

	len += word(text + len);
	end = len;
	if (text[len] == '<')
		for (i = len; text[i] && text[i] != '\n'; i++)
			if (text[i] == '>')
				end = i + 1;
	return end;
}

/* C++: of namespace::Class::method, the last class that has a method. */
static const char *shorten_cpp(const char *text, size_t *len)
{
	const char *at, *class = NULL, *next;

	for (at = text; is_word_start(*at); at = next) {
		next = at + word(at);
		if (strncmp(next, "::", 2) != 0)
			break;
		next += 2;
		if (at > text && is_class(at) &&
			is_word_start(next[*next == '~'])) {
			class = at;
			*len = (size_t)(next - at) + method(next);
		}
	}
	return class;
}

/* Leave the "/v2" of a module's version out of TEXT. */
static const char *without_version(const char *text, struct strbuf *scratch)
{
	const char *at, *end;

	for (at = text; *at && *at != '\n'; at++) {
		if (strncmp(at, "/v", 2) != 0 || at[2] < '1' || at[2] > '9')
			continue;
		end = at + 2 + strspn(at + 2, "0123456789");
		if ((*end != '.' && *end != '/') ||
			(at[2] == '1' && end == at + 3))
			continue;
		/* text of several lines is no such name */
		if (strchr(end, '\n'))
			break;
		strbuf_reset(scratch);
		strbuf_add(scratch, text, (size_t)(at - text));
		strbuf_addstr(scratch, end);
		return scratch->buf;
	}
	return text;
}

const char *dot_shorten(const char *text, size_t *len, struct strbuf *scratch)
{
	static const char anonymous[] = "(anonymous namespace)::";
	const char *found;

	if (!strncmp(text, anonymous, sizeof(anonymous) - 1))
		text += sizeof(anonymous) - 1;
	text = without_version(text, scratch);
	found = shorten_go(text, len);
	if (!found)
		found = shorten_java(text, len);
	if (!found)
		found = shorten_cpp(text, len);
	if (found)
		return found;
	*len = strlen(text);
	return text;
}

static unsigned int channel(double value)
{
	return (unsigned int)units_truncate(value * 255) & 0xff;
}

void dot_color(struct strbuf *out, double score, bool background)
{
	double saturation = background ? 0.1 : 1.0;
	double value = background ? 0.93 : 0.7;
	double red = value, green = value;

	if (score < -1)
		score = -1;
	if (score > 1)
		score = 1;
	/* near 0 it would be yellow otherwise */
	if (fabs(score) < 0.2)
		saturation *= fabs(score) / 0.2;
	/* small shares are what one looks for: tell them from grey */
	if (score > 0)
		score = pow(score, 1.0 - 0.7);
	if (score < 0)
		score = -pow(-score, 1.0 - 0.7);
	if (score < 0)
		red = value * (1 + saturation * score);
	else
		green = value * (1 - saturation * score);
	strbuf_addf(out, "#%02x%02x%02x", channel(red), channel(green),
		channel(value * (1 - saturation)));
}
