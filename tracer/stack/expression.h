/* expression.h - DWARF expressions, as far as call frame information uses them:
 * arithmetic over registers and memory. Source: DWARF 5, section 2.5. */
#ifndef SPILL_TRACER_STACK_EXPRESSION_H
#define SPILL_TRACER_STACK_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "tracer/os/x86_64/registers.h"
#include "tracer/stack/memory.h"

/* The registers of one frame; known has a bit for each that regs holds. */
struct registers {
	uintptr_t regs[REG_COUNT];
	uint32_t known;
};

/* Evaluate EXPRESSION (its ULEB128 length first) for the frame of REGISTERS,
 * with CFA on the stack first where WITH_CFA is not NULL. False where it uses
 * what is not known, cannot be read or is not arithmetic. Async-signal-safe. */
__attribute__((warn_unused_result)) bool expression_value(
	const uint8_t *expression, const struct registers *registers,
	struct memory *memory, const uintptr_t *with_cfa, uintptr_t *value);

#endif
