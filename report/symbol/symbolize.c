#include "report/symbol/symbolize.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/base/array.h"
#include "report/base/elf_file.h"
#include "report/symbol/symbol_file.h"

enum {
	PROGRESS_MS = 100,
};

struct work {
	struct profile *p;
	const struct symbolize_options *options;
	/* locations to name, by mapping and address */
	uint32_t *todo;
	size_t count;
	size_t done;
	int64_t told_ms;
	bool stopped;
	/* whose locations are being named */
	const char *file;
	/* string id of a symbol -> that of its name; 0 while not demangled */
	uint32_t *names;
	size_t name_cap;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Tell the caller how far it is; sets stopped if the caller says so. */
static void tell(struct work *w)
{
	const struct symbolize_options *o = w->options;
	int64_t now;

	if (!o->progress)
		return;
	now = now_ms();
	if (w->told_ms && now - w->told_ms < PROGRESS_MS)
		return;
	w->told_ms = now;
	w->stopped = !o->progress(o->arg, w->done, w->count, w->file);
}

/* While a file is being downloaded. */
static bool go_on(void *arg)
{
	struct work *w = arg;

	tell(w);
	return !w->stopped;
}

static int by_mapping(const void *a, const void *b, void *arg)
{
	const struct profile *p = arg;
	const struct profile_location *x = &p->locations[*(uint32_t *)a];
	const struct profile_location *y = &p->locations[*(uint32_t *)b];

	if (x->mapping != y->mapping)
		return x->mapping < y->mapping ? -1 : 1;
	return (x->address > y->address) - (x->address < y->address);
}

static bool needs_name(
	const struct profile *p, const struct profile_location *location)
{
	return location->mapping && !location->line_count &&
		!p->mappings[location->mapping - 1].has_functions;
}

static int find_work(struct work *w)
{
	struct profile *p = w->p;
	size_t i;

	w->todo = calloc(p->location_count + 1, sizeof(*w->todo));
	if (!w->todo)
		return -ENOMEM;
	for (i = 0; i < p->location_count; i++)
		if (needs_name(p, &p->locations[i]))
			w->todo[w->count++] = (uint32_t)i;
	qsort_r(w->todo, w->count, sizeof(*w->todo), by_mapping, p);
	return 0;
}

static uint32_t add_text(struct profile *p, const char *text)
{
	return text ? profile_string(p, text, strlen(text)) : 0;
}

/* The readable name of the symbol with string id SYMBOL. */
static uint32_t name_of(struct work *w, uint32_t symbol)
{
	struct strbuf name;

	if (array_grow(&w->names, &w->name_cap, (size_t)symbol + 1,
		    sizeof(*w->names), UINT32_MAX)) {
		w->p->error = -ENOMEM;
		return symbol;
	}
	if (!w->names[symbol]) {
		strbuf_init(&name);
		demangle(&name, profile_text(w->p, symbol), w->options->form);
		w->names[symbol] = profile_string(w->p, name.buf, name.len);
		strbuf_release(&name);
	}
	return w->names[symbol];
}

static uint32_t add_function(struct work *w, const struct symbol_frame *frame)
{
	struct profile_function function = {
		.system_name = add_text(w->p, frame->symbol),
		.file = add_text(w->p, frame->file),
		.start_line = frame->start_line,
	};

	if (frame->symbol)
		function.name = name_of(w, function.system_name);
	/* pprof demangles a name that equals its symbol: from one that holds
	 * "(anonymous namespace)" or operators it would cut out parts */
	if (function.name == function.system_name &&
		strpbrk(profile_text(w->p, function.name), "<>()[]:"))
		function.system_name = 0;
	return profile_add_function(w->p, &function);
}

static void set_lines(struct work *w, uint32_t location,
	const struct symbol_frame *frames, size_t count)
{
	struct profile_line lines[SYMBOL_FRAMES_MAX];
	size_t i;

	for (i = 0; i < count; i++) {
		lines[i].function = add_function(w, &frames[i]);
		lines[i].line = frames[i].line;
	}
	profile_set_lines(w->p, location, lines, count);
}

/* What to add to an address within MAPPING to get the ELF file's own. */
static uint64_t address_shift(const struct profile *p, uint32_t mapping)
{
	const struct profile_mapping *m = &p->mappings[mapping - 1];
	uint64_t vaddr = m->offset;
	struct elf_file elf;

	if (!elf_file_read(&elf, profile_text(p, m->file)))
		elf_file_vaddr(&elf, m->offset, &vaddr);
	return vaddr - m->start;
}

static void explain(struct work *w, uint32_t mapping, size_t unnamed,
	enum symbol_outcome outcome)
{
	const char *path = profile_text(w->p, w->p->mappings[mapping - 1].file);
	const char *reason = symbol_outcome_text(outcome);
	struct strbuf text;

