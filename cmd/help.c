/* help.c - the commands and what their --help says. */
#include "cmd/cmd.h"

#include <stddef.h>

extern const struct command commands[];

#define VIEW_ARGUMENTS "[VIEW FLAGS] [FILE|URL|PID]"
#define VIEW_HELP "See spill(1) for the view flags.\n"

static const char compare_help[] =
	"Runs each command as it is and under the tracer, in turn, and prints\n"
	"allocations, bytes, peak memory and time: medians and spread. Then\n"
	"what the others are against the first. A difference is claimed only\n"
	"after 5 runs and where Mann and Whitney's test gives p < 0.05.\n"
	"\n"
	"  -n RUNS   run each so often, without and with the tracer (5)\n"
	"  -o FILE   write the table there, not to standard output\n";

const struct command commands[] = {
	{"record", "[-o FILE] [--] COMMAND...",
		"run COMMAND and write down what it allocates", "", cmd_record},
	{"svg", VIEW_ARGUMENTS, "draw the call graph as SVG", VIEW_HELP,
		cmd_view},
	{"dot", VIEW_ARGUMENTS, "write the call graph for Graphviz", VIEW_HELP,
		cmd_view},
	{"top", VIEW_ARGUMENTS, "list functions by what they allocate",
		VIEW_HELP, cmd_view},
	{"tree", VIEW_ARGUMENTS, "list functions with callers and callees",
		VIEW_HELP, cmd_view},
	{"peek", "[VIEW FLAGS] RE [FILE|URL|PID]",
		"show callers and callees of functions that match", VIEW_HELP,
		cmd_view},
	{"raw", VIEW_ARGUMENTS, "print everything the profile holds", VIEW_HELP,
		cmd_view},
	{"traces", VIEW_ARGUMENTS, "print every stack", VIEW_HELP, cmd_view},
	{"proto", VIEW_ARGUMENTS, "write the profile as profile.proto",
		VIEW_HELP, cmd_view},
	{"info", "[FILE|PID]", "tell what was recorded and what was not", "",
		cmd_info},
	{"compare", "[-n RUNS] [-o FILE] 'COMMAND A' 'COMMAND B'...",
		"run commands in turn and compare what they allocate",
		compare_help, cmd_compare},
	{NULL, NULL, NULL, NULL, NULL},
};
