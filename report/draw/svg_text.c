#include "report/draw/svg_text.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* From ' ' to '~'. */
static const uint16_t widths[] = {278, 278, 355, 556, 556, 889, 667, 191, 333,
	333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
	556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722,
	667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722,
	667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333,
	556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556,
	556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260,
	334, 584};
_Static_assert(sizeof(widths) / sizeof(*widths) == '~' - ' ' + 1,
	"a width for every letter");

static const struct entity {
	const char *text;
	char letter;
} entities[] = {
	{"&amp;", '&'},
	{"&lt;", '<'},
	{"&gt;", '>'},
	{"&quot;", '"'},
	{"&#39;", '\''},
	{"&#45;", '-'},
	{"&#160;", ' '},
	{NULL, 0},
};

/* Length and least value of what follows lead byte C; 0 if it cannot lead. */
static size_t sequence_length(unsigned char c, uint32_t *least)
{
	*least = c < 0xe0 ? 0x80 : c < 0xf0 ? 0x800 : 0x10000;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	return c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

static int is_xml_character(uint32_t c)
{
	if (c < ' ')
		return c == '\n' || c == '\t';
	if (c >= 0xd800 && c < 0xe000)
		return 0;
	return c != 0x7f && c != 0xfffe && c != 0xffff && c < 0x110000;
}

/* Bytes of the good character at TEXT, 0 if it is not one. */
static size_t character_length(const unsigned char *text, size_t left)
{
	uint32_t least, c;
	size_t len, i;

	if (text[0] < 0x80)
		return is_xml_character(text[0]) ? 1 : 0;
	len = sequence_length(text[0], &least);
	if (!len || len > left)
		return 0;
	c = text[0] & (0xffu >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	return c >= least && is_xml_character(c) ? len : 0;
}

void svg_clean(const struct strbuf *text, struct strbuf *out)
{
	size_t at, len;

	for (at = 0; at < text->len; at += len ? len : 1) {
		len = character_length(
			(const unsigned char *)text->buf + at, text->len - at);
		if (len)
			strbuf_add(out, text->buf + at, len);
		else
			strbuf_addstr(out, REPLACEMENT);
	}
}

static void escape_letter(char c, struct strbuf *out)
{
	switch (c) {
	case '&':
		strbuf_addstr(out, "&amp;");
		break;
	case '<':
		strbuf_addstr(out, "&lt;");
		break;
	case '>':
		strbuf_addstr(out, "&gt;");
		break;
	case '"':
		strbuf_addstr(out, "&quot;");
		break;
	default:
		strbuf_addch(out, c);
	}
}

void svg_escape(const char *text, struct strbuf *out)
{
	for (; *text; text++)
		escape_letter(*text, out);
}

/* Decode the letter at the front of TEXT; 0 if it is none of ours. */
static char take_letter(struct span *text)
{
	const struct entity *entity;
	size_t len = 1;
	char c = *text->data;

	if (c == '&') {
		c = 0;
		for (entity = entities; entity->text && !c; entity++) {
			len = strlen(entity->text);
			if (len <= text->len &&
				!memcmp(text->data, entity->text, len))
				c = entity->letter;
		}
	}
	if (c < ' ' || c > '~')
		return 0;
	text->data += len;
	text->len -= len;
	return c;
}

unsigned svg_text_width(struct span text)
{
	unsigned width = 0;
	char c;

	while (text.len) {
		c = take_letter(&text);
		if (!c)
			return 0;
		width += widths[c - ' '];
	}
	return width;
}

static void add_text_width(struct strbuf *out, struct span text, double size)
{
	double width = svg_text_width(text) * size / 1000;

	if (width > 0)
		strbuf_addf(out,
			" textLength=\"%.1f\" "
			"lengthAdjust=\"spacingAndGlyphs\"",
			width);
}

/* Cut the blanks off one end of TEXT, returns how many. */
static int trim_front(struct span *text)
{
	int count = 0;

	for (; text->len && *text->data == ' '; count++) {
		text->data++;
		text->len--;
	}
	return count;
}

static int trim_back(struct span *text)
{
	int count = 0;

	for (; text->len && text->data[text->len - 1] == ' '; count++)
		text->len--;
	return count;
}

/* Cut the blanks off TEXT, which viewers drop, and say how far, in letter
 * sizes, that moves what is left. */
static double trim(struct span *text, bool from_middle)
{
	const double blank = 0.278;
	int front = trim_front(text);
	int back = trim_back(text);

	return from_middle ? blank / 2 * (front - back) : blank * front;
}

void svg_add_text(
	struct strbuf *out, struct span attributes, struct span text, bool fit)
{
	bool left = span_is(svg_attribute(attributes, "text-anchor"), "start");
	double size = span_number(svg_attribute(attributes, "font-size"));
	double x = span_number(svg_attribute(attributes, "x"));

	x += size * trim(&text, !left);
	strbuf_addf(out, "<text x=\"%.10g\" y=\"%.10g\" font-size=\"%.10g\"", x,
		span_number(svg_attribute(attributes, "y")), size);
	if (left)
		strbuf_addstr(out, " text-anchor=\"start\"");
	if (fit)
		add_text_width(out, text, size);
	strbuf_addch(out, '>');
	span_add(out, text);
	strbuf_addstr(out, "</text>\n");
}
