#include "tracer/hook/real.h"

#include <dlfcn.h>
#include <string.h>

__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");
__asm__(".symver dladdr, dladdr@GLIBC_2.2.5");
__asm__(".symver dlopen, dlopen@GLIBC_2.2.5");

struct real real;
uint32_t real_unloads;

bool real_resolve(void)
{
	const struct {
		const char *name;
		void *to;
	} table[] = {
		{"calloc", &real.calloc},
		{"realloc", &real.realloc},
		{"reallocarray", &real.reallocarray},
		{"free", &real.free},
		{"memalign", &real.memalign},
		{"aligned_alloc", &real.aligned_alloc},
		{"posix_memalign", &real.posix_memalign},
		{"valloc", &real.valloc},
		{"pvalloc", &real.pvalloc},
		{"malloc_usable_size", &real.malloc_usable_size},
		{"free_sized", &real.free_sized},
		{"free_aligned_sized", &real.free_aligned_sized},
		{"dlclose", &real.dlclose},
		/* last: hooks take it as the sign that all are there */
		{"malloc", &real.malloc},
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		void *found = dlsym(RTLD_NEXT, table[i].name);

		memcpy(table[i].to, &found, sizeof(found));
	}
	return real.malloc != NULL;
}

/* The linker's names for where this library begins and ends. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

bool real_is_ours(const void *address)
{
	return (uintptr_t)address - (uintptr_t)__ehdr_start <
		(uintptr_t)_end - (uintptr_t)__ehdr_start;
}

static void *find_for(const char *name, const void *ip)
{
	void *handle, *function;
	Dl_info info;

	if (!dladdr(ip, &info))
		return NULL;
	handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle)
		return NULL;
	function = dlsym(handle, name);
	real.dlclose(handle);
	return real_is_ours(function) ? NULL : function;
}

void real_cpp(struct real_cpp *cpp, const char *name, const void *ip)
{
	uint32_t unloads = __atomic_load_n(&real_unloads, __ATOMIC_ACQUIRE);
	void *function = dlsym(RTLD_NEXT, name);

	if (function)
		unloads = REAL_FOREVER;
	else
		function = find_for(name, ip);
	__atomic_store_n(&cpp->function, function, __ATOMIC_RELEASE);
	__atomic_store_n(&cpp->unloads, unloads, __ATOMIC_RELEASE);
}
