#include "cmd/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct amount amount_count(uint64_t count)
{
	char digits[24];
	struct amount a;
	int len, i;
	size_t at = 0;

	len = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			a.text[at++] = ',';
		a.text[at++] = digits[i];
	}
	a.text[at] = 0;
	return a;
}

struct amount amount_bytes(uint64_t bytes)
{
	static const char *const units[] = {
		"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes;
	struct amount a;
	size_t unit = 0;

	for (; value >= 1024; value /= 1024)
		unit++;
	snprintf(a.text, sizeof(a.text), "%.*f %s", unit && value < 100 ? 2 : 0,
		value, units[unit]);
	return a;
}
