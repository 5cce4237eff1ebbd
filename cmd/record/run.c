#include "cmd/record/run.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/record/child.h"
#include "cmd/record/folder.h"
#include "cmd/record/settings.h"
#include "cmd/record/strays.h"
#include "cmd/record/target.h"

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
	int err;

	strbuf_init(&path);
	strbuf_init(&why);
	err = record_library(&path, &why);
	if (!err)
		err = record_settings_init(settings, path.buf, &why);
	if (err)
		message("%s", why.len ? why.buf : strerror(-err));
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

static void tell_signal(const struct record_child *child)
{
	int number = WTERMSIG(child->status);

	if (WIFSIGNALED(child->status))
		message("the command was killed by signal %d (%s)", number,
			strsignal(number));
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
	collect->no_room = record_folder_probe(collect->directory);
	err = record_collect_poll(collect, POLL_ALL);
	if (err == -ENOENT)
		message("'%s' was removed while the command ran: what was "
			"recorded there is lost",
			collect->directory);
	else if (err)
		message("cannot read the recordings in '%s': %s",
			collect->directory, strerror(-err));
	return err;
}

/* Follow CHILD to its end and write what there is. Returns its status: a loss
 * is told, but only a profile that cannot be written is a failure of ours. */
static int follow_and_write(struct record_child *child, const char *directory,
	const struct record_options *options)
{
	struct record_collect collect;
	int err, status;

	record_collect_init(&collect, directory, child->pid,
		strstr(options->output, "%p") != NULL);
	follow(child, &collect);
	status = record_child_status(child);
	err = gather_rest(child, &collect);
	if (!options->quiet)
		tell_signal(child);
	if (err == -ENOMEM)
		status = EXIT_RECORD_FAILED;
	if ((!err || collect.count) &&
		record_finish(&collect, options, child->pid, &child->usage))
		status = EXIT_RECORD_FAILED;
	record_collect_release(&collect);
	return status;
}

static int run_in(struct record_child *child, const char *directory,
	const struct record_options *options, struct record_settings *settings)
{
	int err;

	settings->directory = directory;
	err = record_child_start(child, options->command, settings);
	if (err) {
		message("cannot run '%s': %s", options->command[0],
			err == -EPROTO ? "no more processes or memory"
				       : strerror(-err));
		return err == -EPROTO	 ? EXIT_RECORD_FAILED
			: err == -ENOENT ? STATUS_NOT_FOUND
					 : STATUS_NOT_EXECUTABLE;
	}
	return follow_and_write(child, directory, options);
}

int record_run(const struct record_options *options)
{
	struct record_settings settings = {
		.allocator = options->allocator,
		.unwind = options->unwind,
		.no_children = options->no_children,
	};
	struct record_child child;
	struct strbuf directory, why;
	int status = check_command(options);

	if (status)
		return status;
	record_child_init(&child);
	strbuf_init(&directory);
	strbuf_init(&why);
	strbuf_init(&settings.preload);
	status = EXIT_RECORD_FAILED;
	if (find_library(&settings))
		goto out;
	if (record_folder_make(options->output, &directory, &why)) {
		message("%s", why.buf);
	} else {
		status = run_in(&child, directory.buf, options, &settings);
		/* stays for who still runs, and for what cannot be read */
		if (!somebody_runs(directory.buf))
			rmdir(directory.buf);
	}
out:
	strbuf_release(&why);
	record_settings_release(&settings);
	strbuf_release(&directory);
	return status;
}
