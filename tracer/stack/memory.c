#include "tracer/stack/memory.h"

#include <sys/auxv.h>

#include "tracer/os/sys.h"
#include "tracer/os/x86_64/registers.h"

enum {
	PAGE = 4096,
	/* how far below the lowest SP seen the own stack is looked for at once
	 */
	REACH = 1 << 20,
};

static uintptr_t page_of(uintptr_t at)
{
	return at & -(uintptr_t)PAGE;
}

void memory_of_thread(struct memory *m, uintptr_t sp)
{
	uintptr_t top = thread_control_block();

	/* that of the first thread lies below all stacks; at the top of its
	 * stack are the bytes the kernel gives to every process */
	if (top <= sp)
		top = getauxval(AT_RANDOM);
	*m = (struct memory){
		.own_low = page_of(top), .own_high = page_of(top) + PAGE};
}

/* Whether all pages from the own stack down to SP are there. */
static bool extend_own(struct memory *m, uintptr_t sp)
{
	uintptr_t page = page_of(sp);
	uintptr_t at = m->own_low;

	if (sp >= m->own_low || m->own_low - page > REACH ||
		page == m->foreign_page)
		return false;
	while (at > page && sys_readable((const void *)(at - PAGE)))
		at -= PAGE;
	if (at > page) {
		m->foreign_page = page;
		return false;
	}
	m->own_low = at;
	return true;
}

bool memory_begin_slow(struct memory *m, uintptr_t sp)
{
	if (extend_own(m, sp)) {
		m->low = m->own_low;
		m->high = m->own_high;
		return true;
	}
	m->low = m->high = 0;
	return false;
}

bool memory_learn(struct memory *m, uintptr_t at)
{
	uintptr_t page = page_of(at);

	if (at & 7 || !sys_readable((const void *)page))
		return false;
	if (m->low == m->own_low && m->high == m->own_high)
		m->low = m->high = 0;
	if (page == m->high)
		m->high = page + PAGE;
	else if (page + PAGE == m->low)
		m->low = page;
	else
		*m = (struct memory){page, page + PAGE, m->own_low, m->own_high,
			m->foreign_page};
	return true;
}
