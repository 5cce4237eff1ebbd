/* Names: demangled, simplified, and left alone. */
#include "report/symbol/demangle.h"

#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/base/elf_file.h"
#include "report/symbol/symbolize.h"

struct row {
	const char *mangled;
	const char *simple;
	const char *templates;
	const char *full;
};

static const struct row rows[] = {
	{"main", "main", "main", "main"},
	{"", "", "", ""},
	{"_start", "_start", "_start", "_start"},
	{"_Z", "_Z", "_Z", "_Z"},
	{"_Z3fooIiEvT_", "foo", "foo<int>", "void foo<int>(int)"},
	{"_ZN12_GLOBAL__N_13Bar3FooEi", "(anonymous namespace)::Bar::Foo",
		"(anonymous namespace)::Bar::Foo",
		"(anonymous namespace)::Bar::Foo(int)"},
	{"_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector::push_back",
		"std::vector<int, std::allocator<int> >::push_back",
		"std::vector<int, std::allocator<int> >::push_back(int&&)"},
	{"_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc",
		"std::operator<<", "std::operator<< <std::char_traits<char> >",
		"std::basic_ostream<char, std::char_traits<char> >& "
		"std::operator<< <std::char_traits<char> >"
		"(std::basic_ostream<char, std::char_traits<char> >&, "
		"char const*)"},
	{"_ZNK3FooltERKS_", "Foo::operator<", "Foo::operator<",
		"Foo::operator<(Foo const&) const"},
	{"_ZN3FooptEv", "Foo::operator->", "Foo::operator->",
		"Foo::operator->()"},
	{"_ZZ4mainENKUliE_clEi", "main::{lambda(int)#1}::operator()",
		"main::{lambda(int)#1}::operator()",
		"main::{lambda(int)#1}::operator()(int) const"},
	{"_ZN1AIXgtLi1ELi2EEE1fEv", "A::f", "A<((1)>(2))>::f",
		"A<((1)>(2))>::f()"},
	{"_Znwm", "operator new", "operator new",
		"operator new(unsigned long)"},
	{"_ZN5alloc3vec12Vec$LT$T$GT$4push17h0123456789abcdefE",
		"alloc::vec::Vec<T>::push", "alloc::vec::Vec<T>::push",
		"alloc::vec::Vec<T>::push"},
	{"_RNvCs1234_7mycrate3foo", "mycrate::foo", "mycrate::foo",
		"mycrate::foo"},
	{"parse.cold", "parse", "parse", "parse"},
	{"parse.part.0.isra.12", "parse", "parse", "parse"},
	{"parse.constprop.0.cold", "parse", "parse", "parse"},
	{"parse.v2", "parse.v2", "parse.v2", "parse.v2"},
	{".isra.0", ".isra.0", ".isra.0", ".isra.0"},
	{"_ZN3foo3barEv.cold", "foo::bar", "foo::bar",
		"foo::bar() [clone .cold]"},
};

static void check(
	const char *mangled, enum demangle_form form, const char *expected)
{
	struct strbuf name;

	strbuf_init(&name);
	demangle(&name, mangled, form);
	assert_string_equal(name.buf, expected);
	strbuf_release(&name);
}

static void names_read_as_people_write_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check(rows[i].mangled, DEMANGLE_SIMPLE, rows[i].simple);
		check(rows[i].mangled, DEMANGLE_TEMPLATES, rows[i].templates);
		check(rows[i].mangled, DEMANGLE_FULL, rows[i].full);
	}
}

/* f<A<int, int>, A<S1, S1>, A<S2, S2>...>: each argument is twice as long as
 * the one before it, 2^34 in the end. */
static void a_name_that_multiplies_stays_as_it_is(void **state)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct strbuf mangled;
	int i;

	(void)state;
	strbuf_init(&mangled);
	strbuf_addstr(&mangled, "_Z1fI1AIiiE");
	for (i = 1; i < 5; i++)
		strbuf_addf(&mangled, "S0_IS%c_S%c_E", digits[i], digits[i]);
	i = (int)mangled.len;
	strbuf_addstr(&mangled, "EvT_");
	check(mangled.buf, DEMANGLE_SIMPLE, "f");
	mangled.len = (size_t)i;
	for (i = 5; i < 35; i++)
		strbuf_addf(&mangled, "S0_IS%c_S%c_E", digits[i], digits[i]);
	strbuf_addstr(&mangled, "EvT_");
	check(mangled.buf, DEMANGLE_SIMPLE, mangled.buf);
	strbuf_release(&mangled);
}

