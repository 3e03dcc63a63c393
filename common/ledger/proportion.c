// Products of two 64-bit numbers are held in two halves; division is the one learnt at school, bit by bit.
#include "ledger/proportion.h"

#include <assert.h>

struct wide {
	uint64_t high, low;
};

static struct wide multiply(uint64_t a, uint64_t b)
{
	uint64_t al = a & UINT32_MAX, ah = a >> 32, bl = b & UINT32_MAX, bh = b >> 32;
	uint64_t low = al * bl, left = ah * bl, right = al * bh;
	uint64_t middle = (low >> 32) + (left & UINT32_MAX) + (right & UINT32_MAX);
	return (struct wide){
		.high = ah * bh + (left >> 32) + (right >> 32) + (middle >> 32),
		.low = middle << 32 | (low & UINT32_MAX),
	};
}

// Quotient (UINT64_MAX where it does not fit) and rest. `by` is below 2^63, so the rest never overflows.
static uint64_t divide(struct wide number, uint64_t by, uint64_t *rest)
{
	uint64_t quotient = 0;
	*rest = 0;
	for (unsigned bit = 128; bit-- > 0;) {
		uint64_t next = bit >= 64 ? number.high >> (bit - 64) & 1 : number.low >> bit & 1;
		*rest = *rest << 1 | next;
		bool one = *rest >= by;
		if (one)
			*rest -= by;
		if (quotient >> 63)
			return UINT64_MAX;
		quotient = quotient << 1 | one;
	}
	return quotient;
}

bool proportion_reaches(int64_t value, int64_t of, int64_t target, int64_t target_of)
{
	assert(value >= 0 && target >= 0 && of > 0 && target_of > 0);
	struct wide mine = multiply((uint64_t)value, (uint64_t)target_of);
	struct wide needed = multiply((uint64_t)target, (uint64_t)of);
	return mine.high != needed.high ? mine.high > needed.high : mine.low >= needed.low;
}

int64_t proportion_part(int64_t amount, int64_t value, int64_t of)
{
	assert(amount >= 0 && value >= 0 && of > 0);
	uint64_t rest, quotient = divide(multiply((uint64_t)amount, (uint64_t)value), (uint64_t)of, &rest);
	quotient += quotient < INT64_MAX && rest >= (uint64_t)of - rest;
	return quotient < INT64_MAX ? (int64_t)quotient : INT64_MAX;
}
