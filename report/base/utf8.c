#include "report/base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* The length that the first byte of a character tells; 0 if it is none. */
static size_t length_of(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf5 ? 4 : 0;
}

/* Not a longer way to write a character, a surrogate, or past the last. */
static bool second_fits(uint8_t first, uint8_t second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

size_t utf8_character(const char *text, size_t len)
{
	const uint8_t *c = (const uint8_t *)text;
	size_t want = length_of(c[0]), i;

	if (want > len)
		return 0;
	for (i = 1; i < want; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	return want > 1 && !second_fits(c[0], c[1]) ? 0 : want;
}

void utf8_repair(struct strbuf *out, const char *text, size_t len)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t step;

	while (len) {
		step = utf8_character(text, len);
		if (step) {
			strbuf_add(out, text, step);
		} else {
			strbuf_addstr(out, replacement);
			step = 1;
		}
		text += step;
		len -= step;
	}
}
