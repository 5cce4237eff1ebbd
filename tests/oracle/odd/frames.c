/* frames.c - frames of odd shapes. */
#include <alloca.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odd.h"

__attribute__((noinline)) static void realigned(size_t n)
{
	char buf[200] __attribute__((aligned(64)));

	memset(buf, (int)n, sizeof(buf));
	touch(n + (uintptr_t)buf % 64);
	__asm__ volatile("" ::"r"(buf) : "memory");
}

__attribute__((noinline)) static void realigned_and_growing(size_t n)
{
	char buf[96] __attribute__((aligned(128)));
	char *more = alloca(n * 3);

	memset(buf, 0, sizeof(buf));
	memset(more, 1, n * 3);
	realigned(n + 1);
	touch(n);
	__asm__ volatile("" ::"r"(buf), "r"(more) : "memory");
}

__attribute__((noinline)) static void growing(size_t n)
{
	char *p = alloca(n);

	memset(p, 0, n);
	touch(n);
	p = alloca(n + 100);
	memset(p, 0, n + 100);
	realigned_and_growing(n);
	__asm__ volatile("" ::"r"(p) : "memory");
}

__attribute__((noinline)) static void tail_target(size_t n)
{
	touch(n);
}

__attribute__((noinline)) static void tail_call(size_t n)
{
	touch(n);
	tail_target(n + 1);
}

static void (*volatile indirect)(size_t) = tail_call;

__attribute__((noinline)) static void indirect_tail_call(size_t n)
{
	indirect(n + 2);
}

__attribute__((noinline)) static void odd_numbered(unsigned int n);

__attribute__((noinline)) static void even_numbered(unsigned int n)
{
	char pad[48];

	touch(n + 1);
	if (n)
		odd_numbered(n - 1);
	__asm__ volatile("" ::"r"(pad) : "memory");
}

static void odd_numbered(unsigned int n)
{
	char *pad = alloca(n % 5 * 16 + 16);

	touch(n + 2);
	if (n)
		even_numbered(n - 1);
	__asm__ volatile("" ::"r"(pad) : "memory");
}

enum {
	BOTH = 640
};

/* Calls malloc itself, from a frame that only rbp finds. */
__attribute__((noinline)) static void growing_leaf(size_t n)
{
	char *pad = alloca(n);
	void *p;

	__asm__ volatile("" ::"r"(pad) : "memory");
	p = malloc(n);
	__asm__ volatile("" ::"r"(p) : "memory");
	free(p);
	touched++;
}

__attribute__((noinline)) static void outer_one(size_t n)
{
	char *pad = alloca(n);

	__asm__ volatile("" ::"r"(pad) : "memory");
	growing_leaf(BOTH - n);
	__asm__ volatile("" ::"r"(pad) : "memory");
}

__attribute__((noinline)) static void outer_two(size_t n)
{
	char *pad = alloca(n);

	__asm__ volatile("" ::"r"(pad) : "memory");
	growing_leaf(BOTH - n);
	__asm__ volatile("" ::"r"(pad) : "memory");
}

/* Where malloc is called the stack pointer is the same each time, and what the
 * last frames left behind is still there: only rbp tells one from another. */
__attribute__((noinline)) static void same_place_other_frames(void)
{
	static void (*const outers[])(size_t) = {outer_one, outer_two};
	static const size_t sizes[] = {512, 64, 256, 128};
	int i;

	for (i = 0; i < 200; i++)
		outers[i % 2](sizes[i % 4]);
}

static int by_value(const void *a, const void *b)
{
	touch(7);
	return *(const int *)a - *(const int *)b;
}

/* qsort, bsearch: frames of libc between two of ours. */
static void callbacks(void)
{
	int numbers[50];
	int i, key = 13;

	for (i = 0; i < 50; i++)
		numbers[i] = i * 37 % 50;
	qsort(numbers, 50, sizeof(*numbers), by_value);
	if (!bsearch(&key, numbers, 50, sizeof(*numbers), by_value))
		abort();
}

__attribute__((noinline)) static long many_arguments(
	long a, long b, long c, long d, long e, long f, long g, long h, long i)
{
	touch((size_t)(a + b + c + d + e + f + g + h + i));
	return i - h;
}

void odd_frames(void)
{
	size_t n;

	for (n = 1; n < 100; n++) {
		growing(n);
		realigned(n);
		tail_call(n);
		indirect_tail_call(n);
		odd_library(touch, n);
		odd_library(growing, n);
		touch((size_t)many_arguments(
			1, 2, 3, 4, 5, 6, 7, 8, (long)n + 8));
	}
	for (n = 0; n < 60; n++)
		even_numbered((unsigned int)n * 3);
	even_numbered(900);
	callbacks();
	same_place_other_frames();
}
