#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a file or an argument says must not drive the user's terminal. */
static void defuse(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

static void say(const char *format, va_list args)
{
	char text[4096];

	vsnprintf(text, sizeof(text), format, args);
	defuse(text);
	fprintf(stderr, "spill: %s\n", text);
}

void message(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

int usage_error(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fprintf(stderr, "Try 'spill %s%s--help'.\n", command,
		*command ? " " : "");
	return EXIT_USAGE;
}
