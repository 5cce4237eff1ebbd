#include "report/read/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "report/read/recording_counts.h"
#include "report/read/recording_file.h"
#include "report/read/recording_module.h"

enum {
	STACKS_IN_CHUNK = RECORDING_CHUNK / sizeof(struct recording_stack),
	/* frames that one stack may have; more means a ring of parents */
	DEPTH_MAX = 65536,
};

/* Stands for a location that is left out. */
#define HIDDEN (UINT32_MAX - 1)

/* Frames of all samples together: a file of 1 GiB could ask for far more than
 * a machine has. */
#define FRAMES_MAX ((uint64_t)1 << 28)

static const char drop_frames[] =
	"malloc|calloc|realloc|reallocarray|free|cfree|memalign|aligned_alloc|"
	"posix_memalign|valloc|pvalloc|free_sized|free_aligned_sized|"
	"__libc_(malloc|calloc|realloc|memalign|free)|"
	"operator (new|delete)(\\[\\])?|"
	"(__gnu_cxx::new_allocator|std::__new_allocator|std::allocator|"
	"std::allocator_traits)(<.*>)?::allocate";

/* What a recording becomes a profile with. */
struct build {
	struct profile *p;
	struct recording_file file;
	struct recording_counts counts;
	struct recording_modules modules;
	struct recording_stack *stacks;
	size_t stack_count;
	/* location of each stack id, plus one; 0 while not added */
	uint32_t *locations;
	/* room for DEPTH_MAX, leaf first */
	uint32_t *stack;
	uint64_t frames;
	uint32_t bytes_key;
};

bool recording_detect(const void *head, size_t len)
{
	return len >= sizeof(RECORDING_MAGIC) - 1 &&
		!memcmp(head, RECORDING_MAGIC, sizeof(RECORDING_MAGIC) - 1);
}

int recording_head(
	struct recording_header *header, const char *path, struct strbuf *why)
{
	struct recording_file *file = calloc(1, sizeof(*file));
	int err;

	if (!file)
		return -ENOMEM;
	err = recording_file_open(file, path, why);
	*header = file->header;
	recording_file_release(file);
	free(file);
	return err;
}

static int read_stacks(struct build *b, struct strbuf *why)
{
	size_t part, parts, used, count = b->file.header.stack_count;
	int err = 0;

	if (count > (size_t)b->file.header.chunk_count * STACKS_IN_CHUNK)
		return recording_file_damaged(
			&b->file, why, "its number of stacks is wrong");
	parts = (count + STACKS_IN_CHUNK - 1) / STACKS_IN_CHUNK;
	b->stack_count = count;
	b->stacks = calloc(count + 1, sizeof(*b->stacks));
	b->locations = calloc(count + 1, sizeof(*b->locations));
	if (!b->stacks || !b->locations)
		return -ENOMEM;
	for (part = 0; part < parts && !err; part++) {
		used = count - part * STACKS_IN_CHUNK;
		if (used > STACKS_IN_CHUNK)
			used = STACKS_IN_CHUNK;
		err = recording_file_part(&b->file, RECORDING_STACKS, part,
			b->stacks + part * STACKS_IN_CHUNK,
			used * sizeof(*b->stacks), why);
	}
	return err;
}

static uint32_t add_marker(struct build *b, const char *name)
{
	struct profile_function function = {
		.name = profile_string(b->p, name, strlen(name)),
	};
	struct profile_line line = {
		.function = profile_add_function(b->p, &function),
	};
	struct profile_location location = {0};

	return profile_add_location(b->p, &location, &line, 1);
}

/* HIDDEN for the tracer's own code: dlclose goes through it, but the program
 * has no such frame. */
static uint32_t add_frame(struct build *b, uint32_t id)
{
	struct profile_location location = {
		.address = b->stacks[id].ip - 1,
	};

	if (recording_modules_is_tracer(&b->modules, location.address, id))
		return HIDDEN;
	location.mapping = recording_modules_find(
		&b->modules, b->p, location.address, id);
	return profile_add_location(b->p, &location, NULL, 0);
}

static uint32_t location_of(struct build *b, uint32_t id)
{
	if (id >= b->stack_count || id == STACK_NONE)
		return add_marker(b, "[unknown stack]");
	if (b->locations[id])
		return b->locations[id] - 1;
	if (id == STACK_UNKNOWN)
		b->locations[id] = add_marker(b, "[unknown stack]") + 1;
	else if (id == STACK_CUT)
		b->locations[id] = add_marker(b, "[deeper frames cut]") + 1;
	else
		b->locations[id] = add_frame(b, id) + 1;
	return b->locations[id] - 1;
}

/* The locations of stack ID, leaf first; returns how many, 0 for damage. */
static size_t unroll(struct build *b, uint32_t id)
{
	size_t depth = 0, steps = 0;
	uint32_t location;

	do {
		if (steps++ == DEPTH_MAX)
			return 0;
		location = location_of(b, id);
		if (location != HIDDEN)
			b->stack[depth++] = location;
		/* the special ids have nothing outside them */
		if (id >= b->stack_count || id < STACK_FIRST)
			break;
		id = b->stacks[id].parent;
	} while (id != STACK_NONE);
	if (!depth)
		b->stack[depth++] = location_of(b, STACK_NONE);
	return depth;
}

static int add_sample(struct build *b, const struct recording_count *c,
	struct recording_facts *facts, struct strbuf *why)
{
	int64_t values[4] = {
		(int64_t)c->allocs,
		(int64_t)c->alloc_bytes,
		(int64_t)(c->allocs - c->frees),
		(int64_t)(c->alloc_bytes - c->freed_bytes),
	};
	struct profile_label label = {.key = b->bytes_key};
	size_t depth;

