/* own_malloc.h - whether a program brings a malloc of its own. */
#ifndef SPILL_REPORT_SYMBOL_OWN_MALLOC_H
#define SPILL_REPORT_SYMBOL_OWN_MALLOC_H

#include <stdbool.h>

/* Whether the ELF file at PATH defines a function malloc, exported or not: its
 * calls go there and to no library that is preloaded. One that merely takes the
 * address of malloc does not. False too for what cannot be read. */
bool has_own_malloc(const char *path);

#endif
