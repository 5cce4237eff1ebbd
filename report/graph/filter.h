/* filter.h - cut a profile down to what the user wants to see.
 *
 *   focus, ignore      whole samples, by any of their frames
 *   hide, show         frames; what is left closes up
 *   show_from          the frames above the outermost match
 *   tagfocus, tagignore  whole samples, by their labels
 *   prune_from         the frames below the innermost match
 *
 * A frame matches by its function's name, its file or its mapping's file. The
 * meaning of each is that of go tool pprof. The profile is changed in place;
 * samples must not be added to it afterwards. */
#ifndef SPILL_REPORT_GRAPH_FILTER_H
#define SPILL_REPORT_GRAPH_FILTER_H

#include <stdbool.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

enum filter {
	FILTER_FOCUS,
	FILTER_IGNORE,
	FILTER_HIDE,
	FILTER_SHOW,
	FILTER_SHOW_FROM,
	FILTER_TAGFOCUS,
	FILTER_TAGIGNORE,
	FILTER_TAGSHOW,
	FILTER_TAGHIDE,
	FILTER_PRUNE_FROM,
	FILTER_COUNT,
};

/* "focus", "ignore" ... as the command line and the legend call them. */
extern const char *const filter_names[FILTER_COUNT];

struct filter_options {
	/* NULL or "" where not wanted */
	const char *expression[FILTER_COUNT];
};

/* What deserves a word to the user. */
struct filter_notes {
	/* given, but it matched nothing */
	bool unmatched[FILTER_COUNT];
	/* tagfocus or tagignore, taken as a range of numbers */
	bool is_range[FILTER_COUNT];
};

/* Returns 0, -EINVAL with a reason in WHY, or -ENOMEM. */
__attribute__((warn_unused_result)) int filter_apply(struct profile *p,
	const struct filter_options *options, struct filter_notes *notes,
	struct strbuf *why);

/* Cut off what the profile itself calls uninteresting (drop_frames,
 * keep_frames): the allocator's own frames, mostly. Results as above. */
__attribute__((warn_unused_result)) int filter_drop_frames(
	struct profile *p, struct strbuf *why);

#endif
