#include "report/base/path.h"

#include <stdbool.h>
#include <string.h>

/* Take the last part off OUT, which holds at least START characters more. */
static void drop_part(struct strbuf *out, size_t start)
{
	while (out->len > start && out->buf[out->len - 1] != '/')
		out->len--;
	if (out->len > start)
		out->len--;
	out->buf[out->len] = 0;
}

static void add_part(
	struct strbuf *out, size_t start, const char *part, size_t len)
{
	if (out->len > start)
		strbuf_addch(out, '/');
	strbuf_add(out, part, len);
}

void path_clean(struct strbuf *out, const char *path)
{
	size_t begin = out->len, start, floor, len;
	bool rooted = *path == '/';

	if (rooted)
		strbuf_addch(out, '/');
	start = out->len;
	/* what ".." must not take away: parts that are ".." themselves */
	floor = start;
	for (; *path && !out->error; path += len) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (!len || (len == 1 && *path == '.'))
			continue;
		if (len != 2 || strncmp(path, "..", 2) != 0) {
			add_part(out, start, path, len);
		} else if (out->len > floor) {
			drop_part(out, floor);
		} else if (!rooted) {
			add_part(out, start, path, len);
			floor = out->len;
		}
	}
	if (out->len == begin)
		strbuf_addch(out, '.');
}

const char *path_base(const char *path, size_t *len)
{
	size_t end = strlen(path), at;

	if (!end) {
		*len = 1;
		return ".";
	}
	while (end > 1 && path[end - 1] == '/')
		end--;
	for (at = end; at && path[at - 1] != '/'; at--)
		;
	if (at == end)
		at = 0;
	*len = end - at;
	return path + at;
}
