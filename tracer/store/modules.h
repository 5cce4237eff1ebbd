/* modules.h - which ELF files are mapped where, and when.
 *
 * A module is recorded when the walk first meets code of it, and closed when
 * dlclose has unmapped it: the stack entries made in between are the ones it
 * explains. */
#ifndef SPILL_TRACER_STORE_MODULES_H
#define SPILL_TRACER_STORE_MODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/store/store.h"

/* What the loader knows of the code around an address. */
struct module {
	uintptr_t start;
	uintptr_t end;
	/* added to the addresses of the ELF file */
	uintptr_t bias;
	/* of .eh_frame_hdr; 0: none. Call frame information lies within
	 * [cfi_start, cfi_end) */
	uintptr_t eh_frame_hdr;
	uintptr_t cfi_start;
	uintptr_t cfi_end;
	/* as the loader has it: "" for the executable */
	const char *name;
};

/* Prepare module_find: ask the loader for what it offers. Once a process. */
void modules_start(void);

/* Fill M with the module that covers IP. Takes no lock where glibc has
 * _dl_find_object (2.35), the loader's own elsewhere. Any thread. */
bool module_find(uintptr_t ip, struct module *m);

/* Record M unless it is there already. Any thread, not async-signal-safe. */
void modules_note(struct store *store, const struct module *m);

/* Close the records of modules that are no longer loaded and call GONE for the
 * addresses of each. With no lock held. */
void modules_sweep(struct store *store,
	void (*gone)(void *arg, uintptr_t start, uintptr_t end), void *arg);

#endif
