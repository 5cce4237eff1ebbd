#include "report/read/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Written by little-endian machines only so far: their magic and version are
 * compared, so a recording of another byte order is "another version". */

int recording_file_damaged(
	const struct recording_file *file, struct strbuf *why, const char *what)
{
	strbuf_addf(why, "'%s' is damaged: %s", file->path, what);
	return -EINVAL;
}

static int cut_short(const struct recording_file *file, struct strbuf *why)
{
	strbuf_addf(why,
		"'%s' is cut short: it has %llu bytes; record it again",
		file->path, (unsigned long long)file->size);
	return -EINVAL;
}

static int read_all(int fd, void *data, size_t len, uint64_t at)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = pread(fd, (char *)data + done, len - done,
			(off_t)(at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
		done += (size_t)n;
	}
	return 0;
}

int recording_file_read(const struct recording_file *file, void *data,
	size_t len, uint64_t at, struct strbuf *why)
{
	int err = read_all(file->fd, data, len, at);

	if (err == -ENODATA)
		return cut_short(file, why);
	if (err)
		strbuf_addf(why, "cannot read '%s': %s", file->path,
			strerror(-err));
	return err;
}

/* What must not change while the file is read. */
static int check_header(const struct recording_file *file, struct strbuf *why)
{
	const struct recording_header *h = &file->header;

	if (memcmp(h->magic, RECORDING_MAGIC, sizeof(h->magic)) != 0) {
		strbuf_addf(why, "'%s' is not a recording", file->path);
		return -EINVAL;
	}
	if (h->version != RECORDING_VERSION) {
		strbuf_addf(why,
			"'%s' was written by another version of spill "
			"(format %u, this one reads %d): use that version",
			file->path, h->version, RECORDING_VERSION);
		return -EINVAL;
	}
	if (h->header_size != sizeof(*h) || h->chunk_size != RECORDING_CHUNK)
		return recording_file_damaged(file, why, "its sizes are wrong");
	if (h->chunk_count == 0 || h->chunk_count > RECORDING_CHUNK_MAX)
		return recording_file_damaged(
			file, why, "its number of chunks is wrong");
	if ((uint64_t)h->chunk_count * RECORDING_CHUNK > file->size)
		return cut_short(file, why);
	return 0;
}

static int read_header(struct recording_file *file, struct strbuf *why)
{
	struct stat st;
	int err;

	err = recording_file_read(
		file, &file->header, sizeof(file->header), 0, why);
	if (err)
		return err;
	/* after the header: the file only grows */
	if (fstat(file->fd, &st))
		return -errno;
	file->size = (uint64_t)st.st_size;
	return check_header(file, why);
}

static bool is_regular(struct recording_file *file)
{
	struct stat st;

	if (fstat(file->fd, &st) || !S_ISREG(st.st_mode))
		return false;
	file->size = (uint64_t)st.st_size;
	return true;
}

int recording_file_open(
	struct recording_file *file, const char *path, struct strbuf *why)
{
	int err;

	memset(file, 0, sizeof(*file));
	file->path = path;
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file->fd < 0) {
		err = -errno;
		strbuf_addf(why, "cannot open '%s': %s", path, strerror(errno));
		return err;
	}
	if (!is_regular(file)) {
		strbuf_addf(why, "'%s' is not a recording", path);
		return -EINVAL;
	}
	return read_header(file, why);
}

void recording_file_release(struct recording_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static int read_table(struct recording_file *file, struct strbuf *why)
{
	uint32_t table[RECORDING_CHUNK_MAX], kind, part, i;
	int err;

	err = recording_file_read(file, table,
		file->header.chunk_count * sizeof(*table), RECORDING_TABLE_AT,
		why);
	if (err)
		return err;
	memset(file->parts, 0, sizeof(file->parts));
	for (i = 1; i < file->header.chunk_count; i++) {
		kind = table[i] >> 24;
		part = table[i] & 0xffffff;
		if (kind == RECORDING_EMPTY)
			continue;
		if (kind > RECORDING_KINDS || part >= RECORDING_CHUNK_MAX ||
			file->parts[kind - 1][part])
			return recording_file_damaged(
				file, why, "its chunk table is wrong");
		file->parts[kind - 1][part] = (uint16_t)i;
	}
	return 0;
}

int recording_file_refresh(struct recording_file *file, struct strbuf *why)
{
	struct recording_header counts;
	int err = read_header(file, why);

	if (err)
		return err;
	counts = file->header;
	/* chunk_count again, after the counts whose elements it has room for */
	err = read_header(file, why);
	if (err)
		return err;
	file->header.stack_count = counts.stack_count;
	file->header.bucket_count = counts.bucket_count;
	file->header.module_count = counts.module_count;
	file->header.text_size = counts.text_size;
	return read_table(file, why);
}

int recording_file_part(const struct recording_file *file,
	enum recording_kind kind, size_t part, void *data, size_t len,
	struct strbuf *why)
{
	uint64_t chunk;

	if (part >= RECORDING_CHUNK_MAX || !file->parts[kind - 1][part])
		return recording_file_damaged(file, why, "a chunk is missing");
	chunk = file->parts[kind - 1][part];
	return recording_file_read(
		file, data, len, chunk * RECORDING_CHUNK, why);
}
