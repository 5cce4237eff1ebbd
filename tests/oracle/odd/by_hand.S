# by_hand.S - frames that only their CFI explains. Each function is
# void f(void (*call)(size_t), size_t size) and calls call(size).
	.text

	.macro	function name
	.globl	\name
	.type	\name, @function
	.p2align 4
\name:
	.cfi_startproc
	.endm

	.macro	end name
	.cfi_endproc
	.size	\name, . - \name
	.endm

# The CFA is known by rbx, while rsp goes somewhere else below.
	function by_hand_cfa_in_rbx
	push	%rbx
	.cfi_def_cfa_offset 16
	.cfi_offset %rbx, -16
	mov	%rsp, %rbx
	.cfi_def_cfa_register %rbx
	mov	%rdi, %rax
	mov	%rsi, %rdi
	sub	$200, %rsp
	and	$-128, %rsp
	call	*%rax
	mov	%rbx, %rsp
	.cfi_def_cfa_register %rsp
	pop	%rbx
	.cfi_def_cfa_offset 8
	.cfi_restore %rbx
	ret
	end by_hand_cfa_in_rbx

# And by r12, with rbp used for something that is no address.
	function by_hand_cfa_in_r12
	push	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	lea	24(%rsp), %r12
	.cfi_def_cfa %r12, 0
	mov	$3, %ebp
	mov	%rdi, %rax
	mov	%rsi, %rdi
	sub	$40, %rsp
	and	$-16, %rsp
	call	*%rax
	lea	-24(%r12), %rsp
	.cfi_def_cfa %rsp, 24
	pop	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	pop	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	ret
	end by_hand_cfa_in_r12

# The old stack pointer is kept in memory: CFA = *(rsp + 8).
	function by_hand_expression
	mov	%rdi, %rax
	mov	%rsi, %rdi
	lea	8(%rsp), %r11
	sub	$104, %rsp
	.cfi_def_cfa_offset 112
	mov	%r11, 8(%rsp)
	# def_cfa_expression: breg7 8, deref
	.cfi_escape 0x0f, 3, 0x77, 8, 0x06
	# the alignment of the call
	call	*%rax
	add	$104, %rsp
	.cfi_def_cfa %rsp, 8
	ret
	end by_hand_expression

# The caller's rbp is in r13, and the caller's r13 in the frame.
	function by_hand_saved_in_register
	push	%r13
	.cfi_def_cfa_offset 16
	.cfi_offset %r13, -16
	mov	%rbp, %r13
	.cfi_register %rbp, %r13
	xor	%ebp, %ebp
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	mov	%r13, %rbp
	.cfi_restore %rbp
	pop	%r13
	.cfi_def_cfa_offset 8
	.cfi_restore %r13
	ret
	end by_hand_saved_in_register

# A large frame with rbp at its far end, found by an expression of the CFA.
	function by_hand_saved_far
	mov	%rdi, %rax
	mov	%rsi, %rdi
	sub	$5000, %rsp
	.cfi_def_cfa_offset 5008
	mov	%rbp, 16(%rsp)
	# expression for rbp (6): constu 4992, minus: CFA is on the stack first
	.cfi_escape 0x10, 6, 4, 0x10, 0x80, 0x27, 0x1c
	mov	$-1, %rbp
	call	*%rax
	mov	16(%rsp), %rbp
	.cfi_restore %rbp
	add	$5000, %rsp
	.cfi_def_cfa_offset 8
	ret
	end by_hand_saved_far

# rbp is the CFA less 64: a value, saved nowhere. Our own caller has it saved.
	function by_hand_value
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	call	by_hand_value_inner
	pop	%rbp
	.cfi_def_cfa %rsp, 8
	.cfi_restore %rbp
	ret
	end by_hand_value

# Called with rbp = our CFA, or the CFI would not be true.
	.type	by_hand_value_inner, @function
by_hand_value_inner:
	.cfi_startproc
	# val_expression for rbp (6): CFA, lit0, plus
	.cfi_escape 0x16, 6, 2, 0x30, 0x22
	sub	$8, %rsp
	.cfi_def_cfa_offset 16
	mov	$5, %ebp
	call	*%rax
	lea	16(%rsp), %rbp
	add	$8, %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
	.size	by_hand_value_inner, . - by_hand_value_inner

# Remembered and restored states, and a call from each of them.
	function by_hand_states
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	push	%rbx
	.cfi_def_cfa_offset 24
	.cfi_offset %rbx, -24
	push	%r14
	.cfi_def_cfa_offset 32
	.cfi_offset %r14, -32
	sub	$8, %rsp
	.cfi_def_cfa_offset 40
	sub	$8, %rsp
	.cfi_def_cfa_offset 48
	mov	%rdi, %rbx
	mov	%rsi, %r14
	test	%rsi, %rsi
	jz	1f
	.cfi_remember_state
	push	%rsi
	.cfi_adjust_cfa_offset 8
	push	%rsi
	.cfi_adjust_cfa_offset 8
	mov	%r14, %rdi
	call	*%rbx
	add	$16, %rsp
	.cfi_adjust_cfa_offset -16
	add	$16, %rsp
	.cfi_def_cfa_offset 32
	pop	%r14
	.cfi_def_cfa_offset 24
	.cfi_restore %r14
	pop	%rbx
	.cfi_def_cfa_offset 16
	.cfi_restore %rbx
	pop	%rbp
	.cfi_def_cfa_offset 8
	.cfi_restore %rbp
	ret
1:
	.cfi_restore_state
	mov	$9, %edi
	call	*%rbx
	add	$16, %rsp
	.cfi_def_cfa_offset 32
	pop	%r14
	.cfi_def_cfa_offset 24
	pop	%rbx
	.cfi_def_cfa_offset 16
	pop	%rbp
	.cfi_def_cfa_offset 8
	ret
	end by_hand_states

# Nothing but what the CIE says holds at the call: the argument area is popped
# by what is called here, which returns by a jump.
	function by_hand_without_cfi_rows
	mov	%rdi, %rax
	mov	%rsi, %rdi
	jmp	*%rax
	end by_hand_without_cfi_rows

# Leaves by a jump into another function's middle, whose CFI fits.
	function by_hand_leaf_jump
	sub	$24, %rsp
	.cfi_def_cfa_offset 32
	mov	%rdi, %rax
	mov	%rsi, %rdi
	jmp	by_hand_landing
	end by_hand_leaf_jump

	.type	by_hand_land, @function
by_hand_land:
	.cfi_startproc
	nop
	sub	$24, %rsp
	.cfi_def_cfa_offset 32
by_hand_landing:
	call	*%rax
	add	$24, %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
	.size	by_hand_land, . - by_hand_land

# rbp holds a random number and is saved by a push after the allocation of the
# frame, as compilers do when rbp is just another register.
	function by_hand_no_frame_pointer
	sub	$32, %rsp
	.cfi_def_cfa_offset 40
	push	%rbp
	.cfi_def_cfa_offset 48
	.cfi_offset %rbp, -48
	movabs	$0x123456789abcdef0, %rbp
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	pop	%rbp
	.cfi_def_cfa_offset 40
	.cfi_restore %rbp
	add	$32, %rsp
	.cfi_def_cfa_offset 8
	ret
	end by_hand_no_frame_pointer

	.section .note.GNU-stack, "", @progbits
