#include "report/read/recording.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/array.h"

enum {
	/* of a /proc file that is read whole; environments are longer */
	PROC_MAX = 4096,
	ENVIRON_MAX = 4 << 20,
	NAME_ROOM = 32,
	PROCESS_MAX = 1 << 22,
};

static int read_file(const char *path, struct strbuf *text, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (text->len < max && (n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = -errno;
			break;
		}
		strbuf_add(text, buf, (size_t)n);
	}
	close(fd);
	return err ? err : text->error;
}

/* The number in field N of TEXT, /proc/PID/stat from the end of the program's
 * name on: that is field 2. */
static uint64_t stat_field(const char *text, int n)
{
	int field = 2;

	for (; *text; text++)
		if (*text == ' ' && ++field == n)
			return strtoull(text + 1, NULL, 10);
	return 0;
}

/* When PID began, field 22 of /proc/PID/stat; 0 where there is no such process
 * or it is dead and only waits for its parent. */
static uint64_t start_time(pid_t pid)
{
	char path[NAME_ROOM], *at;
	struct strbuf text;
	uint64_t ticks = 0;

	strbuf_init(&text);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	/* the name may hold anything, parentheses too */
	if (!read_file(path, &text, PROC_MAX) &&
		(at = strrchr(text.buf, ')')) && at[1]) {
		ticks = stat_field(at, 22);
		/* the main thread may end before the others (field 20) */
		if (strchr("ZX", at[2]) && stat_field(at, 20) < 2)
			ticks = 0;
	}
	strbuf_release(&text);
	return ticks;
}

/* The pid that process PID has in its own namespace. */
static pid_t own_pid(pid_t pid)
{
	char path[NAME_ROOM], *at, *blank;
	struct strbuf text;

	strbuf_init(&text);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (!read_file(path, &text, PROC_MAX) &&
		(at = strstr(text.buf, "\nNSpid:"))) {
		at += strlen("\nNSpid:");
		at[strcspn(at, "\n")] = 0;
		blank = strrchr(at, '\t');
		if (blank)
			pid = (pid_t)strtol(blank, NULL, 10);
	}
	strbuf_release(&text);
	return pid;
}

/* Ours, as 32 hexadecimal digits; "" where it cannot be read. It does not
 * change while we run. */
static const char *own_boot_id(void)
{
	static char digits[33];
	struct strbuf text;
	const char *at;
	size_t len = 0;

	if (digits[0])
		return digits;
	strbuf_init(&text);
	if (!read_file("/proc/sys/kernel/random/boot_id", &text, PROC_MAX))
		for (at = text.buf; *at && len < 32; at++)
			if (*at != '-')
				digits[len++] = *at;
	strbuf_release(&text);
	return digits;
}

static bool is_this_boot(const uint8_t boot_id[16])
{
	char text[33];
	size_t i;

	for (i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", boot_id[i]);
	return !strcmp(text, own_boot_id());
}

struct recording_process {
	pid_t pid;
	uint64_t start_time;
};

static int add_process(struct recording_processes *processes, pid_t pid)
{
	uint64_t ticks = start_time(pid);
	int err;

	if (!ticks)
		return 0;
	err = array_grow(&processes->all, &processes->cap, processes->count + 1,
		sizeof(*processes->all), PROCESS_MAX);
	if (err)
		return err;
	processes->all[processes->count].pid = pid;
	processes->all[processes->count++].start_time = ticks;
	return 0;
}

int recording_processes_read(struct recording_processes *processes)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	int err = 0;
	pid_t pid;

	memset(processes, 0, sizeof(*processes));
	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir))) {
		pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0)
			err = add_process(processes, pid);
	}
	closedir(dir);
	return err;
}

void recording_processes_release(struct recording_processes *processes)
{
	free(processes->all);
	memset(processes, 0, sizeof(*processes));
}

static bool may_live(const struct recording_header *header)
{
	return header->start_time && header->state != RECORDING_REPLACED &&
		is_this_boot(header->boot_id);
}

bool recording_processes_have(const struct recording_processes *processes,
	const struct recording_header *header)
{
	const struct recording_process *at = processes->all;

	if (!may_live(header))
		return false;
	/* in a namespace of its own (unshare, sandboxes) it has another pid */
	for (; at < processes->all + processes->count; at++)
		if (at->start_time == header->start_time &&
			(at->pid == (pid_t)header->pid ||
				own_pid(at->pid) == (pid_t)header->pid))
			return true;
	return false;
}

