#include "cmd/cmd.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/record/run.h"

enum option_id {
	OPTION_ALLOCATOR = 256,
	OPTION_UNWIND,
	OPTION_NO_CHILDREN,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"allocator", required_argument, NULL, OPTION_ALLOCATOR},
	{"unwind", required_argument, NULL, OPTION_UNWIND},
	{"no-children", no_argument, NULL, OPTION_NO_CHILDREN},
	{"quiet", no_argument, NULL, 'q'},
	{NULL, 0, NULL, 0},
};

static int check(const struct record_options *options)
{
	const char *unwind = options->unwind;

	if (unwind && strcmp(unwind, "cfi") != 0 &&
		strcmp(unwind, "libunwind") != 0)
		return usage_error("record",
			"no unwinder '%s': take cfi or libunwind", unwind);
	if (!options->output || !*options->output)
		return usage_error("record", "-o needs the name of a file");
	if (!options->command[0])
		return usage_error("record", "no command given");
	return EXIT_OK;
}

/* Returns EXIT_OK or, with a message told, EXIT_USAGE. */
static int parse(struct record_options *options, int argc, char **argv)
{
	int option;

	opterr = 0;
	optind = 1;
	/* the first word that is no option is the command */
	while ((option = getopt_long(
			argc, argv, "+:o:q", long_options, NULL)) != -1) {
		switch (option) {
		case 'o':
			options->output = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		case OPTION_ALLOCATOR:
			options->allocator = optarg;
			break;
		case OPTION_UNWIND:
			options->unwind = optarg;
			break;
		case OPTION_NO_CHILDREN:
			options->no_children = true;
			break;
		case ':':
			return usage_error("record",
				"option '%s' needs a value", argv[optind - 1]);
		default:
			return usage_error(
				"record", "no option '%s'", argv[optind - 1]);
		}
	}
	options->command = argv + optind;
	return check(options);
}

int cmd_record(int argc, char **argv)
{
	struct record_options options = {.output = "spill.pb.gz"};
	int status = parse(&options, argc, argv);

	return status == EXIT_OK ? record_run(&options) : status;
}
