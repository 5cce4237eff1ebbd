/* sys.h - the system calls that the tracer makes. Each returns the kernel's
 * result or -errno and leaves the host's errno alone. Any thread,
 * async-signal-safe. */
#ifndef SPILL_TRACER_OS_SYS_H
#define SPILL_TRACER_OS_SYS_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "tracer/os/x86_64/syscall.h"

static inline int sys_open(const char *path, int flags, int mode)
{
	return (int)system_call(SYS_openat, AT_FDCWD, (long)path,
		flags | O_CLOEXEC, mode, 0, 0);
}

static inline void sys_close(int fd)
{
	system_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

static inline long sys_read(int fd, void *buf, size_t size)
{
	return system_call(SYS_read, fd, (long)buf, (long)size, 0, 0, 0);
}

static inline long sys_pread(int fd, void *buf, size_t size, uint64_t offset)
{
	return system_call(
		SYS_pread64, fd, (long)buf, (long)size, (long)offset, 0, 0);
}

static inline long sys_pwrite(
	int fd, const void *buf, size_t size, uint64_t offset)
{
	return system_call(
		SYS_pwrite64, fd, (long)buf, (long)size, (long)offset, 0, 0);
}

static inline long sys_write(int fd, const void *buf, size_t size)
{
	return system_call(SYS_write, fd, (long)buf, (long)size, 0, 0, 0);
}

static inline int sys_fstat(int fd, struct stat *st)
{
	return (int)system_call(SYS_fstat, fd, (long)st, 0, 0, 0, 0);
}

static inline int sys_stat(const char *path, struct stat *st)
{
	return (int)system_call(
		SYS_newfstatat, AT_FDCWD, (long)path, (long)st, 0, 0, 0);
}

static inline int sys_unlink(const char *path)
{
	return (int)system_call(SYS_unlink, (long)path, 0, 0, 0, 0, 0);
}

static inline int sys_fallocate(int fd, uint64_t offset, uint64_t size)
{
	return (int)system_call(
		SYS_fallocate, fd, 0, (long)offset, (long)size, 0, 0);
}

static inline long sys_readlink(const char *path, char *buf, size_t size)
{
	return system_call(
		SYS_readlink, (long)path, (long)buf, (long)size, 0, 0, 0);
}

/* The length with the NUL, or -errno. */
static inline long sys_getcwd(char *buf, size_t size)
{
	return system_call(SYS_getcwd, (long)buf, (long)size, 0, 0, 0, 0);
}

static inline uint32_t sys_getpid(void)
{
	return (uint32_t)system_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

static inline uint32_t sys_getppid(void)
{
	return (uint32_t)system_call(SYS_getppid, 0, 0, 0, 0, 0, 0);
}

static inline int sys_getrlimit(int resource, struct rlimit *limit)
{
	return (int)system_call(
		SYS_prlimit64, 0, resource, 0, (long)limit, 0, 0);
}

static inline uint64_t sys_realtime_ns(void)
{
	struct timespec ts = {0};

	system_call(SYS_clock_gettime, CLOCK_REALTIME, (long)&ts, 0, 0, 0, 0);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static inline void sys_yield(void)
{
	system_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

static inline int sys_failed(const void *mapped)
{
	return (uintptr_t)mapped > (uintptr_t)-4096;
}

/* NULL when the kernel has none to give. */
static inline void *sys_map_file(int fd, uint64_t offset, size_t size)
{
	void *at = (void *)system_call(SYS_mmap, 0, (long)size,
		PROT_READ | PROT_WRITE, MAP_SHARED, fd, (long)offset);

	return sys_failed(at) ? NULL : at;
}

static inline void *sys_map_private(size_t size)
{
	void *at = (void *)system_call(SYS_mmap, 0, (long)size,
		PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return sys_failed(at) ? NULL : at;
}

static inline void sys_unmap(void *at, size_t size)
{
	system_call(SYS_munmap, (long)at, (long)size, 0, 0, 0, 0);
}

static inline int sys_advise(void *at, size_t size, int advice)
{
	return (int)system_call(
		SYS_madvise, (long)at, (long)size, advice, 0, 0, 0);
}

/* Whether the 8 bytes at AT can be read: the kernel copies a signal set before
 * it looks at what to do with it, and there is no such thing to do. Only to
 * NULL it would say yes: no set is given. */
static inline int sys_readable(const void *at)
{
	return at &&
		system_call(SYS_rt_sigprocmask, ~0, (long)at, 0, 8, 0, 0) !=
		-14 /* EFAULT */;
}

/* Keep all signals away from this thread; returns the mask to go back to.
 * (signal.h has names that are ours too.) */
static inline uint64_t sys_signals_block(void)
{
	uint64_t all = ~(uint64_t)0, old = 0;

	system_call(SYS_rt_sigprocmask, 0 /* SIG_BLOCK */, (long)&all,
		(long)&old, sizeof(old), 0, 0);
	return old;
}

static inline void sys_signals_restore(uint64_t old)
{
	system_call(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, (long)&old, 0,
		sizeof(old), 0, 0);
}

/* Whether this thread is on its alternate signal stack. */
static inline int sys_on_signal_stack(void)
{
	struct {
		void *sp;
		int flags;
		size_t size;
	} stack = {0};

	system_call(SYS_sigaltstack, 0, (long)&stack, 0, 0, 0, 0);
	return stack.flags & 1 /* SS_ONSTACK */;
}

#endif
