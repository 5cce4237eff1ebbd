#include "tests/unit/tracer_support.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tracer/store/store.h"

void scratch_init(struct scratch *s)
{
	strcpy(s->path, "/tmp/spill-test-XXXXXX");
	assert_non_null(mkdtemp(s->path));
}

static int remove_one(
	const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void scratch_release(struct scratch *s)
{
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(nftw(s->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *scratch_at(const struct scratch *s, const char *name)
{
	static char paths[4][256];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", s->path, name);
	return path;
}

void scratch_store(struct scratch *s, struct store *store)
{
	static struct settings settings;

	memset(store, 0, sizeof(*store));
	memset(&settings, 0, sizeof(settings));
	strcpy(settings.directory, s->path);
	assert_int_equal(store_open(store, &settings), 0);
}

void limit_file_size(uint64_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

uint64_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 24;
}

void run_threads(
	void *(*run)(void *arg), void *arg, size_t size, unsigned int count)
{
	pthread_t threads[16];
	unsigned int i;

	assert_true(count <= 16);
	for (i = 0; i < count; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run,
					 (char *)arg + i * size),
			0);
	for (i = 0; i < count; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}
