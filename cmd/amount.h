/* amount.h - numbers for people: "1,234,567" and "12.50MB". */
#ifndef SPILL_CMD_AMOUNT_H
#define SPILL_CMD_AMOUNT_H

#include <stdint.h>

struct amount {
	char text[48];
};

struct amount amount_count(uint64_t count);
/* With a noun: "1 stack", "2,000 stacks". The nouns may have 20 letters. */
struct amount amount_of(uint64_t count, const char *one, const char *many);
/* As the reports print them. */
struct amount amount_bytes(uint64_t bytes);

#endif
