/* processes.c - all ways to make a process. Each prints its own counts.
 *
 *   processes          the whole family
 *   processes N        allocate N times, and end
 *   processes chain N  allocate, and go on as N - 1 */
#include <pthread.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "host.h"

static void work(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		void *p = take(100 + (size_t)i);

		if (i % 2)
			give(p, 100 + (size_t)i);
	}
}

static void begin(void)
{
	memset(&counts, 0, sizeof(counts));
}

static void finish(void)
{
	report();
	_exit(0);
}

static void wait_for(pid_t pid)
{
	int status;

	must(pid > 0, "a new process");
	must(waitpid(pid, &status, 0) == pid && !status, "its end");
}

static void by_fork(void)
{
	/* from before the fork: freed by both, known to the parent alone */
	void *p = take(1000);
	pid_t inner, pid = fork();

	if (!pid) {
		begin();
		free(p);
		work(20);
		inner = fork();
		if (!inner) {
			begin();
			work(5);
			finish();
		}
		wait_for(inner);
		finish();
	}
	wait_for(pid);
	give(p, 1000);
}

static void by_raw_fork(void)
{
	pid_t pid = (pid_t)syscall(SYS_fork);

	if (!pid) {
		begin();
		work(50);
		finish();
	}
	wait_for(pid);
}

static void by_vfork(void)
{
	pid_t pid = vfork();

	if (!pid) {
		execl("/proc/self/exe", "processes", "30", NULL);
		_exit(1);
	}
	wait_for(pid);
}

static void by_spawn(void)
{
	char name[] = "processes", number[] = "40";
	char *argv[] = {name, number, NULL};
	pid_t pid;

	must(!posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ),
		"posix_spawn");
	wait_for(pid);
}

static void by_fork_and_exec(void)
{
	pid_t pid = fork();

	if (!pid) {
		begin();
		work(60);
		report();
		execl("/proc/self/exe", "processes", "chain", "3", NULL);
		_exit(1);
	}
	wait_for(pid);
}

/* A child that ends at once, and one whose parent is gone. */
static void by_double_fork(void)
{
	pid_t pid = fork();
	int ends[2];
	char byte;

	if (pid) {
		wait_for(pid);
		return;
	}
	must(!pipe(ends), "pipe");
	pid = fork();
	if (!pid) {
		begin();
		/* the parent is gone when this says so */
		close(ends[1]);
		must(read(ends[0], &byte, 1) == 0, "pipe");
		work(7);
		report();
	}
	_exit(0);
}

static int stop;

static void *busy(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		give(take(500), 500);
		give(take(40), 40);
	}
	return arg;
}

static void from_threads(void)
{
	pthread_t threads[3];
	pid_t pid;
	int i;

	for (i = 0; i < 3; i++)
		must(!pthread_create(&threads[i], NULL, busy, NULL), "thread");
	for (i = 0; i < 20; i++) {
		pid = fork();
		if (!pid) {
			begin();
			work(11);
			finish();
		}
		wait_for(pid);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

static void chain(int left)
{
	char number[16];

	work(10 + left);
	report();
	if (!left)
		_exit(0);
	snprintf(number, sizeof(number), "%d", left - 1);
	execl("/proc/self/exe", "processes", "chain", number, NULL);
	_exit(1);
}

int main(int argc, char **argv)
{
	if (argc == 3)
		chain(atoi(argv[2]));
	if (argc == 2) {
		work(atoi(argv[1]));
		report();
		return 0;
	}
	work(10);
	by_fork();
	by_raw_fork();
	by_vfork();
	by_spawn();
	by_fork_and_exec();
	by_double_fork();
	from_threads();
	work(7);
	report();
	return 6;
}
