#include "cmd/record/group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	PROCESSES_MAX = 1 << 22,
};

/* What makes a recording stand for its group. */
enum lead_rank {
	/* no recording yet */
	LEAD_NONE,
	LEAD_OTHER_EMPTY,
	LEAD_OTHER,
	LEAD_COMMAND_EMPTY,
	LEAD_COMMAND,
};

void record_group_init(struct record_group *g, pid_t pid, pid_t lead)
{
	memset(g, 0, sizeof(*g));
	g->pid = pid;
	g->lead_pid = lead;
	own_mallocs_init(&g->own_mallocs);
}

static void main_release(struct record_main *m)
{
	free(m->file);
	free(m->build_id);
	memset(m, 0, sizeof(*m));
}

static void drop_first(struct record_group *g)
{
	profile_release(&g->first);
	free(g->first_exe);
	g->first_exe = NULL;
	g->has_first = false;
}

void record_group_release(struct record_group *g)
{
	if (g->has_first)
		drop_first(g);
	if (g->has_all)
		profile_release(&g->all);
	recording_facts_release(&g->facts);
	main_release(&g->main);
	own_mallocs_release(&g->own_mallocs);
	free(g->processes);
	table_release(&g->process_index);
	memset(g, 0, sizeof(*g));
}

static int add_process(
	struct record_group *g, const struct recording_header *header)
{
	const struct record_identity *old;
	uint32_t hash, id;
	size_t at;
	int err = table_reserve(&g->process_index);

	if (!err)
		err = array_grow(&g->processes, &g->process_cap,
			g->process_count + 1, sizeof(*g->processes),
			PROCESSES_MAX);
	if (err)
		return err;
	hash = table_fold(table_mix(header->pid, header->start_time));
	at = hash;
	while ((id = table_next(&g->process_index, hash, &at)) != TABLE_NONE) {
		old = &g->processes[id];
		if (old->pid == header->pid &&
			old->start_time == header->start_time &&
			old->pid_namespace == header->pid_namespace)
			return 0;
	}
	id = (uint32_t)g->process_count++;
	g->processes[id].pid = header->pid;
	g->processes[id].start_time = header->start_time;
	g->processes[id].pid_namespace = header->pid_namespace;
	table_put(&g->process_index, at, hash, id);
	return 0;
}

/* Add P to all that GROUP has, its samples marked with the name of EXE. */
static int add_labelled(
	struct record_group *g, const struct profile *p, const char *exe)
{
	const char *slash = strrchr(exe, '/');
	const char *name = slash ? slash + 1 : exe;
	struct profile_label label;
	int err;

	if (!g->has_all) {
		err = profile_init(&g->all);
		if (err)
			return err;
		g->has_all = true;
	}
	memset(&label, 0, sizeof(label));
	label.key = profile_string(&g->all, "process", strlen("process"));
	label.str = profile_string(&g->all, name, strlen(name));
	return profile_merge(&g->all, p, label.str ? &label : NULL);
}

/* Add P, which GROUP then owns, the profile of program EXE. */
static int add_profile(
	struct record_group *g, struct profile *p, const char *exe)
{
	int err = 0;

	if (!g->has_first && !g->has_all) {
		g->first = *p;
		g->has_first = true;
		g->first_exe = strdup(exe);
		return g->first_exe ? 0 : -ENOMEM;
	}
	if (g->has_first) {
		err = add_labelled(g, &g->first, g->first_exe);
		drop_first(g);
	}
	if (!err)
		err = add_labelled(g, p, exe);
	profile_release(p);
	return err;
}

static enum lead_rank rank_of(
	const struct record_group *g, const struct recording_facts *facts)
{
	if ((pid_t)facts->header.pid == g->lead_pid)
		return facts->allocs ? LEAD_COMMAND : LEAD_COMMAND_EMPTY;
	return facts->allocs ? LEAD_OTHER : LEAD_OTHER_EMPTY;
}

