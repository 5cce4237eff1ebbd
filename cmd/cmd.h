/* cmd.h - the commands of spill: what main dispatches to.
 *
 * A command gets its own arguments (argv[0] is its name) and returns the exit
 * status. It is the only layer that prints or decides about exiting; all below
 * return 0 or -errno. */
#ifndef SPILL_CMD_CMD_H
#define SPILL_CMD_CMD_H

enum exit_status {
	EXIT_OK = 0,
	/* cannot read or write */
	EXIT_ERROR = 1,
	EXIT_USAGE = 2,
	/* a threshold was exceeded (check) */
	EXIT_EXCEEDED = 3,
	/* record: spill itself failed */
	EXIT_RECORD_FAILED = 125,
};

struct command {
	const char *name;
	/* what follows the name in the usage line */
	const char *arguments;
	/* one line, for spill --help */
	const char *summary;
	/* the rest of spill NAME --help */
	const char *help;
	int (*run)(int argc, char **argv);
};

int cmd_record(int argc, char **argv);
/* svg dot top tree peek raw traces proto */
int cmd_view(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_compare(int argc, char **argv);

/* The command called NAME, or NULL. */
const struct command *command_find(const char *name);
/* Print what 'spill NAME --help' says. Returns EXIT_OK. */
int command_help(const char *name);

/* "spill: ..." and a newline to stderr, control characters made visible. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, then where to find help. Returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
