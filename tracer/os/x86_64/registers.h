/* registers.h - what the walk must know of x86-64: DWARF's register numbers,
 * where a call leaves its return address, and how a hook sees its caller. */
#ifndef SPILL_TRACER_OS_X86_64_REGISTERS_H
#define SPILL_TRACER_OS_X86_64_REGISTERS_H

#include <elf.h>
#include <stdint.h>

/* System V ABI AMD64, figure 3.36 */
enum dwarf_register {
	REG_RAX = 0,
	REG_RDX,
	REG_RCX,
	REG_RBX,
	REG_RSI,
	REG_RDI,
	REG_BP,
	REG_SP,
	REG_R8,
	REG_R9,
	REG_R10,
	REG_R11,
	REG_R12,
	REG_R13,
	REG_R14,
	REG_R15,
	REG_RETURN,
	REG_COUNT,
};

enum {
	MACHINE = EM_X86_64,
	ADDRESS_BITS = 47
};

/* The state of the function that called a hook, as it will be when the hook
 * returns. sp is also the CFA of the hook. */
struct caller {
	uintptr_t ip;
	uintptr_t sp;
	uintptr_t bp;
};

/* Only in functions that keep a frame pointer: [bp] is the caller's bp, [bp+8]
 * the return address. */
#define CALLER() \
	((struct caller){ \
		.ip = (uintptr_t)__builtin_return_address(0), \
		.sp = (uintptr_t)__builtin_frame_address(0) + 16, \
		.bp = *(uintptr_t *)__builtin_frame_address(0), \
	})

/* Where this thread's control block lies: glibc puts it above the stack of each
 * thread that it makes. */
static inline uintptr_t thread_control_block(void)
{
	uintptr_t at;

	__asm__("movq %%fs:0, %0" : "=r"(at));
	return at;
}

/* Fill the registers that survive a call, as they are here. */
static inline __attribute__((always_inline)) void registers_here(
	uintptr_t regs[REG_COUNT])
{
	__asm__ volatile("movq %%rbx, 24(%0)\n\t"
			 "movq %%rbp, 48(%0)\n\t"
			 "movq %%rsp, 56(%0)\n\t"
			 "movq %%r12, 96(%0)\n\t"
			 "movq %%r13, 104(%0)\n\t"
			 "movq %%r14, 112(%0)\n\t"
			 "movq %%r15, 120(%0)\n\t"
			 "leaq 0(%%rip), %%rcx\n\t"
			 "movq %%rcx, 128(%0)"
			 :
			 : "r"(regs)
			 : "rcx", "memory");
}

/* The registers that registers_here knows. */
enum {
	REGISTERS_KEPT = 1 << REG_RBX | 1 << REG_BP | 1 << REG_SP |
		1 << REG_R12 | 1 << REG_R13 | 1 << REG_R14 | 1 << REG_R15 |
		1 << REG_RETURN,
};

/* Add to a counter that this thread alone writes: one instruction, so that a
 * signal handler of the same thread is not lost between load and store; x86
 * stores are release stores. */
static inline void counter_add(uint64_t *counter, uint64_t n)
{
#if defined(__SANITIZE_THREAD__)
	__atomic_store_n(counter,
		__atomic_load_n(counter, __ATOMIC_RELAXED) + n,
		__ATOMIC_RELEASE);
#else
	__asm__ volatile("addq %1, %0" : "+m"(*counter) : "er"(n) : "memory");
#endif
}

static inline void cpu_pause(void)
{
	__asm__ volatile("pause");
}

#endif
