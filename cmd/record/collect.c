#include "cmd/record/collect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/base/array.h"

enum {
	GROUPS_MAX = 1 << 20,
	FILES_MAX = 1 << 20,
};

/* A recording in the folder. */
struct found {
	char *path;
	struct recording_header header;
	bool live;
};

struct found_list {
	struct found *all;
	size_t count;
	size_t cap;
};

void record_collect_init(struct record_collect *c, const char *directory,
	pid_t pid, bool group_by_process)
{
	memset(c, 0, sizeof(*c));
	c->directory = directory;
	c->pid = pid;
	c->group_by_process = group_by_process;
	strbuf_init(&c->why);
	strbuf_init(&c->still_running);
}

void record_collect_release(struct record_collect *c)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		record_group_release(&c->groups[i]);
	free(c->groups);
	strbuf_release(&c->why);
	strbuf_release(&c->still_running);
	memset(c, 0, sizeof(*c));
}

static int group_of(struct record_collect *c, pid_t pid, size_t *index)
{
	int err;

	for (*index = 0; *index < c->count; ++*index)
		if (!c->group_by_process || c->groups[*index].pid == pid)
			return 0;
	err = array_grow(&c->groups, &c->cap, c->count + 1, sizeof(*c->groups),
		GROUPS_MAX);
	if (err)
		return err;
	record_group_init(&c->groups[c->count++], pid,
		c->group_by_process ? pid : c->pid);
	return 0;
}

static int64_t wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int take_profile(struct record_collect *c, struct profile *p,
	struct recording_facts *facts)
{
	struct record_group *g;
	size_t index;
	int err = group_of(c, (pid_t)facts->header.pid, &index);

	if (err) {
		profile_release(p);
		recording_facts_release(facts);
		return err;
	}
	g = &c->groups[index];
	g->wall_end = wall_clock();
	c->recordings++;
	return record_group_add(g, p, facts);
}

static void note_broken(struct record_collect *c, const struct strbuf *why)
{
	if (!c->broken++)
		strbuf_add(&c->why, why->buf, why->len);
}

/* Read the recording at PATH. A broken one is noted and left where it is. */
static int take(struct record_collect *c, const char *path, bool *taken)
{
	struct recording_facts facts;
	struct profile p;
	struct strbuf why;
	int err = profile_init(&p);

	*taken = false;
	if (err)
		return err;
	strbuf_init(&why);
	err = recording_read(&p, &facts, path, &why);
	if (err) {
		profile_release(&p);
		if (err != -ENOMEM)
			note_broken(c, &why);
		strbuf_release(&why);
		return err == -ENOMEM ? err : 0;
	}
	strbuf_release(&why);
	*taken = true;
	return take_profile(c, &p, &facts);
}

static int add_found(struct found_list *list, const char *path,
	const struct recording_header *header)
{
	int err;

	err = array_grow(&list->all, &list->cap, list->count + 1,
		sizeof(*list->all), FILES_MAX);
	if (err)
		return err;
	list->all[list->count].path = strdup(path);
	if (!list->all[list->count].path)
		return -ENOMEM;
	list->all[list->count++].header = *header;
	return 0;
}

static bool is_recording(const char *name)
{
	size_t len = strlen(name), suffix = strlen(RECORDING_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix, RECORDING_SUFFIX);
}

/* The headers of all files. One that cannot be read yet is being made by a
 * process that has just started: the next poll sees it, the last one says what
 * is wrong with it. */
static int find_files(struct record_collect *c, struct found_list *list,
	enum record_poll what)
{
	DIR *dir = opendir(c->directory);
	struct recording_header header;
	const struct dirent *entry;
	struct strbuf path, why;
	int err = 0;

	if (!dir)
		return -errno;
	strbuf_init(&path);
	strbuf_init(&why);
	while (!err && (entry = readdir(dir))) {
		if (!is_recording(entry->d_name))
			continue;
		strbuf_reset(&path);
		strbuf_reset(&why);
		strbuf_addf(&path, "%s/%s", c->directory, entry->d_name);
		if (!recording_head(&header, path.buf, &why))
			err = add_found(list, path.buf, &header);
		else if (what == POLL_ALL)
			note_broken(c, &why);
		if (!err)
			err = path.error;
	}
	closedir(dir);
	strbuf_release(&path);
	strbuf_release(&why);
	return err;
}

static void note_live(struct record_collect *c, const struct found *f)
{
	c->live++;
	strbuf_addf(&c->still_running, "process %u: '%s'\n", f->header.pid,
		f->path);
}

/* Find out which of LIST still run. */
static int find_live(struct found_list *list)
{
	struct recording_processes processes;
	size_t i, unsure = 0;
	int err;

	for (i = 0; i < list->count; i++) {
		list->all[i].live = recording_is_live_here(
			&list->all[i].header);
		unsure += !list->all[i].live;
	}
	if (!unsure)
		return 0;
	/* after the headers were read: who is not among them has ended */
	err = recording_processes_read(&processes);
	for (i = 0; i < list->count && !err; i++)
		if (!list->all[i].live)
			list->all[i].live = recording_processes_have(
				&processes, &list->all[i].header);
	recording_processes_release(&processes);
	return err;
}

static int take_found(struct record_collect *c, const struct found_list *list,
	enum record_poll what)
{
	const struct found *f;
	bool taken;
	int err = 0;

	for (f = list->all; f < list->all + list->count && !err; f++) {
		if (f->live)
			note_live(c, f);
		if (f->live && what == POLL_ENDED)
			continue;
		err = take(c, f->path, &taken);
		if (!f->live && taken)
			unlink(f->path);
	}
	return err;
}

static int by_path(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return strcmp(x->path, y->path);
}

int record_collect_poll(struct record_collect *c, enum record_poll what)
{
	struct found_list list = {0};
	size_t i;
	int err;

	c->live = 0;
	strbuf_reset(&c->still_running);
	err = find_files(c, &list, what);
	/* readdir's order is the file system's own */
	if (list.count)
		qsort(list.all, list.count, sizeof(*list.all), by_path);
	if (!err)
		err = find_live(&list);
	if (!err)
		err = take_found(c, &list, what);
	for (i = 0; i < list.count; i++)
		free(list.all[i].path);
	free(list.all);
	return err;
}
