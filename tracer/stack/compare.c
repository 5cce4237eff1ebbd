#include "tracer/stack/compare.h"

#include <string.h>

#include "tracer/os/sys.h"

enum {
	DIFFERENCES_SHOWN = 8,
	LINE = 32,
	DEPTH = WALK_MAX + 32
};

/* The interrupted frame of a signal is kept with its ip plus one, which
 * libunwind does not do. */
static bool same(const uintptr_t *ours, const uintptr_t *theirs, uint32_t i)
{
	return ours[i] == theirs[i] || (i && ours[i] == theirs[i] + 1);
}

static bool equal(const struct walk *w, const uintptr_t *theirs, uint32_t count)
{
	uint32_t i;

	if (w->cut ? count < w->count : count != w->count)
		return false;
	for (i = 0; i < w->count; i++)
		if (!same(w->ips, theirs, i))
			return false;
	return true;
}

static void write_ip(int fd, uintptr_t ip)
{
	char line[LINE];
	int i = LINE - 1;

	line[i] = '\n';
	do {
		line[--i] = "0123456789abcdef"[ip & 15];
		ip >>= 4;
	} while (ip);
	line[--i] = ' ';
	sys_write(fd, line + i, (size_t)(LINE - i));
}

static void show(struct store *store, const struct walk *w,
	const uintptr_t *theirs, uint32_t count)
{
	static char path[STORE_PATH_MAX + 16];
	size_t len = strlen(store->path);
	uint32_t i;
	int fd;

	memcpy(path, store->path, len);
	memcpy(path + len, ".differs", sizeof(".differs"));
	fd = sys_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0)
		return;
	sys_write(fd, "ours\n", 5);
	for (i = 0; i < w->count; i++)
		write_ip(fd, w->ips[i]);
	sys_write(fd, "libunwind\n", 10);
	for (i = 0; i < count; i++)
		write_ip(fd, theirs[i]);
	sys_close(fd);
}

void compare_walk(const struct walk *w, unwind_backtrace *backtrace,
	struct store *store, const struct caller *caller)
{
	static uintptr_t ips[DEPTH];
	int count, own;

	if (!lock_take(&store->lock))
		return;
	count = backtrace((void **)ips, DEPTH);
	for (own = 0; own < count && ips[own] != caller->ip; own++)
		;
	store->header->compared++;
	if (!equal(w, ips + own, (uint32_t)(count - own)) &&
		store->header->differing++ < DIFFERENCES_SHOWN)
		show(store, w, ips + own, (uint32_t)(count - own));
	lock_give(&store->lock);
}
