#include "report/read/recording.h"

#include <stdlib.h>
#include <string.h>

/* What each kind of loss means to a reader: of one, and of more. */
static const char *const drop_words[DROP_COUNT][2] = {
	[DROP_STACK] = {"allocation has an unknown stack: no room",
		"allocations have an unknown stack: no room"},
	[DROP_BUCKET] = {"allocation is not counted: no room",
		"allocations are not counted: no room"},
	[DROP_LIVE] = {"allocation seems never freed: no room to follow it",
		"allocations seem never freed: no room to follow them"},
	[DROP_NESTED] = {"call that interrupted another is not counted",
		"calls that interrupted another are not counted"},
	[DROP_MODULE] = {"file has no names: no room",
		"files have no names: no room"},
	[DROP_SLOT] = {"call is not counted: too many threads",
		"calls are not counted: too many threads"},
	[DROP_GROW] = {"time the recording could not grow: disk full, a file "
		       "size limit, or the file was removed",
		"times the recording could not grow: disk full, a file size "
		"limit, or the file was removed"},
};

void recording_facts_release(struct recording_facts *facts)
{
	free(facts->exe);
	free(facts->command);
	free(facts->unwind);
	free(facts->allocator);
	memset(facts, 0, sizeof(*facts));
}

void recording_facts_add(
	struct recording_facts *dst, const struct recording_facts *src)
{
	struct recording_header *d = &dst->header;
	const struct recording_header *s = &src->header;
	size_t i;

	dst->allocs += src->allocs;
	dst->alloc_bytes += src->alloc_bytes;
	dst->frees += src->frees;
	dst->freed_bytes += src->freed_bytes;
	if (dst->wall_end < src->wall_end)
		dst->wall_end = src->wall_end;
	/* they did not peak together: the largest process's stands */
	if (d->peak_bytes < s->peak_bytes)
		d->peak_bytes = s->peak_bytes;
	d->cut_stacks += s->cut_stacks;
	d->guessed_stacks += s->guessed_stacks;
	d->foreign_frees += s->foreign_frees;
	d->compared += s->compared;
	d->differing += s->differing;
	for (i = 0; i < DROP_COUNT; i++)
		d->drops[i] += s->drops[i];
}

void recording_drops(const struct recording_header *header, struct strbuf *text)
{
	size_t i;

	for (i = 0; i < DROP_COUNT; i++) {
		if (!header->drops[i])
			continue;
		strbuf_addf(text, "%llu %s\n",
			(unsigned long long)header->drops[i],
			drop_words[i][header->drops[i] != 1]);
	}
}

void recording_comment_lines(
	struct profile *p, const char *prefix, const struct strbuf *lines)
{
	const char *at = lines->buf, *end;
	struct strbuf line;

	strbuf_init(&line);
	while ((end = strchr(at, '\n'))) {
		strbuf_reset(&line);
		strbuf_addstr(&line, prefix);
		strbuf_add(&line, at, (size_t)(end - at));
		profile_add_comment(p, line.buf, line.len);
		at = end + 1;
	}
	strbuf_release(&line);
}

static void fact(struct strbuf *facts, const char *name, const char *value)
{
	if (!*value)
		return;
	strbuf_addf(facts, "%s: ", name);
	/* one line each, whatever the command line holds */
	for (; *value; value++)
		strbuf_addch(facts, *value == '\n' ? ' ' : *value);
	strbuf_addch(facts, '\n');
}

static void number(struct strbuf *facts, const char *name, uint64_t value)
{
	if (value)
		strbuf_addf(
			facts, "%s: %llu\n", name, (unsigned long long)value);
}

void recording_facts_comment(
	struct profile *p, const struct recording_facts *facts)
{
	const struct recording_header *h = &facts->header;
	struct strbuf text;

	strbuf_init(&text);
	recording_drops(h, &text);
	recording_comment_lines(p, "spill: ", &text);
	strbuf_reset(&text);
	fact(&text, "command", facts->command);
	fact(&text, "exe", facts->exe);
	number(&text, "pid", h->pid);
	fact(&text, "allocator", facts->allocator);
	fact(&text, "unwind", facts->unwind);
	if (!(h->features & RECORDING_EXACT))
		fact(&text, "incomplete", "recorded from within the run on");
	number(&text, "peak", h->peak_bytes);
	number(&text, "cut stacks", h->cut_stacks);
	number(&text, "guessed stacks", h->guessed_stacks);
	number(&text, "foreign frees", h->foreign_frees);
	number(&text, "compared stacks", h->compared);
	number(&text, "differing stacks", h->differing);
	recording_comment_lines(p, RECORDING_FACT, &text);
	if (text.error && !p->error)
		p->error = text.error;
	strbuf_release(&text);
}