bool recording_is_live_here(const struct recording_header *header)
{
	return may_live(header) &&
		start_time((pid_t)header->pid) == header->start_time;
}

bool recording_is_live(const struct recording_header *header)
{
	struct recording_processes processes;
	bool live;

	if (recording_is_live_here(header))
		return true;
	live = !recording_processes_read(&processes) &&
		recording_processes_have(&processes, header);
	recording_processes_release(&processes);
	return live;
}

/* The file sought, and the best found so far. */
struct search {
	pid_t pid;
	/* 0: the process is gone, take its last recording */
	uint64_t start_time;
	struct strbuf *path;
	bool found;
	struct recording_header best;
};

static bool is_name_of(const char *name, pid_t pid)
{
	char prefix[NAME_ROOM];
	size_t len = strlen(name), suffix = strlen(RECORDING_SUFFIX);

	snprintf(prefix, sizeof(prefix), "spill.%d.", pid);
	return len > suffix && !strncmp(name, prefix, strlen(prefix)) &&
		!strcmp(name + len - suffix, RECORDING_SUFFIX);
}

static bool is_better(
	const struct search *s, const struct recording_header *header)
{
	if ((pid_t)header->pid != s->pid)
		return false;
	if (s->start_time &&
		(header->start_time != s->start_time ||
			!is_this_boot(header->boot_id)))
		return false;
	return !s->found || header->wall_start >= s->best.wall_start;
}

static void consider(struct search *s, const char *dir, const char *name)
{
	struct recording_header header;
	struct strbuf path, why;

	strbuf_init(&path);
	strbuf_init(&why);
	strbuf_addf(&path, "%s/%s", dir, name);
	if (!path.error && !recording_head(&header, path.buf, &why) &&
		is_better(s, &header)) {
		strbuf_reset(s->path);
		strbuf_addstr(s->path, path.buf);
		s->best = header;
		s->found = true;
	}
	strbuf_release(&path);
	strbuf_release(&why);
}

static void search_folder(struct search *s, const char *path)
{
	DIR *dir = path && *path ? opendir(path) : NULL;
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (is_name_of(entry->d_name, s->pid))
			consider(s, path, entry->d_name);
	closedir(dir);
}

/* PATH as the process sees it; its root may be another than ours. */
static void search_inside(struct search *s, pid_t pid, const char *path)
{
	struct strbuf inside;

	if (!path || *path != '/')
		return;
	search_folder(s, path);
	if (s->found)
		return;
	strbuf_init(&inside);
	strbuf_addf(&inside, "/proc/%d/root%s", pid, path);
	search_folder(s, inside.buf);
	strbuf_release(&inside);
}

static const char *environ_value(const struct strbuf *text, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = text->buf; at < text->buf + text->len; at += strlen(at) + 1)
		if (!strncmp(at, name, len) && at[len] == '=')
			return at + len + 1;
	return NULL;
}

static void search_process(struct search *s, pid_t pid)
{
	char path[NAME_ROOM], cwd[4096];
	struct strbuf text;
	ssize_t len;

	strbuf_init(&text);
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	if (!read_file(path, &text, ENVIRON_MAX))
		search_inside(s, pid, environ_value(&text, "SPILL_DIR"));
	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	len = readlink(path, cwd, sizeof(cwd) - 1);
	if (!s->found && len > 0) {
		cwd[len] = 0;
		search_inside(s, pid, cwd);
	}
	if (!s->found)
		search_inside(s, pid, environ_value(&text, "XDG_RUNTIME_DIR"));
	if (!s->found)
		search_inside(s, pid, "/tmp");
	strbuf_release(&text);
}

int recording_find(pid_t pid, struct strbuf *path, struct strbuf *why)
{
	struct search s = {
		.pid = own_pid(pid),
		.start_time = start_time(pid),
		.path = path,
	};

	if (s.start_time)
		search_process(&s, pid);
	if (!s.found)
		search_folder(&s, getenv("SPILL_DIR"));
	if (!s.found)
		search_folder(&s, ".");
	if (!s.found)
		search_folder(&s, getenv("XDG_RUNTIME_DIR"));
	if (!s.found)
		search_folder(&s, "/tmp");
	if (s.found)
		return path->error;
	if (!s.start_time)
		strbuf_addf(why,
			"no process %d, and no recording of it here or in "
			"/tmp",
			pid);
	else
		strbuf_addf(why,
			"process %d is not recorded: start it with "
			"'spill record'",
			pid);
	return -ESRCH;
}
