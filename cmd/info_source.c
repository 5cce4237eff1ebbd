#include "cmd/info_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/elf_file.h"
#include "report/read/gzip.h"
#include "report/read/pprof_proto.h"
#include "report/read/recording.h"
#include "report/symbol/symbolize.h"

enum {
	HEAD_SIZE = 16,
	READ_SIZE = 1 << 16,
};

/* Read all of the regular file PATH. */
static int read_file(const char *path, struct strbuf *data)
{
	int fd = elf_file_open(path);
	ssize_t len = 0;
	void *room;

	if (fd < 0)
		return fd;
	while ((room = strbuf_room(data, READ_SIZE))) {
		len = read(fd, room, READ_SIZE);
		if (len > 0)
			data->len += (size_t)len;
		else if (!len || errno != EINTR)
			break;
	}
	if (len < 0)
		len = -errno;
	close(fd);
	return data->error ? data->error : (int)len;
}

static int read_profile(
	struct info_source *s, const struct strbuf *data, struct strbuf *why)
{
	struct strbuf plain, reason;
	int err;

	strbuf_init(&plain);
	strbuf_init(&reason);
	if (gzip_is(data->buf, data->len)) {
		err = gunzip(data->buf, data->len, &plain);
		if (!err)
			err = pprof_decode(
				&s->profile, plain.buf, plain.len, &reason);
	} else {
		err = pprof_decode(&s->profile, data->buf, data->len, &reason);
	}
	if (err)
		strbuf_addf(why, "'%s' is not a profile%s%s", s->path.buf,
			reason.len ? ": " : "", reason.buf);
	strbuf_release(&reason);
	strbuf_release(&plain);
	return err;
}

static int read_recording(struct info_source *s, struct strbuf *why)
{
	struct symbolize_options options = {.form = DEMANGLE_SIMPLE};
	struct recording_header header;
	int err;

	s->is_recording = true;
	err = recording_head(&header, s->path.buf, why);
	if (!err)
		err = recording_load(&s->profile, s->path.buf, why);
	if (err)
		return err;
	s->is_live = recording_is_live(&header);
	if (!s->pid && recording_is_live_here(&header))
		s->pid = (pid_t)header.pid;
	return symbolize(&s->profile, &options, why);
}

static bool is_pid(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name) &&
		strlen(name) < 10;
}

int info_source_read(
	struct info_source *s, const char *name, struct strbuf *why)
{
	struct strbuf data;
	int err;

	memset(s, 0, sizeof(*s));
	strbuf_init(&s->path);
	err = profile_init(&s->profile);
	if (err)
		return err;
	if (is_pid(name)) {
		s->pid = (pid_t)strtol(name, NULL, 10);
		err = recording_find(s->pid, &s->path, why);
	} else {
		strbuf_addstr(&s->path, name);
	}
	if (err)
		return err;
	strbuf_init(&data);
	err = read_file(s->path.buf, &data);
	if (err == -EINVAL)
		strbuf_addf(why, "'%s' is not a profile: not a regular file",
			s->path.buf);
	else if (err)
		strbuf_addf(why, "cannot open '%s': %s", s->path.buf,
			strerror(-err));
	else if (recording_detect(data.buf, data.len))
		err = read_recording(s, why);
	else
		err = read_profile(s, &data, why);
	strbuf_release(&data);
	return err;
}

void info_source_release(struct info_source *s)
{
	profile_release(&s->profile);
	strbuf_release(&s->path);
}
