/* elf_file.h - the little that an ELF file's headers tell: can it be traced,
 * and which part of it is mapped where. Needs no library and trusts nothing. */
#ifndef SPILL_REPORT_BASE_ELF_FILE_H
#define SPILL_REPORT_BASE_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ELF_SEGMENT_MAX = 64,
};

struct elf_segment {
	uint64_t vaddr;
	uint64_t memory_size;
	uint64_t offset;
	uint64_t file_size;
	bool executable;
};

struct elf_file {
	/* 32 or 64 */
	int bits;
	/* ELF e_machine and e_type */
	unsigned int machine;
	unsigned int type;
	/* asks for a dynamic linker */
	bool has_interpreter;
	/* PT_LOAD, in the file's order */
	size_t segment_count;
	struct elf_segment segments[ELF_SEGMENT_MAX];
};

/* Open PATH for reading if it is a regular file: never waits for a FIFO or a
 * device. Returns a descriptor or -errno, -EINVAL where it is not regular. */
__attribute__((warn_unused_result)) int elf_file_open(const char *path);

/* Read the headers of PATH. Returns 0, -ENOEXEC where it is not an ELF file of
 * this machine's byte order, or -errno. Segments are read of 64-bit files. */
__attribute__((warn_unused_result)) int elf_file_read(
	struct elf_file *file, const char *path);

/* The code of a file: what its executable segments cover, whole pages, and
 * where that begins in the file. Returns false where it has none. */
struct elf_code {
	uint64_t vaddr;
	uint64_t size;
	uint64_t offset;
};
bool elf_file_code(const struct elf_file *file, struct elf_code *code);

/* The address of what a mapping of the file has at OFFSET. Files whose segments
 * share a page have two answers: that of executable code is preferred. Returns
 * false where no segment has it. */
bool elf_file_vaddr(
	const struct elf_file *file, uint64_t offset, uint64_t *vaddr);

#endif