static void noise_is_demangled_without_harm(void **state)
{
	static const char letters[] = "_ZNRISTEvi10123456789LKPcsGL.$<>()";
	struct strbuf name;
	char mangled[80];
	int round;
	size_t i;

	(void)state;
	srand(2);
	for (round = 0; round < 20000; round++) {
		mangled[0] = '_';
		mangled[1] = round % 2 ? 'Z' : 'R';
		for (i = 2; i < sizeof(mangled) - 1; i++)
			mangled[i] =
				letters[(size_t)rand() % (sizeof(letters) - 1)];
		mangled[2 + (size_t)rand() % 70] = 0;
		mangled[sizeof(mangled) - 1] = 0;
		strbuf_init(&name);
		demangle(&name, mangled, (enum demangle_form)(round % 3));
		assert_int_equal(name.error, 0);
		strbuf_release(&name);
	}
}

static uint64_t elf_entry(const char *path)
{
	FILE *file = fopen(path, "re");
	Elf64_Ehdr header;

	assert_non_null(file);
	assert_int_equal(fread(&header, sizeof(header), 1, file), 1);
	fclose(file);
	return header.e_entry;
}

static bool stop(void *arg, size_t done, size_t total, const char *file)
{
	size_t *calls = arg;

	assert_int_equal(done, 0);
	assert_int_equal(total, 1);
	assert_non_null(strstr(file, "symbol_test"));
	++*calls;
	return false;
}

/* A profile with one address of a mapping of our own file, without names. */
static void make_profile(struct profile *p)
{
	struct profile_location location = {0};
	struct profile_mapping mapping = {0};
	struct elf_code code;
	struct elf_file elf;
	char *path = realpath("/proc/self/exe", NULL);

	assert_non_null(path);
	assert_int_equal(profile_init(p), 0);
	assert_int_equal(elf_file_read(&elf, path), 0);
	assert_true(elf_file_code(&elf, &code));
	mapping.start = 0x555500000000 + code.vaddr;
	mapping.limit = mapping.start + code.size;
	mapping.offset = code.offset;
	mapping.file = profile_string(p, path, strlen(path));
	location.mapping = profile_add_mapping(p, &mapping) + 1;
	location.address = elf_entry(path) + 0x555500000000;
	profile_add_location(p, &location, NULL, 0);
	free(path);
}

static void naming_can_be_stopped(void **state)
{
	size_t calls = 0;
	struct symbolize_options options = {.progress = stop, .arg = &calls};
	struct strbuf why;
	struct profile p;

	(void)state;
	strbuf_init(&why);
	make_profile(&p);
	assert_int_equal(symbolize(&p, &options, &why), -ECANCELED);
	assert_int_equal(calls, 1);
	assert_int_equal(p.locations[0].line_count, 0);
	assert_false(p.mappings[0].has_functions);
	/* and taken up again */
	options.progress = NULL;
	assert_int_equal(symbolize(&p, &options, &why), 0);
	assert_int_equal(p.locations[0].line_count, 1);
	assert_string_equal(
		profile_text(&p,
			p.functions[p.lines[p.locations[0].first_line].function]
				.name),
		"_start");
	assert_true(p.mappings[0].has_functions);
	profile_release(&p);
	strbuf_release(&why);
}

static void our_own_file_can_be_traced(void **state)
{
	struct elf_file elf;
	struct elf_code code;
	uint64_t vaddr;

	(void)state;
	assert_int_equal(elf_file_read(&elf, "/proc/self/exe"), 0);
	assert_int_equal(elf.bits, 64);
	assert_true(elf.has_interpreter);
	assert_true(elf_file_code(&elf, &code));
	assert_true(elf_file_vaddr(&elf, code.offset, &vaddr));
	assert_int_equal(vaddr, code.vaddr);
	assert_false(elf_file_vaddr(&elf, UINT64_MAX, &vaddr));
	assert_true(elf_file_read(&elf, "/etc/passwd") < 0);
	assert_true(elf_file_read(&elf, "/dev/null") < 0);
	assert_true(elf_file_read(&elf, "/no/such/file") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_read_as_people_write_them),
		cmocka_unit_test(a_name_that_multiplies_stays_as_it_is),
		cmocka_unit_test(noise_is_demangled_without_harm),
		cmocka_unit_test(naming_can_be_stopped),
		cmocka_unit_test(our_own_file_can_be_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