	if (!reason && !unnamed)
		return;
	strbuf_init(&text);
	strbuf_addf(&text, SYMBOLIZE_FACT "%s: %s", path,
		reason ? reason : "its symbols have gaps");
	profile_add_comment(w->p, text.buf, text.len);
	strbuf_release(&text);
}

static void mark_tried(struct profile_mapping *mapping)
{
	mapping->has_functions = true;
	mapping->has_filenames = true;
	mapping->has_line_numbers = true;
	mapping->has_inline_frames = true;
}

/* Name COUNT locations of one mapping, from LOCATIONS on. */
static int name_mapping(struct work *w, const uint32_t *locations, size_t count)
{
	struct symbol_frame frames[SYMBOL_FRAMES_MAX];
	struct profile *p = w->p;
	uint32_t mapping = p->locations[locations[0]].mapping;
	const struct profile_mapping *m = &p->mappings[mapping - 1];
	const char *path = profile_text(p, m->file);
	uint64_t shift = address_shift(p, mapping);
	struct debuginfod_progress progress = {.go_on = go_on, .arg = w};
	struct symbol_file file;
	size_t i, found, unnamed = 0;
	int err;

	w->file = path;
	tell(w);
	if (w->stopped)
		return 0;
	err = symbol_file_open(
		&file, path, profile_text(p, m->build_id), &progress);
	for (i = 0; i < count && !err && !w->stopped; i++) {
		found = 0;
		if (file.module)
			found = symbol_file_frames(&file,
				p->locations[locations[i]].address + shift,
				frames);
		if (found)
			set_lines(w, locations[i], frames, found);
		unnamed += !found;
		w->done++;
		tell(w);
		err = p->error;
	}
	/* a table of what others have to provide names nothing here */
	if (file.outcome == SYMBOL_NAMES && unnamed == count)
		file.outcome = SYMBOL_NOTHING;
	if (!err && !w->stopped) {
		explain(w, mapping, unnamed, file.outcome);
		mark_tried(&p->mappings[mapping - 1]);
	}
	symbol_file_release(&file);
	return err;
}

static int name_all(struct work *w)
{
	const struct profile_location *all;
	size_t from, to;
	int err = 0;

	for (from = 0; from < w->count && !err && !w->stopped; from = to) {
		all = w->p->locations;
		for (to = from + 1; to < w->count; to++)
			if (all[w->todo[to]].mapping !=
				all[w->todo[from]].mapping)
				break;
		err = name_mapping(w, w->todo + from, to - from);
	}
	return err;
}

int symbolize(struct profile *p, const struct symbolize_options *options,
	struct strbuf *why)
{
	struct work w = {.p = p, .options = options};
	int err = find_work(&w);

	if (!err)
		err = name_all(&w);
	free(w.todo);
	free(w.names);
	if (err)
		strbuf_addf(
			why, "cannot name the functions: %s", strerror(-err));
	return err ? err : w.stopped ? -ECANCELED : 0;
}
