/* strange.c - what the tracer cannot know all of.
 *
 *   strange foreign    objects that malloc did not give, and frees of them
 *   strange code       calls through code made at run time, without CFI
 *   strange root DIR   chroot, then many stacks: the recording is out of reach
 *   strange user       another user, likewise */
#include <sys/mman.h>

#include "host.h"

/* glibc's own, which no interposer sees */
extern void *__libc_malloc(size_t size);

enum {
	NOBODY = 65534,
	LOOPS = 20000
};

static void foreign(void)
{
	void *p = __libc_malloc(100);

	must(p != NULL, "__libc_malloc");
	KEEP(p);
	free(p);
	p = __libc_malloc(200);
	KEEP(p);
	p = realloc(p, 5000);
	must(p != NULL, "realloc");
	count_alloc(5000);
	KEEP(p);
	give(p, 5000);
	p = take(300);
	give(p, 300);
}

__attribute__((noinline)) static void called_by_code(void)
{
	give(take(5555), 5555);
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) static void code(void)
{
	/* push %rbp; mov %rsp, %rbp; call *%rdi; pop %rbp; ret */
	static const unsigned char bytes[] = {
		0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
	void (*run)(void (*)(void));
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	must(at != MAP_FAILED, "mmap");
	memcpy(at, bytes, sizeof(bytes));
	memcpy(&run, &at, sizeof(run));
	for (i = 0; i < 10; i++)
		run(called_by_code);
	__asm__ volatile("" ::: "memory");
}

/* A stack for each number: its bits are the calls. */
__attribute__((noinline)) static void zero(int bits, int depth);

__attribute__((noinline)) static void one(int bits, int depth)
{
	if (!depth)
		give(take(90), 90);
	else if (bits & 1)
		one(bits >> 1, depth - 1);
	else
		zero(bits >> 1, depth - 1);
	__asm__ volatile("" ::: "memory");
}

static void zero(int bits, int depth)
{
	if (!depth)
		give(take(80), 80);
	else if (bits & 1)
		one(bits >> 1, depth - 1);
	else
		zero(bits >> 1, depth - 1);
	__asm__ volatile("" ::: "memory");
}

static void many_stacks(void)
{
	int i;

	for (i = 0; i < LOOPS; i++)
		zero(i, 16);
}

int main(int argc, char **argv)
{
	must(argc >= 2, "usage");
	if (!strcmp(argv[1], "foreign")) {
		foreign();
	} else if (!strcmp(argv[1], "code")) {
		code();
	} else if (!strcmp(argv[1], "root") && argc == 3) {
		must(!chroot(argv[2]) && !chdir("/"), "chroot");
		many_stacks();
	} else if (!strcmp(argv[1], "user")) {
		must(!setuid(NOBODY), "setuid");
		many_stacks();
	} else {
		must(0, "usage");
	}
	report();
	return 0;
}
