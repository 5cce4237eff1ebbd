#include "tracer/stack/libunwind.h"

#include <dlfcn.h>
#include <string.h>

#include "tracer/store/modules.h"

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

void libunwind_walk(struct walk *w, struct walker *walker, struct store *store,
	unwind_backtrace *backtrace, const struct caller *caller)
{
	int size = sizeof(walker->ips) / sizeof(*walker->ips);
	int count = backtrace((void **)walker->ips, size);
	struct caller at = {0};
	struct module m;
	int i = 0;

	walk_begin(w);
	w->plain = false;
	/* our own frames come first */
	while (i < count && walker->ips[i] != caller->ip)
		i++;
	if (i == count)
		walk_push(w, caller, RULE_FULL);
	for (; i < count; i++) {
		at.ip = walker->ips[i];
		/* as rules do for our own walk: addresses need their files */
		if (module_find(at.ip - 1, &m))
			modules_note(store, &m);
		if (!walk_push(w, &at, RULE_FULL))
			return;
	}
}
