// plugin.cc - a C++ library for a host in C: it brings libstdc++ along.
#include <stdexcept>
#include <string>

#include "host.h"

/* libstdc++'s delete[] and sized delete jump to the plain one, which must be
 * found on their behalf: so they come first, before anybody called that. */
struct five {
	char bytes[5];
};

static void delete_first()
{
	char *bytes = new char[9];

	count_alloc(9);
	KEEP(bytes);
	count_free(9);
	delete[] bytes;
	five *sized = new five;
	count_alloc(sizeof(five));
	KEEP(sized);
	count_free(sizeof(five));
	delete sized;
}

extern "C" int plugin(struct counts *total, int n);

extern "C" int plugin(struct counts *total, int n)
{
	int caught = 0;

	counts = *total;
	delete_first();
	for (int i = 0; i < n; i++) {
		try {
			throw std::runtime_error("x");
		} catch (const std::exception &) {
			caught++;
		}
		char *s = new char[101];
		count_alloc(101);
		KEEP(s);
		count_free(101);
		delete[] s;
		int *one = new int(i);
		count_alloc(sizeof(int));
		KEEP(one);
		if (i % 10) {
			count_free(sizeof(int));
			delete one;
		}
		try {
			volatile size_t huge = static_cast<size_t>(1) << 62;
			s = new char[huge];
			KEEP(s);
		} catch (const std::bad_alloc &) {
			caught++;
		}
	}
	*total = counts;
	return caught;
}
