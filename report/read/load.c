#include "report/read/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "report/read/fetch.h"
#include "report/read/gzip.h"
#include "report/read/pprof_proto.h"
#include "report/read/recording.h"
#include "report/read/text_kind.h"

enum {
	READ_SIZE = 1 << 20,
	/* a larger file is no profile that we could hold in memory */
	FILE_MAX = 1 << 29,
	/* digits of the longest process id */
	PID_MAX = 10,
};

static int refuse(struct strbuf *why, const char *name, int error)
{
	if (!why->len)
		strbuf_addf(
			why, "cannot open '%s': %s", name, strerror(-error));
	return error;
}

/* Add what FD gives next to DATA; *END is set where there is no more. */
static int read_more(int fd, struct strbuf *data, bool *end)
{
	char *room = strbuf_room(data, READ_SIZE);
	ssize_t len;

	if (!room)
		return -ENOMEM;
	do
		len = read(fd, room, READ_SIZE);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	data->len += (size_t)len;
	*end = !len;
	return data->len > FILE_MAX ? -EFBIG : 0;
}

/* A device may have no end. */
static int check_kind(int fd, const char *path, struct strbuf *why)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return 0;
	strbuf_addf(why, "'%s' is a device, not a profile", path);
	return -EINVAL;
}

/* All of a file, but of a recording, which can be large, just the beginning. Of
 * a pipe, what comes until its end. */
static int read_file(const char *path, struct strbuf *data, struct strbuf *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool end = false;
	int error;

	if (fd < 0)
		return -errno;
	error = check_kind(fd, path, why);
	while (!error && !end && !recording_detect(data->buf, data->len))
		error = read_more(fd, data, &end);
	close(fd);
	if (error == -EFBIG)
		strbuf_addf(why, "'%s' is too large: more than %d MiB", path,
			FILE_MAX >> 20);
	return error;
}

static int unpack(const char *name, const void *data, size_t len,
	struct strbuf *plain, struct strbuf *why)
{
	int error = gunzip(data, len, plain);

	if (error == -E2BIG)
		strbuf_addf(why, "'%s' is too large: more than 2 GiB unpacked",
			name);
	else if (error == -EINVAL)
		strbuf_addf(why,
			"'%s' is not a profile: its gzip data is cut short or "
			"damaged",
			name);
	return error;
}

static int decode(struct profile *p, const char *name, const void *data,
	size_t len, struct strbuf *why)
{
	struct strbuf reason;
	int error;

	strbuf_init(&reason);
	error = pprof_decode(p, data, len, &reason);
	if (error == -EINVAL)
		text_kind_explain(why, name, data, len, reason.buf);
	else if (error == -E2BIG)
		strbuf_addf(why, "'%s' is too large", name);
	strbuf_release(&reason);
	return error;
}

int load_bytes(struct profile *p, const char *name, const void *data,
	size_t len, struct strbuf *why)
{
	struct strbuf plain;
	int error = 0;

	strbuf_init(&plain);
	if (gzip_is(data, len)) {
		error = unpack(name, data, len, &plain, why);
		data = plain.buf;
		len = plain.len;
	}
	if (!error && !len) {
		strbuf_addf(why, "'%s' is empty", name);
		error = -EINVAL;
	}
	if (!error)
		error = decode(p, name, data, len, why);
	strbuf_release(&plain);
	return error;
}

/* A file of any kind. Recordings are read by their own reader, as they may
 * grow meanwhile. */
static int load_file(struct profile *p, const char *path, enum load_kind *kind,
	struct strbuf *why)
{
	struct strbuf data;
	int error;

	strbuf_init(&data);
	error = read_file(path, &data, why);
	if (error)
		refuse(why, path, error);
	else if (recording_detect(data.buf, data.len))
		*kind = LOAD_RECORDING;
	else
		error = load_bytes(p, path, data.buf, data.len, why);
	strbuf_release(&data);
	if (!error && *kind == LOAD_RECORDING)
		error = recording_load(p, path, why);
	return error;
}

static int load_process(struct profile *p, const char *pid, struct strbuf *why)
{
	struct strbuf path;
	int error;

	strbuf_init(&path);
	error = recording_find((pid_t)strtol(pid, NULL, 10), &path, why);
	if (!error)
		error = recording_load(p, path.buf, why);
	strbuf_release(&path);
	return error;
}

static int load_url(struct profile *p, const char *url, struct strbuf *why)
{
	struct strbuf body;
	int error;

	strbuf_init(&body);
	error = fetch_url(url, &body, why);
	if (!error)
		error = load_bytes(p, url, body.buf, body.len, why);
	strbuf_release(&body);
	return error;
}

static bool is_pid(const char *source)
{
	size_t len = strlen(source);

	return len && len <= PID_MAX && strspn(source, "0123456789") == len;
}

int load_profile(struct profile *p, const char *source, enum load_kind *kind,
	struct strbuf *why)
{
	struct stat st;
	int error = profile_init(p);

	*kind = LOAD_PROFILE;
	if (!error && is_pid(source)) {
		*kind = LOAD_RECORDING;
		error = load_process(p, source, why);
	} else if (!error && stat(source, &st) && fetch_is_url(source)) {
		error = load_url(p, source, why);
	} else if (!error) {
		error = load_file(p, source, kind, why);
	}
	return error ? refuse(why, source, error) : 0;
}