/* Of the command the last image, of others the one that began first. */
static bool leads(
	const struct record_group *g, const struct recording_facts *facts)
{
	int rank = rank_of(g, facts);
	uint64_t old = g->facts.header.wall_start;
	uint64_t new = facts->header.wall_start;

	if (rank != g->lead_rank)
		return rank > g->lead_rank;
	return rank >= LEAD_COMMAND_EMPTY ? new >= old : new < old;
}

static int take_main(struct record_group *g, const struct profile *p)
{
	const struct profile_mapping *m = p->mappings;

	main_release(&g->main);
	if (!p->mapping_count)
		return 0;
	g->main.mapping = *m;
	g->main.file = strdup(profile_text(p, m->file));
	g->main.build_id = strdup(profile_text(p, m->build_id));
	return g->main.file && g->main.build_id ? 0 : -ENOMEM;
}

/* FACTS of the lead stand for the group, with the counts of all. */
static void take_facts(
	struct record_group *g, struct recording_facts *facts, bool lead)
{
	struct recording_facts sum;

	if (!lead) {
		recording_facts_add(&g->facts, facts);
		recording_facts_release(facts);
		return;
	}
	sum = *facts;
	recording_facts_add(&sum, &g->facts);
	recording_facts_release(&g->facts);
	g->facts = sum;
	memset(facts, 0, sizeof(*facts));
}

/* Count the recording of FACTS and take in its profile. One without allocations
 * stands for the group until another comes. */
static int take_profile(struct record_group *g, struct profile *p,
	const struct recording_facts *facts)
{
	if (facts->allocs) {
		if (g->has_first && !g->images)
			drop_first(g);
		g->images++;
	} else if (g->has_first || g->has_all) {
		profile_release(p);
		return 0;
	}
	return add_profile(g, p, facts->exe);
}

int record_group_add(struct record_group *g, struct profile *p,
	struct recording_facts *facts)
{
	bool lead = leads(g, facts);
	int err = own_mallocs_look(&g->own_mallocs, facts->exe);

	if (!err && facts->allocs)
		err = add_process(g, &facts->header);
	if (!err && lead)
		err = take_main(g, p);
	if (err)
		profile_release(p);
	else
		err = take_profile(g, p, facts);
	if (lead)
		g->lead_rank = rank_of(g, facts);
	take_facts(g, facts, lead);
	return err;
}

/* Readers take the first mapping for the main binary. */
static int put_main_first(struct record_group *g, struct profile *p)
{
	struct profile_mapping m = g->main.mapping;
	struct profile ordered;
	int err;

	if (!g->main.file || !strcmp(g->main.file, "") ||
		(p->mapping_count &&
			!strcmp(profile_text(p, p->mappings[0].file),
				g->main.file)))
		return 0;
	err = profile_init(&ordered);
	if (err)
		return err;
	m.file = profile_string(&ordered, g->main.file, strlen(g->main.file));
	m.build_id = profile_string(
		&ordered, g->main.build_id, strlen(g->main.build_id));
	profile_add_mapping(&ordered, &m);
	err = profile_merge(&ordered, p, NULL);
	if (!err)
		err = ordered.error;
	if (err) {
		profile_release(&ordered);
		return err;
	}
	profile_release(p);
	*p = ordered;
	return 0;
}

int record_group_finish(struct record_group *g, struct profile **p)
{
	int err;

	*p = g->has_all ? &g->all : &g->first;
	err = put_main_first(g, *p);
	if (err)
		return err;
	recording_facts_comment(*p, &g->facts);
	recording_comment_lines(*p, "spill: ", &g->own_mallocs.lines);
	/* from the first start to the last end, not the sum of the processes'
	 */
	(*p)->duration_nanos = 0;
	if (g->wall_end > (*p)->time_nanos)
		(*p)->duration_nanos = g->wall_end - (*p)->time_nanos;
	return (*p)->error;
}
