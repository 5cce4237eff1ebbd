/* match.c - find all words of a list in texts, three ways.
 *
 *     match --naive --count /usr/share/dict/american-english TEXT
 *
 * finds every occurrence of every word, overlapping ones too; empty lines among
 * the words are skipped. --naive, --boxed
 * and --typed find the same and differ in how matches reach this file. What to
 * run and what to see:
 *
 *     spill record match --naive --count WORDS TEXT; spill svg > naive.svg
 *         main -> scan_text -> scan_naive -> naive_match -> match_of ->
 *         token_new: one allocation for each match
 *     spill record match --boxed --count WORDS TEXT; spill svg > boxed.svg
 *         ... -> boxed_match -> box_buffer_push -> match_box: as many, though
 *         the buffer was made once
 *     spill record match --typed --count WORDS TEXT; spill svg > typed.svg
 *         only words_read and words_compile are left: nothing below scan_text
 *
 * Output: for each match a line
 *
 *     OFFSET tab WORD        OFFSET: of the match's first byte, from 0
 *
 * ordered by the end of the match, longest first; of equal words each is
 * reported. With several TEXTs a line begins with "TEXT:", the texts come in
 * the order given, offsets begin anew in each and no match reaches from one to
 * the next. TEXT - is standard input. The last line is "matches N", over all
 * texts; --count prints only that.
 *
 * Exit status: 0, with matches or without; 1 cannot read or write; 2 usage. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "examples/output.h"
#include "examples/words.h"
#include "matcher/report.h"

enum {
	CHUNK_MAX = 1 << 20,
	CHUNK_DEFAULT = 1024,
	BUFFER_ROOM = 2048, /* matches */
};

enum {
	EXIT_OK,
	EXIT_IO,
	EXIT_USAGE
};

struct search {
	const struct ac *ac;
	struct words words;
	bool count_only;
	size_t chunk_size;
	const char *prefix; /* name of the text, NULL: only one text */
	uint64_t matches;
	struct box_buffer boxes; /* of --boxed */
};

typedef int scan_fn(struct search *s, struct ac_cursor *cursor,
	const char *chunk, size_t size);

static void take(
	struct search *s, uint64_t offset, size_t length, size_t pattern)
{
	s->matches++;
	if (s->count_only)
		return;
	if (s->prefix) {
		put_text(s->prefix);
		put_text(":");
	}
	put_number(offset);
	put_text("\t");
	put_bytes(s->words.word[pattern].bytes, length);
	put_text("\n");
}

static void take_match(struct search *s, const struct ac_match *m)
{
	take(s, m->end - m->length, m->length, m->pattern);
}

static void take_token(struct search *s, const struct token *t)
{
	take(s, t->offset, t->length, t->pattern);
}

static REPORT_FRAME int scan_naive(struct search *s, struct ac_cursor *cursor,
	const char *chunk, size_t size)
{
	struct token_list list = {0};
	int error;

	error = naive_match(s->ac, cursor, chunk, size, &list);
	for (size_t i = 0; i < list.count; i++)
		take_token(s, list.token[i]);
	token_list_release(&list);
	return error;
}

static REPORT_FRAME int scan_boxed(struct search *s, struct ac_cursor *cursor,
	const char *chunk, size_t size)
{
	struct box_buffer *b = &s->boxes;
	size_t used;
	int status;

	do {
		status = boxed_match(s->ac, cursor, chunk, size, &used, b);
		if (status < 0)
			return status;
		for (size_t i = 0; i < b->count; i++)
			take_match(s, b->box[i]);
		box_buffer_reset(b);
		chunk += used;
		size -= used;
	} while (status == AC_FULL);
	return 0;
}

static REPORT_FRAME int scan_typed(struct search *s, struct ac_cursor *cursor,
	const char *chunk, size_t size)
{
	static struct ac_match room[BUFFER_ROOM];
	struct match_buffer b = {.match = room, .room = BUFFER_ROOM};
	size_t used;
	int status;

	do {
		status = typed_match(s->ac, cursor, chunk, size, &used, &b);
		if (status < 0)
			return status;
		for (size_t i = 0; i < b.count; i++)
			take_match(s, &b.match[i]);
		b.count = 0;
		chunk += used;
		size -= used;
	} while (status == AC_FULL);
	return 0;
}

static int complain(const char *what, const char *name, int error)
{
	fprintf(stderr, "match: %s '%s': %s\n", what, name, strerror(-error));
	return EXIT_IO;
}

static int complain_output(int error)
{
	fprintf(stderr, "match: cannot write to standard output: %s\n",
		strerror(-error));
	return EXIT_IO;
}

/* Fill CHUNK from FD; a pipe may give less at a time. Returns how much it got,
 * less than SIZE at the end only, or -errno. */
