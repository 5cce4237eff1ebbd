/* bench_pair.c - what one malloc and its free cost, DEPTH calls deep, in each
 * of THREADS threads: the least CPU time of many short stretches, in ns. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	STRETCHES = 40,
	PAIRS = 50000,
	THREADS_MAX = 8
};

static int depth;
static double least[THREADS_MAX];

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

__attribute__((noinline)) static double stretch(void)
{
	double begun = cpu_ns();
	int i;

	for (i = 0; i < PAIRS; i++) {
		void *volatile p = malloc(64);

		free(p);
	}
	return (cpu_ns() - begun) / PAIRS;
}

__attribute__((noinline)) static double descend(int frames)
{
	double ns;
	int i;

	if (frames > 0) {
		ns = descend(frames - 1);
		/* keeps the call from becoming a jump */
		__asm__ volatile("" ::: "memory");
		return ns;
	}
	ns = stretch();
	for (i = 1; i < STRETCHES; i++) {
		double next = stretch();

		ns = next < ns ? next : ns;
	}
	return ns;
}

static void *run(void *arg)
{
	/* what lies below descend and above: run, stretch, the thread's own */
	*(double *)arg = descend(depth - 4);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int i, count = argc > 2 ? atoi(argv[2]) : 1;
	double sum = 0;

	depth = argc > 1 ? atoi(argv[1]) : 20;
	for (i = 1; i < count && i < THREADS_MAX; i++)
		pthread_create(&threads[i], NULL, run, &least[i]);
	run(&least[0]);
	for (i = 1; i < count && i < THREADS_MAX; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < count && i < THREADS_MAX; i++)
		sum += least[i];
	printf("%.2f\n", sum / count);
	return 0;
}
