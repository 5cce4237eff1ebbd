/* recording_module.h - the ELF files of a recording and which of them explains
 * an address; for recording*.c only.
 *
 * A module explains the stack ids made while it was loaded: after dlclose its
 * successor at the same address has a record of its own. */
#ifndef SPILL_REPORT_READ_RECORDING_MODULE_H
#define SPILL_REPORT_READ_RECORDING_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/graph/profile.h"
#include "report/read/recording_file.h"

struct recording_modules {
	struct recording_module *all;
	/* mapping of the profile, plus one; 0 while not added */
	uint32_t *mappings;
	size_t count;
	/* where the last address was found */
	size_t last;
	/* the text of chunk 0, NUL behind it */
	char *text;
	size_t text_size;
};

/* Read the modules and the text of FILE. MODULES, zeroed before, is to be
 * released in both cases. */
__attribute__((warn_unused_result)) int recording_modules_read(
	struct recording_modules *modules, const struct recording_file *file,
	struct strbuf *why);
void recording_modules_release(struct recording_modules *modules);

/* SIZE bytes at AT of the text; NULL where it does not have them. */
const char *recording_text(
	const struct recording_modules *modules, uint32_t at, uint32_t size);

/* Add the mapping of the main program, whose path is EXE, as the first. */
void recording_modules_main(
	struct recording_modules *modules, struct profile *p, const char *exe);
/* The reference (index plus one) of the mapping that covers ADDRESS, a frame of
 * stack id STACK; added to P if new; 0 for none. */
uint32_t recording_modules_find(struct recording_modules *modules,
	struct profile *p, uint64_t address, uint32_t stack);
/* Whether that is the tracer's own code, which is no frame of the program. */
bool recording_modules_is_tracer(
	struct recording_modules *modules, uint64_t address, uint32_t stack);

#endif
