/* filter_parts.h - what filter.c is made of. Only for filter*.c. */
#ifndef SPILL_REPORT_GRAPH_FILTER_PARTS_H
#define SPILL_REPORT_GRAPH_FILTER_PARTS_H

#include <stdbool.h>

#include "report/base/regex.h"
#include "report/graph/filter.h"
#include "report/graph/profile.h"

/* Whether sample INDEX stays. It is asked for each sample in turn and may
 * change what the sample refers to. */
typedef bool keep_sample(struct profile *p, size_t index, void *arg);

/* Leave out the samples that KEEP does not want. */
void filter_samples(struct profile *p, keep_sample *keep, void *arg);

bool filter_match(
	const struct profile *p, struct regex *regex, uint32_t string);

/* Each NULL where not wanted. Results as filter_apply. */
__attribute__((warn_unused_result)) int filter_names_apply(struct profile *p,
	struct regex *const regexes[FILTER_COUNT], struct filter_notes *notes);
void filter_show_from(struct profile *p, struct regex *regex, bool *matched);
__attribute__((warn_unused_result)) int filter_prune_from(
	struct profile *p, struct regex *regex);
__attribute__((warn_unused_result)) int filter_prune(
	struct profile *p, struct regex *drop, struct regex *keep);

__attribute__((warn_unused_result)) int filter_tags(struct profile *p,
	const struct filter_options *options, struct filter_notes *notes,
	struct strbuf *why);
void filter_tag_names(struct profile *p, struct regex *show, struct regex *hide,
	struct filter_notes *notes);

#endif
