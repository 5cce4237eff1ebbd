/* cfi_program.h - the programs of .eh_frame that make a row; for cfi*.c only.
 *
 * A CIE has the part that a group of functions begins with, an FDE the part of
 * one function: "advance 4 bytes, the CFA is SP+16 now, bp is saved at CFA-16",
 * and so on, up to the address that is asked for. */
#ifndef SPILL_TRACER_STACK_CFI_PROGRAM_H
#define SPILL_TRACER_STACK_CFI_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/stack/cfi.h"

/* How .eh_frame writes pointers: format in the low bits, base above. */
enum pointer_encoding {
	PE_ABSOLUTE = 0x00,
	PE_ULEB = 0x01,
	PE_U2 = 0x02,
	PE_U4 = 0x03,
	PE_U8 = 0x04,
	PE_SLEB = 0x09,
	PE_S2 = 0x0a,
	PE_S4 = 0x0b,
	PE_S8 = 0x0c,
	PE_FORMAT = 0x0f,
	PE_PC_RELATIVE = 0x10,
	PE_DATA_RELATIVE = 0x30,
	PE_BASE = 0x70,
	PE_INDIRECT = 0x80,
	PE_OMIT = 0xff,
	/* what ld writes: a table of signed 32-bit offsets from its header */
	PE_TABLE = PE_DATA_RELATIVE | PE_S4,
};

/* 0 for PE_OMIT. An indirect pointer is not followed, and a base other than
 * here is not added. */
uintptr_t cfi_read_pointer(struct cfi_reader *r, uint8_t encoding);

/* What a CIE says for all functions that refer to it. */
struct cie {
	struct cfi_reader program;
	uint64_t code_align;
	int64_t data_align;
	uint8_t pointers;
	bool augmented;
	bool signal_frame;
};

/* Run PROGRAM of CIE on cfi->row, from address START up to the row that covers
 * IP. False where it has what we do not read. Async-signal-safe. */
__attribute__((warn_unused_result)) bool cfi_program_run(struct cfi *cfi,
	const struct cie *cie, struct cfi_reader program, uintptr_t start,
	uintptr_t ip);

#endif
