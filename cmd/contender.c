#include "cmd/contender.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/interrupt.h"
#include "report/read/recording.h"

/* What the child needs and what became of it. */
struct outcome {
	char **argv;
	/* NULL: run it as it is */
	const struct record_settings *tracer;
	/* takes its stderr */
	int said;
	int status;
	double nanoseconds;
	double peak;
};

int contender_init(struct contender *c, const char *text, size_t runs)
{
	int error;

	*c = (struct contender){.text = text, .runs = runs};
	error = command_line_init(&c->line, text);
	for (int i = 0; i < MEASURE_COUNT && !error; i++) {
		c->values[i] = calloc(runs, sizeof(*c->values[i]));
		if (!c->values[i])
			error = -ENOMEM;
	}
	if (error)
		contender_release(c);
	return error;
}

void contender_release(struct contender *c)
{
	for (int i = 0; i < MEASURE_COUNT; i++)
		free(c->values[i]);
	command_line_release(&c->line);
	*c = (struct contender){0};
}

static void become(const struct outcome *o)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int error;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
		dup2(o->said, 2) < 0)
		_exit(126);
	if (o->tracer && record_settings_apply(o->tracer))
		_exit(126);
	execvp(o->argv[0], o->argv);
	error = errno;
	dprintf(2, "%s: %s\n", o->argv[0], strerror(error));
	_exit(error == ENOENT ? 127 : 126);
}

/* fork, not vfork or posix_spawn: exec carries the memory peak of what it
 * replaces over to the new program, and a forked child's is far below ours. */
static int run(struct outcome *o)
{
	struct timespec begun, ended;
	struct rusage usage;
	pid_t child;
	int error;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	child = interrupt_fork();
	if (child < 0)
		return -errno;
	if (!child)
		become(o);
	error = interrupt_wait(child, &o->status, &usage);
	if (error)
		return error;
	clock_gettime(CLOCK_MONOTONIC, &ended);
	o->nanoseconds = (double)(ended.tv_sec - begun.tv_sec) * 1e9 +
		(double)(ended.tv_nsec - begun.tv_nsec);
	o->peak = (double)usage.ru_maxrss * 1024;
	return 0;
}

/* ^\ is for the command: it ends, we tidy up. */
static int run_ignoring_quit(struct outcome *o)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction quit;
	int error;

	sigaction(SIGQUIT, &ignore, &quit);
	error = run(o);
	sigaction(SIGQUIT, &quit, NULL);
	return error;
}

/* The last line that the command said on stderr, in BUF. */
static const char *last_words(const struct outcome *o, char *buf, size_t size)
{
	off_t end = lseek(o->said, 0, SEEK_END);
	off_t from = end < (off_t)size ? 0 : end - (off_t)size + 1;
	ssize_t len = pread(o->said, buf, size - 1, from);
	char *line;

	while (len > 0 && buf[len - 1] == '\n')
		len--;
	buf[len > 0 ? len : 0] = 0;
	line = strrchr(buf, '\n');
	return line ? line + 1 : buf;
}

static int explain(
	const struct contender *c, const struct outcome *o, struct strbuf *why)
{
	char buf[1024];
	const char *said = last_words(o, buf, sizeof(buf));

	strbuf_addf(why, "'%s' failed", c->text);
	if (WIFSIGNALED(o->status))
		strbuf_addf(why, " (%s)", strsignal(WTERMSIG(o->status)));
	else
		strbuf_addf(why, " with status %d", WEXITSTATUS(o->status));
	if (*said)
		strbuf_addf(why, ": %s", said);
	if (WIFSIGNALED(o->status) && WTERMSIG(o->status) == SIGINT)
		return -EINTR;
	return -ECHILD;
}

static int add_recording(
	struct contender *c, size_t run, const char *path, struct strbuf *why)
{
	struct recording_facts facts;
	struct profile profile;
	int error = profile_init(&profile);

	if (error)
		return error;
	error = recording_read(&profile, &facts, path, why);
	if (!error) {
		c->values[MEASURE_ALLOCS][run] += (double)facts.allocs;
		c->values[MEASURE_BYTES][run] += (double)facts.alloc_bytes;
		c->lost += (double)facts.header.drops[DROP_BUCKET] +
			(double)facts.header.drops[DROP_SLOT];
		recording_facts_release(&facts);
	}
	profile_release(&profile);
	return error;
}

static int is_recording(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	size_t end = strlen(RECORDING_SUFFIX);

	return len > end &&
		!strcmp(entry->d_name + len - end, RECORDING_SUFFIX);
}

/* Read and remove what the run left in DIRECTORY. */
static int collect(struct contender *c, size_t run, const char *directory,
	struct strbuf *why)
{
	struct dirent **entries;
	char path[4096];
	int error = 0;
	int count = scandir(directory, &entries, is_recording, alphasort);

	if (count < 0)
		return -errno;
	if (!count) {
		strbuf_addf(why,
			"'%s' left nothing recorded: a static or set-user-ID "
			"program cannot be traced",
			c->text);
		error = -ENOENT;
	}
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory,
			entries[i]->d_name);
		if (!error)
			error = add_recording(c, run, path, why);
		unlink(path);
		free(entries[i]);
	}
	free((void *)entries);
	return error;
}

int contender_run(struct contender *c, size_t run,
	const struct record_settings *tracer, struct strbuf *why)
{
	struct outcome o = {.argv = c->line.argv,
		.tracer = tracer,
		.said = memfd_create("stderr", MFD_CLOEXEC)};
	int error;

	if (o.said < 0)
		return -errno;
	if (interrupt_number()) {
		close(o.said);
		return -EINTR;
	}
	error = run_ignoring_quit(&o);
	if (!error && interrupt_number())
		error = -EINTR;
	if (!error && o.status)
		error = explain(c, &o, why);
	close(o.said);
	if (error)
		return error;
	if (tracer) {
		c->values[MEASURE_TRACED][run] = o.nanoseconds;
		return collect(c, run, tracer->directory, why);
	}
	c->values[MEASURE_PEAK][run] = o.peak;
	c->values[MEASURE_TIME][run] = o.nanoseconds;
	return 0;
}
