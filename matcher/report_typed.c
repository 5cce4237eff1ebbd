/* report_typed.c - nothing escapes, so nothing is allocated.
 *
 * What changed against report_boxed.c:
 * - The buffer knows its type. An element is the match itself, 16 bytes beside
 *   the next 16 bytes, and to store one is to write it there.
 * - The caller owns the memory and the callee fills it. No match is made in a
 *   function that it must outlive, so none has to move to the heap.
 * - To empty the buffer is to set its count to 0: no match owns anything.
 *
 * The price is that the size is fixed, and it is paid openly: when the buffer
 * is full the scan stops, the caller takes the matches away and calls again.
 * That works because the scan's whole state is in the cursor; it needs neither
 * a larger buffer for a worse text nor an error for one that is too bad. */
#include "matcher/report.h"

REPORT_FRAME int typed_match(const struct ac *ac, struct ac_cursor *cursor,
	const void *chunk, size_t size, size_t *used, struct match_buffer *b)
{
	size_t count;
	int status;

	status = ac_scan(ac, cursor, chunk, size, used, b->match + b->count,
		b->room - b->count, &count);
	if (status >= 0)
		b->count += count;
	return status;
}
