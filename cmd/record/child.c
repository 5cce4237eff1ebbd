#include "cmd/record/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void waited_signals(sigset_t *set)
{
	static const int signals[] = {
		SIGCHLD, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH};
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(set, signals[i]);
}

static void take_signals(struct record_child *child)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	/* ignored, it would take the exit status away */
	struct sigaction normal = {.sa_handler = SIG_DFL};
	sigset_t set;

	waited_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &child->mask);
	sigaction(SIGINT, &ignore, &child->interrupt);
	sigaction(SIGQUIT, &ignore, &child->quit);
	sigaction(SIGCHLD, &normal, &child->child);
}

void record_child_init(struct record_child *child)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	memset(child, 0, sizeof(*child));
	sigaction(SIGXFSZ, &ignore, &child->too_large);
}

void record_child_release(struct record_child *child)
{
	sigaction(SIGINT, &child->interrupt, NULL);
	sigaction(SIGQUIT, &child->quit, NULL);
	sigaction(SIGCHLD, &child->child, NULL);
	sigprocmask(SIG_SETMASK, &child->mask, NULL);
}

/* In the child: never returns. What went wrong goes through FD, which an exec
 * closes: nothing came is success. */
__attribute__((noreturn)) static void run(struct record_child *child,
	char **argv, const struct record_settings *settings, int fd)
{
	int err = record_settings_apply(settings);
	ssize_t written;

	if (err) {
		err = -EPROTO;
	} else {
		record_child_release(child);
		sigaction(SIGXFSZ, &child->too_large, NULL);
		execvp(argv[0], argv);
		err = -errno;
	}
	written = write(fd, &err, sizeof(err));
	_exit(written == sizeof(err) ? 127 : 126);
}

static int exec_result(int fd)
{
	int err = 0;
	ssize_t len;

	do
		len = read(fd, &err, sizeof(err));
	while (len < 0 && errno == EINTR);
	return len == sizeof(err) ? err : 0;
}

int record_child_start(struct record_child *child, char **argv,
	const struct record_settings *settings)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -EPROTO;
	take_signals(child);
	child->pid = fork();
	if (!child->pid)
		run(child, argv, settings, ends[1]);
	close(ends[1]);
	err = child->pid < 0 ? -EPROTO : exec_result(ends[0]);
	close(ends[0]);
	if (err && child->pid > 0)
		waitpid(child->pid, NULL, 0);
	if (err)
		record_child_release(child);
	return err;
}

static void reap(struct record_child *child)
{
	pid_t pid;

	do
		pid = wait4(child->pid, &child->status, WNOHANG, &child->usage);
	while (pid < 0 && errno == EINTR);
	child->ended = pid == child->pid;
}

void record_child_wait(struct record_child *child, int timeout_ms)
{
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	siginfo_t info;
	sigset_t set;
	int number;

	reap(child);
	if (child->ended)
		return;
	waited_signals(&set);
	number = sigtimedwait(&set, &info, &timeout);
	if (number == SIGCHLD)
		reap(child);
	else if (number > 0 && info.si_code <= 0)
		kill(child->pid, number);
}

int record_child_status(const struct record_child *child)
{
	if (WIFSIGNALED(child->status))
		return 128 + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
