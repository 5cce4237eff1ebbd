#include "tracer/store/modules.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>

#include "tracer/os/sys.h"
#include "tracer/os/wiped.h"

#define LINKED_BEFORE_2_34(symbol) \
	__asm__(".symver " #symbol ", " #symbol "@GLIBC_2.2.5")

LINKED_BEFORE_2_34(dlsym);

static int (*find_object)(void *, struct dl_find_object *);

/* The extent of the executable; its segments may lie far apart, and then the
 * loader tells only the one that was asked for. */
static struct module executable;

/* M's extent grows by segment PH. */
static void add_segment(
	struct module *m, const ElfW(Phdr) * ph, ElfW(Addr) bias)
{
	uintptr_t start = bias + ph->p_vaddr;
	uintptr_t end = start + ph->p_memsz;

	if (!m->end || start < m->start)
		m->start = start & ~(uintptr_t)(WIPED_PAGE - 1);
	if (end > m->end)
		m->end = end;
}

static void find_executable(void)
{
	const ElfW(Phdr) *ph = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	unsigned long i, count = getauxval(AT_PHNUM);
	uintptr_t bias = 0;

	for (i = 0; ph && i < count; i++)
		if (ph[i].p_type == PT_PHDR)
			bias = (uintptr_t)ph - ph[i].p_vaddr;
	for (i = 0; ph && i < count; i++)
		if (ph[i].p_type == PT_LOAD)
			add_segment(&executable, &ph[i], bias);
}

void modules_start(void)
{
	void *found = dlsym(RTLD_DEFAULT, "_dl_find_object");

	memcpy(&find_object, &found, sizeof(found));
	find_executable();
}

struct search {
	uintptr_t ip;
	struct module *m;
};

static int look_at(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct search *search = arg;
	struct module m = {.bias = info->dlpi_addr, .name = info->dlpi_name};
	bool hit = false;
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_GNU_EH_FRAME)
			m.eh_frame_hdr = m.bias + ph->p_vaddr;
		if (ph->p_type != PT_LOAD)
			continue;
		add_segment(&m, ph, m.bias);
		hit |= search->ip - m.bias - ph->p_vaddr < ph->p_memsz;
	}
	if (hit)
		*search->m = m;
	return hit;
}

static bool ask_loader(uintptr_t ip, struct module *m)
{
	struct search search = {ip, m};
	struct dl_find_object found;

	if (!find_object)
		return dl_iterate_phdr(look_at, &search);
	if (find_object((void *)ip, &found))
		return false;
	*m = (struct module){
		.start = (uintptr_t)found.dlfo_map_start,
		.end = (uintptr_t)found.dlfo_map_end,
		.bias = found.dlfo_link_map->l_addr,
		.eh_frame_hdr = (uintptr_t)found.dlfo_eh_frame,
		.name = found.dlfo_link_map->l_name,
	};
	return true;
}

bool module_find(uintptr_t ip, struct module *m)
{
	/* no .eh_frame is larger than code can reach */
	const uintptr_t far = (uintptr_t)1 << 31;

	if (!ask_loader(ip, m))
		return false;
	if (ip >= executable.start && ip < executable.end && !m->name[0]) {
		m->start = executable.start;
		m->end = executable.end;
	}
	m->cfi_start = m->start;
	m->cfi_end = m->end;
	if (m->eh_frame_hdr < m->start || m->eh_frame_hdr >= m->end) {
		m->cfi_start = m->eh_frame_hdr > far ? m->eh_frame_hdr - far
						     : 0;
		m->cfi_end = m->eh_frame_hdr + far;
	}
	return true;
}

/* The build-id among the notes of [AT, END), as they are in memory. */
static void find_note(
	struct recording_module *to, const char *at, const char *end)
{
	while ((size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
		size_t name = (note->n_namesz + 3) & ~(size_t)3;
		size_t data = (note->n_descsz + 3) & ~(size_t)3;

		at += sizeof(*note);
		if (name > (size_t)(end - at) ||
			data > (size_t)(end - at) - name)
			return;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
			!memcmp(at, "GNU", 4) &&
			note->n_descsz <= sizeof(to->build_id)) {
			to->build_id_size = note->n_descsz;
			memcpy(to->build_id, at + name, note->n_descsz);
			return;
		}
		at += name + data;
	}
}

static void find_build_id(struct recording_module *to, const struct module *m)
{
	const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)m->start;
	const ElfW(Phdr) * ph;
	int i;

	/* a module's first segment begins with its headers, or there are none
	 * to be seen in memory */
	if (memcmp(elf->e_ident, ELFMAG, SELFMAG) != 0 ||
		elf->e_phentsize != sizeof(*ph) ||
		elf->e_phoff + elf->e_phnum * sizeof(*ph) > WIPED_PAGE)
		return;
	ph = (const ElfW(Phdr) *)(m->start + elf->e_phoff);
	for (i = 0; i < elf->e_phnum && !to->build_id_size; i++) {
		const char *at = (const char *)(m->bias + ph[i].p_vaddr);

		if (ph[i].p_type == PT_NOTE && (uintptr_t)at >= m->start &&
			(uintptr_t)at + ph[i].p_memsz <= m->end)
			find_note(to, at, at + ph[i].p_memsz);
	}
}

