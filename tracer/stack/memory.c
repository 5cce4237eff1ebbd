#include "tracer/stack/memory.h"

#include "tracer/os/sys.h"

enum {
	PAGE = 4096,
	NEAR_PAGES = 16
};

static bool learn_page(struct memory *m, uintptr_t page)
{
	if (!sys_readable((const void *)page))
		return false;
	if (page + PAGE == m->low)
		m->low = page;
	else if (page == m->high)
		m->high = page + PAGE;
	else
		*m = (struct memory){page, page + PAGE};
	return true;
}

void memory_begin(struct memory *m, uintptr_t sp)
{
	uintptr_t page = sp & -(uintptr_t)PAGE;

	if (sp >= m->low && sp < m->high)
		return;
	if (page < m->low && m->low - page <= NEAR_PAGES * PAGE) {
		uintptr_t next = m->low;

		while (next > page && learn_page(m, next - PAGE))
			next -= PAGE;
		if (next <= page)
			return;
	}
	*m = (struct memory){0, 0};
}

bool memory_learn(struct memory *m, uintptr_t at)
{
	return !(at & 7) && learn_page(m, at & -(uintptr_t)PAGE);
}
