// new.cc - every operator new and delete, their failures and handlers.
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "host.h"

namespace
{

struct alignas(128) Wide {
	char bytes[128];
};

volatile size_t huge = static_cast<size_t>(1) << 62;

template <class T> T *same(T *p)
{
	KEEP(p);
	return p;
}

void *counted(void *p, size_t size)
{
	must(p != nullptr, "operator new");
	count_alloc(size);
	return same(p);
}

void plain()
{
	for (size_t n = 0; n < 50; n++) {
		void *p = counted(::operator new(n), n);
		count_free(n);
		::operator delete(p);
		p = counted(::operator new[](n), n);
		count_free(n);
		::operator delete[](p);
		p = counted(::operator new(n, std::nothrow), n);
		count_free(n);
		::operator delete(p, std::nothrow);
		p = counted(::operator new[](n, std::nothrow), n);
		count_free(n);
		::operator delete[](p, std::nothrow);
		p = counted(::operator new(n), n);
		count_free(n);
		::operator delete(p, n);
		p = counted(::operator new[](n), n);
		count_free(n);
		::operator delete[](p, n);
	}
	::operator delete(nullptr);
	::operator delete[](nullptr);
	::operator delete(nullptr, static_cast<size_t>(8));
}

void aligned()
{
	for (size_t a = 16; a <= 4096; a *= 2) {
		std::align_val_t align{a};
		size_t n = a + 40;
		void *p = counted(::operator new(n, align), n);
		must(reinterpret_cast<uintptr_t>(p) % a == 0, "alignment");
		count_free(n);
		::operator delete(p, align);
		p = counted(::operator new[](n, align), n);
		count_free(n);
		::operator delete[](p, align);
		p = counted(::operator new(n, align, std::nothrow), n);
		count_free(n);
		::operator delete(p, align, std::nothrow);
		p = counted(::operator new[](n, align, std::nothrow), n);
		count_free(n);
		::operator delete[](p, align, std::nothrow);
		p = counted(::operator new(n, align), n);
		count_free(n);
		::operator delete(p, n, align);
		p = counted(::operator new[](n, align), n);
		count_free(n);
		::operator delete[](p, n, align);
	}
}

void expressions()
{
	int *one = same(new int);
	count_alloc(sizeof(int));
	std::string *many = same(new std::string[5]);
	// with its cookie
	count_alloc(5 * sizeof(std::string) + sizeof(size_t));
	Wide *wide = same(new Wide[3]);
	count_alloc(3 * sizeof(Wide));
	count_free(sizeof(int));
	delete one;
	count_free(5 * sizeof(std::string) + sizeof(size_t));
	delete[] many;
	count_free(3 * sizeof(Wide));
	delete[] wide;
}

template <class F> void must_throw(F f, const char *what)
{
	bool thrown = false;

	try {
		same(f());
	} catch (const std::bad_alloc &) {
		thrown = true;
	}
	must(thrown, what);
}

void failures()
{
	for (int i = 0; i < 20; i++) {
		must_throw([] { return ::operator new(huge); }, "new");
		must_throw([] { return ::operator new[](huge); }, "new[]");
		must_throw(
			[] {
				return ::operator new (
					huge, std::align_val_t{64});
			},
			"aligned new");
		must_throw(
			[] {
				return ::operator new[](
					huge, std::align_val_t{64});
			},
			"aligned new[]");
		must(!same(::operator new(huge, std::nothrow)), "nothrow");
		must(!same(::operator new[](huge, std::nothrow)), "nothrow");
		must(!same(::operator new (
			     huge, std::align_val_t{64}, std::nothrow)),
			"aligned nothrow");
		// and all is as before
		give(take(33), 33);
	}
}

void *reserve;
int calls;

// frees what was kept for hard times, allocates itself, and gives up at last
void handler()
{
	calls++;
	give(take(500), 500);
	void *p = counted(::operator new(60), 60);
	count_free(60);
	::operator delete(p);
	if (reserve) {
		give(reserve, 1000);
		reserve = nullptr;
	}
	if (calls % 3 == 0)
		throw std::bad_alloc();
}

void handlers()
{
	std::set_new_handler(handler);
	for (int i = 0; i < 10; i++) {
		reserve = take(1000);
		must_throw([] { return ::operator new(huge); }, "new");
		must(!same(::operator new(huge, std::nothrow)), "nothrow");
		must_throw(
			[] {
				return ::operator new (
					huge, std::align_val_t{64});
			},
			"aligned new");
	}
	must(calls == 90, "the handler was called");
	std::set_new_handler(nullptr);
	give(take(34), 34);
}

struct Thrower {
	std::unique_ptr<char[]> name;
	Thrower() : name(same(new char[41]))
	{
		throw std::runtime_error("constructor");
	}
};

void constructors()
{
	bool caught = false;

	try {
		same(new Thrower);
	} catch (const std::runtime_error &) {
		caught = true;
	}
	must(caught, "a constructor's exception");
	// the object, and what it held by then
	count_alloc(sizeof(Thrower));
	count_free(sizeof(Thrower));
	count_alloc(41);
	count_free(41);
}

} // namespace

int main()
{
	plain();
	aligned();
	expressions();
	failures();
	handlers();
	constructors();
	report();
	return 4;
}
