#include "cmd/info/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/info/debug_package.h"
#include "report/symbol/symbolize.h"

/* Frames (locations) of one file: all that has one path. */
struct file {
	const char *path;
	size_t frames;
	size_t named;
	/* that have a line number as well */
	size_t lined;
};

struct files {
	struct file *all;
	size_t count;
	struct file sum;
};

static struct file *file_of(struct files *files, const char *path)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (!strcmp(files->all[i].path, path))
			return &files->all[i];
	files->all[files->count].path = path;
	return &files->all[files->count++];
}

static void count_frame(struct file *file, const struct profile *p,
	const struct profile_location *location)
{
	const struct profile_line *line = p->lines + location->first_line;
	size_t i;

	file->frames++;
	for (i = 0; i < location->line_count; i++)
		if (p->functions[line[i].function].name)
			break;
	file->named += i < location->line_count;
	file->lined += location->line_count && line[0].line;
}

/* Markers (no address, no mapping) are no frames. */
static int count_all(struct files *files, const struct profile *p)
{
	const struct profile_location *l;
	const char *path;

	files->all = calloc(p->mapping_count + 1, sizeof(*files->all));
	if (!files->all)
		return -ENOMEM;
	for (l = p->locations; l < p->locations + p->location_count; l++) {
		if (!l->address && !l->mapping)
			continue;
		path = "";
		if (l->mapping)
			path = profile_text(
				p, p->mappings[l->mapping - 1].file);
		count_frame(file_of(files, path), p, l);
		count_frame(&files->sum, p, l);
	}
	return 0;
}

static int by_frames(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->frames != y->frames)
		return x->frames < y->frames ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* Why FILE's names are missing, as the symbolizer found; NULL where it did not
 * say. */
static const char *reason(const struct profile *p, const struct file *file)
{
	const size_t prefix = strlen(SYMBOLIZE_FACT), len = strlen(file->path);
	const char *text;
	size_t i;

	for (i = 0; i < p->comment_count; i++) {
		text = profile_text(p, p->comments[i]);
		if (!strncmp(text, SYMBOLIZE_FACT, prefix) &&
			!strncmp(text + prefix, file->path, len) &&
			!strncmp(text + prefix + len, ": ", 2))
			return text + prefix + len + 2;
	}
	return NULL;
}

static size_t percent(size_t part, size_t all)
{
	/* 100 % only where nothing is missing */
	return all ? part * 100 / all : 0;
}

/* Text of a profile may not drive the terminal. */
static void print_text(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < ' ' || *text == 127 ? '?'
								   : *text);
}

static void print_reason(const struct profile *p, const struct file *file)
{
	const char *why = reason(p, file);
	struct strbuf advice;

	if (!why ||
		(file->named == file->frames && file->lined == file->frames))
		return;
	strbuf_init(&advice);
	debug_package_advice(file->path, &advice);
	printf("                         ");
	print_text(why);
	printf("; ");
	print_text(advice.buf);
	putchar('\n');
	strbuf_release(&advice);
}

static void print_file(const struct profile *p, const struct file *file)
{
	printf("%8zu %6zu%% %6zu%% ", file->frames,
		percent(file->named, file->frames),
		percent(file->lined, file->frames));
	print_text(*file->path ? file->path : "not in a file");
	putchar('\n');
	print_reason(p, file);
}

int info_files_print(const struct profile *p)
{
	struct files files = {0};
	size_t i;
	int err = count_all(&files, p);

	if (err)
		return err;
	if (files.count) {
		qsort(files.all, files.count, sizeof(*files.all), by_frames);
		printf("\n%8s %7s %7s file\n", "frames", "named", "lines");
		for (i = 0; i < files.count; i++)
			print_file(p, &files.all[i]);
		files.sum.path = "all";
		if (files.count > 1)
			print_file(p, &files.sum);
	}
	free(files.all);
	return 0;
}
