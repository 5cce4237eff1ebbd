/* main.c - spill: find the command, run it. */
#include "cmd/cmd.h"

#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Help texts are in help.c, one for each command. */
extern const struct command commands[];

static int print_help(void)
{
	const struct command *command;

	printf("usage: spill COMMAND [ARGUMENTS]\n\n"
	       "Where a C or C++ program allocates, and why.\n\n");
	for (command = commands; command->name; command++)
		printf("  %-9s %s\n", command->name, command->summary);
	printf("\n'spill COMMAND --help' tells more; so does man spill.\n");
	return EXIT_OK;
}

/* Output that did not arrive is an error, whatever STATUS was. */
static int finish(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !failed)
		return status;
	message("cannot write to standard output%s%s", errno ? ": " : "",
		errno ? strerror(errno) : "");
	return status == EXIT_OK ? EXIT_ERROR : status;
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return usage_error("", "no command given");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return print_help();
	if (!strcmp(argv[1], "--version")) {
		printf("spill %s\n", SPILL_VERSION);
		return EXIT_OK;
	}
	command = command_find(argv[1]);
	if (!command)
		return usage_error("", "no command '%s'", argv[1]);
	if (argc > 2 && !strcmp(argv[2], "--help"))
		return command_help(command->name);
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	return finish(run(argc, argv));
}