	facts->allocs += c->allocs;
	facts->alloc_bytes += c->alloc_bytes;
	facts->frees += c->frees;
	facts->freed_bytes += c->freed_bytes;
	if (!c->allocs)
		return 0;
	label.num = (int64_t)(c->alloc_bytes / c->allocs);
	depth = unroll(b, c->stack);
	b->frames += depth;
	if (!depth || b->frames > FRAMES_MAX)
		return recording_file_damaged(
			&b->file, why, "its stacks have no end");
	/* readers leave out a label that says nothing: pprof does */
	profile_add_sample(
		b->p, b->stack, depth, values, &label, label.num ? 1 : 0);
	return b->p->error;
}

static struct profile_type type(
	struct profile *p, const char *name, const char *unit)
{
	return (struct profile_type){
		.type = profile_string(p, name, strlen(name)),
		.unit = profile_string(p, unit, strlen(unit)),
	};
}

static void add_header(struct profile *p, const struct recording_facts *facts)
{
	p->types[0] = type(p, "alloc_objects", "count");
	p->types[1] = type(p, "alloc_space", "bytes");
	p->types[2] = type(p, "inuse_objects", "count");
	p->types[3] = type(p, "inuse_space", "bytes");
	p->type_count = 4;
	p->default_type = p->types[1].type;
	p->period_type = type(p, "space", "bytes");
	p->period = 1;
	p->drop_frames = profile_string(
		p, drop_frames, sizeof(drop_frames) - 1);
	/* 2262 and later come from damage only */
	if (facts->header.wall_start <= INT64_MAX)
		p->time_nanos = (int64_t)facts->header.wall_start;
	if (facts->wall_end > p->time_nanos)
		p->duration_nanos = facts->wall_end - p->time_nanos;
}

/* The text that the recording keeps at AT, its NULs made blanks. */
static char *copy_text(const struct build *b, uint32_t at, uint32_t size)
{
	const char *text = recording_text(&b->modules, at, size);
	char *copy, *c;

	if (!text)
		size = 0;
	while (size && !text[size - 1])
		size--;
	copy = malloc((size_t)size + 1);
	if (!copy)
		return NULL;
	if (size)
		memcpy(copy, text, size);
	copy[size] = 0;
	for (c = copy; c < copy + size; c++)
		if (!*c)
			*c = ' ';
	return copy;
}

static int64_t last_write(const struct recording_file *file)
{
	struct stat st;

	if (fstat(file->fd, &st))
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static int read_facts(struct recording_facts *facts, const struct build *b)
{
	const struct recording_header *h = &b->file.header;

	facts->header = *h;
	facts->exe = copy_text(b, h->exe_at, h->exe_size);
	facts->command = copy_text(b, h->command_at, h->command_size);
	facts->unwind = copy_text(b, h->unwind_at, h->unwind_size);
	facts->allocator = copy_text(b, h->allocator_at, h->allocator_size);
	if (!facts->exe || !facts->command || !facts->unwind ||
		!facts->allocator)
		return -ENOMEM;
	facts->wall_end = last_write(&b->file);
	return 0;
}

static int build(struct build *b, struct recording_facts *facts,
	const char *path, struct strbuf *why)
{
	size_t i;
	int err;

	err = recording_file_open(&b->file, path, why);
	if (!err)
		err = recording_counts_read(&b->counts, &b->file, why);
	/* after the buckets: the stacks and modules that they refer to */
	if (!err)
		err = recording_file_refresh(&b->file, why);
	if (!err)
		err = read_stacks(b, why);
	if (!err)
		err = recording_modules_read(&b->modules, &b->file, why);
	if (!err)
		err = read_facts(facts, b);
	if (err)
		return err;
	add_header(b->p, facts);
	b->bytes_key = profile_string(b->p, "bytes", 5);
	recording_modules_main(&b->modules, b->p, facts->exe);
	for (i = 0; i < b->counts.count && !err; i++)
		err = add_sample(b, &b->counts.all[i], facts, why);
	return err ? err : b->p->error;
}

int recording_read(struct profile *p, struct recording_facts *facts,
	const char *path, struct strbuf *why)
{
	struct build *b = calloc(1, sizeof(*b));
	int err;

	memset(facts, 0, sizeof(*facts));
	if (!b)
		return -ENOMEM;
	b->p = p;
	b->file.fd = -1;
	b->stack = malloc(DEPTH_MAX * sizeof(*b->stack));
	err = -ENOMEM;
	if (b->stack)
		err = build(b, facts, path, why);
	if (err && !why->len)
		strbuf_addf(why, "cannot read '%s': %s", path, strerror(-err));
	if (err)
		recording_facts_release(facts);
	recording_modules_release(&b->modules);
	recording_counts_release(&b->counts);
	free(b->stacks);
	free(b->locations);
	free(b->stack);
	recording_file_release(&b->file);
	free(b);
	return err;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int recording_load(struct profile *p, const char *path, struct strbuf *why)
{
	struct recording_facts facts;
	int err = recording_read(p, &facts, path, why);

	if (err)
		return err;
	if (recording_is_live(&facts.header) && now() > p->time_nanos)
		p->duration_nanos = now() - p->time_nanos;
	recording_facts_comment(p, &facts);
	recording_facts_release(&facts);
	if (p->error)
		strbuf_addf(
			why, "cannot read '%s': %s", path, strerror(-p->error));
	return p->error;
}
