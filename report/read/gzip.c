#include "report/read/gzip.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdint.h>
#include <string.h>

enum {
	LEVEL = 6,
	/* the least a member can be: header, empty block, trailer */
	MEMBER_MIN = 20,
	/* deflate cannot pack more tightly */
	RATIO_MAX = 1032,
};

bool gzip_is(const void *data, size_t size)
{
	return size >= 2 && !memcmp(data, "\x1f\x8b", 2);
}

/* How much room to try first: what the trailer claims, if that can be. */
static size_t guess_size(const unsigned char *data, size_t size)
{
	uint32_t claimed;

	if (size < MEMBER_MIN)
		return MEMBER_MIN;
	memcpy(&claimed, data + size - sizeof(claimed), sizeof(claimed));
	if (claimed < size || claimed / RATIO_MAX > size)
		return size * 4;
	return claimed;
}

/* Append the first member of DATA to OUT and tell its size in *USED. */
static int gunzip_member(struct libdeflate_decompressor *d,
	const unsigned char *data, size_t size, struct strbuf *out,
	size_t *used)
{
	enum libdeflate_result result;
	size_t room = guess_size(data, size) + 1, len;
	char *at;

	for (;; room *= 2) {
		if (room > GUNZIP_MAX - out->len)
			room = GUNZIP_MAX - out->len;
		at = strbuf_room(out, room);
		if (!at)
			return -ENOMEM;
		result = libdeflate_gzip_decompress_ex(
			d, data, size, at, room, used, &len);
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
			break;
		if (room == GUNZIP_MAX - out->len)
			return -E2BIG;
	}
	if (result != LIBDEFLATE_SUCCESS)
		return -EINVAL;
	at[len] = 0;
	out->len += len;
	return 0;
}

int gunzip(const void *data, size_t size, struct strbuf *out)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	const unsigned char *at = data;
	size_t used;
	int error = d ? 0 : -ENOMEM;

	while (!error && size) {
		error = gunzip_member(d, at, size, out, &used);
		if (error)
			break;
		at += used;
		size -= used;
	}
	libdeflate_free_decompressor(d);
	return error;
}

int gzip(const void *data, size_t size, struct strbuf *out)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(LEVEL);
	size_t room;
	char *at;

	if (!c)
		return -ENOMEM;
	room = libdeflate_gzip_compress_bound(c, size);
	at = strbuf_room(out, room);
	if (at) {
		out->len += libdeflate_gzip_compress(c, data, size, at, room);
		out->buf[out->len] = 0;
	}
	libdeflate_free_compressor(c);
	return out->error;
}
