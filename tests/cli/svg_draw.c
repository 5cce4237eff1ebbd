/* svg_draw.c - svg_render as a program: DOT on stdin, the picture on stdout,
 * what went wrong on stderr. */
#include "report/draw/svg.h"

#include <stdio.h>

static int read_all(struct strbuf *sb)
{
	char data[4096];
	size_t n;

	while ((n = fread(data, 1, sizeof(data), stdin)))
		strbuf_add(sb, data, n);
	return ferror(stdin) || sb->error;
}

int main(int argc, char **argv)
{
	struct svg_options options = {.title = argc > 1 ? argv[1] : NULL};
	struct strbuf dot, svg, why;
	int rc;

	strbuf_init(&dot);
	strbuf_init(&svg);
	strbuf_init(&why);
	rc = read_all(&dot);
	if (!rc)
		rc = svg_render(&dot, &options, &svg, &why);
	if (rc)
		fprintf(stderr, "%s\n", why.buf);
	fwrite(svg.buf, 1, svg.len, stdout);
	strbuf_release(&why);
	strbuf_release(&svg);
	strbuf_release(&dot);
	return rc != 0;
}
