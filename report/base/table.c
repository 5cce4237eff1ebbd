#include "report/base/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void table_release(struct table *t)
{
	free(t->slots);
	*t = (struct table){0};
}

static void put_again(struct table *to, const struct table_slot *slot)
{
	size_t mask = to->cap - 1, at = slot->hash & mask;

	while (to->slots[at].id)
		at = (at + 1) & mask;
	to->slots[at] = *slot;
}

int table_reserve(struct table *t)
{
	struct table grown = {.count = t->count};
	size_t i;

	if (t->count + 1 <= t->cap / 4 * 3)
		return 0;
	grown.cap = t->cap ? t->cap * 2 : 16;
	grown.slots = calloc(grown.cap, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (i = 0; i < t->cap; i++)
		if (t->slots[i].id)
			put_again(&grown, &t->slots[i]);
	free(t->slots);
	*t = grown;
	return 0;
}

uint32_t table_hash(const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t hash = len, word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = table_mix(hash, word);
		at += sizeof(word);
	}
	word = 0;
	memcpy(&word, at, len);
	return table_fold(table_mix(hash, word));
}
