#include "report/base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char nothing[1];

void strbuf_init(struct strbuf *sb)
{
	*sb = (struct strbuf){.buf = nothing};
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->cap)
		free(sb->buf);
	strbuf_init(sb);
}

void strbuf_reset(struct strbuf *sb)
{
	sb->len = 0;
	sb->error = 0;
	if (sb->cap)
		sb->buf[0] = 0;
}

void strbuf_carry(struct strbuf *sb, const struct strbuf *from)
{
	if (from->error)
		sb->error = from->error;
}

void *strbuf_room(struct strbuf *sb, size_t len)
{
	size_t cap = sb->cap ? sb->cap : 64;
	char *buf;

	if (sb->error || len >= STRBUF_MAX - sb->len)
		goto fail;
	while (cap <= sb->len + len)
		cap *= 2;
	if (cap != sb->cap) {
		buf = realloc(sb->cap ? sb->buf : NULL, cap);
		if (!buf)
			goto fail;
		sb->buf = buf;
		sb->cap = cap;
	}
	return sb->buf + sb->len;
fail:
	sb->error = -ENOMEM;
	return NULL;
}

void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	char *at = strbuf_room(sb, len);

	if (!at)
		return;
	if (len)
		memcpy(at, data, len);
	at[len] = 0;
	sb->len += len;
}

void strbuf_addstr(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	va_list args, again;
	char *at;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	at = len < 0 ? NULL : strbuf_room(sb, (size_t)len);
	if (at) {
		vsnprintf(at, (size_t)len + 1, format, again);
		sb->len += (size_t)len;
	}
	va_end(again);
}
