/* label_units.h - which unit the numbers of each label key have.
 *
 * The first unit that a sample names for the key counts; else "bytes" for the
 * keys alignment and request, else the key's own name. */
#ifndef SPILL_REPORT_GRAPH_LABEL_UNITS_H
#define SPILL_REPORT_GRAPH_LABEL_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

struct label_units {
	/* numbers of strings */
	uint32_t *keys;
	uint32_t *units;
	size_t count;
	size_t key_cap, unit_cap;
};

/* Look at all of P. A sentence for each key with more than one unit is added
 * to NOTES, with a newline. Returns 0 or -ENOMEM; release in any case. */
__attribute__((warn_unused_result)) int label_units_init(
	struct label_units *units, const struct profile *p,
	struct strbuf *notes);
void label_units_release(struct label_units *units);

/* The unit of KEY's numbers. */
const char *label_units_of(
	const struct label_units *units, const struct profile *p, uint32_t key);

#endif
