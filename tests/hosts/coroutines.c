/* coroutines.c - coroutines on stacks of 8 KiB with nothing but their guard
 * page below, which free one another's objects. */
#include <sys/mman.h>
#include <ucontext.h>

#include "host.h"

enum {
	COUNT = 16,
	STACK = 8192,
	GUARD = 4096,
	ROUNDS = 100
};

static struct coroutine {
	ucontext_t context;
	char *stack;
	void *object;
} all[COUNT];
static ucontext_t outside;
static int current;

__attribute__((noinline)) static void yield(int depth)
{
	char pad[32];
	char *p = pad;

	KEEP(p);
	if (depth)
		yield(depth - 1);
	else
		swapcontext(&all[current].context, &outside);
	KEEP(p);
}

static void body(void)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		struct coroutine *other = &all[(current * 7 + 3) % COUNT];

		if (other->object)
			give(other->object, 123);
		other->object = take(123);
		give(take(4000), 4000);
		yield(round % 5);
	}
}

static void make(struct coroutine *c)
{
	c->stack = mmap(NULL, GUARD + STACK, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(c->stack != MAP_FAILED, "mmap");
	must(!mprotect(c->stack + GUARD, STACK, PROT_READ | PROT_WRITE),
		"mprotect");
	getcontext(&c->context);
	c->context.uc_stack.ss_sp = c->stack + GUARD;
	c->context.uc_stack.ss_size = STACK;
	c->context.uc_link = &outside;
	makecontext(&c->context, body, 0);
}

static void run_all(void)
{
	int round, i;

	for (i = 0; i < COUNT; i++)
		make(&all[i]);
	/* the last time they return */
	for (round = 0; round <= ROUNDS; round++)
		for (i = 0; i < COUNT; i++) {
			current = i;
			swapcontext(&outside, &all[i].context);
		}
	for (i = 0; i < COUNT; i++)
		munmap(all[i].stack, GUARD + STACK);
}

int main(void)
{
	int i;

	run_all();
	run_all();
	for (i = 0; i < COUNT; i++)
		if (all[i].object)
			give(all[i].object, 123);
	report();
	return 0;
}
