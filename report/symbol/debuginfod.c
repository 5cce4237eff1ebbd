#include "report/symbol/debuginfod.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static const char library_name[] = "libdebuginfod.so.1";

/* The client's own functions: libdw has no header for them. */
typedef int progress_function(debuginfod_client *client, long done, long all);
typedef void set_progress_function(
	debuginfod_client *client, progress_function *function);
typedef void set_user_data_function(debuginfod_client *client, void *data);
typedef void *get_user_data_function(debuginfod_client *client);

static get_user_data_function *get_user_data;

static int on_progress(debuginfod_client *client, long done, long all)
{
	struct debuginfod_progress *progress = get_user_data(client);

	(void)done;
	(void)all;
	return progress && !progress->go_on(progress->arg);
}

/* Set *FUNCTION, a pointer to a function, to NAME of LIBRARY. */
static bool find(void *library, const char *name, void *function)
{
	void *found = dlsym(library, name);

	memcpy(function, &found, sizeof(found));
	return found != NULL;
}

void debuginfod_watch(Dwfl *dwfl, struct debuginfod_progress *progress)
{
	set_progress_function *set_progress;
	set_user_data_function *set_user_data;
	debuginfod_client *client;
	void *library;

	if (!getenv("DEBUGINFOD_URLS") || !progress->go_on)
		return;
	client = dwfl_get_debuginfod_client(dwfl);
	library = client ? dlopen(library_name, RTLD_NOW | RTLD_NOLOAD) : NULL;
	if (!library)
		return;
	/* it stays loaded: libdw holds it too */
	if (find(library, "debuginfod_set_progressfn", &set_progress) &&
		find(library, "debuginfod_set_user_data", &set_user_data) &&
		find(library, "debuginfod_get_user_data", &get_user_data)) {
		set_user_data(client, progress);
		set_progress(client, on_progress);
	}
	dlclose(library);
}
