/* label_texts.h - the labels of a sample, a text for each key. */
#ifndef SPILL_REPORT_DRAW_LABEL_TEXTS_H
#define SPILL_REPORT_DRAW_LABEL_TEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/view.h"

/* Append the text of the COUNT labels at L, which have the same key. */
typedef void label_text(const struct view *v, const struct profile_label *l,
	uint32_t count, struct strbuf *out);

/* Append a text for each key that has strings, or numbers, made by MAKE; the
 * texts are sorted and joined by SEPARATOR. Returns how many there are. */
uint32_t label_texts(const struct view *v, const struct profile_sample *s,
	bool strings, label_text *make, const char *separator,
	struct strbuf *out);

#endif
