/* signals.c - handlers that allocate. A timer calls them at any instruction:
 * in prologues, epilogues, PLT entries and within libc. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "odd.h"

enum {
	STACK = 64 * 1024,
	RAISED = 50,
	TICKS = 1000
};

static volatile sig_atomic_t ticks;

__attribute__((noinline)) static void in_handler(size_t n)
{
	touch(n);
	odd_library(touch, n + 1);
}

static void handle(int number)
{
	in_handler((size_t)number);
}

static void handle_info(int number, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	in_handler((size_t)number + 100);
}

/* Interrupts code that does not allocate. */
static void handle_tick(int number)
{
	ticks++;
	in_handler((size_t)number);
}

static void install(int number, int flags, void (*handler)(int),
	void (*with_info)(int, siginfo_t *, void *))
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_flags = flags;
	if (with_info) {
		action.sa_flags |= SA_SIGINFO;
		action.sa_sigaction = with_info;
	} else {
		action.sa_handler = handler;
	}
	if (sigaction(number, &action, NULL))
		abort();
}

__attribute__((noinline)) static void raise_deep(int depth, int number)
{
	if (depth)
		raise_deep(depth - 1, number);
	else
		raise(number);
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) static unsigned int work(unsigned int n)
{
	if (n < 2)
		return n;
	return work(n - 1) + work(n - 2);
}

static void nothing(size_t n)
{
	__asm__ volatile("" ::"r"(n) : "memory");
}

/* A fault is reported at the instruction itself, not after it. */
__attribute__((noinline)) static void trap(void)
{
	__asm__ volatile("ud2");
}

static void skip_ud2(int number, siginfo_t *info, void *context)
{
	ucontext_t *user = context;

	(void)info;
	in_handler((size_t)number);
	user->uc_mcontext.gregs[REG_RIP] += 2;
}

static void raise_all(void)
{
	int i;

	for (i = 0; i < RAISED; i++) {
		raise_deep(i % 10, SIGUSR1);
		raise_deep(i % 10, SIGUSR2);
		trap();
	}
}

static void tick(void)
{
	struct itimerval timer = {{0, 100}, {0, 100}}, none = {{0, 0}, {0, 0}};
	int i;

	setitimer(ITIMER_REAL, &timer, NULL);
	while (ticks < TICKS) {
		work(10);
		for (i = 0; i < 1000; i++)
			odd_library(nothing, 0);
		getppid();
	}
	setitimer(ITIMER_REAL, &none, NULL);
}

void odd_signals(void)
{
	static char memory[STACK];
	stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};

	install(SIGUSR1, SA_NODEFER, handle, NULL);
	install(SIGUSR2, 0, NULL, handle_info);
	install(SIGILL, 0, NULL, skip_ud2);
	install(SIGALRM, SA_RESTART, handle_tick, NULL);
	raise_all();
	tick();
	if (sigaltstack(&stack, NULL))
		abort();
	install(SIGUSR1, SA_ONSTACK, handle, NULL);
	install(SIGUSR2, SA_ONSTACK, NULL, handle_info);
	install(SIGILL, SA_ONSTACK, NULL, skip_ud2);
	install(SIGALRM, SA_RESTART | SA_ONSTACK, handle_tick, NULL);
	ticks = 0;
	raise_all();
	tick();
	stack.ss_flags = SS_DISABLE;
	sigaltstack(&stack, NULL);
}
