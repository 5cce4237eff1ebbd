#include "cmd/record/strays.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/array.h"
#include "report/base/strbuf.h"

enum {
	PIDS_MAX = 1 << 22,
	ENVIRON_MAX = 4 << 20,
	READ_SIZE = 4096,
};

static void read_environ(pid_t pid, struct strbuf *text)
{
	char path[40];
	ssize_t len = 1;
	void *room;
	int fd;

	strbuf_reset(text);
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* the NUL in front ends no entry, it lets each begin alike */
	strbuf_addch(text, 0);
	while (len > 0 && text->len < ENVIRON_MAX &&
		(room = strbuf_room(text, READ_SIZE))) {
		len = read(fd, room, READ_SIZE);
		if (len > 0)
			text->len += (size_t)len;
	}
	close(fd);
}

static int add(struct record_strays *strays, pid_t pid)
{
	int err = array_grow(&strays->pids, &strays->cap, strays->count + 1,
		sizeof(*strays->pids), PIDS_MAX);

	if (!err)
		strays->pids[strays->count++] = pid;
	return err;
}

int record_strays_find(struct record_strays *strays, const char *directory)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	struct strbuf text, wanted;
	int err = 0;
	pid_t pid;

	strbuf_init(&text);
	strbuf_init(&wanted);
	strbuf_addf(&wanted, "%cSPILL_DIR=%s", 0, directory);
	while (dir && !err && (entry = readdir(dir))) {
		pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid <= 0)
			continue;
		read_environ(pid, &text);
		/* with the NUL at its end */
		if (memmem(text.buf, text.len, wanted.buf, wanted.len + 1))
			err = add(strays, pid);
	}
	if (dir)
		closedir(dir);
	if (!err)
		err = text.error ? text.error : wanted.error;
	strbuf_release(&wanted);
	strbuf_release(&text);
	return err;
}

void record_strays_release(struct record_strays *strays)
{
	free(strays->pids);
	memset(strays, 0, sizeof(*strays));
}
