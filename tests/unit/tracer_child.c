/* tracer_child.c - apart, for signal.h and ours name registers alike. */
#include "tests/unit/tracer_support.h"

#include <sys/wait.h>
#include <unistd.h>

int run_child(int (*run)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(run(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
