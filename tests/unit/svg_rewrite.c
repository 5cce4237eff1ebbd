#include "report/draw/svg_rewrite.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/draw/svg_scan.h"
#include "report/draw/svg_text.h"

static struct strbuf text_of(const char *text)
{
	struct strbuf sb;

	strbuf_init(&sb);
	strbuf_addstr(&sb, text);
	return sb;
}

static void assert_has(const struct strbuf *svg, const char *part)
{
	if (!strstr(svg->buf, part))
		fail_msg("no '%s' in: %s", part, svg->buf);
}

static void assert_lacks(const struct strbuf *svg, const char *part)
{
	if (strstr(svg->buf, part))
		fail_msg("'%s' in: %s", part, svg->buf);
}

static void bytes_that_xml_does_not_know_are_replaced(void **state)
{
	static const char *const rows[][2] = {
		{"plain <b> & \t\n", "plain <b> & \t\n"},
		{"\x01\x1f\x7f", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"gr\xc3\xbc\xc3\x9f \xe2\x80\xa6 \xf0\x9f\x98\x80",
			"gr\xc3\xbc\xc3\x9f \xe2\x80\xa6 \xf0\x9f\x98\x80"},
		/* overlong, surrogate, too large, no character, cut short */
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xf4\x90\x80\x80",
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"a\xe2\x80", "a\xef\xbf\xbd\xef\xbf\xbd"},
	};
	struct strbuf in, out;
	size_t i;

	(void)state;
	strbuf_init(&out);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		in = text_of(rows[i][0]);
		strbuf_reset(&out);
		svg_clean(&in, &out);
		assert_string_equal(out.buf, rows[i][1]);
		strbuf_release(&in);
	}
	strbuf_release(&out);
}

static void widths_are_those_of_helvetica(void **state)
{
	static const struct {
		const char *text;
		unsigned width;
	} rows[] = {
		{"Hello", 722 + 556 + 222 + 222 + 556},
		{"&lt;a&gt;", 584 + 556 + 584},
		{"&amp;&quot;&#45;", 667 + 355 + 333},
		{"~", 584},
		{"", 0},
		{"\xc3\xbc", 0},
		{"&am", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(svg_text_width((struct span){
					 rows[i].text, strlen(rows[i].text)}),
			rows[i].width);
}

static void markup_is_split_into_pieces(void **state)
{
	struct span text = {NULL, 0}, name, value;
	struct token token;

	(void)state;
	text.data = "fill=\"<b\"";
	text.len = strlen(text.data);
	assert_false(svg_next_attribute(&text, &name, &value));
	text.data = "<?xml?><!-- > --><g id=\"a\" class=\"b c\">x &lt;</g><p/>";
	text.len = strlen(text.data);
	assert_int_equal(svg_next(&text).kind, TOKEN_OTHER);
	assert_int_equal(svg_next(&text).kind, TOKEN_OTHER);
	token = svg_next(&text);
	assert_int_equal(token.kind, TOKEN_OPEN);
	assert_true(span_is(token.name, "g"));
	assert_true(span_is(svg_attribute(token.attributes, "class"), "b c"));
	assert_null(svg_attribute(token.attributes, "i").data);
	assert_true(svg_next_attribute(&token.attributes, &name, &value));
	assert_true(span_is(name, "id") && span_is(value, "a"));
	token = svg_next(&text);
	assert_int_equal(token.kind, TOKEN_TEXT);
	assert_true(span_is(token.name, "x &lt;"));
	token = svg_next(&text);
	assert_int_equal(token.kind, TOKEN_CLOSE);
	token = svg_next(&text);
	assert_true(token.empty && span_is(token.name, "p"));
	assert_int_equal(svg_next(&text).kind, TOKEN_END);
	assert_int_equal(svg_next(&text).kind, TOKEN_END);
}

static void drawing_cut_short_is_refused(void **state)
{
	static const char drawing[] =
		"<?xml version=\"1.0\"?>\n<svg width=\"9pt\" height=\"9pt\"\n"
		" viewBox=\"0.00 0.00 9.00 9.00\"><g id=\"graph0\" "
		"class=\"graph\" transform=\"scale(1 1) translate(4 5)\">"
		"<g id=\"n\" class=\"node\"><title>N</title><g><a "
		"xlink:title=\"t\"><polygon points=\"1,1\"/><text x=\"1\" "
		"y=\"2\" font-size=\"8\">hi</text></a></g></g></g></svg>";
	struct strbuf in, out;
	size_t len;
	int rc;

	(void)state;
	strbuf_init(&in);
	strbuf_init(&out);
	for (len = 0; len < sizeof(drawing); len++) {
		strbuf_reset(&in);
		strbuf_reset(&out);
		strbuf_add(&in, drawing, len);
		rc = svg_rewrite(&in, "t", &out);
		assert_int_equal(rc, len == sizeof(drawing) - 1 ? 0 : -EPROTO);
	}
	assert_has(&out, "viewBox=\"0 0 9 9\"");
	assert_has(&out, "translate(4 5)");
	assert_has(&out, "<title>t</title>\n<polygon points=\"1,1\"/>");
	strbuf_release(&out);
	strbuf_release(&in);
}

/* A drawing as spill-layout gives it. */
static const char whole_drawing[] =
	"<svg width=\"9pt\" height=\"9pt\" viewBox=\"0.00 0.00 9.00 9.00\">"
	"<g id=\"graph0\" class=\"graph\" transform=\"translate(4 5)\">"
	"<g id=\"c\" class=\"cluster\"><title>c</title></g>"
	"<g id=\"l\" class=\"node\"><title>l</title><text x=\"1\" y=\"2\" "
	"text-anchor=\"start\" font-size=\"8\">Type: &lt;t&gt;</text></g>"
	"<g id=\"n\" class=\"node\"><title>N</title><g><a xlink:title=\"t\">"
	"<polygon fill=\"#fff\" points=\"1,1\"/></a></g></g>"
	"<g id=\"e\" class=\"edge\"><title>E</title><path d=\"M1\" "
	"stroke-dasharray=\"1,5\"/><text>&amp; 1</text></g></g></svg>";

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 12;
}

static void damaged_drawing_does_no_harm(void **state)
{
	static const char letters[] = "<>/\"=& gat\0";
	struct strbuf in, out;
	unsigned seed = 1, drawn = 0, i, n;
	int rc;

	(void)state;
	strbuf_init(&in);
	strbuf_init(&out);
	for (i = 0; i < 20000; i++) {
		strbuf_reset(&in);
		strbuf_reset(&out);
		strbuf_addstr(&in, whole_drawing);
		for (n = 0; n <= i % 4; n++)
			in.buf[next_random(&seed) % in.len] =
				letters[next_random(&seed) % sizeof(letters)];
		rc = svg_rewrite(&in, NULL, &out);
		assert_true(rc == 0 || rc == -EPROTO);
		drawn += rc == 0;
		assert_lacks(&out, "xlink");
		assert_lacks(&out, "<a");
	}
	assert_true(drawn > 1000);
	strbuf_release(&out);
	strbuf_release(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_that_xml_does_not_know_are_replaced),
		cmocka_unit_test(widths_are_those_of_helvetica),
		cmocka_unit_test(markup_is_split_into_pieces),
		cmocka_unit_test(drawing_cut_short_is_refused),
		cmocka_unit_test(damaged_drawing_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
