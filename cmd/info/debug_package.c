#include "cmd/info/debug_package.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/elf_file.h"

enum {
	LIST_MAX = 64 << 20,
};

static const char lists[] = "/var/lib/dpkg/info";

static bool read_list(const char *name, struct strbuf *text)
{
	struct strbuf path;
	ssize_t len;
	void *room;
	int fd;

	strbuf_init(&path);
	strbuf_addf(&path, "%s/%s", lists, name);
	fd = path.error ? -1 : elf_file_open(path.buf);
	strbuf_release(&path);
	if (fd < 0)
		return false;
	strbuf_reset(text);
	strbuf_addch(text, '\n');
	while (text->len < LIST_MAX && (room = strbuf_room(text, 65536)) &&
		(len = read(fd, room, 65536)) > 0)
		text->len += (size_t)len;
	close(fd);
	return !text->error;
}

/* Whether the list in TEXT, a path a line, has PATH, with or without the /usr
 * that merged systems put before /lib and /bin. */
static bool list_has(const struct strbuf *text, const char *path)
{
	struct strbuf line;
	bool found;

	strbuf_init(&line);
	strbuf_addf(&line, "\n%s\n", path);
	found = memmem(text->buf, text->len, line.buf, line.len) != NULL;
	if (!found && !strncmp(path, "/usr/", 5)) {
		strbuf_reset(&line);
		strbuf_addf(&line, "\n%s\n", path + 4);
		found = memmem(text->buf, text->len, line.buf, line.len);
	}
	strbuf_release(&line);
	return found;
}

/* The package that PATH, a real path, came with; false where none is known. */
static bool find_package(const char *path, struct strbuf *package)
{
	DIR *dir = opendir(lists);
	const struct dirent *entry;
	struct strbuf text;
	bool found = false;
	size_t len;

	if (!dir)
		return false;
	strbuf_init(&text);
	while (!found && (entry = readdir(dir))) {
		len = strlen(entry->d_name);
		if (len < 6 || strcmp(entry->d_name + len - 5, ".list") != 0)
			continue;
		if (!read_list(entry->d_name, &text) || !list_has(&text, path))
			continue;
		/* "libc6:amd64.list" */
		strbuf_add(package, entry->d_name,
			strcspn(entry->d_name, ":") < len - 5
				? strcspn(entry->d_name, ":")
				: len - 5);
		found = true;
	}
	closedir(dir);
	strbuf_release(&text);
	return found;
}

void debug_package_advice(const char *path, struct strbuf *advice)
{
	char real[PATH_MAX];
	struct strbuf package;

	strbuf_init(&package);
	if (!realpath(path, real))
		strbuf_addstr(advice, "set DEBUGINFOD_URLS");
	else if (!find_package(real, &package))
		strbuf_addstr(advice, "build it with -g");
	else
		/* the one package whose symbols have another name */
		strbuf_addf(advice, "install %s-%s or set DEBUGINFOD_URLS",
			package.buf,
			strcmp(package.buf, "libc6") ? "dbgsym" : "dbg");
	strbuf_release(&package);
}
