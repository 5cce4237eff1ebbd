/* own_mallocs.h - which of the programs that ran have a malloc of their own,
 * whose work nobody sees. */
#ifndef SPILL_CMD_RECORD_OWN_MALLOCS_H
#define SPILL_CMD_RECORD_OWN_MALLOCS_H

#include <stddef.h>

#include "report/base/strbuf.h"

struct own_mallocs {
	/* paths of the programs that were looked at */
	char **seen;
	size_t count;
	size_t cap;
	/* a sentence a line */
	struct strbuf lines;
};

void own_mallocs_init(struct own_mallocs *mallocs);
void own_mallocs_release(struct own_mallocs *mallocs);

/* Look at program EXE, once. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int own_mallocs_look(
	struct own_mallocs *mallocs, const char *exe);

#endif
