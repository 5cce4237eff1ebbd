#include "cmd/record/own_mallocs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/array.h"
#include "report/symbol/own_malloc.h"

enum {
	PROGRAMS_MAX = 1 << 16,
};

void own_mallocs_init(struct own_mallocs *m)
{
	memset(m, 0, sizeof(*m));
	strbuf_init(&m->lines);
}

void own_mallocs_release(struct own_mallocs *m)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		free(m->seen[i]);
	free((void *)m->seen);
	strbuf_release(&m->lines);
	memset(m, 0, sizeof(*m));
}

int own_mallocs_look(struct own_mallocs *m, const char *exe)
{
	size_t i;
	int err;

	/* the last is the likeliest */
	for (i = m->count; i > 0; i--)
		if (!strcmp(m->seen[i - 1], exe))
			return 0;
	if (m->count == PROGRAMS_MAX)
		return 0;
	err = array_grow((void *)&m->seen, &m->cap, m->count + 1,
		sizeof(*m->seen), PROGRAMS_MAX);
	if (err)
		return err;
	m->seen[m->count] = strdup(exe);
	if (!m->seen[m->count])
		return -ENOMEM;
	m->count++;
	if (!has_own_malloc(exe))
		return 0;
	strbuf_addf(&m->lines,
		"'%s' brings its own malloc: what goes through it is not "
		"seen\n",
		exe);
	return m->lines.error;
}
