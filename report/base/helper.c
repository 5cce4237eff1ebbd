#include "report/base/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ERROR_MAX ((size_t)4096)

enum stream {
	INPUT,
	OUTPUT,
	ERRORS,
	STREAMS
};

/* A helper at work. Its stdin is a socket, so that writing to one that has gone
 * is an error and not a signal. */
struct run {
	pid_t pid;
	/* our ends; -1 when closed */
	int fd[STREAMS];
	const struct strbuf *input;
	size_t written;
	const struct helper_limits *limits;
	struct timespec deadline;
	struct strbuf *output;
	size_t output_start;
	struct strbuf errors;
};

static void cut(struct strbuf *sb, size_t len)
{
	if (sb->len > len) {
		sb->len = len;
		sb->buf[len] = 0;
	}
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Move *FD above the standard streams, which may be closed in ours. */
static int raise_fd(int *fd)
{
	int raised;

	if (*fd > STDERR_FILENO)
		return 0;
	raised = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (raised < 0)
		return -errno;
	close_fd(fd);
	*fd = raised;
	return 0;
}

static int open_stream(enum stream stream, int *ours, int *theirs)
{
	int ends[2];
	int rc;

	if (stream == INPUT)
		rc = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
	else
		rc = pipe2(ends, O_CLOEXEC);
	if (rc)
		return -errno;
	*ours = ends[0];
	*theirs = ends[1];
	rc = raise_fd(ours);
	if (!rc)
		rc = raise_fd(theirs);
	if (!rc && fcntl(*ours, F_SETFL, O_NONBLOCK))
		rc = -errno;
	return rc;
}

static void set_limit(int resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) || value >= limit.rlim_max)
		return;
	limit.rlim_cur = value;
	setrlimit(resource, &limit);
}

static void set_limits(const struct helper_limits *limits)
{
	set_limit(RLIMIT_CPU, limits->seconds);
	set_limit(RLIMIT_CORE, 0);
	/* sanitizers reserve more than any limit */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	if (limits->memory)
		set_limit(RLIMIT_AS, limits->memory);
#endif
}

