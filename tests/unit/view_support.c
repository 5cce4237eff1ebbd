#include "tests/unit/view_support.h"

#include <string.h>

#include "report/read/pprof_proto.h"

static uint32_t string(struct profile *p, const char *text)
{
	return profile_string(p, text, strlen(text));
}

static uint32_t function(struct profile *p, const char *name, const char *file)
{
	struct profile_function f = {.name = string(p, name),
		.system_name = string(p, name),
		.file = string(p, file),
		.start_line = 3};

	return profile_add_function(p, &f);
}

static uint32_t mapping(struct profile *p)
{
	struct profile_mapping m = {.start = 0x1000,
		.limit = 0x9000,
		.file = string(p, "/usr/bin/app"),
		.build_id = string(p, "abcd"),
		.has_functions = true};

	return profile_add_mapping(p, &m) + 1;
}

static void header(struct profile *p)
{
	p->type_count = 2;
	p->types[0].type = string(p, "objects");
	p->types[0].unit = string(p, "count");
	p->types[1].type = string(p, "space");
	p->types[1].unit = string(p, "bytes");
	p->default_type = p->types[1].type;
	p->period_type = p->types[1];
	p->period = 1;
	p->time_nanos = 1700000000000000000;
	p->duration_nanos = 1500000000;
	p->drop_frames = string(p, "xmalloc|malloc");
	profile_add_comment(p, "a comment", 9);
}

int make_profile(struct profile *p)
{
	struct profile_label labels[3] = {0};
	struct profile_location l = {.mapping = 0};
	struct profile_line lines[2] = {{.line = 12}, {.line = 40}};
	uint32_t stack[3];
	int64_t big[2] = {3, 4096}, small[2] = {1, 16};
	int error = profile_init(p);

	if (error)
		return error;
	header(p);
	l.mapping = mapping(p);
	l.address = 0x2000;
	lines[0].function = function(p, "xmalloc", "alloc.c");
	stack[0] = profile_add_location(p, &l, lines, 1);
	l.address = 0x3000;
	lines[0].function = function(p, "next", "src/parse.c");
	lines[1].function = function(p, "parse", "src/parse.c");
	stack[1] = profile_add_location(p, &l, lines, 2);
	l.address = 0x4000;
	lines[0].function = function(p, "main", "main.c");
	stack[2] = profile_add_location(p, &l, lines, 1);
	labels[0].key = string(p, "bytes");
	labels[0].num = 1365;
	labels[1].key = string(p, "process");
	labels[1].str = string(p, "cc1");
	labels[2].key = string(p, "latency");
	labels[2].num = 7;
	labels[2].unit = string(p, "ms");
	profile_add_sample(p, stack, 3, big, labels, 3);
	profile_add_sample(p, stack + 1, 2, small, labels, 1);
	return p->error;
}

int make_file(struct strbuf *out)
{
	struct profile p;
	int error = make_profile(&p);

	if (!error)
		error = pprof_encode(&p, out);
	profile_release(&p);
	return error;
}
