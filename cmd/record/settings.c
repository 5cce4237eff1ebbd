#include "cmd/record/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/base/elf_file.h"
#include "report/base/helper.h"

/* Allocators that are known by name. */
static const struct {
	const char *name;
	/* NULL: the one of libc, nothing to preload */
	const char *library;
	const char *package;
} allocators[] = {
	{"glibc", NULL, NULL},
	{"jemalloc", "libjemalloc.so.2", "libjemalloc2"},
};

/* What the dynamic linker makes of preloading LIBRARY: it lists the libraries
 * of a program, which does not run. Appends to LISTING. */
static int ask_loader(const char *library, struct strbuf *listing)
{
	int ends[2], status;
	char buf[4096];
	ssize_t len;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		if (dup2(ends[1], 1) < 0 || dup2(ends[1], 2) < 0 ||
			setenv("LD_PRELOAD", library, 1) ||
			setenv("LD_TRACE_LOADED_OBJECTS", "1", 1))
			_exit(1);
		execl("/proc/self/exe", "spill", (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	while (pid > 0 && (len = read(ends[0], buf, sizeof(buf))) > 0)
		strbuf_add(listing, buf, (size_t)len);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return listing->error;
}

/* Whether the dynamic linker finds LIBRARY, of PACKAGE. Returns 0 or -errno and
 * says WHY. */
static int find_named(const char *name, const char *library,
	const char *package, struct strbuf *why)
{
	struct strbuf listing;
	const char *at;
	int err;

	strbuf_init(&listing);
	err = ask_loader(library, &listing);
	/* "libjemalloc.so.2 => /usr/lib/... (0x7f...)" where it was found */
	at = strstr(listing.buf, library);
	while (!err && at && strncmp(at + strlen(library), " => /", 5) != 0)
		at = strstr(at + 1, library);
	if (!err && !at) {
		strbuf_addf(
			why, "no %s: install %s (%s)", name, package, library);
		err = -ENOENT;
	}
	strbuf_release(&listing);
	return err;
}

static int add_file(
	struct strbuf *preload, const char *path, struct strbuf *why)
{
	struct elf_file elf;
	char *real;
	int err = elf_file_read(&elf, path);

	if (err == -ENOEXEC || err == -EINVAL) {
		strbuf_addf(why, "allocator '%s' is not a library", path);
		return err;
	}
	real = err ? NULL : realpath(path, NULL);
	if (!real) {
		err = err ? err : -errno;
		strbuf_addf(why, "cannot open allocator '%s': %s", path,
			strerror(-err));
		return err;
	}
	strbuf_addf(preload, ":%s", real);
	free(real);
	return 0;
}

static int add_allocator(struct record_settings *s, struct strbuf *why)
{
	size_t i, count = sizeof(allocators) / sizeof(*allocators);
	int err;

	if (!s->allocator)
		return 0;
	if (strchr(s->allocator, '/'))
		return add_file(&s->preload, s->allocator, why);
	for (i = 0; i < count; i++)
		if (!strcmp(s->allocator, allocators[i].name))
			break;
	if (i == count) {
		strbuf_addf(why,
			"no allocator '%s': take glibc, jemalloc or the path "
			"of a library",
			s->allocator);
		return -EINVAL;
	}
	if (!allocators[i].library)
		return 0;
	err = find_named(s->allocator, allocators[i].library,
		allocators[i].package, why);
	if (!err)
		strbuf_addf(&s->preload, ":%s", allocators[i].library);
	return err;
}

int record_library(struct strbuf *path, struct strbuf *why)
{
	char *real;
	int err = library_path(path);

	real = err ? NULL : realpath(path->buf, NULL);
	if (!err && !real)
		err = -errno;
	if (err && access("/proc/self/exe", F_OK))
		strbuf_addstr(why,
			"/proc cannot be read, where spill finds its own "
			"place: mount it");
	else if (err)
		strbuf_addf(why, "cannot find '%s': %s: install spill again",
			path->buf, strerror(-err));
	strbuf_reset(path);
	if (real)
		strbuf_addstr(path, real);
	free(real);
	return err ? err : path->error;
}

int record_settings_init(
	struct record_settings *s, const char *library, struct strbuf *why)
{
	const char *users = getenv("LD_PRELOAD");
	int err;

	strbuf_init(&s->preload);
	strbuf_addstr(&s->preload, library);
	/* the linker's own separators, and what it expands */
	if (strpbrk(library, " :$")) {
		strbuf_addf(why,
			"LD_PRELOAD cannot hold '%s': install spill where "
			"no blank, colon or dollar is in the path",
			library);
		return -EINVAL;
	}
	err = add_allocator(s, why);
	/* the tracer would go on with its own unwinder, and say nothing */
	if (!err && s->unwind && !strcmp(s->unwind, "libunwind"))
		err = find_named(
			"libunwind", "libunwind.so.8", "libunwind8", why);
	if (err)
		return err;
	if (s->allocator && strpbrk(s->preload.buf, " $")) {
		strbuf_addf(why,
			"LD_PRELOAD cannot hold '%s': use a path without "
			"blanks",
			s->allocator);
		return -EINVAL;
	}
	if (users && *users)
		strbuf_addf(&s->preload, ":%s", users);
	return s->preload.error;
}

void record_settings_release(struct record_settings *settings)
{
	strbuf_release(&settings->preload);
}

static int put(const char *name, const char *value)
{
	if (value)
		return setenv(name, value, 1) ? -errno : 0;
	return unsetenv(name) ? -errno : 0;
}

int record_settings_apply(const struct record_settings *s)
{
	char pid[16];
	int err;

	snprintf(pid, sizeof(pid), "%d", getpid());
	err = put("LD_PRELOAD", s->preload.buf);
	if (!err)
		err = put("SPILL_DIR", s->directory);
	/* a recording anywhere else would be litter that nobody gathers */
	if (!err)
		err = put("SPILL_STRICT", "1");
	if (!err)
		err = put("SPILL_UNWIND", s->unwind);
	if (!err)
		err = put("SPILL_ALLOCATOR", s->allocator);
	if (!err)
		err = put("SPILL_ONLY", s->no_children ? pid : NULL);
	return err;
}
