#include "cmd/amount.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/base/strbuf.h"
#include "report/graph/units.h"

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

struct amount amount_of(uint64_t count, const char *one, const char *many)
{
	struct amount number = amount_count(count), a;

	snprintf(a.text, sizeof(a.text), "%.26s %.20s", number.text,
		count == 1 ? one : many);
	return a;
}

struct amount amount_bytes(uint64_t bytes)
{
	struct strbuf text;
	struct amount a;

	strbuf_init(&text);
	units_label(&text, bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes,
		"bytes", "auto");
	snprintf(a.text, sizeof(a.text), "%s", text.buf);
	strbuf_release(&text);
	return a;
}
