/* amount.h - numbers for people: "1,234,567" and "12.50MB". */
#ifndef SPILL_CMD_AMOUNT_H
#define SPILL_CMD_AMOUNT_H

#include <stdint.h>

struct amount {
	char text[32];
};

struct amount amount_count(uint64_t count);
/* As the reports print them. */
struct amount amount_bytes(uint64_t bytes);

#endif
