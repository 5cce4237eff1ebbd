/* signals.c - handlers that allocate, and handlers that do not return.
 *
 *   signals quiet      handlers allocate; main works without allocating
 *   signals nested     handlers allocate while main does
 *   signals jump       handlers leave main's malloc by longjmp
 *
 * The last two need an allocator that is async-signal-safe: ring.c. */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "host.h"

enum {
	TICKS = 2000,
	SIGNAL_STACK = 65536
};

static volatile sig_atomic_t ticks;
static sigjmp_buf back;
static volatile sig_atomic_t may_jump;

static void allocate(int number)
{
	(void)number;
	give(take(300), 300);
	ticks++;
}

static void jump(int number)
{
	(void)number;
	ticks++;
	if (may_jump)
		siglongjmp(back, 1);
}

static void start(void (*handler)(int), int flags)
{
	static char stack[SIGNAL_STACK];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct itimerval timer = {{0, 50}, {0, 50}};
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = flags | SA_RESTART;
	if (flags & SA_ONSTACK)
		must(!sigaltstack(&alternate, NULL), "sigaltstack");
	must(!sigaction(SIGALRM, &action, NULL), "sigaction");
	must(!setitimer(ITIMER_REAL, &timer, NULL), "setitimer");
}

static void stop(void)
{
	struct itimerval none;

	memset(&none, 0, sizeof(none));
	setitimer(ITIMER_REAL, &none, NULL);
	signal(SIGALRM, SIG_IGN);
}

static unsigned int fibonacci(unsigned int n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static void quiet(int flags)
{
	ticks = 0;
	start(allocate, flags);
	while (ticks < TICKS)
		must(fibonacci(12) == 144, "arithmetic");
	stop();
}

/* The handler comes at any instruction of malloc and of the tracer. */
static void nested(void)
{
	size_t n = 1;

	ticks = 0;
	start(allocate, 0);
	while (ticks < TICKS) {
		n = (n * 7919 + 1) % 1000;
		give(take(n), n);
	}
	stop();
}

static void jumps(void)
{
	void *p;

	ticks = 0;
	start(jump, 0);
	while (ticks < TICKS) {
		if (!sigsetjmp(back, 1)) {
			may_jump = 1;
			for (;;) {
				p = malloc(40);
				KEEP(p);
				p = realloc(p, 50);
				KEEP(p);
				free(p);
			}
		}
		may_jump = 0;
	}
	stop();
}

int main(int argc, char **argv)
{
	int i;

	must(argc == 2, "usage");
	if (!strcmp(argv[1], "quiet")) {
		quiet(0);
		quiet(SA_ONSTACK);
	} else if (!strcmp(argv[1], "nested")) {
		nested();
	} else if (!strcmp(argv[1], "jump")) {
		jumps();
		/* from here on all counts again */
		for (i = 0; i < 1000; i++)
			give(take(7777), 7777);
	} else {
		must(0, "usage");
	}
	report();
	return 0;
}
