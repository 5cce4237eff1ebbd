/* threads.c - objects that other threads free, threads that end, and what is
 * freed when they do.
 *
 *   threads cross | short | late | small */
#include <limits.h>
#include <pthread.h>

#include "host.h"

enum {
	THREADS = 8,
	ROUNDS = 20000,
	RING = 64,
	SHORT = 10000,
	AT_ONCE = 4
};

static void start(
	pthread_t *thread, void *(*run)(void *), void *arg, size_t stack)
{
	pthread_attr_t attr;

	must(!pthread_attr_init(&attr), "pthread_attr_init");
	if (stack)
		must(!pthread_attr_setstacksize(&attr, stack),
			"pthread_attr_setstacksize");
	must(!pthread_create(thread, &attr, run, arg), "pthread_create");
	pthread_attr_destroy(&attr);
}

static void join(pthread_t thread)
{
	must(!pthread_join(thread, NULL), "pthread_join");
}

/* Each thread puts objects into a ring that all share; whoever finds a place
 * taken frees what is there. */
static struct object {
	size_t size;
} * ring[RING];

static void *cross(void *arg)
{
	size_t seed = (size_t)arg * 7919 + 1;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		struct object *o, *old;
		size_t size;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		size = sizeof(*o) + (seed >> 40) % 2000;
		o = take(size);
		o->size = size;
		old = __atomic_exchange_n(
			&ring[(seed >> 20) % RING], o, __ATOMIC_ACQ_REL);
		if (old)
			give(old, old->size);
	}
	return NULL;
}

static void cross_frees(void)
{
	pthread_t threads[THREADS];
	size_t i;

	for (i = 0; i < THREADS; i++)
		start(&threads[i], cross, (void *)i, 0);
	for (i = 0; i < THREADS; i++)
		join(threads[i]);
	/* a third of the ring is left */
	for (i = 0; i < RING; i++)
		if (i % 3 && ring[i])
			give(ring[i], ring[i]->size);
}

static void *once(void *arg)
{
	void *p = take(64 + (size_t)arg % 16);

	give(take(100), 100);
	return p;
}

static void short_threads(void)
{
	pthread_t threads[AT_ONCE];
	void *left;
	size_t i, k;

	for (i = 0; i < SHORT; i += AT_ONCE) {
		for (k = 0; k < AT_ONCE; k++)
			start(&threads[k], once, (void *)(i + k), 65536);
		for (k = 0; k < AT_ONCE; k++) {
			must(!pthread_join(threads[k], &left), "pthread_join");
			give(left, 64 + (i + k) % 16);
		}
	}
}

/* Destructors that run as late as they can, and still allocate. */
static pthread_key_t keys[3];
static __thread int rounds;

static void destroy(void *value)
{
	give(value, 200);
	give(take(300), 300);
	if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS * 3)
		pthread_setspecific(keys[rounds % 3], take(200));
}

static void *late(void *arg)
{
	size_t i;

	(void)arg;
	for (i = 0; i < 3; i++)
		must(!pthread_setspecific(keys[i], take(200)), "setspecific");
	return NULL;
}

static void late_frees(void)
{
	pthread_t thread;
	size_t i;

	for (i = 0; i < 3; i++)
		must(!pthread_key_create(&keys[i], destroy), "key");
	for (i = 0; i < 50; i++) {
		start(&thread, late, NULL, 0);
		join(thread);
	}
}

__attribute__((noinline)) static void recurse(int depth, size_t size)
{
	char pad[64];
	char *p = pad;

	KEEP(p);
	give(take(size), size);
	if (depth)
		recurse(depth - 1, size + 1);
	KEEP(p);
}

static void *on_small_stack(void *arg)
{
	(void)arg;
	recurse(20, 1000);
	give(realloc(take(10), 20), 20);
	count_free(10);
	count_alloc(20);
	return NULL;
}

static void small_stacks(void)
{
	pthread_t threads[THREADS];
	int i, k;

	for (k = 0; k < 20; k++) {
		for (i = 0; i < THREADS; i++)
			start(&threads[i], on_small_stack, NULL, 16384);
		for (i = 0; i < THREADS; i++)
			join(threads[i]);
	}
}

int main(int argc, char **argv)
{
	must(argc == 2, "usage");
	if (!strcmp(argv[1], "cross"))
		cross_frees();
	else if (!strcmp(argv[1], "short"))
		short_threads();
	else if (!strcmp(argv[1], "late"))
		late_frees();
	else if (!strcmp(argv[1], "small"))
		small_stacks();
	else
		must(0, "usage");
	report();
	return 0;
}
