#include "tests/unit/recording_maker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The chunks lie behind one another: stacks and buckets as they are needed. */
static void *element(struct recording_maker *m, enum recording_kind kind,
	size_t index, size_t size)
{
	struct recording_header *h = maker_header(m);
	uint32_t *table = (uint32_t *)(m->data + RECORDING_TABLE_AT);
	size_t part = index / (RECORDING_CHUNK / size), i;

	for (i = 1; i < h->chunk_count; i++)
		if (table[i] == ((uint32_t)kind << 24 | part))
			break;
	if (i == h->chunk_count) {
		m->size += RECORDING_CHUNK;
		m->data = realloc(m->data, m->size);
		assert(m->data);
		memset(m->data + i * RECORDING_CHUNK, 0, RECORDING_CHUNK);
		table = (uint32_t *)(m->data + RECORDING_TABLE_AT);
		table[i] = (uint32_t)kind << 24 | (uint32_t)part;
		maker_header(m)->chunk_count++;
	}
	return m->data + i * RECORDING_CHUNK +
		index % (RECORDING_CHUNK / size) * size;
}

void maker_init(struct recording_maker *m)
{
	struct recording_header *h;

	m->size = RECORDING_CHUNK;
	m->data = calloc(1, m->size);
	assert(m->data);
	h = maker_header(m);
	memcpy(h->magic, RECORDING_MAGIC, sizeof(h->magic));
	h->version = RECORDING_VERSION;
	h->header_size = sizeof(*h);
	h->chunk_size = RECORDING_CHUNK;
	h->features = RECORDING_EXACT;
	h->machine = 62;
	h->pid = 1;
	h->start_time = 1;
	h->wall_start = 1700000000000000000;
	h->period = 1;
	h->chunk_count = 1;
	maker_stack(m, 0, 0);
	maker_stack(m, 0, 0);
	maker_stack(m, 0, 0);
}

void maker_release(struct recording_maker *m)
{
	free(m->data);
}

struct recording_header *maker_header(struct recording_maker *m)
{
	return (struct recording_header *)m->data;
}

struct recording_module *maker_modules(struct recording_maker *m)
{
	return (struct recording_module *)(m->data + RECORDING_MODULES_AT);
}

uint32_t maker_stack(struct recording_maker *m, uint32_t parent, uint64_t ip)
{
	uint32_t id = maker_header(m)->stack_count++;
	struct recording_stack *s = element(
		m, RECORDING_STACKS, id, sizeof(*s));

	s->parent = parent;
	s->ip = ip;
	return id;
}

uint32_t maker_bucket(struct recording_maker *m, uint32_t stack,
	uint64_t allocs, uint64_t bytes, uint64_t frees, uint64_t freed)
{
	uint32_t id = maker_header(m)->bucket_count++;
	struct recording_bucket *b = element(
		m, RECORDING_BUCKETS, id, sizeof(*b));

	b->stack = stack;
	b->allocs = allocs;
	b->alloc_bytes = bytes;
	b->frees = frees;
	b->freed_bytes = freed;
	return id;
}

uint32_t maker_text(struct recording_maker *m, const char *text, uint32_t size)
{
	uint32_t at = maker_header(m)->text_size;

	memcpy(m->data + RECORDING_TEXT_AT + at, text, size);
	maker_header(m)->text_size += size;
	return at;
}

struct recording_module *maker_module(struct recording_maker *m,
	const char *path, uint64_t start, uint64_t end)
{
	struct recording_module *module = &maker_modules(
		m)[maker_header(m)->module_count++];

	module->path_size = (uint32_t)strlen(path);
	module->path_at = maker_text(m, path, module->path_size);
	module->start = start;
	module->end = end;
	module->bias = start;
	module->last_stack = UINT32_MAX;
	return module;
}

static uint64_t own_start_time(void)
{
	unsigned long long ticks = 0;
	FILE *file = fopen("/proc/self/stat", "re");
	char text[1024];
	const char *at;
	size_t len;
	int field;

	assert(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = 0;
	at = strrchr(text, ')');
	assert(at);
	for (field = 2; field < 22; field++)
		at = strchr(at + 1, ' ');
	ticks = strtoull(at, NULL, 10);
	return ticks;
}

void maker_own(struct recording_maker *m)
{
	struct recording_header *h = maker_header(m);
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	unsigned int byte;
	size_t i;

	assert(file);
	for (i = 0; i < sizeof(h->boot_id); i++) {
		if (fscanf(file, "%2x", &byte) != 1)
			abort();
		h->boot_id[i] = (uint8_t)byte;
		if (i == 3 || i == 5 || i == 7 || i == 9)
			fgetc(file);
	}
	fclose(file);
	h->pid = (uint32_t)getpid();
	h->start_time = own_start_time();
}

void maker_write_part(
	const struct recording_maker *m, const char *path, size_t size)
{
	FILE *file = fopen(path, "we");

	assert(file && size <= m->size);
	if (fwrite(m->data, 1, size, file) != size || fclose(file))
		abort();
}

void maker_write(const struct recording_maker *m, const char *path)
{
	maker_write_part(m, path, m->size);
}
