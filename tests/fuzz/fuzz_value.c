// What people type, by the field's type (the first byte): what parses is shown as text that parses to the same.
#include "fuzz.h"

#include "base/limits.h"
#include "ledger/pack.h"

static const struct pack_option options[] = {
	{ .code = 1, .name = "male", .title = { .zh = "男", .en = "Male" } },
	{ .code = 2, .name = "female", .title = { .zh = "女", .en = "Female" } },
};

static struct pack_field field_of(uint8_t type)
{
	return (struct pack_field){ .number = 1, .name = "field", .title = { .zh = "字段", .en = "Field" }, .hint = { "", "" },
	                            .type = (enum value_type)(1 + type % (VALUE_TYPE_END - 1)), .lane = LANE_UP,
	                            .authority = AUTHORITY_OWN, .option_count = 2, .options = options };
}

const unsigned fuzz_effort = 200;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct value value, back;
	const char *text;
	if (size == 0)
		return 0;
	const struct pack_field field = field_of(data[0]);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (value_parse(&field, span_of(data + 1, size - 1), &arena, &value) == ERR_OK && value.form != VALUE_IS_NONE &&
	    value_format(&field, &value, &arena, &text) == ERR_OK && value.form != VALUE_IS_REFERENCE) {
		FUZZ_HOLDS(value_parse(&field, span_string(text), &arena, &back) == ERR_OK);
		FUZZ_HOLDS(value_equal(&value, &back));
	}
	arena_free(&arena);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const words[] = { "春耕 2026", "-12,345", "￥１２.50", "2026年3月5日", "2026-03", "女", "是", "0.01",
	                                     "00112233445566778899aabbccddeeff", "2026/3/5", "é́" };
	enum { WORDS = sizeof words / sizeof words[0] };
	if (number >= WORDS * (VALUE_TYPE_END - 1))
		return false;
	buf_u8(input, (uint8_t)(number / WORDS));
	buf_string(input, words[number % WORDS]);
	return true;
}
