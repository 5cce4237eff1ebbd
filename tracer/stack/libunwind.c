#include "tracer/stack/libunwind.h"

#include <dlfcn.h>
#include <string.h>

__asm__(".symver dlopen, dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");

unwind_backtrace *libunwind_load(void)
{
	void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
	void *found = library ? dlsym(library, "unw_backtrace") : NULL;
	unwind_backtrace *backtrace;

	memcpy(&backtrace, &found, sizeof(backtrace));
	return backtrace;
}

void libunwind_walk(struct walk *w, unwind_backtrace *backtrace,
	const struct caller *caller)
{
	/* our own frames come first */
	int count = backtrace((void **)w->ips, WALK_MAX);
	int own = 0;

	w->cut = count == WALK_MAX;
	w->guessed = false;
	while (own < count && w->ips[own] != caller->ip)
		own++;
	if (own == count) {
		w->ips[0] = caller->ip;
		w->count = 1;
		return;
	}
	w->count = (uint32_t)(count - own);
	memmove(w->ips, w->ips + own, w->count * sizeof(*w->ips));
}
