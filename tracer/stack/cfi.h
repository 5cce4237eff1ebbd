/* cfi.h - call frame information: how to undo one frame.
 *
 * For an address in a function, .eh_frame holds a row that says what the CFA
 * (the caller's SP at the call) is computed from and where the caller's
 * registers were saved. cfi_row_at runs the program that makes the row.
 *
 *   CFA = SP+32    bp: at CFA-16    rbx: at CFA-24    return: at CFA-8
 *
 * Source: DWARF 5, section 6.4; System V ABI AMD64; LSB 5.0, 10.6 (.eh_frame
 * and .eh_frame_hdr). */
#ifndef SPILL_TRACER_STACK_CFI_H
#define SPILL_TRACER_STACK_CFI_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/store/modules.h"

enum cfi_how {
	/* not touched by this function */
	CFI_SAME = 0,
	CFI_UNDEFINED,
	/* saved at CFA + n; is CFA + n */
	CFI_AT_OFFSET,
	CFI_OFFSET,
	/* in register n */
	CFI_REGISTER,
	/* saved at what expression computes; is what it computes */
	CFI_AT_EXPRESSION,
	CFI_EXPRESSION,
};

/* A DWARF expression: its length as ULEB128, then its bytes. */
struct cfi_value {
	enum cfi_how how;
	union {
		int64_t n;
		const uint8_t *expression;
	};
};

struct cfi_row {
	/* how is CFI_REGISTER (with offset) or CFI_EXPRESSION */
	struct cfi_value cfa;
	int64_t cfa_offset;
	struct cfi_value regs[REG_COUNT];
};

enum {
	CFI_SAVED_MAX = 8
};

/* Too large for the host's stack: one a thread. row is the result. */
struct cfi {
	struct cfi_row row;
	struct cfi_row initial;
	struct cfi_row saved[CFI_SAVED_MAX];
	/* the frame was pushed by the kernel to call a signal handler */
	bool signal_frame;
	/* the function that the row is of */
	uintptr_t function;
};

/* Compute the row for the instruction at IP, which lies in module M. Returns 0,
 * -ENOENT where the code has no CFI, or -ENOTSUP where it is in a form that we
 * do not read. Async-signal-safe. */
__attribute__((warn_unused_result)) int cfi_row_at(
	struct cfi *cfi, const struct module *m, uintptr_t ip);

/* Bytes to be read, with their end: past it all is zero and bad is set. */
struct cfi_reader {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

/* SIZE bytes as a number, at most 8. */
static inline uint64_t cfi_read_fixed(struct cfi_reader *r, int size)
{
	uint64_t value = 0;

	if (__builtin_expect(r->end - r->at < size, 0)) {
		r->bad = true;
		r->at = r->end;
		return 0;
	}
	memcpy(&value, r->at, (size_t)size);
	r->at += size;
	return value;
}

uint64_t cfi_read_uleb(struct cfi_reader *r);
int64_t cfi_read_sleb(struct cfi_reader *r);

#endif
