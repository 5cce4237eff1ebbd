#include "cmd/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum {
	SIGNALS = sizeof(signals) / sizeof(*signals),
};

static struct sigaction before[SIGNALS];
static volatile sig_atomic_t first;
/* the process to be ended, 0 for none; changed with signals blocked */
static volatile sig_atomic_t running;

static void on_signal(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (running && first)
		kill(running, SIGKILL);
	else if (running && info->si_code <= 0)
		kill(running, number);
	if (!first)
		first = number;
	errno = saved;
}

void interrupt_catch(void)
{
	struct sigaction action = {
		.sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO,
	};
	size_t i;

	first = 0;
	for (i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void interrupt_release(void)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
}

int interrupt_number(void)
{
	return first;
}

static void block(sigset_t *old)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

pid_t interrupt_fork(void)
{
	sigset_t old;
	pid_t pid;

	block(&old);
	pid = fork();
	if (pid > 0)
		running = pid;
	if (!pid)
		interrupt_release();
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

int interrupt_wait(pid_t child, int *status, struct rusage *usage)
{
	siginfo_t info;
	sigset_t old;
	int err = 0;

	/* its number stays its own until nobody may send it a signal */
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT))
		if (errno != EINTR)
			return -errno;
	block(&old);
	running = 0;
	if (wait4(child, status, 0, usage) < 0)
		err = -errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return err;
}
