#include "base/count.h"

#include <assert.h>

static const struct {
	const char *name;
	const char *text;
} table[COUNT_COUNT] = {
#define COUNT_ROW(symbol, word, sentence) [COUNT_##symbol] = { .name = word, .text = sentence },
	COUNT_LIST(COUNT_ROW)
#undef COUNT_ROW
};

const char *count_name(enum count which)
{
	assert((unsigned)which < COUNT_COUNT);
	return table[which].name;
}

const char *count_text(enum count which)
{
	assert((unsigned)which < COUNT_COUNT);
	return table[which].text;
}
