#include "tracer/os/wiped.h"

#include "tracer/os/sys.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* What to wipe by hand on an old kernel; what does not fit stays as it is,
 * which costs the child wrong counts, not its life. */
enum {
	REGION_MAX = 1024
};

static struct region {
	void *at;
	size_t size;
} regions[REGION_MAX];
static int region_count;
static int by_hand;

void wiped_mark(void *at, size_t size)
{
	int i;

	if (!__atomic_load_n(&by_hand, __ATOMIC_RELAXED)) {
		if (!sys_advise(at, size, MADV_WIPEONFORK))
			return;
		__atomic_store_n(&by_hand, 1, __ATOMIC_RELAXED);
	}
	i = __atomic_fetch_add(&region_count, 1, __ATOMIC_RELAXED);
	if (i < REGION_MAX)
		regions[i] = (struct region){at, size};
}

void *wiped_map(size_t size)
{
	void *at = sys_map_private(size);

	if (at)
		wiped_mark(at, size);
	return at;
}

void wiped_unmap(void *at, size_t size)
{
	int i;

	for (i = 0; i < region_count && i < REGION_MAX; i++)
		if (regions[i].at == at)
			regions[i].size = 0;
	sys_unmap(at, size);
}

void wiped_after_fork(void)
{
	int i;

	for (i = 0; i < region_count && i < REGION_MAX; i++)
		if (regions[i].size)
			sys_advise(
				regions[i].at, regions[i].size, MADV_DONTNEED);
}

int wiped_by_kernel(void)
{
	return !by_hand;
}
