#include "tracer/store/process.h"

#include <string.h>

#include "tracer/os/sys.h"

/* Up to SIZE - 1 bytes of file PATH as a string; "" where it cannot be read. */
static void read_small(const char *path, char *buf, size_t size)
{
	long n = -1;
	int fd = sys_open(path, O_RDONLY, 0);

	if (fd >= 0) {
		n = sys_read(fd, buf, size - 1);
		sys_close(fd);
	}
	buf[n > 0 ? n : 0] = 0;
}

/* Field 22 of /proc/self/stat; the name in field 2 may hold anything, so the
 * count starts at its closing parenthesis. */
static uint64_t parse_start_time(const char *stat)
{
	const char *at = strrchr(stat, ')');
	uint64_t ticks = 0;
	int field;

	for (field = 2; at && field < 22; field++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	for (; at && *at >= '0' && *at <= '9'; at++)
		ticks = ticks * 10 + (uint64_t)(*at - '0');
	return ticks;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void parse_boot_id(const char *text, uint8_t id[16])
{
	int i = 0;

	for (; *text && i < 32; text++) {
		int digit = hex_digit(*text);

		if (digit < 0)
			continue;
		id[i / 2] = (uint8_t)(id[i / 2] << 4 | digit);
		i++;
	}
}

void process_identify(struct recording_header *header)
{
	/* one start at a time, and no large buffer on the host's stack */
	static char buf[512];

	struct stat st;

	header->pid = sys_getpid();
	header->parent = sys_getppid();
	header->wall_start = sys_realtime_ns();
	if (!sys_stat("/proc/self/ns/pid", &st))
		header->pid_namespace = st.st_ino;
	read_small("/proc/self/stat", buf, sizeof(buf));
	header->start_time = parse_start_time(buf);
	read_small("/proc/sys/kernel/random/boot_id", buf, sizeof(buf));
	parse_boot_id(buf, header->boot_id);
}
