/* ends.c - how processes begin and end. Each prints its counts as late as it
 * can.
 *
 *   ends late       before main, and after it: all is counted
 *   ends _exit | abort | segv | quick
 *   ends threads    exit while threads are busy
 *   ends main       main ends as a thread, another goes on
 *   ends cancel     threads are cancelled while they allocate
 *   ends deep       an exit 10,000 calls deep */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>

#include "host.h"

static void *early[3];
static int late;

static void before_all(void)
{
	early[0] = take(111);
}

/* Before libc has run its own constructors. */
__attribute__((used, section(".preinit_array"))) static void (*const preinit)(
	void) = before_all;

__attribute__((constructor(101))) static void construct_early(void)
{
	early[1] = take(222);
}

__attribute__((constructor)) static void construct(void)
{
	early[2] = take(333);
}

__attribute__((destructor)) static void destruct(void)
{
	if (!late)
		return;
	give(early[2], 333);
	give(take(44), 44);
}

__attribute__((destructor(101))) static void destruct_late(void)
{
	if (!late)
		return;
	give(early[1], 222);
	report();
}

static void at_exit(void)
{
	give(early[0], 111);
	give(take(55), 55);
}

static void *busy(void *arg)
{
	for (;;)
		give(take(500), 500);
	return arg;
}

static void with_threads(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < 3; i++)
		must(!pthread_create(&thread, NULL, busy, NULL), "thread");
	for (i = 0; i < 1000; i++)
		give(take(77), 77);
	exit(7);
}

static void *go_on(void *main_thread)
{
	int i;

	must(!pthread_join(*(pthread_t *)main_thread, NULL), "join of main");
	for (i = 0; i < 1000; i++)
		give(take(88), 88);
	report();
	_exit(8);
}

static void leave_main(void)
{
	static pthread_t self;
	pthread_t thread;

	self = pthread_self();
	must(!pthread_create(&thread, NULL, go_on, &self), "thread");
	pthread_exit(NULL);
}

static void give_cleanup(void *p)
{
	give(p, 600);
}

static void *cancellable(void *arg)
{
	for (;;) {
		void *p = take(600);

		pthread_cleanup_push(give_cleanup, p);
		pthread_testcancel();
		give(take(60), 60);
		pthread_cleanup_pop(1);
	}
	return arg;
}

static void cancel(void)
{
	pthread_t threads[4];
	int round, i;

	for (round = 0; round < 50; round++) {
		for (i = 0; i < 4; i++)
			must(!pthread_create(
				     &threads[i], NULL, cancellable, NULL),
				"thread");
		for (i = 0; i < 4; i++)
			must(!pthread_cancel(threads[i]), "cancel");
		for (i = 0; i < 4; i++)
			must(!pthread_join(threads[i], NULL), "join");
	}
}

__attribute__((noinline)) static void deep(int depth)
{
	give(take(99), 99);
	if (depth)
		deep(depth - 1);
	if (depth)
		return;
	report();
	_exit(9);
}

static volatile uintptr_t nowhere = 64;

static void crash(int how)
{
	int i;

	for (i = 0; i < 1000; i++)
		give(take(66), 66);
	report();
	if (how == SIGSEGV)
		*(volatile int *)nowhere = 1;
	abort();
}

static void finish(void)
{
	give(take(40), 40);
	report();
}

int main(int argc, char **argv)
{
	const char *how = argc == 2 ? argv[1] : "";

	if (!strcmp(how, "late")) {
		late = 1;
		must(!atexit(at_exit), "atexit");
		return 5;
	}
	if (!strcmp(how, "quick")) {
		must(!at_quick_exit(finish), "at_quick_exit");
		quick_exit(4);
	}
	if (!strcmp(how, "_exit")) {
		finish();
		_exit(6);
	}
	if (!strcmp(how, "abort"))
		crash(SIGABRT);
	if (!strcmp(how, "segv"))
		crash(SIGSEGV);
	if (!strcmp(how, "threads"))
		with_threads();
	if (!strcmp(how, "main"))
		leave_main();
	if (!strcmp(how, "deep"))
		deep(10000);
	must(!strcmp(how, "cancel"), "usage");
	cancel();
	report();
	return 0;
}
