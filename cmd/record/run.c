#include "cmd/record/run.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/record/child.h"
#include "cmd/record/settings.h"
#include "cmd/record/strays.h"
#include "cmd/record/target.h"
#include "report/base/helper.h"

enum {
	/* between looks for processes that ended: short while they do, as their
	 * recordings take room, longer while nothing happens */
	POLL_MIN_MS = 50,
	POLL_MAX_MS = 500,
	/* recordings found at once that leave no time to wait */
	POLL_MANY = 16,
	/* what a pipeline's other end gets to end after the command has */
	GRACE_MS = 300,
	GRACE_POLL_MS = 20,
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
};

/* Make a folder of our own for recordings beside OUTPUT: that file system has
 * room for the result. Appends its absolute path. */
static int make_folder(const char *output, struct strbuf *path)
{
	const char *slash = strrchr(output, '/'), *temporary;
	char absolute[PATH_MAX];
	struct strbuf folder;
	struct stat st;
	int err = 0;

	strbuf_init(&folder);
	if (!strcmp(output, "-") ||
		(!stat(output, &st) && !S_ISREG(st.st_mode))) {
		temporary = getenv("TMPDIR");
		strbuf_addstr(&folder, temporary ? temporary : "/tmp");
	} else if (slash == output) {
		strbuf_addch(&folder, '/');
	} else if (slash) {
		strbuf_add(&folder, output, (size_t)(slash - output));
	} else {
		strbuf_addch(&folder, '.');
	}
	if (folder.error)
		err = folder.error;
	else if (!realpath(folder.buf, absolute))
		err = -errno;
	if (!err) {
		strbuf_addf(path, "%s/.spill.XXXXXX",
			strcmp(absolute, "/") ? absolute : "");
		err = path->error;
	}
	if (!err && !mkdtemp(path->buf))
		err = -errno;
	if (err)
		message("cannot record into '%s': %s", folder.buf,
			strerror(-err));
	strbuf_release(&folder);
	return err;
}

/* Look at the command before anything is made. Returns 0 or the status. */
static int check_command(const struct record_options *options)
{
	const char *name = options->command[0];
	struct strbuf path, why;
	int err, status = 0;

	strbuf_init(&path);
	strbuf_init(&why);
	err = record_target_find(name, &path);
	if (!err)
		err = record_target_check(path.buf, &why);
	if (err == -ENOEXEC) {
		message("%s", why.buf);
		status = EXIT_RECORD_FAILED;
	} else if (err) {
		message("cannot run '%s': %s", name, strerror(-err));
		status = err == -ENOENT ? STATUS_NOT_FOUND
					: STATUS_NOT_EXECUTABLE;
	}
	strbuf_release(&why);
	strbuf_release(&path);
	return status;
}

static int find_library(struct record_settings *settings)
{
	struct strbuf path, why;
	char real[PATH_MAX];
	int err;

	strbuf_init(&path);
	strbuf_init(&why);
	err = library_path(&path);
	if (!err && !realpath(path.buf, real))
		err = -errno;
	if (err)
		message("cannot find '%s': %s: install spill again", path.buf,
			strerror(-err));
	if (!err) {
		err = record_settings_init(settings, real, &why);
		if (err && why.len)
			message("%s", why.buf);
		else if (err)
			message("%s", strerror(-err));
	}
	strbuf_release(&why);
	strbuf_release(&path);
	return err;
}

/* Until the command ends. Errors of the folder do not disturb it. */
static void follow(struct record_child *child, struct record_collect *collect)
{
	int pause = POLL_MIN_MS, err;
	size_t before, taken;

	while (!child->ended) {
		record_child_wait(child, pause);
		before = collect->recordings;
		err = record_collect_poll(collect, POLL_ENDED);
		taken = err ? 0 : collect->recordings - before;
		if (taken > POLL_MANY)
			pause = 0;
		else if (taken)
			pause = POLL_MIN_MS;
		else if (pause < POLL_MAX_MS)
			pause = 2 * pause + 1;
	}
}

/* Whether somebody that COMMAND started still runs, with a recording or not. */
static bool somebody_runs(const char *directory)
{
	struct record_strays strays = {0};
	bool runs;

	runs = !record_strays_find(&strays, directory) && strays.count;
	record_strays_release(&strays);
	return runs;
}

/* What is left when the command has ended. */
static int gather_rest(
	struct record_child *child, struct record_collect *collect)
{
	int err = 0, waited;

	for (waited = 0; waited < GRACE_MS && somebody_runs(collect->directory);
		waited += GRACE_POLL_MS)
		usleep(GRACE_POLL_MS * 1000);
	/* signals that came for the command find nobody */
	record_child_release(child);
	err = record_collect_poll(collect, POLL_ALL);
	if (err)
		message("cannot read the recordings in '%s': %s",
			collect->directory, strerror(-err));
	return err;
}

static int run_in(const char *directory, const struct record_options *options,
	struct record_settings *settings)
{
	struct record_collect collect;
	struct record_child child;
	int err, status;

	settings->directory = directory;
	err = record_child_start(&child, options->command, settings);
	if (err) {
		message("cannot run '%s': %s", options->command[0],
			err == -EPROTO ? "no more processes or memory"
				       : strerror(-err));
		return err == -EPROTO	 ? EXIT_RECORD_FAILED
			: err == -ENOENT ? STATUS_NOT_FOUND
					 : STATUS_NOT_EXECUTABLE;
	}
	record_collect_init(&collect, directory, child.pid,
		strstr(options->output, "%p") != NULL);
	follow(&child, &collect);
	status = record_child_status(&child);
	err = gather_rest(&child, &collect);
	if (!err)
		err = record_finish(&collect, options, child.pid, &child.usage);
	if (err)
		status = EXIT_RECORD_FAILED;
	record_collect_release(&collect);
	return status;
}

int record_run(const struct record_options *options)
{
	struct record_settings settings = {
		.allocator = options->allocator,
		.unwind = options->unwind,
		.no_children = options->no_children,
	};
	struct strbuf directory;
	int status = check_command(options);

	if (status)
		return status;
	strbuf_init(&directory);
	strbuf_init(&settings.preload);
	status = EXIT_RECORD_FAILED;
	if (!find_library(&settings) &&
		!make_folder(options->output, &directory)) {
		status = run_in(directory.buf, options, &settings);
		/* stays for who still runs, and for what cannot be read */
		if (!somebody_runs(directory.buf))
			rmdir(directory.buf);
	}
	record_settings_release(&settings);
	strbuf_release(&directory);
	return status;
}
