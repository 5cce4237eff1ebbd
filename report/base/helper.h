/* helper.h - spill's own programs and library: where they are, running them.
 *
 * Beside the running executable in a build tree, else where they were
 * installed; the first that exists:
 *
 *   program NAME   DIR/libexec/NAME
 *                  DIR/../libexec/spill/NAME
 *                  PREFIX/libexec/spill/NAME
 *   libspill.so    DIR/libspill.so
 *                  DIR/../lib/spill/libspill.so
 *                  PREFIX/lib/spill/libspill.so
 *
 * DIR is the folder of /proc/self/exe; lib and libexec are CMake's
 * CMAKE_INSTALL_LIBDIR and CMAKE_INSTALL_LIBEXECDIR.
 *
 * May be used by several threads at once, not in signal handlers. */
#ifndef SPILL_REPORT_BASE_HELPER_H
#define SPILL_REPORT_BASE_HELPER_H

#include <stddef.h>

#include "report/base/strbuf.h"

/* What a helper may use; a helper that passes a limit is killed. */
struct helper_limits {
	/* wall time and, for itself, processor time */
	unsigned seconds;
	/* bytes of address space, 0: no limit of ours */
	size_t memory;
	/* bytes on its stdout */
	size_t output;
};

/* Put the path of the program called NAME into PATH. Returns 0, or -ENOENT with
 * the place where it should have been installed in PATH, or -errno. */
__attribute__((warn_unused_result)) int helper_path(
	const char *name, struct strbuf *path);

/* The same for libspill.so. */
__attribute__((warn_unused_result)) int library_path(struct strbuf *path);

/* Run helper ARGV[0] (a name for helper_path) with arguments ARGV[1].. up to a
 * NULL, INPUT (NULL: nothing) on its stdin; add its stdout to OUTPUT. When this
 * returns the helper is gone. Returns 0 if it exited with 0. Otherwise WHY says
 * why and OUTPUT is as it was:
 * -ENOENT not found, -ETIME out of time, -EFBIG more output than allowed,
 * -ECHILD it failed: WHY is the first line of its stderr without its name;
 * other -errno when it could not be run. */
__attribute__((warn_unused_result)) int helper_run(const char *const *argv,
	const struct strbuf *input, const struct helper_limits *limits,
	struct strbuf *output, struct strbuf *why);

#endif
