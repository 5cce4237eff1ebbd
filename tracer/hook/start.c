#include "tracer/hook/start.h"

#include <string.h>

#include "tracer/hook/hook.h"
#include "tracer/hook/real.h"
#include "tracer/hook/thread_end.h"
#include "tracer/os/settings.h"
#include "tracer/os/sys.h"
#include "tracer/os/wiped.h"
#include "tracer/stack/compare.h"
#include "tracer/stack/libunwind.h"

/* libc's, and of every version we may meet */
extern int __register_atfork(
	void (*)(void), void (*)(void), void (*)(void), void *);
extern void *__dso_handle __attribute__((visibility("hidden")));

/* Not zeroed by a fork: what holds for the child as well. */
static struct settings settings;
static bool resolved;
static unwind_backtrace *backtrace;

/* What one process does once, its children not again. */
static bool start_process(void)
{
	if (!real_resolve())
		return false;
	modules_start();
	thread_end_start();
	resolved = true;
	return true;
}

static bool start_recording(void)
{
	wiped_mark(&tracer, sizeof(tracer));
	settings_read(&settings);
	if (settings.only && settings.only != sys_getpid())
		return false;
	if (store_open(&tracer.store, &settings))
		return false;
	if (depot_init(&tracer.unwinder.depot, &tracer.store))
		return false;
	bucket_init(&tracer.store);
	tracer.unwinder.backtrace = backtrace;
	return true;
}

bool tracer_start(void)
{
	uint32_t state = TRACER_NEW;
	bool started;

	if (!__atomic_compare_exchange_n(&tracer.state, &state, TRACER_STARTING,
		    false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return state == TRACER_RUNNING;
	started = (resolved || start_process()) && start_recording();
	__atomic_store_n(&tracer.state, started ? TRACER_RUNNING : TRACER_OFF,
		__ATOMIC_RELEASE);
	return started;
}

/* What loading libunwind allocates is our own, not the program's. */
static void load_libunwind(void)
{
	struct caller caller = {
		.ip = (uintptr_t)__builtin_return_address(0),
		.sp = (uintptr_t)__builtin_frame_address(0),
	};
	struct thread_slot *slot = hook_enter(&caller);

	if (slot)
		slot->own_work = true;
	backtrace = libunwind_load();
	if (slot) {
		slot->own_work = false;
		hook_leave(slot);
	}
	tracer.unwinder.backtrace = backtrace;
}

/* Later than the first call, but with all of libc at hand. */
__attribute__((constructor)) static void construct(void)
{
	tracer_start();
	if (!wiped_by_kernel())
		__register_atfork(NULL, NULL, wiped_after_fork, &__dso_handle);
	if (tracer.state == TRACER_RUNNING &&
		(COMPARE || !strcmp(settings.unwind, "libunwind")))
		load_libunwind();
}
