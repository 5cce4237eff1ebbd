#include "report/base/elf_file.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* segments are mapped from the page that holds their first byte */
	PAGE = 4096,
};

int elf_file_open(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

static void add_segment(struct elf_file *file, const Elf64_Phdr *header)
{
	struct elf_segment *segment;

	if (header->p_type == PT_INTERP)
		file->has_interpreter = true;
	if (header->p_type != PT_LOAD || file->segment_count == ELF_SEGMENT_MAX)
		return;
	segment = &file->segments[file->segment_count++];
	segment->vaddr = header->p_vaddr;
	segment->memory_size = header->p_memsz;
	segment->offset = header->p_offset;
	segment->file_size = header->p_filesz;
	segment->executable = header->p_flags & PF_X;
}

static int read_segments64(struct elf_file *file, int fd)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	uint64_t at;
	size_t i;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
		header.e_phentsize != sizeof(segment))
		return -ENOEXEC;
	for (i = 0; i < header.e_phnum; i++) {
		if (__builtin_add_overflow(
			    header.e_phoff, i * sizeof(segment), &at) ||
			at > INT64_MAX)
			return -ENOEXEC;
		if (pread(fd, &segment, sizeof(segment), (off_t)at) !=
			sizeof(segment))
			return -ENOEXEC;
		add_segment(file, &segment);
	}
	return 0;
}

static int read_headers(struct elf_file *file, int fd)
{
	/* e_type and e_machine lie at the same place in both classes */
	Elf32_Ehdr header;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
		memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_ident[EI_DATA] !=
			(BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB
						     : ELFDATA2MSB))
		return -ENOEXEC;
	file->bits = header.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	file->machine = header.e_machine;
	file->type = header.e_type;
	return file->bits == 64 ? read_segments64(file, fd) : 0;
}

int elf_file_read(struct elf_file *file, const char *path)
{
	int fd = elf_file_open(path);
	int err;

	memset(file, 0, sizeof(*file));
	if (fd < 0)
		return fd;
	err = read_headers(file, fd);
	close(fd);
	return err;
}

bool elf_file_code(const struct elf_file *file, struct elf_code *code)
{
	const struct elf_segment *s;
	uint64_t end = 0, start;

	memset(code, 0, sizeof(*code));
	for (s = file->segments; s < file->segments + file->segment_count;
		s++) {
		if (!s->executable || s->memory_size > UINT64_MAX - s->vaddr)
			continue;
		start = s->vaddr - s->vaddr % PAGE;
		if (!end || start < code->vaddr) {
			code->vaddr = start;
			code->offset = s->offset - s->vaddr % PAGE;
		}
		if (s->vaddr + s->memory_size > end)
			end = s->vaddr + s->memory_size;
	}
	if (!end || end > UINT64_MAX - PAGE)
		return false;
	code->size = end + (PAGE - end % PAGE) % PAGE - code->vaddr;
	return true;
}

static bool find_vaddr(const struct elf_file *file, uint64_t offset,
	bool executable, uint64_t *vaddr)
{
	const struct elf_segment *s;
	uint64_t start, skew;

	for (s = file->segments; s < file->segments + file->segment_count;
		s++) {
		skew = s->offset % PAGE;
		start = s->offset - skew;
		if (s->executable != executable || offset < start ||
			offset - start >= s->file_size + skew)
			continue;
		*vaddr = s->vaddr - skew + (offset - start);
		return true;
	}
	return false;
}

bool elf_file_vaddr(
	const struct elf_file *file, uint64_t offset, uint64_t *vaddr)
{
	return find_vaddr(file, offset, true, vaddr) ||
		find_vaddr(file, offset, false, vaddr);
}
