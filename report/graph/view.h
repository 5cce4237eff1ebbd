/* view.h - one look at a profile: which of its values, of which samples, in
 * which unit. What every report starts from. */
#ifndef SPILL_REPORT_GRAPH_VIEW_H
#define SPILL_REPORT_GRAPH_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "report/graph/filter.h"
#include "report/graph/graph.h"
#include "report/graph/label_units.h"
#include "report/graph/profile.h"
#include "report/graph/trim.h"

enum {
	/* so many nodes as the report deems right */
	VIEW_NODES_DEFAULT = -1,
};

/* Reports that differ in what they trim. */
enum view_report {
	/* a list: all that is not light */
	VIEW_LIST,
	/* callers and callees: 80 nodes */
	VIEW_TREE,
	/* the same as a picture */
	VIEW_PICTURE,
	/* everything that matches */
	VIEW_WHOLE,
	/* everything, addresses and all */
	VIEW_EXACT,
};

struct view_options {
	/* of a sample type, or its number; NULL: the profile's default */
	const char *sample_index;
	struct filter_options filter;
	/* shares are of what the filters leave, not of all */
	bool relative;

	enum graph_granularity granularity;
	bool no_inlines;

	bool trim;
	int64_t node_count;
	double node_fraction, edge_fraction;
	bool by_cum;

	/* "minimum": one for all, by the smallest value; "auto"; or a unit */
	const char *unit;
	double divide_by;
	/* leave out what the profile is, show the numbers only */
	bool compact_labels;
};

struct view {
	struct profile *p;
	enum view_report report;
	struct view_options options;
	/* which value of a sample */
	int type;
	int64_t total;
	/* the sample type's unit, and the one that is shown */
	const char *from, *to;
	struct label_units label_units;
	struct filter_notes notes;
	/* sentences for the user, a line each */
	struct strbuf warnings;
};

/* What pprof does when it is told nothing. */
struct view_options view_defaults(void);

/* Filter P, which is changed and must outlive V. Returns 0, -EINVAL with a
 * reason in WHY, or -ENOMEM; V must be released in any case. */
__attribute__((warn_unused_result)) int view_init(struct view *v,
	struct profile *p, enum view_report report,
	const struct view_options *options, struct strbuf *why);
void view_release(struct view *v);

/* Make the graph, trimmed and sorted as the report needs it, and choose the
 * unit. Returns 0 or -ENOMEM; G must be released in any case. */
__attribute__((warn_unused_result)) int view_graph(
	struct view *v, struct graph *g, struct trim_result *result);

/* Append VALUE in the view's unit. */
void view_value(const struct view *v, struct strbuf *out, int64_t value);

#endif
