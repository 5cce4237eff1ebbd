// exceptions.cc - throw through frames of all kinds.
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "odd.h"

namespace
{

struct Toucher {
	size_t size;
	explicit Toucher(size_t n) : size(n)
	{
		touch(size);
	}
	// allocates while the stack is being unwound
	~Toucher()
	{
		touch(size + 1);
	}
};

__attribute__((noinline)) void fall(int depth)
{
	Toucher one(10 + depth);
	alignas(64) volatile char aligned[64];
	std::unique_ptr<std::string> name(
		new std::string(static_cast<size_t>(40 + depth), 'x'));

	aligned[0] = static_cast<char>(depth);
	if (!depth)
		throw std::runtime_error(*name);
	fall(depth - 1);
	touch(static_cast<size_t>(depth) + aligned[0]);
}

__attribute__((noinline)) void catch_and_throw(int depth)
{
	try {
		fall(depth);
	} catch (const std::runtime_error &error) {
		touch(error.what()[0]);
		std::throw_with_nested(std::logic_error("again"));
	}
}

void once(int depth)
{
	try {
		catch_and_throw(depth);
	} catch (const std::logic_error &error) {
		try {
			std::rethrow_if_nested(error);
		} catch (const std::exception &) {
			Toucher three(30);
		}
	}
}

__attribute__((noinline)) void throw_from_library(size_t n)
{
	throw n;
}

} // namespace

void odd_exceptions()
{
	std::vector<std::thread> threads;
	std::function<void(int)> call = once;

	for (int i = 0; i < 60; i++) {
		call(i % 12);
		try {
			odd_library(throw_from_library, 5);
		} catch (size_t n) {
			touch(n);
		}
	}
	for (int i = 0; i < 4; i++)
		threads.emplace_back([&call] {
			for (int k = 0; k < 50; k++)
				call(k % 9);
		});
	for (auto &thread : threads)
		thread.join();
}
