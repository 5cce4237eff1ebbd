#include "report/symbol/symbol_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/elf_file.h"
#include "report/base/strbuf.h"

enum {
	/* hexadecimal digits of the longest build-id in use, and some */
	BUILD_ID_MAX = 128,
};

static const char debug_root[] = "/usr/lib/debug/.build-id";

const char *symbol_outcome_text(enum symbol_outcome outcome)
{
	switch (outcome) {
	case SYMBOL_LINES:
		return NULL;
	case SYMBOL_NAMES:
		return "no debug information, only a symbol table";
	case SYMBOL_NOTHING:
		return "no symbols";
	case SYMBOL_NO_FILE:
		return "the file cannot be read";
	case SYMBOL_CHANGED:
		return "the file has changed since";
	case SYMBOL_NOT_ELF:
		return "not an ELF file";
	case SYMBOL_NOT_FILE:
		return "not a file";
	}
	return NULL;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static bool same_build_id(Dwfl_Module *module, const char *expected)
{
	const unsigned char *bits;
	GElf_Addr where;
	char text[3];
	int i, len;

	if (!*expected)
		return true;
	len = dwfl_module_build_id(module, &bits, &where);
	if (len <= 0 || (size_t)len * 2 != strlen(expected))
		return false;
	for (i = 0; i < len; i++) {
		snprintf(text, sizeof(text), "%02x", bits[i]);
		if (strncmp(text, expected + (size_t)2 * i, 2) != 0)
			return false;
	}
	return true;
}

static void close_dwfl(struct symbol_file *file)
{
	if (file->dwfl)
		dwfl_end(file->dwfl);
	file->dwfl = NULL;
	file->module = NULL;
}

/* Sets file->module, or the outcome. */
static int open_elf(
	struct symbol_file *file, const char *path, const char *build_id)
{
	struct elf_file elf;
	int fd, err;

	err = elf_file_read(&elf, path);
	if (err) {
		file->outcome = err == -ENOEXEC || err == -EINVAL
			? SYMBOL_NOT_ELF
			: SYMBOL_NO_FILE;
		return 0;
	}
	file->outcome = SYMBOL_NO_FILE;
	fd = elf_file_open(path);
	if (fd < 0)
		return 0;
	file->dwfl = dwfl_begin(&callbacks);
	if (file->dwfl)
		debuginfod_watch(file->dwfl, &file->progress);
	if (file->dwfl)
		file->module = dwfl_report_offline(file->dwfl, path, path, fd);
	if (!file->module) {
		close(fd);
		err = file->dwfl ? 0 : -ENOMEM;
		file->outcome = SYMBOL_NOT_ELF;
		close_dwfl(file);
		return err;
	}
	dwfl_report_end(file->dwfl, NULL, NULL);
	if (dwfl_module_getelf(file->module, &file->elf_bias) &&
		same_build_id(file->module, build_id))
		return 0;
	file->outcome = SYMBOL_CHANGED;
	close_dwfl(file);
	return 0;
}

/* The file that distributions put where its build-id says. */
static int open_by_build_id(struct symbol_file *file, const char *build_id)
{
	enum symbol_outcome before = file->outcome;
	struct strbuf path;
	int err;

	if (strlen(build_id) < 3 || strlen(build_id) > BUILD_ID_MAX ||
		strspn(build_id, "0123456789abcdef") != strlen(build_id))
		return 0;
	strbuf_init(&path);
	strbuf_addf(
		&path, "%s/%.2s/%s.debug", debug_root, build_id, build_id + 2);
	err = path.error ? path.error : open_elf(file, path.buf, build_id);
	strbuf_release(&path);
	if (!file->module)
		file->outcome = before;
	return err;
}

/* The ELF file itself from a debuginfod server, where one is set. */
static int open_by_debuginfod(struct symbol_file *file, const char *build_id)
{
	unsigned char bits[BUILD_ID_MAX / 2];
	size_t i, len = strlen(build_id) / 2;
	unsigned int byte;

	if (!getenv("DEBUGINFOD_URLS") || !len || len > sizeof(bits))
		return 0;
	for (i = 0; i < len; i++) {
		if (sscanf(build_id + 2 * i, "%2x", &byte) != 1)
			return 0;
		bits[i] = (unsigned char)byte;
	}
	file->dwfl = dwfl_begin(&callbacks);
	if (!file->dwfl)
		return -ENOMEM;
	debuginfod_watch(file->dwfl, &file->progress);
	/* placed where no bias can overflow */
	file->module = dwfl_report_module(
		file->dwfl, build_id, 0x10000000, 0x7fffffffffff);
	if (file->module &&
		!dwfl_module_report_build_id(
			file->module, bits, len, 0x10000000) &&
		dwfl_module_getelf(file->module, &file->elf_bias))
		return 0;
	close_dwfl(file);
	return 0;
}

static int open_dwarf(struct symbol_file *file)
{
	int err = 0;

	file->dwarf = dwfl_module_getdwarf(file->module, &file->dwarf_bias);
	if (file->dwarf)
		err = dwarf_units_init(&file->units, file->dwarf);
	if (!err)
		err = symbol_table_init(&file->symbols, file->module);
	if (file->units.count)
		file->outcome = SYMBOL_LINES;
	else
		file->outcome = file->symbols.count ? SYMBOL_NAMES
						    : SYMBOL_NOTHING;
	return err;
}

int symbol_file_open(struct symbol_file *file, const char *path,
	const char *build_id, const struct debuginfod_progress *progress)
{
	int err = 0;

	memset(file, 0, sizeof(*file));
	file->progress = *progress;
	file->outcome = SYMBOL_NOT_FILE;
	if (path[0] == '/')
		err = open_elf(file, path, build_id);
	if (!err && !file->module && *build_id)
		err = open_by_build_id(file, build_id);
	if (!err && !file->module && *build_id)
		err = open_by_debuginfod(file, build_id);
	if (err || !file->module)
		return err;
	return open_dwarf(file);
}

void symbol_file_release(struct symbol_file *file)
{
	size_t i;

	for (i = 0; i < file->scoped_count; i++)
		free(file->scoped[i].name);
	free(file->scoped);
	table_release(&file->scoped_index);
	symbol_table_release(&file->symbols);
	dwarf_units_release(&file->units);
	close_dwfl(file);
}
