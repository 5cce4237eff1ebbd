#include "tracer/hook/thread_end.h"

#include <limits.h>
#include <pthread.h>

#include "tracer/hook/hook.h"

__asm__(".symver pthread_key_create, pthread_key_create@GLIBC_2.2.5");
__asm__(".symver pthread_setspecific, pthread_setspecific@GLIBC_2.2.5");
#pragma weak pthread_key_create
#pragma weak pthread_setspecific

enum {
	ROUNDS = PTHREAD_DESTRUCTOR_ITERATIONS
};

static pthread_key_t key;
static bool have_key;
static __thread struct {
	int rounds;
	bool ended;
} end __attribute__((tls_model("initial-exec")));

static void thread_ends(void *value)
{
	struct thread_slot *slot = own_slot;

	if (++end.rounds < ROUNDS) {
		pthread_setspecific(key, value);
		return;
	}
	end.ended = true;
	own_slot = NULL;
	if (slot && slot->ready)
		thread_slot_give_back(&tracer.slots, slot);
}

void thread_end_start(void)
{
	/* where libpthread is a library of its own and not loaded, no thread
	 * but this one will ever end before the process */
	if (pthread_key_create && !have_key)
		have_key = !pthread_key_create(&key, thread_ends);
}

void thread_end_watch(struct thread_slot *slot)
{
	if (have_key)
		pthread_setspecific(key, slot);
}

bool thread_has_ended(void)
{
	return end.ended;
}
