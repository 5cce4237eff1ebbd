#include "tracer/store/store.h"

#include <errno.h>
#include <string.h>

#include "tracer/os/sys.h"
#include "tracer/store/file.h"
#include "tracer/store/process.h"

static int extend_and_map(int fd, uint32_t chunk, void **at)
{
	uint64_t offset = (uint64_t)chunk * RECORDING_CHUNK;
	int result = file_extend(fd, offset, RECORDING_CHUNK);

	if (result)
		return result;
	*at = sys_map_file(fd, offset, RECORDING_CHUNK);
	return *at ? 0 : -ENOMEM;
}

/* A chunk that is mapped becomes part of the recording. */
static void adopt(struct store *store, enum recording_kind kind, void *at)
{
	struct recording_header *header = store->header;
	uint32_t chunk = header->chunk_count;
	uint32_t part;

	if (kind == RECORDING_STACKS) {
		part = store->stack_chunks;
		store->stacks[part] = at;
		store->stack_chunks = part + 1;
	} else {
		part = store->bucket_chunks;
		store->buckets[part] = at;
		store->bucket_chunks = part + 1;
	}
	store->chunk_table[chunk] = (uint32_t)kind << 24 | part;
	__atomic_store_n(&header->chunk_count, chunk + 1, __ATOMIC_RELEASE);
}

static int add_chunk(struct store *store, int fd, enum recording_kind kind)
{
	void *at;
	int result;

	if (store->header->chunk_count >= RECORDING_CHUNK_MAX)
		return -EFBIG;
	result = extend_and_map(fd, store->header->chunk_count, &at);
	if (!result)
		adopt(store, kind, at);
	return result;
}

bool store_grow(struct store *store, enum recording_kind kind)
{
	uint64_t signals;
	int fd, result;

	if (store->refuse) {
		store->refuse--;
		return false;
	}
	/* a handler that leaves by longjmp must not leave half a chunk */
	signals = sys_signals_block();
	fd = file_reopen(store);
	result = fd;
	if (fd >= 0) {
		result = add_chunk(store, fd, kind);
		sys_close(fd);
	}
	sys_signals_restore(signals);
	if (!result) {
		store->backoff = 0;
		return true;
	}
	store_drop(store, DROP_GROW);
	store->backoff = store->backoff ? store->backoff * 2 : 64;
	if (store->backoff > 1 << 20)
		store->backoff = 1 << 20;
	store->refuse = store->backoff;
	return false;
}

bool store_text(
	struct store *store, const char *text, uint32_t len, uint32_t *at)
{
	uint32_t used = store->header->text_size;

	if (len > RECORDING_TEXT_MAX - used)
		return false;
	memcpy(store->text + used, text, len);
	*at = used;
	__atomic_store_n(
		&store->header->text_size, used + len, __ATOMIC_RELEASE);
	return true;
}

void store_retire(
	struct store *store, uintptr_t start, uintptr_t end, uint32_t flag)
{
	uint32_t id;

	for (id = STACK_FIRST; id < store->header->stack_count; id++) {
		struct recording_stack *e = store_stack(store, id);

		if (e->ip - 1 >= start && e->ip - 1 < end)
			__atomic_store_n(&e->flags,
				(e->flags & ~STACK_RETIRED) | flag,
				__ATOMIC_RELAXED);
	}
}

void store_drop(struct store *store, enum recording_drop drop)
{
	if (store->header)
		__atomic_fetch_add(
			&store->header->drops[drop], 1, __ATOMIC_RELAXED);
}

static void set_up(struct store *store, const struct recording_header *id)
{
	struct recording_header *header = store->header;

	store->chunk_table = (uint32_t *)((char *)header + RECORDING_TABLE_AT);
	store->modules = (struct recording_module *)((char *)header +
		RECORDING_MODULES_AT);
	store->text = (char *)header + RECORDING_TEXT_AT;
	*header = *id;
	header->version = RECORDING_VERSION;
	header->header_size = sizeof(*header);
	header->chunk_size = RECORDING_CHUNK;
	header->machine = MACHINE;
	header->features = RECORDING_EXACT;
	header->period = 1;
	header->chunk_count = 1;
}

static void keep_text(struct store *store, const char *text, size_t len,
	uint32_t *at, uint32_t *size)
{
	if (len && store_text(store, text, (uint32_t)len, at))
		*size = (uint32_t)len;
}

/* Who the process is, for people. */
static void describe(struct store *store, const struct settings *settings)
{
	struct recording_header *header = store->header;
	/* no large buffer may lie on the host's stack: the unused half of text
	 * serves as one */
	char *buf = store->text + RECORDING_TEXT_MAX / 2;
	size_t room = 4096;
	long n = sys_readlink("/proc/self/exe", buf, room);
	int fd;

	if (n > 0)
		keep_text(store, buf, (size_t)n, &header->exe_at,
			&header->exe_size);
	fd = sys_open("/proc/self/cmdline", O_RDONLY, 0);
	if (fd >= 0) {
		n = sys_read(fd, buf, room);
		if (n > 0)
			keep_text(store, buf, (size_t)n, &header->command_at,
				&header->command_size);
		sys_close(fd);
	}
	memset(buf, 0, room);
	keep_text(store, settings->unwind, strlen(settings->unwind),
		&header->unwind_at, &header->unwind_size);
	keep_text(store, settings->allocator, strlen(settings->allocator),
		&header->allocator_at, &header->allocator_size);
}

static int open_in(struct store *store, const char *directory,
	const struct settings *settings, const struct recording_header *id)
{
	void *at;
	int fd = file_create(store, directory, id);
	int result;

	if (fd < 0)
		return fd;
	result = extend_and_map(fd, 0, &at);
	if (result)
		goto out;
	store->header = at;
	set_up(store, id);
	describe(store, settings);
	result = add_chunk(store, fd, RECORDING_STACKS);
	if (!result)
		result = add_chunk(store, fd, RECORDING_BUCKETS);
	if (!result)
		memcpy(store->header->magic, RECORDING_MAGIC,
			sizeof(store->header->magic));
out:
	sys_close(fd);
	if (result) {
		sys_unlink(store->path);
		store->header = NULL;
		store->stack_chunks = store->bucket_chunks = 0;
	}
	return result;
}

int store_open(struct store *store, const struct settings *settings)
{
	const char *directories[] = {
		settings->directory, "", settings->runtime_directory, "/tmp"};
	struct recording_header id = {0};
	int result = -ENOENT;
	size_t i;

	process_identify(&id);
	for (i = 0; i < (*settings->strict ? 1 : 4); i++) {
		/* the second is the current folder; the others have names */
		if (i != 1 && !*directories[i])
			continue;
		result = open_in(store, directories[i], settings, &id);
		if (!result)
			return 0;
	}
	return result;
}
