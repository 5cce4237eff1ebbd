#include "tracer/store/file.h"

#include <errno.h>
#include <string.h>

#include "tracer/os/sys.h"

enum {
	NAME_TRIES = 10000
};

static size_t put_text(char *buf, size_t at, const char *text)
{
	size_t len = strlen(text);

	if (at + len >= STORE_PATH_MAX)
		return STORE_PATH_MAX;
	memcpy(buf + at, text, len + 1);
	return at + len;
}

static size_t put_number(char *buf, size_t at, uint32_t n)
{
	char digits[12];
	int i = sizeof(digits) - 1;

	digits[i] = 0;
	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return put_text(buf, at, digits + i);
}

/* DIRECTORY made absolute, with a slash at its end. 0 where it is too long. */
static size_t put_directory(char *buf, const char *directory)
{
	size_t at = 0;
	long n;

	buf[0] = 0;
	if (directory[0] != '/') {
		n = sys_getcwd(buf, STORE_PATH_MAX);
		if (n <= 1 || buf[0] != '/')
			return 0;
		at = put_text(buf, (size_t)n - 1, "/");
	}
	at = at < STORE_PATH_MAX ? put_text(buf, at, directory) : at;
	if (at < STORE_PATH_MAX && buf[at - 1] != '/')
		at = put_text(buf, at, "/");
	return at < STORE_PATH_MAX ? at : 0;
}

static size_t put_name(char *buf, size_t at, uint32_t pid, uint32_t n)
{
	at = put_text(buf, at, "spill.");
	at = at < STORE_PATH_MAX ? put_number(buf, at, pid) : at;
	if (n && at < STORE_PATH_MAX)
		at = put_text(buf, at, ".");
	if (n && at < STORE_PATH_MAX)
		at = put_number(buf, at, n);
	return at < STORE_PATH_MAX ? put_text(buf, at, RECORDING_SUFFIX) : at;
}

/* The process was something else before exec; readers must not take that
 * recording for one that is still being written. */
static void replace_older(const char *path, const struct recording_header *id)
{
	struct recording_header old;
	uint32_t state = RECORDING_REPLACED;
	int fd = sys_open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd < 0)
		return;
	if (sys_pread(fd, &old, sizeof(old), 0) == sizeof(old) &&
		!memcmp(old.magic, RECORDING_MAGIC, sizeof(old.magic)) &&
		old.version == RECORDING_VERSION && old.pid == id->pid &&
		old.start_time == id->start_time &&
		old.pid_namespace == id->pid_namespace &&
		!memcmp(old.boot_id, id->boot_id, sizeof(old.boot_id)))
		sys_pwrite(fd, &state, sizeof(state),
			offsetof(struct recording_header, state));
	sys_close(fd);
}

static int remember(struct store *store, int fd)
{
	struct stat st;
	int result = sys_fstat(fd, &st);

	if (result)
		return result;
	store->device = st.st_dev;
	store->inode = st.st_ino;
	return 0;
}

int file_create(struct store *store, const char *directory,
	const struct recording_header *id)
{
	size_t at = put_directory(store->path, directory);
	uint32_t n;
	int fd = -ENAMETOOLONG;

	if (!at)
		return -ENAMETOOLONG;
	for (n = 0; n < NAME_TRIES; n++) {
		if (put_name(store->path, at, id->pid, n) >= STORE_PATH_MAX)
			return -ENAMETOOLONG;
		fd = sys_open(store->path,
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
		if (fd != -EEXIST)
			break;
		replace_older(store->path, id);
	}
	if (fd >= 0 && remember(store, fd)) {
		sys_close(fd);
		return -EIO;
	}
	return fd;
}

int file_reopen(const struct store *store)
{
	int fd = sys_open(store->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return fd;
	if (sys_fstat(fd, &st) || st.st_dev != store->device ||
		st.st_ino != store->inode) {
		sys_close(fd);
		return -ESTALE;
	}
	return fd;
}

/* For file systems that cannot allocate: writing allocates too. */
static int write_zeros(int fd, uint64_t offset, uint64_t size)
{
	static const char zeros[4096];
	long n;

	while (size) {
		n = sys_pwrite(fd, zeros,
			size < sizeof(zeros) ? size : sizeof(zeros), offset);
		if (n <= 0)
			return n ? (int)n : -ENOSPC;
		offset += (uint64_t)n;
		size -= (uint64_t)n;
	}
	return 0;
}

int file_extend(int fd, uint64_t offset, uint64_t size)
{
	struct rlimit limit;
	int result;

	if (!sys_getrlimit(RLIMIT_FSIZE, &limit) &&
		limit.rlim_cur != RLIM_INFINITY &&
		offset + size > limit.rlim_cur)
		return -EFBIG;
	result = sys_fallocate(fd, offset, size);
	if (result == -EOPNOTSUPP || result == -ENOSYS)
		result = write_zeros(fd, offset, size);
	return result;
}
