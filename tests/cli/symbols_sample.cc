/* symbols_sample.cc - inlined calls within one another, templates, namespaces
 * and operators, for what names addresses. */
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#define INLINE static inline __attribute__((always_inline))

namespace shop
{
namespace
{
struct Till {
	template <class T> INLINE int ring(T price)
	{
		return round(price) + 1;
	}
	INLINE int round(int price)
	{
		volatile int cents = price;
		return cents * 2;
	}
	__attribute__((noinline)) bool operator<(const Till &other) const
	{
		volatile int left = total, right = other.total;
		return left < right;
	}
	int total;
};
} // namespace

template <class T> struct Shelf {
	std::vector<T> goods;
	__attribute__((noinline)) void add(T good)
	{
		goods.push_back(good);
		if (goods.size() > 3)
			goods.push_back(Till::ring(3));
	}
};
} // namespace shop

__attribute__((noinline)) static int deep(int n)
{
	return n ? deep(n - 1) + n : shop::Till::ring(n);
}

int main(int argc, char **argv)
{
	shop::Shelf<int> shelf;
	shop::Till a = {argc}, b = {argc + 1};
	std::map<std::string, int> names;

	for (int i = 0; i < argc + 5; i++)
		shelf.add(i);
	names[argv[0]] = deep(argc);
	printf("%zu %d\n", names.size(), a < b);
	return 0;
}
