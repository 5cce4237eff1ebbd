#include "tracer/os/settings.h"

#include <string.h>

#include "tracer/os/sys.h"

/* An environment larger than this has its end ignored. */
enum {
	ENVIRON_MAX = 1 << 20
};

static void copy_value(char *to, size_t size, const char *value, size_t len)
{
	if (len >= size)
		return;
	memcpy(to, value, len);
	to[len] = 0;
}

static uint32_t parse_number(const char *text, size_t len)
{
	uint32_t n = 0;

	for (; len && *text >= '0' && *text <= '9'; text++, len--)
		n = n * 10 + (uint32_t)(*text - '0');
	return n;
}

static void take(struct settings *s, const char *entry, size_t len)
{
	const struct {
		const char *name;
		char *to;
		size_t size;
	} table[] = {
		{"SPILL_DIR=", s->directory, sizeof(s->directory)},
		{"XDG_RUNTIME_DIR=", s->runtime_directory,
			sizeof(s->runtime_directory)},
		{"SPILL_UNWIND=", s->unwind, sizeof(s->unwind)},
		{"SPILL_ALLOCATOR=", s->allocator, sizeof(s->allocator)},
		{"SPILL_STRICT=", s->strict, sizeof(s->strict)},
	};
	const char only[] = "SPILL_ONLY=";
	size_t i, n;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		n = strlen(table[i].name);
		if (len >= n && !memcmp(entry, table[i].name, n))
			copy_value(
				table[i].to, table[i].size, entry + n, len - n);
	}
	n = sizeof(only) - 1;
	if (len >= n && !memcmp(entry, only, n))
		s->only = parse_number(entry + n, len - n);
}

static size_t read_all(int fd, char *buf, size_t size)
{
	size_t used = 0;
	long n;

	while (used < size) {
		n = sys_read(fd, buf + used, size - used);
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	return used;
}

void settings_read(struct settings *s)
{
	char *buf, *at, *end, *zero;
	int fd;

	memset(s, 0, sizeof(*s));
	fd = sys_open("/proc/self/environ", O_RDONLY, 0);
	if (fd < 0)
		return;
	buf = sys_map_private(ENVIRON_MAX);
	if (buf) {
		end = buf + read_all(fd, buf, ENVIRON_MAX);
		for (at = buf; at < end; at = zero + 1) {
			zero = memchr(at, 0, (size_t)(end - at));
			if (!zero)
				break;
			take(s, at, (size_t)(zero - at));
		}
		sys_unmap(buf, ENVIRON_MAX);
	}
	sys_close(fd);
}
