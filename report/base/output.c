#include "report/base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/base/strbuf.h"

enum {
	/* as many as the kernel follows */
	LINKS_MAX = 40,
};

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(fd, data, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

static int write_directly(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = write_all(fd, data, len);
	if (close(fd) && !error)
		error = -errno;
	return error;
}

/* The permissions that open(2) would give a new file. */
static mode_t mode_of_new(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Fill the open temporary file NAME and give it the name PATH. */
static int fill_and_rename(int fd, const char *name, const char *path,
	mode_t mode, const void *data, size_t len)
{
	int error = write_all(fd, data, len);

	if (!error && fchmod(fd, mode))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	if (!error && rename(name, path))
		error = -errno;
	if (error)
		unlink(name);
	return error;
}

static int replace(const char *path, mode_t mode, const void *data, size_t len)
{
	struct strbuf name;
	int fd, error;

	strbuf_init(&name);
	strbuf_addf(&name, "%s.XXXXXX", path);
	error = name.error;
	if (error)
		goto out;
	fd = mkostemp(name.buf, O_CLOEXEC);
	error = fd < 0 ? -errno
		       : fill_and_rename(fd, name.buf, path, mode, data, len);
out:
	strbuf_release(&name);
	return error;
}

/* PATH, of which there is no file, or where the links that it is point to. */
static int follow_links(struct strbuf *path)
{
	char link[PATH_MAX];
	const char *slash;
	ssize_t len;
	int count;

	for (count = 0; count < LINKS_MAX && !path->error; count++) {
		len = readlink(path->buf, link, sizeof(link));
		if (len < 0)
			return 0;
		if (len == sizeof(link))
			return -ENAMETOOLONG;
		slash = strrchr(path->buf, '/');
		path->len = slash && *link != '/'
			? (size_t)(slash + 1 - path->buf)
			: 0;
		strbuf_add(path, link, (size_t)len);
	}
	return path->error ? path->error : -ELOOP;
}

static int write_new(const char *path, const void *data, size_t len)
{
	struct strbuf target;
	int error;

	strbuf_init(&target);
	strbuf_addstr(&target, path);
	error = follow_links(&target);
	if (!error)
		error = replace(target.buf, mode_of_new(), data, len);
	strbuf_release(&target);
	return error;
}

int output_write(const char *path, const void *data, size_t len)
{
	char target[PATH_MAX];
	struct stat st;

	if (!strcmp(path, "-"))
		return write_all(STDOUT_FILENO, data, len);
	if (stat(path, &st))
		return write_new(path, data, len);
	if (!S_ISREG(st.st_mode))
		return write_directly(path, data, len);
	/* renaming would replace a file that is not ours to change */
	if (access(path, W_OK) || !realpath(path, target))
		return -errno;
	return replace(target, st.st_mode & 07777, data, len);
}
