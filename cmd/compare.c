/* compare.c - spill compare: run commands in turn, tell what differs. */
#include "cmd/cmd.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/compare_table.h"
#include "cmd/contender.h"
#include "cmd/interrupt.h"
#include "cmd/record/settings.h"
#include "report/base/output.h"

enum {
	RUNS_MAX = 1000
};

struct options {
	size_t runs;
	const char *output;
};

static int parse_runs(struct options *options, const char *text)
{
	char *end;
	unsigned long runs = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !runs || runs > RUNS_MAX)
		return usage_error("compare",
			"'%s' is not a number of runs from 1 to %d", text,
			RUNS_MAX);
	options->runs = runs;
	return 0;
}

static int parse(struct options *options, int argc, char **argv)
{
	int c;

	optind = 1;
	opterr = 0;
	while ((c = getopt(argc, argv, "+n:o:")) != -1) {
		if (c == 'n' && parse_runs(options, optarg))
			return EXIT_USAGE;
		if (c == 'o')
			options->output = optarg;
		if (c == '?')
			return usage_error(
				"compare", "bad option '%s'", argv[optind - 1]);
	}
	if (argc - optind < 2)
		return usage_error(
			"compare", "give two commands or more, each in quotes");
	if (argc - optind > COMPARE_MAX)
		return usage_error(
			"compare", "more than %d commands", COMPARE_MAX);
	return 0;
}

/* On a terminal only; the last line is wiped. */
static void progress(size_t run, size_t runs, size_t command)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (run < runs)
		fprintf(stderr, "\rrun %zu of %zu, command %c", run + 1, runs,
			(int)('A' + command));
	else
		fprintf(stderr, "\r\033[K");
}

/* Every command once as it is and once traced. The order turns from round to
 * round, so that a machine which slows down does not favour the first. */
static int run_round(struct contender *commands, size_t count, size_t run,
	const struct record_settings *tracer, struct strbuf *why)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		size_t at = run % 2 ? count - 1 - i : i;

		progress(run, commands->runs, at);
		error = contender_run(&commands[at], run, NULL, why);
		if (!error)
			error = contender_run(&commands[at], run, tracer, why);
	}
	return error;
}

/* Make a folder of our own for recordings. Returns its absolute path, to be
 * freed, or NULL and says WHY. */
static char *make_directory(struct strbuf *why)
{
	const char *parent = getenv("TMPDIR");
	char path[4096], *real;

	snprintf(path, sizeof(path), "%s/spill-compare-XXXXXX",
		parent && *parent ? parent : "/tmp");
	real = mkdtemp(path) ? realpath(path, NULL) : NULL;
	if (!real)
		strbuf_addf(why, "cannot make '%s': %s", path, strerror(errno));
	return real;
}

/* What an interrupted command left is of no use. */
static void remove_directory(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

static int run_all(struct contender *commands, size_t count,
	struct record_settings *tracer, struct strbuf *why)
{
	char *directory;
	int error;

	interrupt_catch();
	directory = make_directory(why);
	error = directory ? 0 : -EIO;
	tracer->directory = directory;
	for (size_t run = 0; run < commands->runs && !error; run++)
		error = run_round(commands, count, run, tracer, why);
	progress(commands->runs, commands->runs, 0);
	if (directory)
		remove_directory(directory);
	free(directory);
	interrupt_release();
	return interrupt_number() ? -EINTR : error;
}

static int find_tracer(struct record_settings *tracer, struct strbuf *why)
{
	struct strbuf library;
	int error;

	strbuf_init(&library);
	error = record_library(&library, why);
	if (!error)
		error = record_settings_init(tracer, library.buf, why);
	strbuf_release(&library);
	return error;
}

static int write_table(
	struct contender *commands, size_t count, const struct options *options)
{
	struct strbuf text;
	int error;

	strbuf_init(&text);
	error = compare_table(&text, commands, count);
	if (!error)
		error = text.error;
	if (!error)
		error = output_write(options->output, text.buf, text.len);
	if (error)
		message("cannot write '%s': %s", options->output,
			strerror(-error));
	strbuf_release(&text);
	return error;
}

static void warn_of_losses(const struct contender *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (commands[i].lost > 0)
			message("%.0f allocations of '%s' were not counted: "
				"see 'spill info' of a recording",
				commands[i].lost, commands[i].text);
}

static int run_traced_and_not(struct contender *commands, size_t count)
{
	struct record_settings tracer = {0};
	struct strbuf why;
	int error;

	strbuf_init(&why);
	error = find_tracer(&tracer, &why);
	if (!error)
		error = run_all(commands, count, &tracer, &why);
	if (error == -EINTR)
		message("interrupted by signal %d (%s)", interrupt_number(),
			strsignal(interrupt_number()));
	else if (error)
		message("%s", why.len ? why.buf : strerror(-error));
	strbuf_release(&why);
	record_settings_release(&tracer);
	return error;
}

static int compare(
	struct contender *commands, size_t count, const struct options *options)
{
	int error = run_traced_and_not(commands, count);

	if (error)
		return error;
	warn_of_losses(commands, count);
	return write_table(commands, count, options);
}

static int init_all(struct contender *commands, char **texts, size_t count,
	const struct options *options)
{
	int error;

	for (size_t i = 0; i < count; i++) {
		error = contender_init(&commands[i], texts[i], options->runs);
		if (error == -EINVAL)
			return usage_error(
				"compare", "command %zu is empty", i + 1);
		if (error) {
			message("%s", strerror(-error));
			return EXIT_ERROR;
		}
	}
	return EXIT_OK;
}

int cmd_compare(int argc, char **argv)
{
	struct options options = {.runs = 5, .output = "-"};
	struct contender commands[COMPARE_MAX] = {0};
	size_t count;
	int status = parse(&options, argc, argv);

	if (status)
		return status;
	count = (size_t)(argc - optind);
	status = init_all(commands, argv + optind, count, &options);
	if (!status && compare(commands, count, &options))
		status = interrupt_number() ? 128 + interrupt_number()
					    : EXIT_ERROR;
	for (size_t i = 0; i < count; i++)
		contender_release(&commands[i]);
	return status;
}
