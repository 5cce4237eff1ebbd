#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/amount.h"
#include "cmd/info/files.h"
#include "cmd/info/source.h"
#include "cmd/view_flags.h"
#include "report/base/output.h"
#include "report/read/recording.h"

/* Strings of a profile are hostile to terminals. */
static void print_text(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < ' ' || *text == 127 ? '?'
								   : *text);
}

static void print_name(const char *name)
{
	printf("%-12s ", name);
}

/* The value of fact NAME; "" where the profile does not have it. */
static const char *fact(const struct profile *p, const char *name)
{
	const size_t prefix = strlen(RECORDING_FACT), len = strlen(name);
	const char *text;
	size_t i;

	for (i = 0; i < p->comment_count; i++) {
		text = profile_text(p, p->comments[i]);
		if (!strncmp(text, RECORDING_FACT, prefix) &&
			!strncmp(text + prefix, name, len) &&
			!strncmp(text + prefix + len, ": ", 2))
			return text + prefix + len + 2;
	}
	return "";
}

static void print_fact(
	const struct profile *p, const char *title, const char *name)
{
	const char *value = fact(p, name);

	if (!*value)
		return;
	print_name(title);
	print_text(value);
	putchar('\n');
}

static void print_time(const struct profile *p)
{
	time_t seconds = (time_t)(p->time_nanos / 1000000000);
	struct tm tm;
	char text[64];

	if (p->time_nanos <= 0 || !localtime_r(&seconds, &tm) ||
		!strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z", &tm))
		return;
	print_name("Recorded");
	printf("%s", text);
	if (p->duration_nanos >= 1000000000)
		printf(", for %.2f s", (double)p->duration_nanos / 1e9);
	else if (p->duration_nanos > 0)
		printf(", for %.2f ms", (double)p->duration_nanos / 1e6);
	putchar('\n');
}

static uint64_t total(const struct profile *p, const char *type)
{
	int index = profile_type_index(p, type);
	uint64_t sum = 0;
	size_t i;

	for (i = 0; index >= 0 && i < p->sample_count; i++)
		sum += (uint64_t)p->values[i * p->type_count + (size_t)index];
	return sum;
}

static void print_amounts(const struct profile *p, const char *title,
	const char *objects, const char *space)
{
	if (profile_type_index(p, objects) < 0 ||
		profile_type_index(p, space) < 0)
		return;
	print_name(title);
	printf("%s, %s\n",
		amount_of(total(p, objects), "object", "objects").text,
		amount_bytes(total(p, space)).text);
}

static void print_peak(const struct profile *p)
{
	const char *peak = fact(p, "peak");

	if (!*peak)
		return;
	print_name("Peak");
	printf("%s in use at once%s\n",
		amount_bytes(strtoull(peak, NULL, 10)).text,
		strtoul(fact(p, "processes"), NULL, 10) > 1 ? " in one process"
							    : "");
}

/* A line of /proc/PID/smaps_rollup, in bytes. */
static uint64_t rollup(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) * 1024 : 0;
}

/* The private memory of process PID; 0 where it cannot be read. */
static uint64_t private_memory(pid_t pid)
{
	char path[40], text[4096];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = 0;
	return rollup(text, "\nPrivate_Clean:") +
		rollup(text, "\nPrivate_Dirty:");
}

static void print_memory(const struct info_source *s)
{
	uint64_t live = total(&s->profile, "inuse_space"), memory;
	const char *peak = fact(&s->profile, "peak resident");

	memory = s->pid ? private_memory(s->pid) : 0;
	if (memory) {
		print_name("Memory");
		printf("%s private, spill's own included; in use are %.0f%% of "
		       "it\n",
			amount_bytes(memory).text,
			100.0 * (double)live / (double)memory);
	} else if (*peak) {
		print_name("Memory");
		printf("%s resident at most in one process, spill's own "
		       "included\n",
			amount_bytes(strtoull(peak, NULL, 10)).text);
	}
}

