/* threads.c - memory that one thread allocates and another frees.
 *
 *     thread 0 -> thread 1 -> thread 2 -> thread 3 -> thread 0
 *
 * Each thread sends messages to the next one, which frees them.
 *
 *     spill record threads
 *     spill top -alloc_objects
 *         40000 in message_new, of four threads
 *     spill top -inuse_objects
 *         no message_new: what another thread freed is not in use either
 *
 * The program counts its messages. spill's totals are greater by what libc
 * allocates for each thread that is started; `-focus=message_new` gives the
 * messages alone. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/output.h"

enum {
	THREADS = 4,
	MESSAGES = 10000, /* that each thread sends */
};

struct message {
	struct message *next;
	size_t size;
	char text[];
};

/* What was sent to a thread, first in first out. The lock guards both ends. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	struct message *first, **end;
};

struct worker {
	pthread_t thread;
	struct queue in;
	struct worker *next;
	unsigned int number;
	uint64_t objects, bytes; /* sent */
	uint64_t freed_bytes; /* received */
};

static __attribute__((noinline)) struct message *message_new(size_t size)
{
	struct message *m = malloc(sizeof(*m) + size);

	if (!m)
		abort();
	m->next = NULL;
	m->size = size;
	memset(m->text, 'x', size);
	return m;
}

static void send(struct queue *q, struct message *m)
{
	pthread_mutex_lock(&q->lock);
	*q->end = m;
	q->end = &m->next;
	pthread_cond_signal(&q->arrived);
	pthread_mutex_unlock(&q->lock);
}

static struct message *receive(struct queue *q)
{
	struct message *m;

	pthread_mutex_lock(&q->lock);
	while (!q->first)
		pthread_cond_wait(&q->arrived, &q->lock);
	m = q->first;
	q->first = m->next;
	if (!q->first)
		q->end = &q->first;
	pthread_mutex_unlock(&q->lock);
	return m;
}

/* Each sends before it waits, so that the ring never stands still. */
static void *work(void *argument)
{
	struct worker *w = argument;

	for (unsigned int i = 0; i < MESSAGES; i++) {
		size_t size = (i * 7 + w->number) % 200;
		struct message *m = message_new(size);

		w->objects++;
		w->bytes += sizeof(*m) + size;
		send(&w->next->in, m);
		m = receive(&w->in);
		w->freed_bytes += sizeof(*m) + m->size;
		free(m);
	}
	return NULL;
}

int main(void)
{
	static struct worker worker[THREADS];
	uint64_t objects = 0, bytes = 0, freed = 0;

	for (unsigned int i = 0; i < THREADS; i++) {
		worker[i].number = i;
		worker[i].next = &worker[(i + 1) % THREADS];
		worker[i].in.end = &worker[i].in.first;
		pthread_mutex_init(&worker[i].in.lock, NULL);
		pthread_cond_init(&worker[i].in.arrived, NULL);
	}
	for (unsigned int i = 0; i < THREADS; i++)
		if (pthread_create(&worker[i].thread, NULL, work, &worker[i]))
			abort();
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(worker[i].thread, NULL);
		objects += worker[i].objects;
		bytes += worker[i].bytes;
		freed += worker[i].freed_bytes;
	}
	put_tally("sent", objects, bytes);
	put_tally("not freed", 0, bytes - freed);
	return put_end() ? EXIT_FAILURE : EXIT_SUCCESS;
}
