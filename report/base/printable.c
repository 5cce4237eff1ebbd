#include "report/base/printable.h"

#include <stdint.h>
#include <string.h>

#include "report/base/utf8.h"

/* Both ends included. */
static const struct range {
	uint32_t first, last;
} harmful[] = {
	{0, 0x1f},
	/* DEL, and the control characters of 8 bits */
	{0x7f, 0x9f},
	/* the direction of writing: marks, embeddings, isolates */
	{0x061c, 0x061c},
	{0x200e, 0x200f},
	{0x202a, 0x202e},
	{0x2066, 0x2069},
};

/* The character of LEN bytes at TEXT. */
static uint32_t decode(const unsigned char *text, size_t len)
{
	uint32_t c = len > 1 ? text[0] & (0x7fU >> len) : text[0];
	size_t i;

	for (i = 1; i < len; i++)
		c = c << 6 | (text[i] & 0x3f);
	return c;
}

static bool is_harmful(uint32_t c, enum printable kind)
{
	size_t i;

	if (kind == PRINTABLE_LINES && (c == '\n' || c == '\t'))
		return false;
	for (i = 0; i < sizeof(harmful) / sizeof(*harmful); i++)
		if (c >= harmful[i].first && c <= harmful[i].last)
			return true;
	return false;
}

/* How many bytes at TEXT belong together; *BAD tells whether they must not
 * stay. A byte that is no character is taken for one of 8 bits. */
static size_t step(const char *text, size_t len, enum printable kind, bool *bad)
{
	size_t size;

	*bad = false;
	/* nearly all that there is */
	if (*text >= ' ' && *text < 0x7f)
		return 1;
	size = utf8_character(text, len);
	if (!size)
		size = 1;
	*bad = is_harmful(decode((const unsigned char *)text, size), kind);
	return size;
}

bool printable_is(const char *text, size_t len, enum printable kind)
{
	bool bad = false;
	size_t at;

	for (at = 0; at < len && !bad;)
		at += step(text + at, len - at, kind, &bad);
	return !bad;
}

size_t printable(char *text, size_t len, enum printable kind)
{
	size_t at = 0, to = 0, size;
	bool bad;

	for (; at < len; at += size) {
		size = step(text + at, len - at, kind, &bad);
		if (bad) {
			text[to++] = '?';
			continue;
		}
		if (size == 1)
			text[to] = text[at];
		else
			memmove(text + to, text + at, size);
		to += size;
	}
	return to;
}
