#include "cmd/record/target.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report/base/elf_file.h"

enum {
	/* a script may be run by a script, and so on: as the kernel has it */
	SCRIPTS_MAX = 5,
	FIRST_LINE = 256,
};

static const char default_path[] = "/bin:/usr/bin";

static int can_run(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode) || access(path, X_OK))
		return -EACCES;
	return 0;
}

/* As execvp: a file that may not be run does not end the search. */
static int search_path(const char *name, struct strbuf *path)
{
	const char *folders = getenv("PATH"), *end;
	size_t before = path->len;
	int err, result = -ENOENT;

	if (!folders)
		folders = default_path;
	for (;; folders = end + 1) {
		end = strchrnul(folders, ':');
		path->len = before;
		if (end > folders) {
			strbuf_add(path, folders, (size_t)(end - folders));
			strbuf_addch(path, '/');
		}
		strbuf_addstr(path, name);
		if (path->error)
			return path->error;
		err = can_run(path->buf + before);
		if (!err)
			return 0;
		if (err == -EACCES)
			result = -EACCES;
		if (!*end)
			return result;
	}
}

int record_target_find(const char *name, struct strbuf *path)
{
	if (!*name)
		return -ENOENT;
	if (!strchr(name, '/'))
		return search_path(name, path);
	strbuf_addstr(path, name);
	return path->error ? path->error : can_run(name);
}

/* The program that runs the script at PATH: the first word after "#!". Returns
 * false where PATH is no such script. */
static bool script_program(const char *path, char program[FIRST_LINE])
{
	char line[FIRST_LINE] = "";
	int fd = elf_file_open(path);
	const char *at;
	ssize_t len;
	size_t size;

	if (fd < 0)
		return false;
	len = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (len < 2 || line[0] != '#' || line[1] != '!')
		return false;
	at = line + 2 + strspn(line + 2, " \t");
	size = strcspn(at, " \t\n");
	memcpy(program, at, size);
	program[size] = 0;
	return size > 0;
}

/* Programs that run as somebody else get no preloaded libraries. */
static bool runs_as_other(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return true;
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) &&
		st.st_gid != getgid())
		return true;
	return getuid() != 0 &&
		getxattr(path, "security.capability", NULL, 0) > 0;
}

static int check_program(const char *path, struct strbuf *why)
{
	struct elf_file elf;

	/* what is no ELF file is run by a shell, or not at all */
	if (elf_file_read(&elf, path))
		return 0;
	if (elf.bits != 64 || elf.machine != EM_X86_64)
		strbuf_addf(why,
			"'%s' is not a 64-bit x86 program: spill cannot "
			"record it",
			path);
	else if (!elf.has_interpreter)
		strbuf_addf(why,
			"'%s' is linked statically, so spill cannot be "
			"loaded into it: link it dynamically",
			path);
	else if (runs_as_other(path))
		strbuf_addf(why,
			"'%s' is set-user-ID or has capabilities, so spill "
			"is not loaded into it: record a copy without them, "
			"or as that user",
			path);
	return why->len ? -ENOEXEC : 0;
}

int record_target_check(const char *path, struct strbuf *why)
{
	char program[FIRST_LINE], next[FIRST_LINE];
	int i;

	if (!script_program(path, program))
		return check_program(path, why);
	for (i = 0; i < SCRIPTS_MAX && script_program(program, next); i++)
		memcpy(program, next, sizeof(next));
	return check_program(program, why);
}
