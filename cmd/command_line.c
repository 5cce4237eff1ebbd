#include "cmd/command_line.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/record/target.h"

#define BLANK " \t\n"
/* what a shell would not take as itself, outside quotes and inside "" */
#define SPECIAL "|&;<>()$`\\*?[]#~!{}"
#define SPECIAL_IN_QUOTES "$`\\!"

/* Copy the word at *FROM to *TO, without its quotes and with a NUL, and move
 * both past it. False where only a shell can read it. */
static bool take_word(const char **from, char **to)
{
	char quote = 0;
	char c;

	for (; (c = **from) && (quote || !strchr(BLANK, c)); ++*from) {
		if (c == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (!quote && strchr(SPECIAL, c))
			return false;
		if (quote == '"' && strchr(SPECIAL_IN_QUOTES, c))
			return false;
		*(*to)++ = c;
	}
	*(*to)++ = 0;
	return !quote;
}

/* Split TEXT. Returns the number of words, -1 where it takes a shell. */
static int split(struct command_line *line, const char *text)
{
	char *to = line->words;
	int count = 0;

	for (text += strspn(text, BLANK); *text; text += strspn(text, BLANK)) {
		line->argv[count++] = to;
		if (!take_word(&text, &to))
			return -1;
	}
	line->argv[count] = NULL;
	return count;
}

/* Whether NAME is a program; "cd" and "a=b" are not. */
static bool is_program(const char *name)
{
	struct strbuf path;
	int error;

	strbuf_init(&path);
	error = record_target_find(name, &path);
	strbuf_release(&path);
	/* a path is what the user meant, there or not */
	return !error || strchr(name, '/');
}

static void use_shell(struct command_line *line, const char *text)
{
	static char shell[] = "sh";
	static char option[] = "-c";

	memcpy(line->words, text, strlen(text) + 1);
	line->argv[0] = shell;
	line->argv[1] = option;
	line->argv[2] = line->words;
	line->argv[3] = NULL;
}

int command_line_init(struct command_line *line, const char *text)
{
	size_t len = strlen(text);

	if (!text[strspn(text, BLANK)])
		return -EINVAL;
	/* a word takes at least a character and the blank or NUL after it */
	line->words = malloc(len + 2);
	line->argv = calloc(len / 2 + 5, sizeof(*line->argv));
	if (!line->words || !line->argv) {
		command_line_release(line);
		return -ENOMEM;
	}
	if (split(line, text) < 0 || !is_program(line->argv[0]))
		use_shell(line, text);
	return 0;
}

void command_line_release(struct command_line *line)
{
	free(line->words);
	free((void *)line->argv);
	line->words = NULL;
	line->argv = NULL;
}
