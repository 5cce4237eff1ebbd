#include "report/read/recording_counts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"

enum {
	BUCKETS_IN_CHUNK = RECORDING_CHUNK / sizeof(struct recording_bucket),
};

/* More than a process can count: such a number is damage, and refusing it
 * keeps every sum below from overflowing. */
#define COUNT_MAX ((uint64_t)1 << 56)

typedef void take_bucket(
	struct recording_count *count, const struct recording_bucket *bucket);

static void take_frees(
	struct recording_count *count, const struct recording_bucket *bucket)
{
	count->frees = bucket->frees;
	count->freed_bytes = bucket->freed_bytes;
}

static void take_allocs(
	struct recording_count *count, const struct recording_bucket *bucket)
{
	count->stack = bucket->stack;
	count->allocs = bucket->allocs;
	count->alloc_bytes = bucket->alloc_bytes;
}

/* Fill COUNTS, one for each bucket, with what TAKE takes. */
static int read_buckets(struct recording_counts *counts,
	struct recording_file *file, take_bucket *take, struct strbuf *why)
{
	struct recording_bucket *buckets = NULL;
	size_t i, part = 0, total, used;
	int err;

	err = recording_file_refresh(file, why);
	if (err)
		return err;
	total = file->header.bucket_count;
	if (total > (size_t)file->header.chunk_count * BUCKETS_IN_CHUNK)
		return recording_file_damaged(
			file, why, "its number of buckets is wrong");
	err = array_grow(
		&counts->all, &counts->cap, total, sizeof(*counts->all), total);
	if (err)
		return err;
	buckets = malloc(RECORDING_CHUNK);
	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < total && !err; i++) {
		/* no more than is in use: most processes are small */
		used = total - i;
		if (used > BUCKETS_IN_CHUNK)
			used = BUCKETS_IN_CHUNK;
		if (i % BUCKETS_IN_CHUNK == 0)
			err = recording_file_part(file, RECORDING_BUCKETS,
				part++, buckets, used * sizeof(*buckets), why);
		if (!err)
			take(&counts->all[i], &buckets[i % BUCKETS_IN_CHUNK]);
	}
	counts->count = total;
	free(buckets);
	return err;
}

static int by_stack(const void *a, const void *b)
{
	const struct recording_count *x = a, *y = b;

	return (x->stack > y->stack) - (x->stack < y->stack);
}

static int add(struct recording_count *sum, const struct recording_count *c,
	const struct recording_file *file, struct strbuf *why)
{
	sum->allocs += c->allocs;
	sum->alloc_bytes += c->alloc_bytes;
	sum->frees += c->frees;
	sum->freed_bytes += c->freed_bytes;
	if (c->allocs > COUNT_MAX || c->alloc_bytes > COUNT_MAX ||
		c->frees > COUNT_MAX || c->freed_bytes > COUNT_MAX ||
		sum->allocs > COUNT_MAX || sum->alloc_bytes > COUNT_MAX ||
		sum->frees > COUNT_MAX || sum->freed_bytes > COUNT_MAX)
		return recording_file_damaged(
			file, why, "a counter is too large");
	return 0;
}

/* Join the counts of equal stacks; the sum of all may not overflow either. */
static int join(struct recording_counts *counts,
	const struct recording_file *file, struct strbuf *why)
{
	struct recording_count total = {0}, *c, *to = counts->all;
	int err = 0;
	size_t i;

	qsort(counts->all, counts->count, sizeof(*counts->all), by_stack);
	for (i = 0; i < counts->count && !err; i++) {
		c = &counts->all[i];
		if (!c->allocs && !c->frees)
			continue;
		err = add(&total, c, file, why);
		if (to > counts->all && to[-1].stack == c->stack) {
			if (!err)
				err = add(&to[-1], c, file, why);
			continue;
		}
		*to++ = *c;
	}
	counts->count = (size_t)(to - counts->all);
	return err;
}

/* Only a damaged file needs it. */
static void bound_frees(struct recording_counts *counts)
{
	struct recording_count *c;

	for (c = counts->all; c < counts->all + counts->count; c++) {
		if (c->frees > c->allocs)
			c->frees = c->allocs;
		if (c->freed_bytes > c->alloc_bytes)
			c->freed_bytes = c->alloc_bytes;
	}
}

int recording_counts_read(struct recording_counts *counts,
	struct recording_file *file, struct strbuf *why)
{
	int err;

	/* All frees, whoever freed, before the first allocation: an object
	 * counted as freed has then been seen as allocated. */
	err = read_buckets(counts, file, take_frees, why);
	if (!err)
		err = read_buckets(counts, file, take_allocs, why);
	if (!err && counts->count)
		err = join(counts, file, why);
	if (!err)
		bound_frees(counts);
	return err;
}

void recording_counts_release(struct recording_counts *counts)
{
	free(counts->all);
	memset(counts, 0, sizeof(*counts));
}
