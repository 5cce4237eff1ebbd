#include "report/draw/svg_scan.h"

#include <stdlib.h>
#include <string.h>

bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && !memcmp(span.data, text, span.len);
}

double span_number(struct span span)
{
	char text[32] = "";

	if (span.data && span.len < sizeof(text))
		memcpy(text, span.data, span.len);
	return strtod(text, NULL);
}

void span_add(struct strbuf *out, struct span span)
{
	strbuf_add(out, span.data, span.len);
}

static bool starts_with(struct span span, const char *text)
{
	size_t len = strlen(text);

	return span.len >= len && !memcmp(span.data, text, len);
}

/* Take LEN bytes off the front. */
static struct span take(struct span *text, size_t len)
{
	struct span taken = {text->data, len};

	text->data += len;
	text->len -= len;
	return taken;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_spaces(struct span *text)
{
	while (text->len && is_space(*text->data))
		take(text, 1);
}

/* Split <NAME ATTRIBUTES> or </NAME>. */
static struct token read_tag(struct span tag)
{
	struct token token = {.kind = TOKEN_OPEN};
	size_t len = 0;

	take(&tag, 1);
	tag.len--;
	if (tag.len && *tag.data == '/') {
		token.kind = TOKEN_CLOSE;
		take(&tag, 1);
	}
	if (tag.len && tag.data[tag.len - 1] == '/') {
		token.empty = true;
		tag.len--;
	}
	while (len < tag.len && !is_space(tag.data[len]))
		len++;
	token.name = take(&tag, len);
	token.attributes = tag;
	return token;
}

/* Bytes up to and with the END that closes a piece of markup, 0 if it never
 * does. */
static size_t markup_length(struct span text, const char *end)
{
	const char *at = memmem(text.data, text.len, end, strlen(end));

	return at ? (size_t)(at - text.data) + strlen(end) : 0;
}

static struct token read_text(struct span *text)
{
	struct token token = {.kind = TOKEN_TEXT};
	const char *at = memchr(text->data, '<', text->len);

	token.name = take(text, at ? (size_t)(at - text->data) : text->len);
	return token;
}

struct token svg_next(struct span *text)
{
	struct token token = {.kind = TOKEN_END};
	size_t len;

	if (text->len && *text->data != '<')
		return read_text(text);
	len = markup_length(*text, starts_with(*text, "<!--") ? "-->" : ">");
	if (len < 2)
		return token;
	if (text->data[1] != '!' && text->data[1] != '?')
		return read_tag(take(text, len));
	take(text, len);
	token.kind = TOKEN_OTHER;
	return token;
}

bool svg_next_attribute(
	struct span *attributes, struct span *name, struct span *value)
{
	const char *equals, *quote;

	skip_spaces(attributes);
	equals = memmem(attributes->data, attributes->len, "=\"", 2);
	if (!equals)
		return false;
	*name = take(attributes, (size_t)(equals - attributes->data));
	take(attributes, 2);
	quote = memchr(attributes->data, '"', attributes->len);
	if (!quote || memchr(attributes->data, '<', attributes->len))
		return false;
	*value = take(attributes, (size_t)(quote - attributes->data));
	take(attributes, 1);
	return true;
}

struct span svg_attribute(struct span attributes, const char *name)
{
	struct span found, value;

	while (svg_next_attribute(&attributes, &found, &value))
		if (span_is(found, name))
			return value;
	return (struct span){NULL, 0};
}
