#include "report/draw/svg.h"

#include <errno.h>
#include <string.h>

#include "report/base/helper.h"
#include "report/draw/svg_rewrite.h"
#include "report/draw/svg_text.h"

static int lay_out(const struct strbuf *dot, unsigned seconds,
	struct strbuf *drawing, struct strbuf *why)
{
	const char *const argv[] = {"spill-layout", NULL};
	const struct helper_limits limits = {
		.seconds = seconds ? seconds : 60,
		.memory = (size_t)2 << 30,
		.output = (size_t)256 << 20,
	};
	int rc = helper_run(argv, dot, &limits, drawing, why);

	if (rc == -ETIME || rc == -EFBIG) {
		strbuf_reset(why);
		strbuf_addstr(why,
			rc == -ETIME ? "drawing the graph takes too long; "
				       "use -nodecount=40"
				     : "the picture is too large; "
				       "use -nodecount=40");
	}
	return rc;
}

/* The title, cleaned and escaped, into OUT. */
static void add_title(const char *title, struct strbuf *out)
{
	struct strbuf raw, clean;

	strbuf_init(&raw);
	strbuf_init(&clean);
	strbuf_addstr(&raw, title);
	svg_clean(&raw, &clean);
	svg_escape(clean.buf, out);
	strbuf_release(&clean);
	strbuf_release(&raw);
}

static void cut(struct strbuf *sb, size_t len)
{
	if (sb->len > len) {
		sb->len = len;
		sb->buf[len] = 0;
	}
}

static int rewrite(const struct strbuf *drawing, const char *title,
	struct strbuf *svg, struct strbuf *why)
{
	size_t start = svg->len;
	struct strbuf name;
	int rc;

	strbuf_init(&name);
	if (title)
		add_title(title, &name);
	rc = name.error;
	if (!rc)
		rc = svg_rewrite(drawing, title ? name.buf : NULL, svg);
	if (rc) {
		cut(svg, start);
		strbuf_addf(why, "cannot draw the graph: %s",
			rc == -EPROTO ? "'spill-layout' gave no picture; "
					"install spill again"
				      : strerror(-rc));
	}
	strbuf_release(&name);
	return rc;
}

int svg_render(const struct strbuf *dot, const struct svg_options *options,
	struct strbuf *svg, struct strbuf *why)
{
	static const struct svg_options defaults;
	struct strbuf clean, drawing;
	int rc;

	if (!options)
		options = &defaults;
	strbuf_init(&clean);
	strbuf_init(&drawing);
	svg_clean(dot, &clean);
	rc = clean.error;
	if (!rc)
		rc = lay_out(&clean, options->seconds, &drawing, why);
	if (!rc)
		rc = rewrite(&drawing, options->title, svg, why);
	strbuf_release(&drawing);
	strbuf_release(&clean);
	return rc;
}
