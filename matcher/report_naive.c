/* report_naive.c - how one writes it first.
 *
 * "Give me the matches of this text" asks for a list, a list of what is not
 * known beforehand for one that grows, and objects that outlive the function
 * which makes them for malloc. So each token escapes from token_new() to
 * match_of() to the caller, who has to free it: millions of 24-byte objects,
 * none of which lives longer than it takes to print a line.
 *
 * Two things force them to the heap: that the callee, not the caller, decides
 * where a token lives, and that the list holds pointers, not tokens. */
#include "matcher/report.h"

#include <errno.h>
#include <stdlib.h>

/* The token must survive our return: it cannot be a local. */
static REPORT_FRAME struct token *token_new(const struct ac_match *match)
{
	struct token *token = malloc(sizeof(*token));

	if (!token)
		return NULL;
	token->offset = match->end - match->length;
	token->length = match->length;
	token->pattern = match->pattern;
	return token;
}

/* Doubling keeps the copying linear, yet each step is one more allocation, and
 * a list made anew for each chunk takes all the steps again: few calls, but as
 * many bytes as all the tokens. */
static REPORT_FRAME int token_list_grow(struct token_list *list)
{
	size_t room = list->room ? list->room * 2 : 8;
	struct token **grown;

	grown = reallocarray(list->token, room, sizeof(struct token *));
	if (!grown)
		return -errno;
	list->token = grown;
	list->room = room;
	return 0;
}

/* Append a token for each of FOUND[0, COUNT). */
static REPORT_FRAME int match_of(
	const struct ac_match *found, size_t count, struct token_list *list)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		if (list->count == list->room)
			error = token_list_grow(list);
		if (error)
			break;
		list->token[list->count] = token_new(&found[i]);
		if (list->token[list->count])
			list->count++;
		else
			error = -ENOMEM;
	}
	return error;
}

REPORT_FRAME int naive_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, struct token_list *list)
{
	struct ac_match found[64];
	const char *at = chunk;
	size_t used, count;
	int status, error;

	do {
		status = ac_scan(ac, cursor, at, size, &used, found,
			sizeof(found) / sizeof(*found), &count);
		if (status < 0)
			return status;
		error = match_of(found, count, list);
		if (error)
			return error;
		at += used;
		size -= used;
	} while (status == AC_FULL);
	return 0;
}

void token_list_release(struct token_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->token[i]);
	free(list->token);
	*list = (struct token_list){0};
}
