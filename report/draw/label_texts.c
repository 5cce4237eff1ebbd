#include "report/draw/label_texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct strbuf *)a)->buf,
		((const struct strbuf *)b)->buf);
}

/* How many labels from L on have its key. A sample's are sorted by it. */
static uint32_t same_key(const struct profile_label *l, uint32_t count)
{
	uint32_t i;

	for (i = 1; i < count; i++)
		if (l[i].key != l->key || !l[i].str != !l->str)
			break;
	return i;
}

static uint32_t make_texts(const struct view *v, const struct profile_sample *s,
	bool strings, label_text *make, struct strbuf *texts)
{
	const struct profile_label *l = v->p->labels + s->first_label;
	uint32_t count = 0, run, i;

	for (i = 0; i < s->label_count; i += run) {
		run = same_key(&l[i], s->label_count - i);
		if (!l[i].str == strings)
			continue;
		strbuf_init(&texts[count]);
		make(v, &l[i], run, &texts[count++]);
	}
	return count;
}

uint32_t label_texts(const struct view *v, const struct profile_sample *s,
	bool strings, label_text *make, const char *separator,
	struct strbuf *out)
{
	struct strbuf *texts;
	uint32_t count, i;

	if (!s->label_count)
		return 0;
	texts = calloc(s->label_count, sizeof(*texts));
	if (!texts) {
		out->error = -ENOMEM;
		return 0;
	}
	count = make_texts(v, s, strings, make, texts);
	qsort(texts, count, sizeof(*texts), compare);
	for (i = 0; i < count; i++) {
		if (i)
			strbuf_addstr(out, separator);
		strbuf_add(out, texts[i].buf, texts[i].len);
		strbuf_carry(out, &texts[i]);
		strbuf_release(&texts[i]);
	}
	free(texts);
	return count;
}
