/* command_line.h - a command given as one text, ready to be run.
 *
 *   sort -u 'my words'        -> sort | -u | my words
 *   sort -u < words | head    -> sh | -c | sort -u < words | head
 *
 * A text of plain and quoted words is run as it is, so that what is measured is
 * that program alone; anything that takes a shell to understand goes to sh,
 * whose own share is then counted too. make draws the line the same way. */
#ifndef SPILL_CMD_COMMAND_LINE_H
#define SPILL_CMD_COMMAND_LINE_H

struct command_line {
	/* ends with NULL */
	char **argv;
	/* what argv points into */
	char *words;
};

/* Returns 0 or -ENOMEM; -EINVAL where TEXT has no word at all. */
__attribute__((warn_unused_result)) int command_line_init(
	struct command_line *line, const char *text);
void command_line_release(struct command_line *line);

#endif
