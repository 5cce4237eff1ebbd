/* busy.c - threads that allocate for ever, to be killed. */
#include <pthread.h>

#include "host.h"

enum {
	THREADS = 3
};

static void *run(void *arg)
{
	size_t n = (size_t)arg;

	for (;;) {
		n = (n * 7919 + 1) % 3000;
		give(take(n), n);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	size_t i;

	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, run, (void *)i),
			"pthread_create");
	say("ready\n");
	pause();
	return 0;
}
