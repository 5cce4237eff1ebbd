#include "report/read/recording_module.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/base/elf_file.h"

int recording_modules_read(struct recording_modules *modules,
	const struct recording_file *file, struct strbuf *why)
{
	size_t count = file->header.module_count;
	size_t size = file->header.text_size;
	int err;

	if (count > RECORDING_MODULE_MAX || size > RECORDING_TEXT_MAX)
		return recording_file_damaged(
			file, why, "its number of modules is wrong");
	modules->all = calloc(count + 1, sizeof(*modules->all));
	modules->mappings = calloc(count + 1, sizeof(*modules->mappings));
	modules->text = calloc(1, size + 1);
	if (!modules->all || !modules->mappings || !modules->text)
		return -ENOMEM;
	modules->count = count;
	modules->text_size = size;
	err = recording_file_read(file, modules->all,
		count * sizeof(*modules->all), RECORDING_MODULES_AT, why);
	if (err)
		return err;
	return recording_file_read(
		file, modules->text, size, RECORDING_TEXT_AT, why);
}

void recording_modules_release(struct recording_modules *modules)
{
	free(modules->all);
	free(modules->mappings);
	free(modules->text);
	memset(modules, 0, sizeof(*modules));
}

const char *recording_text(
	const struct recording_modules *modules, uint32_t at, uint32_t size)
{
	if (at > modules->text_size || size > modules->text_size - at)
		return NULL;
	return modules->text + at;
}

/* Without a build-id the device and the inode are all that tells whether PATH
 * is still the file that was mapped. */
static bool was_replaced(const struct recording_module *m, const char *path)
{
	struct stat st;

	if (m->build_id_size || !m->inode)
		return false;
	return stat(path, &st) == 0 &&
		(st.st_ino != m->inode || st.st_dev != m->device);
}

/* A mapping has the executable part of the file, and its place in there; the
 * recording knows the addresses of the whole. */
static void set_range(struct profile_mapping *mapping,
	const struct recording_module *m, const char *path)
{
	struct elf_file elf;
	struct elf_code code;

	if (path[0] != '/' || elf_file_read(&elf, path) ||
		!elf_file_code(&elf, &code))
		return;
	mapping->start = m->bias + code.vaddr;
	mapping->limit = mapping->start + code.size;
	mapping->offset = code.offset;
}

static uint32_t build_id_text(
	struct profile *p, const struct recording_module *m)
{
	char text[2 * sizeof(m->build_id) + 1] = "";
	size_t i;

	if (m->build_id_size > sizeof(m->build_id))
		return 0;
	for (i = 0; i < m->build_id_size; i++)
		snprintf(text + 2 * i, 3, "%02x", m->build_id[i]);
	return profile_string(p, text, 2 * (size_t)m->build_id_size);
}

static void set_path(struct recording_modules *modules, size_t i,
	struct profile *p, struct profile_mapping *mapping)
{
	const struct recording_module *m = &modules->all[i];
	const char *text = recording_text(modules, m->path_at, m->path_size);
	struct strbuf path;

	if (!text || !m->path_size || memchr(text, 0, m->path_size))
		return;
	strbuf_init(&path);
	strbuf_add(&path, text, m->path_size);
	set_range(mapping, m, path.buf);
	if (was_replaced(m, path.buf))
		strbuf_addstr(&path, " (replaced)");
	mapping->file = profile_string(p, path.buf, path.len);
	if (path.error)
		p->error = p->error ? p->error : path.error;
	strbuf_release(&path);
}

static uint32_t add_mapping(
	struct recording_modules *modules, size_t i, struct profile *p)
{
	const struct recording_module *m = &modules->all[i];
	struct profile_mapping mapping = {
		.start = m->start,
		.limit = m->end,
		/* as most linkers lay files out */
		.offset = m->start - m->bias,
		.build_id = build_id_text(p, m),
	};

	if (modules->mappings[i])
		return modules->mappings[i];
	set_path(modules, i, p, &mapping);
	modules->mappings[i] = profile_add_mapping(p, &mapping) + 1;
	return modules->mappings[i];
}

void recording_modules_main(
	struct recording_modules *modules, struct profile *p, const char *exe)
{
	const struct recording_module *m;
	size_t i, len = strlen(exe);
	const char *path;

	for (i = 0; i < modules->count; i++) {
		m = &modules->all[i];
		path = recording_text(modules, m->path_at, m->path_size);
		if (path && m->path_size == len && !memcmp(path, exe, len)) {
			add_mapping(modules, i, p);
			return;
		}
	}
}

static bool covers(
	const struct recording_module *m, uint64_t address, uint32_t stack)
{
	return address >= m->start && address < m->end &&
		stack >= m->first_stack && stack <= m->last_stack;
}

/* The module that covers ADDRESS, a frame of stack id STACK, or NULL. */
static struct recording_module *find(
	struct recording_modules *modules, uint64_t address, uint32_t stack)
{
	size_t i;

	if (modules->last < modules->count &&
		covers(&modules->all[modules->last], address, stack))
		return &modules->all[modules->last];
	for (i = 0; i < modules->count; i++)
		if (covers(&modules->all[i], address, stack)) {
			modules->last = i;
			return &modules->all[i];
		}
	return NULL;
}

uint32_t recording_modules_find(struct recording_modules *modules,
	struct profile *p, uint64_t address, uint32_t stack)
{
	struct recording_module *m = find(modules, address, stack);

	return m ? add_mapping(modules, (size_t)(m - modules->all), p) : 0;
}

bool recording_modules_is_tracer(
	struct recording_modules *modules, uint64_t address, uint32_t stack)
{
	const struct recording_module *m = find(modules, address, stack);

	return m && m->flags & MODULE_TRACER;
}
