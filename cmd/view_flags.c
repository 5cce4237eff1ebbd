#include "cmd/view_flags.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "report/graph/filter.h"

/* What a flag is about; those with a value of their own follow the first. */
enum flag {
	FLAG_SHORT_MAX = 256,
	FLAG_SAMPLE_INDEX,
	FLAG_SAMPLE_TYPE,
	FLAG_NODE_COUNT,
	FLAG_NODE_FRACTION,
	FLAG_EDGE_FRACTION,
	FLAG_UNIT,
	FLAG_DIVIDE_BY,
	FLAG_CUM,
	FLAG_FLAT,
	FLAG_TRIM,
	FLAG_NO_INLINES,
	FLAG_RELATIVE,
	FLAG_COMPACT_LABELS,
	FLAG_SYMBOLIZE,
	/* + enum filter */
	FLAG_FILTER,
	/* + enum graph_granularity */
	FLAG_GRANULARITY = FLAG_FILTER + FILTER_COUNT,
};

static const struct option options[] = {
	{"sample_index", required_argument, NULL, FLAG_SAMPLE_INDEX},
	{"inuse_space", no_argument, NULL, FLAG_SAMPLE_TYPE},
	{"inuse_objects", no_argument, NULL, FLAG_SAMPLE_TYPE},
	{"alloc_space", no_argument, NULL, FLAG_SAMPLE_TYPE},
	{"alloc_objects", no_argument, NULL, FLAG_SAMPLE_TYPE},
	{"nodecount", required_argument, NULL, FLAG_NODE_COUNT},
	{"nodefraction", required_argument, NULL, FLAG_NODE_FRACTION},
	{"edgefraction", required_argument, NULL, FLAG_EDGE_FRACTION},
	{"unit", required_argument, NULL, FLAG_UNIT},
	{"divide_by", required_argument, NULL, FLAG_DIVIDE_BY},
	{"cum", optional_argument, NULL, FLAG_CUM},
	{"flat", optional_argument, NULL, FLAG_FLAT},
	{"trim", optional_argument, NULL, FLAG_TRIM},
	{"noinlines", optional_argument, NULL, FLAG_NO_INLINES},
	{"relative_percentages", optional_argument, NULL, FLAG_RELATIVE},
	{"compact_labels", optional_argument, NULL, FLAG_COMPACT_LABELS},
	{"symbolize", required_argument, NULL, FLAG_SYMBOLIZE},
	{"focus", required_argument, NULL, FLAG_FILTER + FILTER_FOCUS},
	{"ignore", required_argument, NULL, FLAG_FILTER + FILTER_IGNORE},
	{"hide", required_argument, NULL, FLAG_FILTER + FILTER_HIDE},
	{"show", required_argument, NULL, FLAG_FILTER + FILTER_SHOW},
	{"show_from", required_argument, NULL, FLAG_FILTER + FILTER_SHOW_FROM},
	{"tagfocus", required_argument, NULL, FLAG_FILTER + FILTER_TAGFOCUS},
	{"tagignore", required_argument, NULL, FLAG_FILTER + FILTER_TAGIGNORE},
	{"tagshow", required_argument, NULL, FLAG_FILTER + FILTER_TAGSHOW},
	{"taghide", required_argument, NULL, FLAG_FILTER + FILTER_TAGHIDE},
	{"prune_from", required_argument, NULL,
		FLAG_FILTER + FILTER_PRUNE_FROM},
	{"functions", no_argument, NULL, FLAG_GRANULARITY + GRAPH_FUNCTIONS},
	{"filefunctions", no_argument, NULL,
		FLAG_GRANULARITY + GRAPH_FILE_FUNCTIONS},
	{"files", no_argument, NULL, FLAG_GRANULARITY + GRAPH_FILES},
	{"lines", no_argument, NULL, FLAG_GRANULARITY + GRAPH_LINES},
	{"addresses", no_argument, NULL, FLAG_GRANULARITY + GRAPH_ADDRESSES},
	{"output", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* One reading of the flags. */
struct reader {
	struct view_flags *flags;
	const char *command;
	/* which of -inuse_space and its sisters were given, by order in
	 * OPTIONS, and the first of them */
	int type;
	/* -cum, -flat were given */
	bool by_cum, by_flat;
	/* the flag under way */
	const char *name;
};

static int bad_value(const struct reader *r, const char *wanted)
{
	return usage_error(
		r->command, "-%s=%s: not %s", r->name, optarg, wanted);
}

static int read_count(struct reader *r, int64_t *count)
{
	char *end;

	errno = 0;
	*count = strtoll(optarg, &end, 0);
	if (errno || !*optarg || *end)
		return bad_value(r, "a whole number");
	return EXIT_OK;
}

static int read_number(struct reader *r, double *number)
{
	char *end;

	errno = 0;
	*number = strtod(optarg, &end);
	if (errno || !*optarg || *end || *number != *number)
		return bad_value(r, "a number");
	return EXIT_OK;
}

/* Shares that leave out everything, or less than nothing, are mistakes. */
static int read_fraction(struct reader *r, double *fraction)
{
	int status = read_number(r, fraction);

	if (status == EXIT_OK && (*fraction < 0 || *fraction > 1))
		return bad_value(r, "a share from 0 to 1");
	return status;
}

static int read_divisor(struct reader *r, double *divisor)
{
	int status = read_number(r, divisor);

	if (status == EXIT_OK && *divisor == 0)
		return bad_value(r, "a number to divide by");
	return status;
}

/* "-cum" is "-cum=true"; the words are Go's. */
static int read_bool(struct reader *r, bool *value)
{
	static const char *const words[] = {"0", "f", "F", "FALSE", "false",
		"False", "1", "t", "T", "TRUE", "true", "True"};
	size_t count = sizeof(words) / sizeof(*words), i;

	*value = true;
	if (!optarg)
		return EXIT_OK;
	for (i = 0; i < count; i++)
		if (!strcmp(optarg, words[i])) {
			*value = i >= count / 2;
			return EXIT_OK;
		}
	return bad_value(r, "true or false");
}

static int read_order(struct reader *r, bool by_cum)
{
	bool value;
	int status = read_bool(r, &value);

	if (status != EXIT_OK)
		return status;
	r->flags->options.by_cum = value == by_cum;
	*(by_cum ? &r->by_cum : &r->by_flat) = value;
	if (r->by_cum && r->by_flat)
		return usage_error(r->command,
			"-cum and -flat: it can be sorted by one of them only");
	return EXIT_OK;
}

/* The first type in the order of OPTIONS wins. */
static int read_type(struct reader *r, int index)
{
	if (r->type)
		message("several sample types given: %s counts",
			options[index < r->type ? index : r->type].name);
	if (!r->type || index < r->type)
		r->type = index;
	return EXIT_OK;
}

static int read_switch(struct reader *r, int flag)
{
	struct view_options *o = &r->flags->options;

	switch (flag) {
	case FLAG_CUM:
		return read_order(r, true);
	case FLAG_FLAT:
		return read_order(r, false);
	case FLAG_TRIM:
		return read_bool(r, &o->trim);
	case FLAG_NO_INLINES:
		return read_bool(r, &o->no_inlines);
	case FLAG_RELATIVE:
		return read_bool(r, &o->relative);
	default:
		return read_bool(r, &o->compact_labels);
	}
}

static int read_value(struct reader *r, int flag)
{
	struct view_options *o = &r->flags->options;

	switch (flag) {
	case FLAG_SAMPLE_INDEX:
		o->sample_index = optarg;
		return EXIT_OK;
	case FLAG_NODE_COUNT:
		return read_count(r, &o->node_count);
	case FLAG_NODE_FRACTION:
		return read_fraction(r, &o->node_fraction);
	case FLAG_EDGE_FRACTION:
		return read_fraction(r, &o->edge_fraction);
	case FLAG_UNIT:
		o->unit = optarg;
		return EXIT_OK;
	case FLAG_DIVIDE_BY:
		return read_divisor(r, &o->divide_by);
	case FLAG_SYMBOLIZE:
		r->flags->no_symbols = !strcmp(optarg, "none");
		return EXIT_OK;
	case 'o':
		r->flags->output = optarg;
		return EXIT_OK;
	default:
		return read_switch(r, flag);
	}
}

static int read_flag(struct reader *r, int flag, int index)
{
	struct view_options *o = &r->flags->options;

	if (flag == 'h') {
		r->flags->help = true;
		return EXIT_OK;
	}
	if (flag == FLAG_SAMPLE_TYPE)
		return read_type(r, index);
	if (flag >= FLAG_GRANULARITY) {
		o->granularity = (enum graph_granularity)(
			flag - FLAG_GRANULARITY);
		return EXIT_OK;
	}
	if (flag >= FLAG_FILTER) {
		o->filter.expression[flag - FLAG_FILTER] = optarg;
		return EXIT_OK;
	}
	return read_value(r, flag);
}

/* What getopt does not understand. */
static int refuse(const struct reader *r, int what, char **argv)
{
	if (what == ':')
		return usage_error(
			r->command, "%s needs a value", argv[optind - 1]);
	return usage_error(
		r->command, "there is no flag '%s'", argv[optind - 1]);
}

static int read_flags(struct reader *r, int argc, char **argv)
{
	int flag, index = 0, status = EXIT_OK;

	opterr = 0;
	optind = 1;
	while (status == EXIT_OK &&
		(flag = getopt_long_only(
			 argc, argv, ":o:h", options, &index)) != -1) {
		if (flag == '?' || flag == ':')
			return refuse(r, flag, argv);
		r->name = flag == 'o' ? "o" : options[index].name;
		status = read_flag(r, flag, index);
	}
	return status;
}

/* What follows the flags: the expression of peek, and a profile. */
static int read_operands(struct reader *r, int argc, char **argv)
{
	struct view_flags *flags = r->flags;

	if (!strcmp(r->command, "peek")) {
		if (optind == argc)
			return usage_error(r->command,
				"tell which functions: spill peek RE [FILE]");
		flags->expression = argv[optind++];
	}
	if (optind < argc)
		flags->source = argv[optind++];
	if (optind < argc)
		return usage_error(r->command,
			"one profile at a time: what is '%s'?", argv[optind]);
	return EXIT_OK;
}

int view_flags_read(struct view_flags *flags, int argc, char **argv)
{
	struct reader r = {.flags = flags, .command = argv[0]};
	int status;

	*flags = (struct view_flags){
		.options = view_defaults(),
		.output = "-",
	};
	status = read_flags(&r, argc, argv);
	if (r.type && flags->options.sample_index)
		message("several sample types given: %s counts",
			flags->options.sample_index);
	else if (r.type)
		flags->options.sample_index = options[r.type].name;
	if (status != EXIT_OK || flags->help)
		return status;
	return read_operands(&r, argc, argv);
}
