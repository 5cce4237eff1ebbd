#include "odd.h"

/* by_hand.S: each calls CALL(SIZE) from a frame that only its CFI explains. */
typedef void by_hand(void (*call)(size_t), size_t size);
by_hand by_hand_cfa_in_rbx, by_hand_cfa_in_r12, by_hand_expression,
	by_hand_saved_in_register, by_hand_saved_far, by_hand_value,
	by_hand_states, by_hand_without_cfi_rows, by_hand_leaf_jump,
	by_hand_no_frame_pointer;

static by_hand *const all[] = {
	by_hand_cfa_in_rbx,
	by_hand_cfa_in_r12,
	by_hand_expression,
	by_hand_saved_far,
	by_hand_value,
	by_hand_states,
	by_hand_without_cfi_rows,
	by_hand_leaf_jump,
	by_hand_no_frame_pointer,
};

enum {
	COUNT = sizeof(all) / sizeof(*all)
};

static size_t next;

/* Each function below each other one: what one saves, another loses. */
__attribute__((noinline)) static void second(size_t size)
{
	touch(size);
	all[next](touch, size + 1);
	odd_library(touch, size + 2);
}

/* Apart from the others: libunwind does not follow DW_CFA_register. */
void odd_in_register(void)
{
	by_hand_saved_in_register(touch, 12345);
}

void odd_by_hand(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		for (next = 0; next < COUNT; next++) {
			all[i](touch, 10 * i + 1);
			all[i](second, 10 * i + 2);
		}
}
