/* help.c - the commands and what their --help says. */
#include "cmd/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

extern const struct command commands[];

#define VIEW_ARGUMENTS "[VIEW FLAGS] [FILE|URL|PID]"

/* What all reports take; go tool pprof's flags, with one dash or two. */
#define VIEW_FLAGS \
	"FILE is spill.pb.gz by default, or any profile.proto; digits alone\n" \
	"are the id of a process that is being recorded (./123 is a file);\n" \
	":8787 and http://HOST:PORT/debug/pprof/heap are fetched.\n" \
	"\n" \
	"What to count:\n" \
	"  -alloc_space    all bytes ever allocated (what spill records\n" \
	"                  has this as its default)\n" \
	"  -alloc_objects  ... as a number of allocations\n" \
	"  -inuse_space    bytes not freed at the end, or until now\n" \
	"  -inuse_objects  ... as a number of allocations\n" \
	"  -sample_index=TYPE   any other type, by name or number\n" \
	"\n" \
	"Which stacks (RE is a regular expression, on functions and files):\n" \
	"  -focus=RE       only stacks that match\n" \
	"  -ignore=RE      no stacks that match\n" \
	"  -hide=RE        leave out functions that match\n" \
	"  -show=RE        leave out those that do not\n" \
	"  -show_from=RE   leave out what is above the first match\n" \
	"  -tagfocus=RE, -tagignore=RE   by label: process=cc1, bytes=1kb:\n" \
	"\n" \
	"How closely:\n" \
	"  -functions (default), -filefunctions, -files, -lines, -addresses\n" \
	"  -noinlines      count inlined calls for their callers\n" \
	"  -nodecount=N    at most N functions (80; top: all)\n" \
	"  -nodefraction=F -edgefraction=F   leave out less than this share\n" \
	"                  (0.005, 0.001)\n" \
	"  -trim=false     leave out nothing\n" \
	"  -cum, -flat     sort by what a function and all it calls " \
	"allocate,\n" \
	"                  or by what it allocates itself (default)\n" \
	"  -unit=UNIT      B, kB, MB, GB; auto: each number for itself\n" \
	"  -symbolize=none leave addresses without a name as they are\n" \
	"\n" \
	"  -o FILE         write there, whole or not at all; - is standard " \
	"output\n"

static const char svg_help[] =
	"A box is a function; its size tells what it allocates itself, its\n"
	"colour what it and all it calls do. An edge is a call, as wide as\n"
	"what passes through it, dashed where functions in between are left\n"
	"out. Small boxes below a function tell the size of its objects.\n"
	"\n"
	"  spill svg -alloc_space -focus=parse > parse.svg\n"
	"\n" VIEW_FLAGS;

static const char dot_help[] =
	"The picture of 'spill svg' as text for Graphviz:\n"
	"\n"
	"  spill dot | dot -Tpdf > heap.pdf\n"
	"\n" VIEW_FLAGS;

static const char top_help[] =
	"flat is what a function allocates itself, cum what it and all that\n"
	"it calls allocate; sum% adds up flat%.\n"
	"\n"
	"  spill top -alloc_objects -cum\n"
	"\n" VIEW_FLAGS;

static const char tree_help[] =
	"Each function with its callers above and its callees below it, and\n"
	"what passes between them.\n"
	"\n" VIEW_FLAGS;

static const char peek_help[] =
	"As tree, for the functions that match the regular expression RE\n"
	"alone, with nothing left out.\n"
	"\n"
	"  spill peek '^xmalloc$'\n"
	"\n" VIEW_FLAGS;

static const char raw_help[] =
	"Samples, locations, mappings: all that the profile holds, as text.\n"
	"\n" VIEW_FLAGS;

static const char traces_help[] =
	"Each stack with what was allocated there, the innermost function\n"
	"first.\n"
	"\n" VIEW_FLAGS;

static const char proto_help[] =
	"A profile.proto, packed, for other tools: with -focus and the like\n"
	"a part of a profile, of a running process a snapshot.\n"
	"\n"
	"  spill proto -o now.pb.gz 1234\n"
	"\n" VIEW_FLAGS;

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
	"live bytes are.\n"
	"\n"
	"FILE is spill.pb.gz by default, or any profile.proto; digits alone\n"
	"are the id of a process that is being recorded; :8787 and\n"
	"http://HOST:PORT/debug/pprof/heap are fetched.\n"
	"\n"
	"  -o FILE   write there, whole or not at all\n"
	"\n"
	"The other flags of the reports are taken and change nothing.\n";

const struct command commands[] = {
	{"record", "[-o FILE] [-q] [--allocator=NAME] [--] COMMAND...",
		"run COMMAND and write down what it allocates", record_help,
		cmd_record},
	{"svg", VIEW_ARGUMENTS, "draw the call graph as SVG", svg_help,
		cmd_view},
	{"dot", VIEW_ARGUMENTS, "write the call graph for Graphviz", dot_help,
		cmd_view},
	{"top", VIEW_ARGUMENTS, "list functions by what they allocate",
		top_help, cmd_view},
	{"tree", VIEW_ARGUMENTS, "list functions with callers and callees",
		tree_help, cmd_view},
	{"peek", "[VIEW FLAGS] RE [FILE|URL|PID]",
		"show callers and callees of functions that match", peek_help,
		cmd_view},
	{"raw", VIEW_ARGUMENTS, "print everything the profile holds", raw_help,
		cmd_view},
	{"traces", VIEW_ARGUMENTS, "print every stack", traces_help, cmd_view},
	{"proto", VIEW_ARGUMENTS, "write the profile as profile.proto",
		proto_help, cmd_view},
	{"info", "[VIEW FLAGS] [FILE|URL|PID]",
		"tell what was recorded and what was not", info_help, cmd_info},
	{"compare", "[-n RUNS] [-o FILE] 'COMMAND A' 'COMMAND B'...",
		"run commands in turn and compare what they allocate",
		compare_help, cmd_compare},
	{NULL, NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

int command_help(const char *name)
{
	const struct command *command = command_find(name);

	printf("usage: spill %s %s\n\n%s", command->name, command->arguments,
		command->help);
	return EXIT_OK;
}
