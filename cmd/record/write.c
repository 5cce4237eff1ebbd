#include "cmd/record/write.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/base/output.h"
#include "report/read/gzip.h"
#include "report/read/pprof_proto.h"
#include "report/symbol/symbolize.h"

enum {
	/* seconds after which it is told how far the naming is */
	PATIENCE = 2,
	TOLD_WIDTH = 78,
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

struct progress {
	time_t start;
	bool on_terminal;
	bool told;
};

static void clear_line(struct progress *progress)
{
	if (progress->told)
		fprintf(stderr, "\r%*s\r", TOLD_WIDTH, "");
	progress->told = false;
}

static time_t seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static bool tell(void *arg, size_t done, size_t total, const char *file)
{
	struct progress *progress = arg;
	const char *slash = strrchr(file, '/'), *at;
	char name[40];
	size_t len = 0;

	if (interrupted)
		return false;
	if (!progress->on_terminal || seconds() - progress->start < PATIENCE)
		return true;
	for (at = slash ? slash + 1 : file; *at && len < sizeof(name) - 1; at++)
		name[len++] = *at < ' ' || *at == 127 ? '?' : *at;
	name[len] = 0;
	clear_line(progress);
	fprintf(stderr, "spill: naming functions, %zu of %zu: %s (^C stops)",
		done, total, name);
	progress->told = true;
	return true;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

enum {
	SIGNALS = sizeof(signals) / sizeof(*signals),
};

static void catch_signals(struct sigaction before[SIGNALS])
{
	struct sigaction action = {.sa_handler = on_signal};
	size_t i;

	interrupted = 0;
	for (i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &before[i]);
		/* nohup's choice stands */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static void restore_signals(const struct sigaction before[SIGNALS])
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
}

int record_name(struct profile *p, bool quiet, struct strbuf *why)
{
	struct progress progress = {
		.start = seconds(),
		.on_terminal = !quiet && isatty(STDERR_FILENO),
	};
	struct symbolize_options options = {
		.form = DEMANGLE_SIMPLE,
		.progress = tell,
		.arg = &progress,
	};
	struct sigaction before[SIGNALS];
	int err;

	catch_signals(before);
	err = symbolize(p, &options, why);
	clear_line(&progress);
	restore_signals(before);
	return err;
}

/* There is always a file at PATH: the name .old is added before the new file
 * takes the other. */
static int keep_as(const char *path, const char *old)
{
	if (unlink(old) && errno != ENOENT)
		return -errno;
	/* some file systems have no hard links */
	if (link(path, old) && rename(path, old))
		return -errno;
	return 0;
}

static int keep_old(const char *path)
{
	struct strbuf old;
	struct stat st;
	int err;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return 0;
	strbuf_init(&old);
	strbuf_addf(&old, "%s.old", path);
	err = old.error ? old.error : keep_as(path, old.buf);
	strbuf_release(&old);
	return err;
}

int record_write(const struct profile *p, const char *path)
{
	struct strbuf plain, packed;
	int err;

	strbuf_init(&plain);
	strbuf_init(&packed);
	err = pprof_encode(p, &plain);
	if (!err)
		err = gzip(plain.buf, plain.len, &packed);
	if (!err)
		err = keep_old(path);
	if (!err)
		err = output_write(path, packed.buf, packed.len);
	strbuf_release(&packed);
	strbuf_release(&plain);
	return err;
}
