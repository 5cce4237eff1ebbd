#include "cmd/info/source.h"

#include <stdlib.h>
#include <string.h>

#include "report/read/load.h"
#include "report/read/recording.h"
#include "report/symbol/symbolize.h"

/* What only a recording has: its process, and addresses without names. */
static int finish_recording(struct info_source *s, struct strbuf *why)
{
	struct symbolize_options options = {.form = DEMANGLE_SIMPLE};
	struct recording_header header;
	int err;

	s->is_recording = true;
	err = recording_head(&header, s->path.buf, why);
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
	enum load_kind kind;
	int err;

	memset(s, 0, sizeof(*s));
	strbuf_init(&s->path);
	if (is_pid(name)) {
		s->pid = (pid_t)strtol(name, NULL, 10);
		err = recording_find(s->pid, &s->path, why);
		if (err)
			return err;
	} else {
		strbuf_addstr(&s->path, name);
	}
	err = s->path.error;
	if (!err)
		err = load_profile(&s->profile, s->path.buf, &kind, why);
	if (!err && kind == LOAD_RECORDING)
		err = finish_recording(s, why);
	return err;
}

void info_source_release(struct info_source *s)
{
	profile_release(&s->profile);
	strbuf_release(&s->path);
}
