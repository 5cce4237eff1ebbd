#include "report/read/text_kind.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "report/base/printable.h"

enum {
	/* what is looked at */
	HEAD_MAX = 1024,
};

/* The beginning, in C's own form. */
struct head {
	char text[HEAD_MAX + 1];
	size_t len;
};

/* Lines may end as in DOS; a character may be cut off at the end of HEAD. */
static bool is_text(const struct head *head)
{
	size_t i, len = head->len;

	while (len && head->len == HEAD_MAX && (head->text[len - 1] & 0x80))
		len--;
	for (i = 0; i < len; i++)
		if (head->text[i] != '\r' && (head->text[i] & 0x80) == 0 &&
			!printable_is(&head->text[i], 1, PRINTABLE_LINES))
			return false;
	return len > 0;
}

static bool is_web_page(const struct head *head)
{
	static const char *const starts[] = {"<!doctype html", "<html", NULL};
	const char *text = head->text + strspn(head->text, " \t\r\n");
	size_t i;

	for (i = 0; starts[i]; i++)
		if (!strncasecmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* "heap profile: 3: 4096 [...", as Go writes with debug=1 and tcmalloc did. */
static bool is_profile_in_words(const struct head *head)
{
	size_t kind = strspn(head->text, "abcdefghijklmnopqrstuvwxyz");
	static const char rest[] = " profile: ";

	return kind && !strncmp(head->text + kind, rest, sizeof(rest) - 1);
}

void text_kind_explain(struct strbuf *why, const char *name, const void *data,
	size_t len, const char *reason)
{
	struct head head = {.len = len < HEAD_MAX ? len : HEAD_MAX};

	memcpy(head.text, data, head.len);
	if (is_profile_in_words(&head))
		strbuf_addf(why,
			"'%s' is in the old text format: ask without debug=1",
			name);
	else if (is_web_page(&head))
		strbuf_addf(why,
			"'%s' is not a profile: it is a web page (HTML)", name);
	else if (is_text(&head))
		strbuf_addf(why, "'%s' is not a profile: it is text", name);
	else
		strbuf_addf(why, "'%s' is not a profile: %s", name, reason);
}
