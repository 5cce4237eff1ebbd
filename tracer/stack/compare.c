#include "tracer/stack/compare.h"

#include <string.h>

#include "tracer/os/sys.h"

enum {
	DIFFERENCES_SHOWN = 8,
	LINE = 32
};

/* The interrupted frame of a signal is kept with its ip plus one, which
 * libunwind does not do. */
static bool same(uintptr_t ours, uintptr_t theirs, uint32_t i)
{
	return ours == theirs || (i && ours == theirs + 1);
}

static bool equal(struct store *store, uint32_t id, const uintptr_t *theirs,
	uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count && id >= STACK_FIRST; i++) {
		const struct recording_stack *e = store_stack(store, id);

		if (!same(e->ip, theirs[i], i))
			return false;
		id = e->parent;
	}
	return i == count ? id == STACK_NONE : id == STACK_CUT;
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

static void show(struct store *store, uint32_t id, const uintptr_t *theirs,
	uint32_t count)
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
	for (; id >= STACK_FIRST; id = store_stack(store, id)->parent)
		write_ip(fd, store_stack(store, id)->ip);
	sys_write(fd, "libunwind\n", 10);
	for (i = 0; i < count; i++)
		write_ip(fd, theirs[i]);
	sys_close(fd);
}

void compare_stack(struct store *store, uint32_t id, struct walker *walker,
	unwind_backtrace *backtrace, const struct caller *caller)
{
	uintptr_t *ips = walker->ips;
	int size = sizeof(walker->ips) / sizeof(*ips);
	int count, own;

	if (id == STACK_UNKNOWN || !lock_take(&store->lock))
		return;
	count = backtrace((void **)ips, size);
	for (own = 0; own < count && ips[own] != caller->ip; own++)
		;
	store->header->compared++;
	if (!equal(store, id, ips + own, (uint32_t)(count - own)) &&
		store->header->differing++ < DIFFERENCES_SHOWN)
		show(store, id, ips + own, (uint32_t)(count - own));
	lock_give(&store->lock);
}
