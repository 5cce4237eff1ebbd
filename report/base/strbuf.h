/* strbuf.h - text that grows.
 *
 * buf is always a NUL-terminated string of len bytes (NULs inside are allowed).
 * When memory runs out, or the text would pass STRBUF_MAX, the addition is
 * dropped and the error stays set: check it once, at the end. A zeroed strbuf
 * may be released; strbuf_init makes an empty one. Not for use by two threads
 * at once. */
#ifndef SPILL_REPORT_BASE_STRBUF_H
#define SPILL_REPORT_BASE_STRBUF_H

#include <stddef.h>

#define STRBUF_MAX ((size_t)1 << 32)

struct strbuf {
	char *buf;
	size_t len;
	size_t cap;
	/* 0 or -ENOMEM */
	int error;
};

void strbuf_init(struct strbuf *sb);
void strbuf_release(struct strbuf *sb);
/* Empty it, keep its memory and forget its error. */
void strbuf_reset(struct strbuf *sb);
/* If FROM, which helped to make SB, has an error, SB has it too. */
void strbuf_carry(struct strbuf *sb, const struct strbuf *from);
void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_addstr(struct strbuf *sb, const char *text);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Room for LEN more bytes at the end, to be filled by the caller, who then adds
 * what was used to len. NULL with the error set when there is none. */
void *strbuf_room(struct strbuf *sb, size_t len);

#endif
