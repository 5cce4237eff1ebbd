/* spill-layout.c - lay out a graph: DOT on stdin, SVG on stdout.
 *
 * Each try is a child of its own, within limits of time and memory. A try that
 * takes too long is followed by one that works less hard. */
#include "libexec/layout.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/base/strbuf.h"

#define INPUT_MAX ((size_t)64 << 20)
#define MEMORY_MAX ((rlim_t)1 << 30)

/* Seconds of processor time for each effort. */
static const rlim_t seconds[LAYOUT_EFFORTS] = {
	[LAYOUT_FINE] = 10,
	[LAYOUT_QUICK] = 20,
};

static int fail(const char *text)
{
	fprintf(stderr, "spill-layout: %s\n", text);
	return 1;
}

/* Graphviz decodes entities like &lt; in labels. A name means itself, so its
 * ampersands are spelled out. */
static void add_escaped(struct strbuf *text, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] == '&')
			strbuf_addstr(text, "&amp;");
		else
			strbuf_addch(text, data[i]);
}

static int read_input(struct strbuf *text)
{
	char data[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, data, sizeof(data))) > 0) {
		add_escaped(text, data, (size_t)n);
		if (text->len > INPUT_MAX)
			return fail("the graph is too large; use "
				    "-nodecount=40");
	}
	if (n < 0 || text->error)
		return fail(strerror(n < 0 ? errno : ENOMEM));
	return 0;
}

static void set_limits(rlim_t time)
{
	struct rlimit cpu = {time, time + 1};
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	struct rlimit memory = {MEMORY_MAX, MEMORY_MAX};

	setrlimit(RLIMIT_AS, &memory);
#endif
}

static void run_try(
	const struct strbuf *text, enum layout_effort effort, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	set_limits(seconds[effort]);
	_exit(layout_draw(text->buf, effort) ? 1 : 0);
}

/* Returns what waitpid says of the try, or -1. */
static int try_effort(const struct strbuf *text, enum layout_effort effort)
{
	pid_t parent = getpid();
	pid_t child = fork();
	int status;

	if (child < 0)
		return -1;
	if (!child)
		run_try(text, effort, parent);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int is_timeout(int status)
{
	return WIFSIGNALED(status) &&
		(WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}

int main(void)
{
	struct strbuf text;
	enum layout_effort effort;
	int status = 0;

	strbuf_init(&text);
	if (read_input(&text))
		return 1;
	for (effort = 0; effort < LAYOUT_EFFORTS; effort++) {
		status = try_effort(&text, effort);
		if (!is_timeout(status))
			break;
	}
	strbuf_release(&text);
	if (status == -1)
		return fail(strerror(errno));
	if (effort == LAYOUT_EFFORTS)
		return fail("drawing the graph takes too long; use "
			    "-nodecount=40");
	if (WIFSIGNALED(status))
		return fail("drawing the graph failed; use -nodecount=40");
	return WEXITSTATUS(status);
}