/* The path at the end of text, not yet counted; its length. */
static uint32_t put_path(struct store *store, const struct module *m)
{
	uint32_t used = store->header->text_size;
	char *to = store->text + used;
	size_t room = RECORDING_TEXT_MAX - used;
	size_t name = strlen(m->name);
	long n = 0;

	if (!name) {
		n = sys_readlink("/proc/self/exe", to, room);
		return n > 0 && (size_t)n < room ? (uint32_t)n : 0;
	}
	if (m->name[0] != '/' && strchr(m->name, '/')) {
		n = sys_getcwd(to, room);
		if (n <= 0 || (size_t)n >= room)
			return 0;
		to[n - 1] = '/';
	}
	if (name > room - (size_t)n)
		return 0;
	memcpy(to + n, m->name, name);
	return (uint32_t)n + (uint32_t)name;
}

static void add_path(struct store *store, struct recording_module *to,
	const struct module *m)
{
	uint32_t size = put_path(store, m);
	uint32_t i;
	struct stat st;

	for (i = 0; i < store->header->module_count; i++) {
		const struct recording_module *old = &store->modules[i];

		if (size && old->path_size == size &&
			!memcmp(store->text + old->path_at,
				store->text + store->header->text_size, size)) {
			to->path_at = old->path_at;
			to->path_size = size;
			to->device = old->device;
			to->inode = old->inode;
			return;
		}
	}
	to->path_at = store->header->text_size;
	to->path_size = size;
	__atomic_store_n(&store->header->text_size, to->path_at + size,
		__ATOMIC_RELEASE);
	if (size && !sys_stat(m->name[0] ? m->name : "/proc/self/exe", &st)) {
		to->device = st.st_dev;
		to->inode = st.st_ino;
	}
}

static struct recording_module *find_open(
	struct store *store, const struct module *m)
{
	uint32_t i = store->header->module_count;

	while (i--) {
		struct recording_module *old = &store->modules[i];

		if (old->last_stack == UINT32_MAX && old->start == m->start &&
			old->end == m->end)
			return old;
	}
	return NULL;
}

static bool is_tracer(const struct module *m)
{
	return (uintptr_t)&executable - m->start < m->end - m->start;
}

static bool overlap(
	const struct recording_module *a, const struct recording_module *b)
{
	return a->start < b->end && b->start < a->end;
}

static bool is_same_file(
	const struct recording_module *a, const struct recording_module *b)
{
	return a->start == b->start && a->end == b->end && a->bias == b->bias &&
		a->build_id_size && a->build_id_size == b->build_id_size &&
		!memcmp(a->build_id, b->build_id, a->build_id_size);
}

/* The same library at the same place again, and none in between that had part
 * of it: its record and its stack entries serve on. A host that loads a plugin
 * over and over would fill the recording otherwise. */
static bool reopen(struct store *store, const struct recording_module *again)
{
	uint32_t i = store->header->module_count;

	while (i--) {
		struct recording_module *old = &store->modules[i];

		if (!overlap(old, again))
			continue;
		if (!is_same_file(old, again))
			return false;
		store_retire(store, old->start, old->end, 0);
		old->last_stack = UINT32_MAX;
		return true;
	}
	return false;
}

static void add(struct store *store, const struct module *m)
{
	uint32_t i = store->header->module_count;
	struct recording_module record = {
		.start = m->start,
		.end = m->end,
		.bias = m->bias,
		.first_stack = store->header->stack_count,
		.last_stack = UINT32_MAX,
		.flags = is_tracer(m) ? MODULE_TRACER : 0,
	};

	find_build_id(&record, m);
	if (reopen(store, &record))
		return;
	if (i == RECORDING_MODULE_MAX) {
		store_drop(store, DROP_MODULE);
		return;
	}
	store->modules[i] = record;
	add_path(store, &store->modules[i], m);
	__atomic_store_n(&store->header->module_count, i + 1, __ATOMIC_RELEASE);
}

void modules_note(struct store *store, const struct module *m)
{
	if (!lock_take(&store->lock)) {
		store_drop(store, DROP_MODULE);
		return;
	}
	if (!find_open(store, m))
		add(store, m);
	lock_give(&store->lock);
}

static bool still_loaded(const struct recording_module *old)
{
	struct module m;

	if (old->start == executable.start)
		return true;
	return module_find(old->start, &m) && m.start == old->start &&
		m.end == old->end && m.bias == old->bias;
}

void modules_sweep(struct store *store,
	void (*gone)(void *arg, uintptr_t start, uintptr_t end), void *arg)
{
	uint32_t count = store->header->module_count;
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct recording_module *old = &store->modules[i];

		if (old->last_stack != UINT32_MAX || still_loaded(old))
			continue;
		if (!lock_take(&store->lock))
			return;
		if (old->last_stack == UINT32_MAX) {
			gone(arg, old->start, old->end);
			old->last_stack = store->header->stack_count - 1;
		}
		lock_give(&store->lock);
	}
}
