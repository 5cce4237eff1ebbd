// thread_local.cc - thread_local objects, freed when their threads end; threads
// that throw; statics that are freed after main.
#include <pthread.h>
#include <stdexcept>

#include "host.h"

namespace
{

struct Holder {
	char *p;
	size_t size;
	explicit Holder(size_t n) : p(static_cast<char *>(take(n))), size(n)
	{
	}
	~Holder()
	{
		give(p, size);
	}
};

thread_local Holder small(50);
thread_local Holder large(5000);

// destroyed last of all, and then says what was counted
struct Last {
	~Last()
	{
		report();
	}
} last;

Holder late(700);

__attribute__((noinline)) void fall(int depth)
{
	Holder holder(static_cast<size_t>(depth) + 10);

	if (!depth)
		throw std::runtime_error("fall");
	fall(depth - 1);
	KEEP(holder.p);
}

void *run(void *number)
{
	small.p[0] = 1;
	if (number)
		large.p[0] = 1;
	for (int i = 0; i < 100; i++) {
		try {
			fall(i % 10);
		} catch (const std::runtime_error &) {
			small.p[1]++;
		}
	}
	return nullptr;
}

} // namespace

int main()
{
	pthread_t threads[6];

	for (int k = 0; k < 10; k++) {
		for (int i = 0; i < 6; i++)
			must(!pthread_create(&threads[i], nullptr, run,
				     i % 2 ? threads : nullptr),
				"pthread_create");
		for (auto &thread : threads)
			pthread_join(thread, nullptr);
	}
	run(threads);
	return 5;
}
