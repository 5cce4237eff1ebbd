/* recording_file.h - the checked bytes of a recording; for recording*.c only.
 *
 * Chunks are found through the chunk table, read anew after each header, as
 * the file may be growing:
 *
 *   parts[RECORDING_STACKS - 1][n] -> the chunk that holds entries of part n */
#ifndef SPILL_REPORT_READ_RECORDING_FILE_H
#define SPILL_REPORT_READ_RECORDING_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "report/base/strbuf.h"
#include "tracer/store/recording.h"

enum {
	RECORDING_KINDS = 2,
};

struct recording_file {
	const char *path;
	int fd;
	uint64_t size;
	struct recording_header header;
	/* chunk of a part; 0, which holds the header, for none */
	uint16_t parts[RECORDING_KINDS][RECORDING_CHUNK_MAX];
};

/* Open PATH and read its header. Returns 0 or -errno and says WHY. FILE is to
 * be released in both cases. */
__attribute__((warn_unused_result)) int recording_file_open(
	struct recording_file *file, const char *path, struct strbuf *why);
void recording_file_release(struct recording_file *file);

/* Read the header again, then the chunk table. */
__attribute__((warn_unused_result)) int recording_file_refresh(
	struct recording_file *file, struct strbuf *why);

/* Read LEN bytes at offset AT. */
__attribute__((warn_unused_result)) int recording_file_read(
	const struct recording_file *file, void *data, size_t len, uint64_t at,
	struct strbuf *why);

/* Read the first LEN bytes, a chunk at most, of part PART of the elements of
 * KIND into DATA. */
__attribute__((warn_unused_result)) int recording_file_part(
	const struct recording_file *file, enum recording_kind kind,
	size_t part, void *data, size_t len, struct strbuf *why);

/* A sentence about what is wrong with FILE's contents; returns -EINVAL. */
int recording_file_damaged(const struct recording_file *file,
	struct strbuf *why, const char *what);

#endif
