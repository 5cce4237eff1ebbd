#include "report/graph/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/base/path.h"

enum {
	NOT_YET = UINT32_MAX,
	COUNT_MAX = UINT32_MAX / 2,
};

/* A maker of nodes keeps the cleaned names of files it made. */
struct node_maker {
	struct graph *g;
	/* by number of string, for those there were at first */
	uint32_t *clean;
	struct strbuf path;
};

static const char *without_prefix(const char *path)
{
	static const char *const prefixes[] = {
		"/proc/self/cwd/./", "/proc/self/cwd/"};
	size_t i, len;

	for (i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		len = strlen(prefixes[i]);
		if (!strncmp(path, prefixes[i], len))
			return path + len;
	}
	return path;
}

static uint32_t clean_file(struct node_maker *m, uint32_t file)
{
	struct profile *p = m->g->p;
	const char *path;

	if (m->clean[file] != NOT_YET)
		return m->clean[file];
	path = profile_text(p, file);
	if (!m->g->options.whole_paths)
		path = without_prefix(path);
	m->path.len = 0;
	if (*path)
		path_clean(&m->path, path);
	m->clean[file] = profile_string(p, m->path.buf, m->path.len);
	return m->clean[file];
}

static struct graph_name unnamed(
	const struct graph *g, const struct profile_location *l)
{
	struct graph_name name = {0};

	if (g->options.granularity == GRAPH_ADDRESSES)
		name.address = l->address;
	if (l->mapping)
		name.mapping = g->p->mappings[l->mapping - 1].file;
	return name;
}

static struct graph_name line_name(struct node_maker *m,
	const struct profile_location *l, const struct profile_line *line)
{
	enum graph_granularity granularity = m->g->options.granularity;
	const struct profile_function *f = &m->g->p->functions[line->function];
	struct graph_name name = unnamed(m->g, l);

	if (granularity >= GRAPH_LINES)
		name.line = line->line;
	if (granularity != GRAPH_FILES)
		name.function = f->name;
	if (granularity != GRAPH_FUNCTIONS)
		name.file = clean_file(m, f->file);
	if (name.function)
		name.mapping = 0;
	else
		name.start_line = f->start_line;
	return name;
}

static uint32_t name_hash(const struct graph_name *n)
{
	uint64_t mix = table_mix(n->address, n->function);

	mix = table_mix(mix, (uint64_t)n->file << 32 | n->mapping);
	mix = table_mix(mix, (uint64_t)n->line);
	return table_fold(table_mix(mix, (uint64_t)n->start_line));
}

static bool name_equal(const struct graph_name *a, const struct graph_name *b)
{
	return a->address == b->address && a->start_line == b->start_line &&
		a->line == b->line && a->function == b->function &&
		a->file == b->file && a->mapping == b->mapping;
}

static int find_node(
	struct graph *g, const struct graph_name *name, uint32_t *id)
{
	uint32_t hash = name_hash(name);
	size_t at = hash;
	int error = table_reserve(&g->node_names);

	if (error)
		return error;
	while ((*id = table_next(&g->node_names, hash, &at)) != TABLE_NONE)
		if (name_equal(&g->nodes[*id].name, name))
			return 0;
	error = array_grow(&g->nodes, &g->node_cap, g->node_count + 1,
		sizeof(*g->nodes), COUNT_MAX);
	if (error)
		return error;
	*id = (uint32_t)g->node_count++;
	g->nodes[*id].name = *name;
	g->nodes[*id].kept = true;
	table_put(&g->node_names, at, hash, *id);
	return 0;
}

static int add_frame(struct graph *g, const struct graph_name *name)
{
	int error = array_grow(&g->frames, &g->frame_cap, g->frame_count + 1,
		sizeof(*g->frames), COUNT_MAX);

	if (error)
		return error;
	return find_node(g, name, &g->frames[g->frame_count++]);
}

static int add_location(struct node_maker *m, uint32_t index)
{
	struct graph *g = m->g;
	const struct profile_location *l = &g->p->locations[index];
	struct graph_name name;
	uint32_t i = 0;
	int error = 0;

	g->first_frame[index] = (uint32_t)g->frame_count;
	if (!l->line_count) {
		name = unnamed(g, l);
		return add_frame(g, &name);
	}
	if (g->options.no_inlines)
		i = l->line_count - 1;
	for (; !error && i < l->line_count; i++) {
		name = line_name(m, l, &g->p->lines[l->first_line + i]);
		error = add_frame(g, &name);
	}
	return error;
}

static int make_nodes(struct graph *g)
{
	size_t strings = g->p->string_count;
	struct node_maker m = {.g = g};
	uint32_t i;
	int error = 0;

	m.clean = reallocarray(NULL, strings, sizeof(*m.clean));
	if (!m.clean)
		return -ENOMEM;
	memset(m.clean, 0xff, strings * sizeof(*m.clean));
	strbuf_init(&m.path);
	for (i = 0; !error && i < g->p->location_count; i++)
		error = add_location(&m, i);
	g->first_frame[i] = (uint32_t)g->frame_count;
	if (!error)
		error = m.path.error ? m.path.error : g->p->error;
	strbuf_release(&m.path);
	free(m.clean);
	return error;
}

int graph_init(
	struct graph *g, struct profile *p, const struct graph_options *options)
{
	int error;

	*g = (struct graph){.p = p, .options = *options};
	strbuf_init(&g->names);
	/* so that no text is at offset 0 */
	strbuf_addch(&g->names, 0);
	g->first_frame = reallocarray(
		NULL, p->location_count + 1, sizeof(*g->first_frame));
	if (!g->first_frame)
		return -ENOMEM;
	error = make_nodes(g);
	if (error)
		return error;
	g->order = reallocarray(NULL, g->node_count + 1, sizeof(*g->order));
	return g->order ? 0 : -ENOMEM;
}

void graph_release(struct graph *g)
{
	free(g->nodes);
	free(g->frames);
	free(g->first_frame);
	free(g->order);
	free(g->edges);
	free(g->in_edges);
	free(g->out_edges);
	free(g->tags);
	table_release(&g->node_names);
	table_release(&g->edge_ends);
	table_release(&g->tag_keys);
	strbuf_release(&g->names);
}
