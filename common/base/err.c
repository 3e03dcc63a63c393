#include "base/err.h"

static const struct {
	const char *name;
	const char *text;
} table[ERR_COUNT] = {
#define ERR_ROW(symbol, sentence) [ERR_##symbol] = { .name = #symbol, .text = sentence },
	ERR_LIST(ERR_ROW)
#undef ERR_ROW
};

const char *err_name(enum err err)
{
	return (unsigned)err < ERR_COUNT ? table[err].name : "UNKNOWN";
}

const char *err_text(enum err err)
{
	return (unsigned)err < ERR_COUNT ? table[err].text : "unknown error";
}
