#include "cmd/record/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/amount.h"
#include "cmd/cmd.h"
#include "cmd/record/folder.h"
#include "cmd/record/strays.h"
#include "cmd/record/write.h"

/* OUTPUT with "%p" made the pid. */
static void output_name(struct strbuf *name, const char *output, pid_t pid)
{
	const char *at;

	while ((at = strstr(output, "%p"))) {
		strbuf_add(name, output, (size_t)(at - output));
		strbuf_addf(name, "%d", pid);
		output = at + 2;
	}
	strbuf_addstr(name, output);
}

/* TEXT has a line for each message. */
static void tell_lines(const struct strbuf *text, const char *after)
{
	const char *at = text->buf, *end;

	for (; (end = strchr(at, '\n')); at = end + 1)
		message("%.*s%s", (int)(end - at), at, after);
}

static void tell_group(
	const struct record_group *g, size_t samples, const char *path)
{
	const struct recording_facts *f = &g->facts;
	struct amount allocs = amount_of(
		f->allocs, "allocation", "allocations");
	struct amount bytes = amount_bytes(f->alloc_bytes);
	struct amount live = amount_count(f->allocs - f->frees);
	struct amount live_bytes = amount_bytes(
		f->alloc_bytes - f->freed_bytes);
	struct amount stacks = amount_of(samples, "stack", "stacks");
	struct amount processes = amount_of(
		g->process_count, "process", "processes");
	struct strbuf drops;

	message("%s, %s; at the end %s in use, %s; %s%s%s: %s", allocs.text,
		bytes.text, live.text, live_bytes.text, stacks.text,
		g->process_count > 1 ? ", " : "",
		g->process_count > 1 ? processes.text : "", path);
	strbuf_init(&drops);
	recording_drops(&f->header, &drops);
	tell_lines(&drops, "");
	strbuf_release(&drops);
	tell_lines(&g->own_mallocs.lines, "");
}

static void add_fact(struct profile *p, const char *name, uint64_t value)
{
	char text[80];
	int len = snprintf(
		text, sizeof(text), RECORDING_FACT "%s: %" PRIu64, name, value);

	profile_add_comment(p, text, (size_t)len);
}

/* What only the one who waited for the command knows. */
static void add_usage(struct profile *p, const struct record_group *g,
	const struct rusage *usage)
{
	add_fact(p, "processes", g->process_count);
	/* kilobytes */
	if (usage && usage->ru_maxrss > 0)
		add_fact(p, "peak resident", (uint64_t)usage->ru_maxrss * 1024);
}

/* Who found no room for a recording left no trace. */
static void add_no_room(struct profile *p, const struct record_collect *c,
	const struct record_options *options)
{
	struct strbuf text;

	if (!c->no_room || c->no_room == -ENOENT)
		return;
	strbuf_init(&text);
	strbuf_addf(&text,
		"spill: processes that began last may not be counted: %s",
		record_folder_error(c->no_room));
	profile_add_comment(p, text.buf, text.len);
	if (!options->quiet)
		message("%s", text.buf + strlen("spill: "));
	strbuf_release(&text);
}

static int finish_group(const struct record_collect *c, struct record_group *g,
	const struct record_options *options, const struct rusage *usage)
{
	struct strbuf path, why;
	struct profile *p;
	int err;

	strbuf_init(&path);
	strbuf_init(&why);
	output_name(&path, options->output, g->pid);
	err = record_group_finish(g, &p);
	if (!err) {
		add_usage(p, g, usage);
		add_no_room(p, c, options);
		err = record_name(p, options->quiet, &why);
	}
	if (err == -ECANCELED) {
		message("stopped: functions that have no name yet stay "
			"addresses");
		err = 0;
	}
	if (!err)
		err = record_write(p, path.buf);
	if (err)
		message("cannot write '%s': %s", path.buf, strerror(-err));
	else if (!options->quiet)
		tell_group(g, p->sample_count, path.buf);
	strbuf_release(&why);
	strbuf_release(&path);
	return err;
}

static void tell_next(const struct record_options *options)
{
	const char *output = options->output;
	bool is_default = !strcmp(output, "spill.pb.gz");

	if (options->quiet || !isatty(STDERR_FILENO) || strstr(output, "%p"))
		return;
	message("next: spill svg %s%s> heap.svg", is_default ? "" : output,
		is_default ? "" : " ");
}

/* The folder has nothing for us. */
static void tell_nothing(const struct record_collect *c)
{
	int err = record_folder_probe(c->directory);

	if (c->broken)
		message("nothing recorded: %s", c->why.buf);
	else if (err)
		message("nothing recorded: cannot record into '%s': %s",
			c->directory, record_folder_error(err));
	else
		message("nothing recorded: what ran is linked statically, "
			"set-user-ID or for another machine, has no "
			"LD_PRELOAD in its environment, or a limit kept it "
			"from making a file");
}

static bool has_recording(const struct record_collect *c, pid_t pid)
{
	struct strbuf line;
	bool has;

	strbuf_init(&line);
	strbuf_addf(&line, "process %d:", pid);
	has = strstr(c->still_running.buf, line.buf) != NULL;
	strbuf_release(&line);
	return has;
}

/* Who goes on, and where what it does is to be found. */
static void tell_running(const struct record_collect *c)
{
	struct record_strays strays = {0};
	size_t i;

	tell_lines(&c->still_running,
		" still runs and goes on recording; so far it is counted here");
	if (record_strays_find(&strays, c->directory))
		strays.count = 0;
	for (i = 0; i < strays.count; i++)
		if (!has_recording(c, strays.pids[i]))
			message("process %d still runs without an allocation "
				"yet; it will record into '%s'",
				strays.pids[i], c->directory);
	record_strays_release(&strays);
}

static void tell_rest(
	const struct record_collect *c, const struct record_options *options)
{
	if (c->broken) {
		message("%s cannot be read and stay%s in '%s'",
			amount_of(c->broken, "recording", "recordings").text,
			c->broken == 1 ? "s" : "", c->directory);
		message("%s", c->why.buf);
	}
	if (!options->quiet)
		tell_running(c);
}

int record_finish(struct record_collect *c,
	const struct record_options *options, pid_t pid,
	const struct rusage *usage)
{
	size_t i, written = 0;
	int err, first = 0;

	for (i = 0; i < c->count; i++) {
		err = finish_group(c, &c->groups[i], options,
			!c->group_by_process || c->groups[i].pid == pid ? usage
									: NULL);
		if (!first)
			first = err;
		written++;
	}
	if (!written) {
		tell_nothing(c);
		return 0;
	}
	tell_rest(c, options);
	if (!first)
		tell_next(options);
	return first;
}
