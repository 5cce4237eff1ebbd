/* syscall.h - enter the kernel without libc: no errno, no cancellation point,
 * nothing that a host may have interposed. Results are the kernel's own:
 * -errno on failure. */
#ifndef SPILL_TRACER_OS_X86_64_SYSCALL_H
#define SPILL_TRACER_OS_X86_64_SYSCALL_H

#ifdef __clang_analyzer__
/* which does not see that assembly writes to memory */
long system_call(long, long, long, long, long, long, long);
#else
static inline long system_call(
	long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			 "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}
#endif

#endif
