#include "report/graph/order.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/graph/units.h"

struct sorter {
	struct graph *g;
	/* by node: what counts first, and what counts after the name */
	int64_t *score, *second;
	int error;
};

static double share_entropy(int64_t weight, int64_t total)
{
	double share = (double)weight / (double)total;

	/* log2(0) is -inf, and 0 * -inf no number */
	return -share * log2(share);
}

/* How evenly WEIGHT is spread over the edges, SELF being one more way out. */
static double edge_entropy(const struct graph *g, const uint32_t *edges,
	uint32_t count, int64_t self)
{
	const struct graph_edge *edge;
	uint64_t total = (uint64_t)self;
	double entropy = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		edge = &g->edges[edges[i]];
		if (!edge->dropped && edge->weight > 0)
			total += (uint64_t)edge->weight;
	}
	if (!total)
		return 0;
	for (i = 0; i < count; i++) {
		edge = &g->edges[edges[i]];
		if (!edge->dropped)
			entropy += share_entropy(
				units_abs(edge->weight), (int64_t)total);
	}
	if (self > 0)
		entropy += share_entropy(self, (int64_t)total);
	return entropy;
}

static bool has_edges(
	const struct graph *g, const uint32_t *edges, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (!g->edges[edges[i]].dropped)
			return true;
	return false;
}

/* Where calls begin and where they end says more than what lies between. */
static int64_t entropy_score(const struct graph *g, const struct graph_node *n)
{
	const uint32_t *in = g->in_edges + n->first_in;
	const uint32_t *out = g->out_edges + n->first_out;
	double score = 0;

	if (has_edges(g, in, n->in_count))
		score += edge_entropy(g, in, n->in_count, 0);
	else
		score += 1;
	if (has_edges(g, out, n->out_count))
		score += edge_entropy(g, out, n->out_count, n->flat);
	else
		score += 1;
	return (int64_t)((uint64_t)units_truncate(score * (double)n->cum) +
		(uint64_t)n->flat);
}

static void set_scores(struct sorter *s, uint32_t id, enum graph_order order)
{
	const struct graph_node *n = &s->g->nodes[id];

	if (order == GRAPH_BY_FLAT)
		s->score[id] = units_abs(n->flat);
	else if (order == GRAPH_BY_CUM)
		s->score[id] = units_abs(n->cum);
	else
		s->score[id] = units_abs(entropy_score(s->g, n));
	s->second[id] = units_abs(order == GRAPH_BY_FLAT ? n->cum : n->flat);
}

/* The name with all its parts, also those that are not printed. */
static void whole_name(
	struct strbuf *out, const struct profile *p, const struct graph_name *n)
{
	strbuf_addf(out, "{%s  %" PRIu64 " %s %" PRId64 " %" PRId64 " %s}",
		profile_text(p, n->function), n->address,
		profile_text(p, n->file), n->start_line, n->line,
		profile_text(p, n->mapping));
}

static int compare_whole_names(struct sorter *s, uint32_t a, uint32_t b)
{
	const struct graph *g = s->g;
	struct strbuf left, right;
	int order;

	strbuf_init(&left);
	strbuf_init(&right);
	whole_name(&left, g->p, &g->nodes[a].name);
	whole_name(&right, g->p, &g->nodes[b].name);
	order = strcmp(left.buf, right.buf);
	strbuf_carry(&left, &right);
	if (left.error)
		s->error = left.error;
	strbuf_release(&left);
	strbuf_release(&right);
	return order ? order : (a < b ? -1 : a > b);
}

static int compare(const void *a, const void *b, void *arg)
{
	struct sorter *s = arg;
	const struct graph *g = s->g;
	uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;
	int order;

	if (s->score[l] != s->score[r])
		return s->score[l] > s->score[r] ? -1 : 1;
	order = strcmp(g->names.buf + g->nodes[l].text,
		g->names.buf + g->nodes[r].text);
	if (order)
		return order;
	if (s->second[l] != s->second[r])
		return s->second[l] > s->second[r] ? -1 : 1;
	return compare_whole_names(s, l, r);
}

int graph_sort(struct graph *g, enum graph_order order)
{
	struct sorter s = {.g = g};
	size_t i;
	int error = graph_make_texts(g);

	if (error)
		return error;
	s.score = calloc(g->node_count + 1, sizeof(*s.score));
	s.second = calloc(g->node_count + 1, sizeof(*s.second));
	if (!s.score || !s.second) {
		error = -ENOMEM;
		goto out;
	}
	for (i = 0; i < g->order_count; i++)
		set_scores(&s, g->order[i], order);
	qsort_r(g->order, g->order_count, sizeof(*g->order), compare, &s);
	error = s.error;
out:
	free(s.score);
	free(s.second);
	return error;
}
