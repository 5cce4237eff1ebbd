# tracer_cfi_rows.S - one function whose CFI has all that CFI can have, with a
# label at each place whose row tracer_cfi.c knows. The code itself is never
# run. Labels are named by what holds there.
	.text
	.macro	row name
	.globl	row_\name
row_\name:
	nop
	.endm

	.p2align 4
	.globl	cfi_rows
	.type	cfi_rows, @function
cfi_rows:
	.cfi_startproc
	row	start
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	row	pushed
	.cfi_def_cfa_register %rbp
	row	framed
	.cfi_def_cfa %rbx, 24
	row	by_rbx
	.cfi_remember_state
	.cfi_offset %r15, -40
	.cfi_def_cfa_offset 4096
	row	remembered
	.cfi_restore_state
	row	restored_state
	.cfi_restore %rbp
	row	restored
	.cfi_undefined %r12
	.cfi_same_value %rbx
	.cfi_register %rbp, %r14
	row	moved
	# val_offset r13, 3 (times -8); offset_extended_sf r12, -2 (times -8)
	.cfi_escape 0x14, 13, 3
	.cfi_escape 0x11, 12, 0x7e
	row	values
	# val_offset_sf r13, -3; offset_extended r12, 9
	.cfi_escape 0x15, 13, 0x7d
	.cfi_escape 0x05, 12, 9
	row	more_values
	# restore_extended r12, r13
	.cfi_escape 0x06, 12
	.cfi_escape 0x06, 13
	row	restored_extended
	# def_cfa_sf r7, -5 (times -8); then def_cfa_offset_sf -6
	.cfi_escape 0x12, 7, 0x7b
	row	signed
	.cfi_escape 0x13, 0x7a
	row	signed_offset
	# def_cfa_expression: breg6 -8, deref
	.cfi_escape 0x0f, 3, 0x76, 0x78, 0x06
	# expression for rbp: breg6 0; val_expression for r15: lit3
	.cfi_escape 0x10, 6, 2, 0x76, 0
	.cfi_escape 0x16, 15, 1, 0x33
	row	expressions
	# GNU_args_size 32, nop, and back to something plain
	.cfi_escape 0x2e, 32, 0
	.cfi_def_cfa %rsp, 200000
	.cfi_same_value %rbp
	row	large
	# advances of each size
	.skip	70
	.cfi_def_cfa_offset 300000
	row	far
	.skip	300
	.cfi_def_cfa_offset 8
	row	farther
	.skip	70000
	.cfi_def_cfa_offset 48
	row	farthest
	.globl	row_last
row_last:
	ret
	.cfi_endproc
	.size	cfi_rows, . - cfi_rows

# Between two functions, with no CFI of its own.
	.globl	row_none
	.type	row_none, @function
row_none:
	nop
	nop
	.size	row_none, . - row_none

	.globl	row_end
	.type	row_end, @function
row_end:
	.cfi_startproc
	.cfi_undefined %rip
	nop
	.cfi_endproc
	.size	row_end, . - row_end

	.globl	row_signal
	.type	row_signal, @function
row_signal:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa %rsp, 8
	.cfi_offset %rip, 8
	nop
	.cfi_endproc
	.size	row_signal, . - row_signal

# More states than we keep.
	.globl	row_too_deep
	.type	row_too_deep, @function
row_too_deep:
	.cfi_startproc
	nop
	.rept	9
	.cfi_remember_state
	.endr
	.globl	row_nine_deep
row_nine_deep:
	nop
	nop
	.cfi_endproc
	.size	row_too_deep, . - row_too_deep

# An operation that no compiler writes any more, GNU_negative_offset_extended.
# (With one that does not exist ld would make no search table.)
	.globl	row_bad
	.type	row_bad, @function
row_bad:
	.cfi_startproc
	nop
	.cfi_escape 0x2f, 6, 2
	.globl	row_after_bad
row_after_bad:
	nop
	nop
	.cfi_endproc
	.size	row_bad, . - row_bad

	.section .note.GNU-stack, "", @progbits
