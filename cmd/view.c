#include "cmd/cmd.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/view_flags.h"
#include "cmd/view_names.h"
#include "report/base/output.h"
#include "report/base/printable.h"
#include "report/base/regex.h"
#include "report/base/strbuf.h"
#include "report/base/utf8.h"
#include "report/draw/draw.h"
#include "report/draw/svg.h"
#include "report/graph/filter.h"
#include "report/graph/view.h"
#include "report/read/gzip.h"
#include "report/read/load.h"
#include "report/read/pprof_proto.h"

#define DEFAULT_SOURCE "spill.pb.gz"

/* Append the report to OUT. */
typedef int draw_report(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why);

static int report_top(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	(void)flags;
	(void)why;
	return draw_top(v, out);
}

static int report_tree(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	(void)flags;
	(void)why;
	return draw_tree(v, NULL, out);
}

static int report_peek(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	struct regex *only;
	int error;

	errno = ENOMEM;
	only = regex_new(flags->expression, why);
	if (!only)
		return errno == EINVAL ? -EDOM : -errno;
	error = draw_tree(v, only, out);
	if (error == -ENOENT)
		strbuf_addf(why, "no function matches '%s'", flags->expression);
	regex_free(only);
	return error;
}

static int report_traces(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	(void)flags;
	(void)why;
	return draw_traces(v, out);
}

static int report_raw(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	(void)flags;
	(void)why;
	return draw_raw(v, out);
}

static int report_dot(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	struct strbuf dot;
	int error;

	(void)flags;
	(void)why;
	strbuf_init(&dot);
	error = draw_dot(v, &dot);
	if (!error)
		utf8_repair(out, dot.buf, dot.len);
	strbuf_release(&dot);
	return error;
}

static int report_svg(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	struct svg_options options = {0};
	struct strbuf dot;
	int error;

	(void)flags;
	strbuf_init(&dot);
	error = draw_dot(v, &dot);
	if (!error)
		error = svg_render(&dot, &options, out, why);
	strbuf_release(&dot);
	return error;
}

/* What the filters left, and only what it needs. */
static int report_proto(struct view *v, const struct view_flags *flags,
	struct strbuf *out, struct strbuf *why)
{
	struct profile kept;
	struct strbuf plain;
	int error;

	(void)flags;
	(void)why;
	error = profile_init(&kept);
	if (error)
		return error;
	strbuf_init(&plain);
	error = profile_merge(&kept, v->p, NULL);
	if (!error)
		error = pprof_encode(&kept, &plain);
	if (!error)
		error = gzip(plain.buf, plain.len, out);
	strbuf_release(&plain);
	profile_release(&kept);
	return error;
}

static const struct report {
	const char *name;
	draw_report *draw;
	enum view_report trim;
	/* nothing for a terminal */
	bool binary;
} reports[] = {
	{"top", report_top, VIEW_LIST, false},
	{"tree", report_tree, VIEW_TREE, false},
	{"peek", report_peek, VIEW_WHOLE, false},
	{"traces", report_traces, VIEW_TREE, false},
	{"raw", report_raw, VIEW_EXACT, false},
	{"dot", report_dot, VIEW_PICTURE, false},
	{"svg", report_svg, VIEW_PICTURE, false},
	{"proto", report_proto, VIEW_EXACT, true},
};

static const struct report *find_report(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(reports) / sizeof(*reports); i++)
		if (!strcmp(reports[i].name, name))
			return &reports[i];
	return NULL;
}

static bool is_terminal(const char *output)
{
	return !strcmp(output, "-") && isatty(STDOUT_FILENO);
}

static int write_report(const struct view_flags *flags, struct strbuf *out)
{
	int error;

	error = output_write(flags->output, out->buf, out->len);
	if (error && !strcmp(flags->output, "-"))
		message("cannot write to standard output: %s",
			strerror(-error));
	else if (error)
		message("cannot write '%s': %s", flags->output,
			strerror(-error));
	return error ? EXIT_ERROR : EXIT_OK;
}

static void print_warnings(const struct view *v)
{
	const char *at = v->warnings.buf;
	size_t len;

	for (; *at; at += len + 1) {
		len = strcspn(at, "\n");
		message("%.*s", (int)len, at);
		if (!at[len])
			break;
	}
}

/* A report of P in OUT. -EDOM where the flags make no sense for it. */
static int draw(const struct report *report, const struct view_flags *flags,
	struct profile *p, struct strbuf *out, struct strbuf *why)
{
	struct view v;
	int error = report->binary ? 0 : view_printable(p);

	if (error)
		return error;
	error = view_init(&v, p, report->trim, &flags->options, why);
	if (!error) {
		print_warnings(&v);
		error = report->draw(&v, flags, out, why);
	} else if (error == -EINVAL) {
		error = -EDOM;
	}
	view_release(&v);
	if (!report->binary)
		out->len = printable(out->buf, out->len, PRINTABLE_LINES);
	return error ? error : out->error;
}

/* Leave out the frames that the profile says to. */
static int drop_frames(struct profile *p, struct strbuf *why)
{
	int error = filter_drop_frames(p, why);

	if (error != -EINVAL)
		return error;
	/* no reason to show nothing of it */
	message("the profile's drop_frames are ignored: %s", why->buf);
	strbuf_reset(why);
	return 0;
}

/* Load the profile, name its addresses, leave out what it says to. */
static int load(
	const struct view_flags *flags, struct profile *p, struct strbuf *why)
{
	const char *source = flags->source ? flags->source : DEFAULT_SOURCE;
	enum load_kind kind;
	int error = load_profile(p, source, &kind, why);

	if (error == -ENOENT && !flags->source)
		strbuf_addstr(why, ": make it with 'spill record COMMAND'");
	if (!error && !flags->no_symbols)
		error = view_names(p, why);
	return error ? error : drop_frames(p, why);
}

/* Say why there is no report; what the user asked for may make no sense. */
static int tell(const char *command, int error, const struct strbuf *why)
{
	const char *text = why->len ? why->buf : strerror(-error);

	if (error == -EDOM)
		return usage_error(command, "%s", text);
	message("%s", text);
	return EXIT_ERROR;
}

int cmd_view(int argc, char **argv)
{
	const struct report *report = find_report(argv[0]);
	struct view_flags flags;
	struct profile p = {0};
	struct strbuf out, why;
	int error, status = view_flags_read(&flags, argc, argv);

	if (status != EXIT_OK)
		return status;
	if (flags.help)
		return command_help(argv[0]);
	if (report->binary && is_terminal(flags.output))
		return usage_error(argv[0],
			"the result is not for a terminal: use -o FILE");
	strbuf_init(&out);
	strbuf_init(&why);
	error = load(&flags, &p, &why);
	if (!error)
		error = draw(report, &flags, &p, &out, &why);
	status = error ? tell(argv[0], error, &why)
		       : write_report(&flags, &out);
	profile_release(&p);
	strbuf_release(&out);
	strbuf_release(&why);
	return status;
}
