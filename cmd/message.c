#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/base/printable.h"

static void say(const char *format, va_list args)
{
	char text[4096];
	size_t len;

	vsnprintf(text, sizeof(text), format, args);
	/* what a file or an argument says must not drive the terminal */
	len = printable(text, strlen(text), PRINTABLE_NAME);
	fprintf(stderr, "spill: %.*s\n", (int)len, text);
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
