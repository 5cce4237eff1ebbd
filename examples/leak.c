/* leak.c - a cache that only grows.
 *
 * Each request has a page made for it, which is kept in case that somebody asks
 * for the same again. Nobody does, as the key has the number of the visit in
 * it, and nothing is ever taken out. No checker of leaks minds: all of it can
 * still be reached through the table.
 *
 *     spill record leak
 *     spill top -cum -alloc_space
 *         all that was ever allocated: most of it is make_page's drafts, which
 *         are freed
 *     spill top -cum -inuse_space
 *         what is left at the end: pages, entries and keys, all below cache_add
 *
 * The program counts its own calls of malloc, and no other is made: spill's
 * totals are equal to what it prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/output.h"

enum {
	REQUESTS = 20000,
	BUCKETS = 1024,
	DRAFT_SIZE = 4096,
};

struct entry {
	struct entry *next;
	char *key;
	char *page;
};

static struct entry *cache[BUCKETS];
static struct {
	uint64_t objects, bytes;
} allocated, freed;

static void *allocate(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	allocated.objects++;
	allocated.bytes += size;
	return p;
}

static void release(void *p, size_t size)
{
	freed.objects++;
	freed.bytes += size;
	free(p);
}

static char *copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(allocate(size), text, size);
}

static struct entry **bucket_of(const char *key)
{
	size_t hash = 5381;

	for (; *key; key++)
		hash = hash * 33 + (unsigned char)*key;
	return &cache[hash % BUCKETS];
}

static const char *cache_find(const char *key)
{
	for (struct entry *e = *bucket_of(key); e; e = e->next)
		if (strcmp(e->key, key) == 0)
			return e->page;
	return NULL;
}

static __attribute__((noinline)) const char *cache_add(
	const char *key, const char *page)
{
	struct entry **bucket = bucket_of(key), *e = allocate(sizeof(*e));

	*e = (struct entry){*bucket, copy(key), copy(page)};
	*bucket = e;
	return e->page;
}

static __attribute__((noinline)) const char *make_page(const char *key)
{
	char *draft = allocate(DRAFT_SIZE);
	const char *page;

	snprintf(draft, DRAFT_SIZE, "<h1>%s</h1>\n<p>Welcome back!</p>\n", key);
	page = cache_add(key, draft);
	release(draft, DRAFT_SIZE);
	return page;
}

static const char *answer(unsigned int visit)
{
	char key[64];
	const char *page;

	snprintf(key, sizeof(key), "/index.html?visit=%u", visit);
	page = cache_find(key);
	return page ? page : make_page(key);
}

int main(void)
{
	uint64_t sent = 0;

	for (unsigned int i = 0; i < REQUESTS; i++)
		sent += strlen(answer(i));
	put_text("sent ");
	put_number(sent);
	put_text(" bytes\n");
	put_tally("allocated", allocated.objects, allocated.bytes);
	put_tally("in use", allocated.objects - freed.objects,
		allocated.bytes - freed.bytes);
	return put_end() ? EXIT_FAILURE : EXIT_SUCCESS;
}
