/* plugin_host.c - a host in C that loads a C++ plugin, uses it and closes it,
 * again and again.
 *
 *   plugin_host PLUGIN */
#include <dlfcn.h>

#include "host.h"

int main(int argc, char **argv)
{
	int (*plugin)(struct counts *, int);
	void *library, *found;
	int i;

	must(argc == 2, "usage");
	for (i = 0; i < 5; i++) {
		library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		must(library != NULL, "dlopen");
		found = dlsym(library, "plugin");
		must(found != NULL, "dlsym");
		memcpy(&plugin, &found, sizeof(plugin));
		must(plugin(&counts, 100) == 200, "its exceptions");
		must(!dlclose(library), "dlclose");
		give(take(30), 30);
	}
	report();
	return 0;
}
