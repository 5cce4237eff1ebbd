#include "report/read/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *source;
	/* NULL: not a URL */
	const char *full;
} rows[] = {
	{":8787", "http://localhost:8787/debug/pprof/heap"},
	{":8787/", "http://localhost:8787/debug/pprof/heap"},
	{":8787/debug/pprof/allocs",
		"http://localhost:8787/debug/pprof/allocs"},
	{"host:80", "http://host:80/debug/pprof/heap"},
	{"host:80/x", "http://host:80/x"},
	{"[::1]:6060", "http://[::1]:6060/debug/pprof/heap"},
	{"10.0.0.1:6060/p?seconds=3", "http://10.0.0.1:6060/p?seconds=3"},
	{"http://host", "http://host/debug/pprof/heap"},
	{"https://host/", "https://host/debug/pprof/heap"},
	{"HTTP://host:1/heap", "HTTP://host:1/heap"},
	{"http://host?debug=1", "http://host?debug=1"},
	{"ftp://host/heap", "ftp://host/heap"},
	{"file:///etc/passwd", "file:///etc/passwd"},
	{"heap.pb.gz", NULL},
	{"dir/heap:1", NULL},
	{"1234", NULL},
	{":", NULL},
	{":port", NULL},
	{":123456", NULL},
	{"host:80x", NULL},
	{"[::1", NULL},
	{"[", NULL},
	{"://x", NULL},
	{"", NULL},
};

static void sources_are_told_apart_and_completed(void **state)
{
	struct strbuf full;
	size_t i;

	(void)state;
	strbuf_init(&full);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (fetch_is_url(rows[i].source) != (rows[i].full != NULL))
			fail_msg("'%s'", rows[i].source);
		if (!rows[i].full)
			continue;
		strbuf_reset(&full);
		fetch_complete(rows[i].source, &full);
		assert_string_equal(full.buf, rows[i].full);
	}
	strbuf_release(&full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_told_apart_and_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
