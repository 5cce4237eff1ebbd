#include "cmd/record/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* what the recording of a small program takes, and some */
	PROBE_SIZE = 1 << 20,
};

const char *record_folder_error(int err)
{
	if (err == -EFBIG)
		return "the limit on file sizes (ulimit -f) is below 1 MB";
	return strerror(-err);
}

static int probe_file(int fd)
{
	struct rlimit limit;
	void *memory;
	int err;

	if (!getrlimit(RLIMIT_FSIZE, &limit) &&
		limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < PROBE_SIZE)
		return -EFBIG;
	err = posix_fallocate(fd, 0, PROBE_SIZE);
	if (err)
		return -err;
	memory = mmap(
		NULL, PROBE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	munmap(memory, PROBE_SIZE);
	return 0;
}

int record_folder_probe(const char *path)
{
	struct strbuf name;
	int fd, err;

	strbuf_init(&name);
	strbuf_addf(&name, "%s/probe", path);
	err = name.error;
	if (!err) {
		fd = open(
			name.buf, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		err = fd < 0 ? -errno : probe_file(fd);
		if (fd >= 0) {
			close(fd);
			unlink(name.buf);
		}
	}
	strbuf_release(&name);
	return err;
}

/* The folder that OUTPUT goes to; for what is no file, that of temporary
 * files. */
static void parent_of(const char *output, struct strbuf *folder)
{
	const char *slash = strrchr(output, '/'), *temporary;
	struct stat st;

	if (!strcmp(output, "-") ||
		(!stat(output, &st) && !S_ISREG(st.st_mode))) {
		temporary = getenv("TMPDIR");
		strbuf_addstr(folder, temporary ? temporary : "/tmp");
	} else if (slash == output) {
		strbuf_addch(folder, '/');
	} else if (slash) {
		strbuf_add(folder, output, (size_t)(slash - output));
	} else {
		strbuf_addch(folder, '.');
	}
}

static int make_below(const char *parent, struct strbuf *path)
{
	char absolute[PATH_MAX];
	int err;

	if (!realpath(parent, absolute))
		return -errno;
	strbuf_addf(path, "%s/.spill.XXXXXX",
		strcmp(absolute, "/") ? absolute : "");
	if (path->error)
		return path->error;
	if (!mkdtemp(path->buf))
		return -errno;
	err = record_folder_probe(path->buf);
	if (err)
		rmdir(path->buf);
	return err;
}

int record_folder_make(
	const char *output, struct strbuf *path, struct strbuf *why)
{
	struct strbuf parent;
	int err;

	strbuf_init(&parent);
	parent_of(output, &parent);
	err = parent.error ? parent.error : make_below(parent.buf, path);
	if (err)
		strbuf_addf(why, "cannot record into '%s': %s", parent.buf,
			record_folder_error(err));
	strbuf_release(&parent);
	return err;
}
