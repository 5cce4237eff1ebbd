#include "report/symbol/own_malloc.h"

#include <string.h>
#include <unistd.h>

#include <gelf.h>

#include "report/base/elf_file.h"

static bool is_malloc(Elf *elf, const GElf_Shdr *header, const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);
	const char *name;

	if ((type != STT_FUNC && type != STT_GNU_IFUNC) ||
		symbol->st_shndx == SHN_UNDEF || !symbol->st_size)
		return false;
	name = elf_strptr(elf, header->sh_link, symbol->st_name);
	return name && !strcmp(name, "malloc");
}

static bool table_has_malloc(
	Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;
	int i;

	/* sh_entsize may say anything; libelf checks the index */
	for (i = 0; data && gelf_getsym(data, i, &symbol); i++)
		if (is_malloc(elf, header, &symbol))
			return true;
	return false;
}

static bool elf_has_malloc(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
			(header.sh_type == SHT_DYNSYM ||
				header.sh_type == SHT_SYMTAB) &&
			table_has_malloc(elf, section, &header))
			return true;
	return false;
}

bool has_own_malloc(const char *path)
{
	int fd = elf_file_open(path);
	bool has = false;
	Elf *elf;

	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		has = elf_has_malloc(elf);
	elf_end(elf);
	close(fd);
	return has;
}
