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

static const char record_help[] =
	"Runs COMMAND and all it starts with each allocation counted,\n"
	"and writes a profile that spill and go tool pprof read. The\n"
	"status is that of COMMAND: 128 + N if signal N ended it, 127 if\n"
	"it was not found, 126 if it cannot be run, 125 if spill failed.\n"
	"\n"
	"  -o FILE           the profile (spill.pb.gz); what is there is\n"
	"                    kept as FILE.old; %p in it stands for the\n"
	"                    process id: a file for each process\n"
	"  --allocator=NAME  run it on glibc, jemalloc, or the library at\n"
	"                    a path\n"
	"  --unwind=NAME     find callers by cfi (fast) or libunwind\n"
	"  --no-children     record COMMAND, not what it starts\n"
	"  -q                say nothing\n"
	"\n"
	"^C goes to COMMAND; later, while functions are being named, it\n"
	"leaves the rest as addresses. With several processes each sample\n"
	"has a label, the program's name: -tagfocus=process=cc1.\n";

static const char info_help[] =
	"Tells what was recorded, of which program and when; what was\n"
	"lost and why; how many frames have names, file by file, and what\n"
	"to do about the others; how much of the process's memory the\n"
	"live bytes are. FILE is spill.pb.gz by default; digits alone are\n"
	"the id of a process that is being recorded.\n";

const struct command commands[] = {
	{"record", "[-o FILE] [-q] [--allocator=NAME] [--] COMMAND...",
		"run COMMAND and write down what it allocates", record_help,
		cmd_record},
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
	{"info", "[FILE|PID]", "tell what was recorded and what was not",
		info_help, cmd_info},
	{"compare", "[-n RUNS] [-o FILE] 'COMMAND A' 'COMMAND B'...",
		"run commands in turn and compare what they allocate",
		compare_help, cmd_compare},
	{NULL, NULL, NULL, NULL, NULL},
};
