#include "examples/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static char buffer[1 << 16];
static size_t used;
static int error;

static void flush(void)
{
	size_t done = 0;

	while (done < used && !error) {
		ssize_t n = write(STDOUT_FILENO, buffer + done, used - done);

		if (n > 0)
			done += n;
		else if (errno != EINTR)
			error = -errno;
	}
	used = 0;
}

void put_bytes(const char *bytes, size_t size)
{
	while (size) {
		size_t part = sizeof(buffer) - used;

		if (part > size)
			part = size;
		memcpy(buffer + used, bytes, part);
		used += part;
		bytes += part;
		size -= part;
		if (used == sizeof(buffer))
			flush();
	}
}

void put_text(const char *text)
{
	put_bytes(text, strlen(text));
}

void put_number(uint64_t number)
{
	char digits[20], *at = digits + sizeof(digits);

	do
		*--at = '0' + number % 10;
	while (number /= 10);
	put_bytes(at, digits + sizeof(digits) - at);
}

void put_tally(const char *name, uint64_t objects, uint64_t bytes)
{
	put_text(name);
	put_text(" ");
	put_number(objects);
	put_text(" objects ");
	put_number(bytes);
	put_text(" bytes\n");
}

int put_end(void)
{
	flush();
	return error;
}
