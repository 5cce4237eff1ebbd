/* real.h - the functions that ours stand before: the next ones of the same name
 * in the order of the loader, so --allocator is just one more preloaded
 * library. */
#ifndef SPILL_TRACER_HOOK_REAL_H
#define SPILL_TRACER_HOOK_REAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct real {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*reallocarray)(void *, size_t, size_t);
	void (*free)(void *);
	void *(*memalign)(size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*valloc)(size_t);
	void *(*pvalloc)(size_t);
	size_t (*malloc_usable_size)(void *);
	void (*free_sized)(void *, size_t);
	void (*free_aligned_sized)(void *, size_t, size_t);
	int (*dlclose)(void *);
};

extern struct real real;

/* Look all of them up. Those that this libc lacks stay NULL. Once a process,
 * and before any hook is counted. False when there is no malloc. */
bool real_resolve(void);

/* A C++ allocation function. Where libstdc++ was loaded RTLD_LOCAL it is valid
 * only until a library is unloaded: as long as unloads is real_unloads. */
struct real_cpp {
	void *function;
	uint32_t unloads;
};

enum {
	REAL_FOREVER = UINT32_MAX
};

/* How many times dlclose has returned. */
extern uint32_t real_unloads;

/* Whether ADDRESS lies in libspill.so itself. */
bool real_is_ours(const void *address);

/* Find the function with the mangled NAME for code at IP: the next in the
 * loader's order, or the one that IP's own library sees; NULL where there is
 * none. Takes the loader's lock and may allocate. Any thread. */
void real_cpp(struct real_cpp *cpp, const char *name, const void *ip);

#endif