/* What a shell or a caller ignores or blocks is not the helper's concern. */
static void reset_signals(void)
{
	static const int signals[] = {SIGCHLD, SIGPIPE, SIGXCPU};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: only async-signal-safe calls, we may have had threads. */
static void exec_helper(const char *path, const char *const *argv,
	const int *theirs, const struct helper_limits *limits)
{
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	reset_signals();
	set_limits(limits);
	for (i = 0; i < STREAMS; i++)
		if (dup2(theirs[i], i) < 0)
			_exit(127);
	execv(path, (char *const *)argv);
	_exit(127);
}

static int start(struct run *run, const char *path, const char *const *argv)
{
	int theirs[STREAMS] = {-1, -1, -1};
	int i;
	int rc = 0;

	for (i = 0; i < STREAMS && !rc; i++)
		rc = open_stream((enum stream)i, &run->fd[i], &theirs[i]);
	if (rc)
		goto out;
	run->pid = fork();
	if (!run->pid)
		exec_helper(path, argv, theirs, run->limits);
	if (run->pid < 0)
		rc = -errno;
out:
	for (i = 0; i < STREAMS; i++)
		close_fd(&theirs[i]);
	return rc;
}

static void set_deadline(struct run *run)
{
	clock_gettime(CLOCK_MONOTONIC, &run->deadline);
	run->deadline.tv_sec += run->limits->seconds;
}

/* Milliseconds until the deadline, 0 when it has passed. */
static int time_left(const struct run *run)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(run->deadline.tv_sec - now.tv_sec) * 1000 +
		(run->deadline.tv_nsec - now.tv_nsec) / 1000000;
	return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void feed(struct run *run)
{
	size_t left = run->input ? run->input->len - run->written : 0;
	ssize_t n = 0;

	if (left)
		n = send(run->fd[INPUT], run->input->buf + run->written, left,
			MSG_NOSIGNAL);
	if (n > 0)
		run->written += (size_t)n;
	if (left == (size_t)n || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(&run->fd[INPUT]);
}

/* Read what has come on STREAM into SB; closed at the end. */
static int drain(struct run *run, enum stream stream, struct strbuf *sb)
{
	char data[65536];
	ssize_t n = read(run->fd[stream], data, sizeof(data));

	if (n > 0)
		strbuf_add(sb, data, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_fd(&run->fd[stream]);
	return sb->error;
}

static int drain_errors(struct run *run)
{
	int rc = drain(run, ERRORS, &run->errors);

	cut(&run->errors, ERROR_MAX);
	return rc;
}

static int drain_output(struct run *run)
{
	int rc = drain(run, OUTPUT, run->output);

	if (!rc && run->output->len - run->output_start > run->limits->output)
		rc = -EFBIG;
	return rc;
}

/* Wait for something to do and do it. */
static int pump_once(struct run *run)
{
	struct pollfd poll_fds[STREAMS] = {
		{.fd = run->fd[INPUT], .events = POLLOUT},
		{.fd = run->fd[OUTPUT], .events = POLLIN},
		{.fd = run->fd[ERRORS], .events = POLLIN},
	};
	int left = time_left(run);
	int n = left ? poll(poll_fds, STREAMS, left) : 0;
	int rc = 0;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (!n)
		return time_left(run) ? 0 : -ETIME;
	if (poll_fds[INPUT].revents)
		feed(run);
	if (poll_fds[OUTPUT].revents)
		rc = drain_output(run);
	if (!rc && poll_fds[ERRORS].revents)
		rc = drain_errors(run);
	return rc;
}

static int pump(struct run *run)
{
	int rc = 0;

	while (!rc && (run->fd[OUTPUT] >= 0 || run->fd[ERRORS] >= 0))
		rc = pump_once(run);
	return rc;
}

/* Collect the helper, which is about to end, or is made to when RC says that
 * something went wrong or its time is over. */
static int reap(struct run *run, int rc, int *status)
{
	const struct timespec pause = {0, 1000000};
	pid_t pid;

	for (;;) {
		if (rc)
			kill(run->pid, SIGKILL);
		pid = waitpid(run->pid, status, rc ? 0 : WNOHANG);
		if (pid == run->pid)
			return rc;
		if (pid < 0 && errno != EINTR)
			return -errno;
		if (!time_left(run))
			rc = -ETIME;
		else if (!pid)
			nanosleep(&pause, NULL);
	}
}

/* Without the helper's own name in front of it. */
static void add_error_line(
	const struct strbuf *errors, const char *name, struct strbuf *why)
{
	const char *line = errors->buf;
	size_t len = strlen(name);

	if (!strncmp(line, name, len) && !strncmp(line + len, ": ", 2))
		line += len + 2;
	strbuf_add(why, line, strcspn(line, "\n"));
}

static int explain_status(
	const struct run *run, const char *name, int status, struct strbuf *why)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return -ETIME;
	if (run->errors.len && run->errors.buf[0] != '\n')
		add_error_line(&run->errors, name, why);
	else if (WIFSIGNALED(status))
		strbuf_addf(why, "'%s' was ended by signal %d", name,
			WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127)
		strbuf_addf(why, "cannot run '%s'; install spill again", name);
	else
		strbuf_addf(why, "'%s' failed with status %d", name,
			WEXITSTATUS(status));
	return -ECHILD;
}

static void explain(
	const struct run *run, const char *name, int rc, struct strbuf *why)
{
	if (rc == -ETIME)
		strbuf_addf(why, "'%s' took more than %u seconds", name,
			run->limits->seconds);
	else if (rc == -EFBIG)
		strbuf_addf(why, "'%s' wrote more than %zu bytes", name,
			run->limits->output);
	else if (rc && rc != -ECHILD)
		strbuf_addf(why, "cannot run '%s': %s", name, strerror(-rc));
}

static int run_to_end(struct run *run, const char *path,
	const char *const *argv, struct strbuf *why)
{
	struct sigaction before, action = {.sa_handler = SIG_DFL};
	int status = 0;
	int rc;

	set_deadline(run);
	/* Where SIGCHLD is ignored, how a child ended is lost. */
	sigaction(SIGCHLD, NULL, &before);
	if (before.sa_handler == SIG_IGN)
		sigaction(SIGCHLD, &action, NULL);
	rc = start(run, path, argv);
	if (!rc)
		rc = reap(run, pump(run), &status);
	if (before.sa_handler == SIG_IGN)
		sigaction(SIGCHLD, &before, NULL);
	if (!rc)
		rc = explain_status(run, argv[0], status, why);
	explain(run, argv[0], rc, why);
	return rc;
}

int helper_run(const char *const *argv, const struct strbuf *input,
	const struct helper_limits *limits, struct strbuf *output,
	struct strbuf *why)
{
	struct run run = {.fd = {-1, -1, -1},
		.input = input,
		.limits = limits,
		.output = output,
		.output_start = output->len};
	struct strbuf path;
	int i;
	int rc;

	strbuf_init(&path);
	strbuf_init(&run.errors);
	rc = helper_path(argv[0], &path);
	if (rc)
		strbuf_addf(
			why, "cannot find '%s'; install spill again", path.buf);
	else
		rc = run_to_end(&run, path.buf, argv, why);
	if (rc)
		cut(output, run.output_start);
	for (i = 0; i < STREAMS; i++)
		close_fd(&run.fd[i]);
	strbuf_release(&run.errors);
	strbuf_release(&path);
	return rc;
}
