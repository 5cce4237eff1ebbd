#include "report/base/helper.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* CMake gives INSTALL_LIB and INSTALL_LIBEXEC (relative to the prefix, or
 * absolute where the packager wants it) and their FULL_ forms. */

/* The folder of the running program into PATH. */
static int executable_dir(struct strbuf *path)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (len < 0)
		return -errno;
	exe[len] = 0;
	slash = strrchr(exe, '/');
	if (!slash)
		return -ENOENT;
	strbuf_add(path, exe, (size_t)(slash - exe));
	return 0;
}

/* DIR/MIDDLE/NAME into PATH; DIR NULL is the folder of the executable. Returns
 * 0 if the file exists. */
static int try_path(const char *dir, const char *middle, const char *name,
	struct strbuf *path)
{
	int rc = 0;

	strbuf_reset(path);
	if (dir)
		strbuf_addstr(path, dir);
	else
		rc = executable_dir(path);
	if (rc)
		return rc;
	strbuf_addf(path, "%s/%s", middle, name);
	if (path->error)
		return path->error;
	return access(path->buf, R_OK) ? -errno : 0;
}

int helper_path(const char *name, struct strbuf *path)
{
	if (!try_path(NULL, "/libexec", name, path) ||
		!try_path(NULL, "/../" INSTALL_LIBEXEC "/spill", name, path))
		return 0;
	return try_path(FULL_INSTALL_LIBEXEC, "/spill", name, path);
}

int library_path(struct strbuf *path)
{
	const char *name = "libspill.so";

	if (!try_path(NULL, "", name, path) ||
		!try_path(NULL, "/../" INSTALL_LIB "/spill", name, path))
		return 0;
	return try_path(FULL_INSTALL_LIB, "/spill", name, path);
}
