/* record_target.c - programs to be recorded, one for each word:
 *
 *   record_target alloc N SIZE    N objects, half of them freed
 *   record_target fork N          N children one after the other, 10 objects of
 *                                 100 bytes each
 *   record_target exec N SIZE     becomes "alloc N SIZE"
 *   record_target vfork N SIZE    the same in a child of posix_spawn
 *   record_target spin            says "ready", then allocates for ever
 *   record_target wait            says "ready", then tells each signal that
 *                                 comes: TERM ends it with status 3
 *   record_target daemon FILE     leaves a process behind, whose pid it writes
 *                                 to FILE; that one allocates and waits
 *   record_target exit STATUS
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile last;
/* what is kept stays in use to the end */
static void *kept[1 << 16];

static void allocate(long count, size_t size)
{
	long i;

	for (i = 0; i < count; i++) {
		last = malloc(size);
		if (i % 2)
			free(last);
		else
			kept[i % (1 << 16)] = last;
	}
}

static int run_children(long count)
{
	pid_t pid;

	while (count--) {
		pid = fork();
		if (!pid) {
			allocate(10, 100);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	return 0;
}

static int spawn(char **argv)
{
	int status;
	pid_t pid;

	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ) ||
		waitpid(pid, &status, 0) != pid)
		return 1;
	return WEXITSTATUS(status);
}

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(99);
}

static void on_signal(int number)
{
	switch (number) {
	case SIGUSR1:
		say("USR1\n");
		break;
	case SIGUSR2:
		say("USR2\n");
		break;
	case SIGHUP:
		say("HUP\n");
		break;
	case SIGINT:
		say("INT\n");
		break;
	default:
		say("TERM\n");
		_exit(3);
	}
}

__attribute__((noreturn)) static void wait_for_signals(void)
{
	static const int signals[] = {
		SIGUSR1, SIGUSR2, SIGHUP, SIGTERM, SIGINT};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], on_signal);
	allocate(10, 100);
	say("ready\n");
	for (;;)
		pause();
}

static int leave_daemon(const char *path)
{
	pid_t pid = fork();
	FILE *file;

	if (pid) {
		file = fopen(path, "w");
		if (!file)
			return 1;
		fprintf(file, "%d\n", pid);
		return fclose(file) != 0;
	}
	setsid();
	allocate(1000, 100);
	/* nobody must wait for our output */
	close(0);
	close(1);
	close(2);
	sleep(60);
	return 0;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	long number = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	size_t size = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
	char again[] = "alloc";

	if (!strcmp(word, "alloc"))
		allocate(number, size);
	else if (!strcmp(word, "fork"))
		return run_children(number);
	else if (!strcmp(word, "spin"))
		for (say("ready\n");;)
			allocate(1000, 100);
	else if (!strcmp(word, "wait"))
		wait_for_signals();
	else if (!strcmp(word, "daemon"))
		return leave_daemon(argv[2]);
	else if (!strcmp(word, "exit"))
		return (int)number;
	else if (argc > 3) {
		/* exec, vfork */
		argv[1] = again;
		if (!strcmp(word, "vfork"))
			return spawn(argv);
		execv("/proc/self/exe", argv);
		return errno;
	}
	return 0;
}