static ssize_t read_chunk(int fd, char *chunk, size_t size)
{
	size_t got = 0;
	ssize_t n = 1;

	while (got < size && n) {
		n = read(fd, chunk + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		got += n;
	}
	return got;
}

static REPORT_FRAME int scan_text(struct search *s, scan_fn *scan, int fd)
{
	static char chunk[CHUNK_MAX];
	struct ac_cursor cursor = {0};
	ssize_t got;
	int error = 0;

	do {
		got = read_chunk(fd, chunk, s->chunk_size);
		if (got < 0)
			return got;
		error = scan(s, &cursor, chunk, got);
	} while (!error && (size_t)got == s->chunk_size);
	return error;
}

static int scan_file(struct search *s, scan_fn *scan, const char *name)
{
	bool input = strcmp(name, "-") == 0;
	int fd = input ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return complain("cannot open", name, -errno);
	error = scan_text(s, scan, fd);
	if (!input)
		close(fd);
	if (error)
		return complain("cannot search", name, error);
	return EXIT_OK;
}

/* NAMES ends with NULL: the word list, then the texts. */
static int search(struct search *s, scan_fn *scan, char **names)
{
	struct ac *ac = NULL;
	int error, status = EXIT_IO;

	error = words_read(&s->words, *names);
	if (error) {
		complain("cannot read", *names, error);
		goto out;
	}
	if (!s->words.count) {
		fprintf(stderr, "match: '%s' has no words: write one a line\n",
			*names);
		goto out;
	}
	error = words_compile(&s->words, &ac);
	if (!error && scan == scan_boxed)
		error = box_buffer_init(&s->boxes, &match_box_ops, BUFFER_ROOM);
	if (error) {
		complain("cannot use", *names, error);
		goto out;
	}
	s->ac = ac;
	status = EXIT_OK;
	for (char **text = names + 1; *text && !status; text++) {
		s->prefix = names[2] ? *text : NULL;
		status = scan_file(s, scan, *text);
	}
out:
	box_buffer_release(&s->boxes);
	ac_free(ac);
	words_release(&s->words);
	return status;
}

#define USAGE \
	"usage: match (--naive|--boxed|--typed) [--count] [--chunk=BYTES] " \
	"WORDS TEXT...\n"

static const char help_text[] = USAGE
	"\n"
	"Finds every occurrence in the TEXTs of every word in the file WORDS,\n"
	"overlapping ones too. WORDS has one a line; empty lines are skipped.\n"
	"A TEXT - is standard input. Each match is a line, OFFSET tab WORD,\n"
	"with \"TEXT:\" before it where there are several texts; the last is\n"
	"\"matches N\".\n"
	"\n"
	"  --naive        a heap object for each match\n"
	"  --boxed        a heap copy for each match, in a buffer of any type\n"
	"  --typed        an element of an array for each match\n"
	"  --count        print only \"matches N\"\n"
	"  --chunk=BYTES  read a text so many at a time, 1 to 1048576 (1024)\n"
	"  --help         print this\n";

static int usage(void)
{
	fputs(USAGE, stderr);
	return EXIT_USAGE;
}

static int help(void)
{
	int error;

	put_text(help_text);
	error = put_end();
	return error ? complain_output(error) : EXIT_OK;
}

/* Returns 0 if TEXT is not a size of a chunk. */
static size_t chunk_size(const char *text)
{
	char *end;
	unsigned long size = strtoul(text, &end, 10);

	if (*text < '1' || *text > '9' || *end || size > CHUNK_MAX)
		return 0;
	return size;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"naive", no_argument, NULL, 'n'},
		{"boxed", no_argument, NULL, 'b'},
		{"typed", no_argument, NULL, 't'},
		{"count", no_argument, NULL, 'c'},
		{"chunk", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct search s = {.chunk_size = CHUNK_DEFAULT};
	scan_fn *scan = NULL;
	int option, status, error;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			scan = scan_naive;
		else if (option == 'b')
			scan = scan_boxed;
		else if (option == 't')
			scan = scan_typed;
		else if (option == 'c')
			s.count_only = true;
		else if (option == 's')
			s.chunk_size = chunk_size(optarg);
		else if (option == 'h')
			return help();
		else
			return usage();
	}
	if (!s.chunk_size) {
		fprintf(stderr, "match: --chunk is a number from 1 to %d\n",
			CHUNK_MAX);
		return EXIT_USAGE;
	}
	if (!scan || argc - optind < 2)
		return usage();
	status = search(&s, scan, argv + optind);
	if (!status) {
		put_text("matches ");
		put_number(s.matches);
		put_text("\n");
	}
	error = put_end();
	if (error && !status)
		status = complain_output(error);
	return status;
}