/* Comments that are not facts: what was lost, and what others wrote. */
static void print_lost(const struct profile *p)
{
	bool ours = *fact(p, "command") || *fact(p, "exe");
	const char *text;
	size_t i, lines = 0;

	for (i = 0; i < p->comment_count; i++) {
		text = profile_text(p, p->comments[i]);
		if (!strncmp(text, RECORDING_FACT, strlen(RECORDING_FACT)))
			continue;
		ours = ours || !strncmp(text, "spill: ", 7);
		print_name(lines++ ? "" : ours ? "Lost" : "Comment");
		print_text(strncmp(text, "spill: ", 7) ? text : text + 7);
		putchar('\n');
	}
	if (!lines && ours) {
		print_name("Lost");
		printf("nothing\n");
	}
}

static void print_foreign(const struct profile *p)
{
	const char *frees = fact(p, "foreign frees");

	if (!*frees)
		return;
	print_name("Foreign");
	printf("%s of memory that was allocated before or elsewhere\n",
		amount_of(strtoull(frees, NULL, 10), "free", "frees").text);
}

static void print_all(const struct info_source *s)
{
	const struct profile *p = &s->profile;

	print_name("File");
	print_text(s->path.buf);
	printf(" (%s)\n",
		!s->is_recording     ? "profile"
			: s->is_live ? "recording of a running process"
				     : "recording");
	print_fact(p, "Command", "command");
	print_fact(p, "Program", "exe");
	print_fact(p, "Process", "pid");
	if (strcmp(fact(p, "processes"), "1") != 0)
		print_fact(p, "Processes", "processes");
	print_time(p);
	print_fact(p, "Allocator", "allocator");
	print_fact(p, "Unwinder", "unwind");
	print_fact(p, "Incomplete", "incomplete");
	print_amounts(p, "Allocated", "alloc_objects", "alloc_space");
	print_amounts(p, "In use", "inuse_objects", "inuse_space");
	print_peak(p);
	print_name("Stacks");
	printf("%s\n", amount_count(p->sample_count).text);
	print_memory(s);
	print_lost(p);
	print_fact(p, "Cut stacks", "cut stacks");
	print_fact(p, "Guessed", "guessed stacks");
	print_foreign(p);
	print_fact(p, "Compared", "compared stacks");
	print_fact(p, "Differing", "differing stacks");
}

/* What is printed goes to TEXT: it is written whole or not at all. */
static int print_into(struct strbuf *text, const struct info_source *source)
{
	FILE *before = stdout;
	char *buf = NULL;
	size_t len = 0;
	int err;

	/* glibc lets a program set it */
	stdout = open_memstream(&buf, &len);
	if (!stdout) {
		stdout = before;
		return -ENOMEM;
	}
	print_all(source);
	err = info_files_print(&source->profile);
	if (fclose(stdout) && !err)
		err = -ENOMEM;
	stdout = before;
	if (!err)
		strbuf_add(text, buf, len);
	free(buf);
	return err ? err : text->error;
}

static int tell(const struct view_flags *flags, const char *name)
{
	struct info_source source;
	struct strbuf why, text;
	int err;

	strbuf_init(&why);
	strbuf_init(&text);
	err = info_source_read(&source, name, &why);
	if (err == -ENOENT && !flags->source)
		strbuf_addstr(&why, ": make it with 'spill record COMMAND'");
	if (!err)
		err = print_into(&text, &source);
	if (err) {
		message("%s", why.len ? why.buf : strerror(-err));
	} else {
		err = output_write(flags->output, text.buf, text.len);
		if (err)
			message("cannot write '%s': %s",
				strcmp(flags->output, "-") ? flags->output
							   : "standard output",
				strerror(-err));
	}
	info_source_release(&source);
	strbuf_release(&text);
	strbuf_release(&why);
	return err ? EXIT_ERROR : EXIT_OK;
}

int cmd_info(int argc, char **argv)
{
	struct view_flags flags;
	/* of the flags of reports most say nothing here: a script may pass
	 * the same to all */
	int status = view_flags_read(&flags, argc, argv);

	if (status != EXIT_OK)
		return status;
	if (flags.help)
		return command_help("info");
	return tell(&flags, flags.source ? flags.source : "spill.pb.gz");
}
