/* unload.c - dlclose: the addresses of a library that goes may be another's
 * next. While the real call is under way no rule is believed; after it, the
 * stack entries of what is gone are retired. */
#include "tracer/hook/hook.h"

#include <dlfcn.h>

#include "tracer/hook/real.h"
#include "tracer/hook/start.h"
#include "tracer/store/modules.h"

static void retire(void *arg, uintptr_t start, uintptr_t end)
{
	(void)arg;
	depot_retire(&tracer.unwinder.depot, &tracer.store, start, end);
}

HOOK int dlclose(void *handle)
{
	bool running = tracer_start();
	int result;

	if (!real.dlclose)
		return -1;
	if (running)
		rule_closing(&tracer.unwinder.rules);
	result = real.dlclose(handle);
	__atomic_fetch_add(&real_unloads, 1, __ATOMIC_RELEASE);
	if (running) {
		modules_sweep(&tracer.store, retire, NULL);
		rule_closed(&tracer.unwinder.rules);
	}
	return result;
}
