/* jumps.c - out of frames without returning from them. */
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "odd.h"

enum {
	STACK = 64 * 1024,
	ROUNDS = 200
};

static jmp_buf back;

__attribute__((noinline)) static void deep(int depth)
{
	touch((size_t)(100 + depth));
	if (depth > 0)
		deep(depth - 1);
	if (depth == 0)
		longjmp(back, 1);
	touch(1);
}

void odd_jumps(void)
{
	volatile int i;

	for (i = 0; i < ROUNDS; i++) {
		if (!setjmp(back))
			deep(i % 20);
		touch(2);
	}
}

static ucontext_t outside, inside;
static int rounds;

__attribute__((noinline)) static void switch_often(int depth)
{
	touch((size_t)(300 + depth));
	if (depth)
		switch_often(depth - 1);
	swapcontext(&inside, &outside);
	touch((size_t)(400 + depth));
}

static void coroutine(void)
{
	touch(3);
	switch_often(rounds % 7);
	touch(4);
}

static char *map_stack(void)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (stack == MAP_FAILED)
		abort();
	return stack;
}

/* Stacks are unmapped and made again, of other sizes: what an unwinder
 * remembers of them is void. */
void odd_coroutines(void)
{
	for (rounds = 0; rounds < ROUNDS; rounds++) {
		char *stack = map_stack();
		size_t size = STACK - (size_t)(rounds % 3) * 4096;
		int i;

		if (size < STACK)
			munmap(stack + size, STACK - size);
		getcontext(&inside);
		inside.uc_stack.ss_sp = stack;
		inside.uc_stack.ss_size = size;
		inside.uc_link = &outside;
		makecontext(&inside, coroutine, 0);
		for (i = 0; i <= rounds % 7 + 1; i++) {
			swapcontext(&outside, &inside);
			touch((size_t)(500 + i));
		}
		munmap(stack, size);
	}
}
