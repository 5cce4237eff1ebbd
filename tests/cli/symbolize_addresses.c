/* symbolize_addresses.c - what symbolize() makes of addresses of an ELF file,
 * printed as addr2line -a -i -f does:
 *
 *   symbolize_addresses FILE [BUILD-ID] < addresses, hexadecimal, a line each
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/elf_file.h"
#include "report/symbol/symbolize.h"

enum {
	ADDRESSES_MAX = 1 << 20,
};

/* as if the loader had put it there */
static const uint64_t bias = 0x7f0000000000;

static uint32_t add_mapping(
	struct profile *p, const char *path, const char *build_id)
{
	struct profile_mapping mapping = {0};
	struct elf_code code;
	struct elf_file elf;

	if (!elf_file_read(&elf, path) && elf_file_code(&elf, &code)) {
		mapping.start = bias + code.vaddr;
		mapping.limit = mapping.start + code.size;
		mapping.offset = code.offset;
	} else {
		mapping.start = bias;
	}
	mapping.file = profile_string(p, path, strlen(path));
	mapping.build_id = profile_string(p, build_id, strlen(build_id));
	return profile_add_mapping(p, &mapping) + 1;
}

static const char *function_name(const struct profile *p,
	const struct profile_function *function, bool demangled)
{
	/* a name that is no symbol has none */
	if (demangled || !function->system_name)
		return profile_text(p, function->name);
	return profile_text(p, function->system_name);
}

static void print(const struct profile *p, uint32_t id, bool demangled)
{
	const struct profile_location *location = &p->locations[id];
	const struct profile_function *function;
	const struct profile_line *line;
	uint32_t i;

	printf("0x%016llx\n", (unsigned long long)(location->address - bias));
	for (i = 0; i < location->line_count; i++) {
		line = &p->lines[location->first_line + i];
		function = &p->functions[line->function];
		printf("%s\n%s:%lld\n", function_name(p, function, demangled),
			profile_text(p, function->file), (long long)line->line);
	}
	if (!location->line_count)
		printf("??\n??:0\n");
}

int main(int argc, char **argv)
{
	static uint32_t ids[ADDRESSES_MAX];
	struct symbolize_options options = {.form = DEMANGLE_FULL};
	struct profile_location location = {0};
	struct profile p;
	struct strbuf why;
	size_t count = 0, i;
	bool demangled;
	char line[64];

	demangled = argc > 1 && !strcmp(argv[1], "-C");
	argc -= demangled;
	argv += demangled;
	if (argc < 2 || profile_init(&p))
		return 2;
	strbuf_init(&why);
	location.mapping = add_mapping(&p, argv[1], argc > 2 ? argv[2] : "");
	while (count < ADDRESSES_MAX && fgets(line, sizeof(line), stdin)) {
		location.address = strtoull(line, NULL, 16) + bias;
		ids[count++] = profile_add_location(&p, &location, NULL, 0);
	}
	if (symbolize(&p, &options, &why)) {
		fprintf(stderr, "%s\n", why.buf);
		return 1;
	}
	for (i = 0; i < count; i++)
		print(&p, ids[i], demangled);
	for (i = 0; i < p.comment_count; i++)
		fprintf(stderr, "%s\n", profile_text(&p, p.comments[i]));
	profile_release(&p);
	strbuf_release(&why);
	return 0;
}
