#include "examples/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TEXT_MAX = 1 << 30
};

/* Read FD to its end. *TEXT is to be freed, also after an error. */
static int read_all(int fd, char **text, size_t *size)
{
	size_t room = 0;
	ssize_t got = 1;

	for (*size = 0; got > 0; *size += got) {
		if (*size == room) {
			char *grown;

			room = room ? room * 2 : 1 << 20;
			if (room > TEXT_MAX)
				return -EFBIG;
			grown = realloc(*text, room);
			if (!grown)
				return -ENOMEM;
			*text = grown;
		}
		do
			got = read(fd, *text + *size, room - *size);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return -errno;
	}
	return 0;
}

/* Point *WORD at the next line that is not empty and return what follows it,
 * or NULL if there is none in [AT, END). */
static const char *next_word(const char *at, const char *end, struct word *word)
{
	const char *stop;

	while (at < end && *at == '\n')
		at++;
	if (at == end)
		return NULL;
	stop = memchr(at, '\n', end - at);
	if (!stop)
		stop = end;
	*word = (struct word){.bytes = at, .length = stop - at};
	return stop;
}

static int split(struct words *w, size_t size)
{
	const char *at, *end = w->text + size;
	struct word word;
	size_t count = 0;

	for (at = w->text; (at = next_word(at, end, &word));)
		count++;
	w->word = calloc(count + 1, sizeof(*w->word));
	if (!w->word)
		return -ENOMEM;
	for (at = w->text; (at = next_word(at, end, &word));)
		w->word[w->count++] = word;
	return 0;
}

int words_read(struct words *w, const char *name)
{
	size_t size = 0;
	int error, fd;

	*w = (struct words){0};
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = read_all(fd, &w->text, &size);
	close(fd);
	if (!error)
		error = split(w, size);
	if (error)
		words_release(w);
	return error;
}

int words_compile(const struct words *w, struct ac **ac)
{
	struct ac_builder *b = ac_builder_new(NULL);
	int error;

	if (!b)
		return -errno;
	/* An error sticks: ac_builder_build() returns it. */
	for (size_t i = 0; i < w->count; i++)
		ac_builder_add(b, w->word[i].bytes, w->word[i].length);
	error = ac_builder_build(b, ac);
	ac_builder_free(b);
	/* Whose text would speak of an argument list. */
	return error == -E2BIG ? -EFBIG : error;
}

void words_release(struct words *w)
{
	free(w->word);
	free(w->text);
	*w = (struct words){0};
}
