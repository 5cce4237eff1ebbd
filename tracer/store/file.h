/* file.h - the file of a recording on disk: made so that nobody else's file is
 * touched, grown so that writing to it cannot fail later. */
#ifndef SPILL_TRACER_STORE_FILE_H
#define SPILL_TRACER_STORE_FILE_H

#include "tracer/store/store.h"

/* Make a new file for the process that ID names in DIRECTORY ("" for the
 * current one), and write its absolute path, device and inode to STORE. An
 * older recording of this same process, left by what it was before exec, is
 * marked as replaced. Returns a descriptor or -errno. */
__attribute__((warn_unused_result)) int file_create(struct store *store,
	const char *directory, const struct recording_header *id);

/* The same file again, or -errno: -ESTALE where the path now names another. */
__attribute__((warn_unused_result)) int file_reopen(const struct store *store);

/* Disk space for [OFFSET, OFFSET + SIZE), zeroed, and within the file size
 * limit, which would otherwise kill the host. Returns 0 or -errno. */
__attribute__((warn_unused_result)) int file_extend(
	int fd, uint64_t offset, uint64_t size);

#endif
