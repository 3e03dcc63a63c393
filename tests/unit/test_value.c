// What clerks type, and what becomes of it.
#include "support/support.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/limits.h"
#include "ledger/pack.h"

static const char *const boyish[] = { "男性", "boy" };
static const struct pack_option sexes[] = {
	{ .code = 1, .name = "male", .title = { .zh = "男", .en = "Male" }, .alias_count = 2, .aliases = boyish },
	{ .code = 2, .name = "female", .title = { .zh = "女", .en = "Female" } },
};

static struct arena arena;

static int open_arena(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct pack_field field_of(enum value_type type)
{
	return (struct pack_field){ .number = 1, .name = "it", .title = { .zh = "它", .en = "it" }, .type = type,
	                            .lane = LANE_DETAIL, .authority = AUTHORITY_OWN,
	                            .option_count = type == VALUE_OPTION ? 2 : 0, .options = sexes };
}

static void typed_gives(enum value_type type, const char *text, int64_t expected)
{
	struct pack_field field = field_of(type);
	struct value value;
	enum err err = value_parse(&field, span_string(text), &arena, &value);
	if (err || value.form != VALUE_IS_NUMBER || value.number != expected)
		fail_msg("\"%s\" as %s: %s, %" PRId64 " instead of %" PRId64, text, value_type_name(type), err_name(err),
		         value.number, expected);
}

static void typed_fails(enum value_type type, const char *text, enum err expected)
{
	struct pack_field field = field_of(type);
	struct value value;
	enum err err = value_parse(&field, span_string(text), &arena, &value);
	if (err != expected)
		fail_msg("\"%s\" as %s: %s instead of %s", text, value_type_name(type), err_name(err), err_name(expected));
	assert_int_equal(value.form, VALUE_IS_NONE);
}

static void text_gives(enum value_type type, const char *text, const char *expected)
{
	struct pack_field field = field_of(type);
	struct value value;
	assert_ok(value_parse(&field, span_string(text), &arena, &value));
	assert_int_equal(value.form, VALUE_IS_TEXT);
	assert_string_equal(arena_string(&arena, value.bytes), expected);
}

static void whole_numbers_are_read_in_both_widths(void **state)
{
	(void)state;
	typed_gives(VALUE_INTEGER, "12", 12);
	typed_gives(VALUE_INTEGER, "１２", 12);
	typed_gives(VALUE_INTEGER, " -7 ", -7);
	typed_gives(VALUE_INTEGER, "－７", -7);
	typed_gives(VALUE_INTEGER, "+3", 3);
	typed_gives(VALUE_INTEGER, "12,345", 12345);
	typed_gives(VALUE_INTEGER, "１，０００，０００", 1000000);
	typed_gives(VALUE_INTEGER, "\xe3\x80\x80" "8" "\xe3\x80\x80", 8);
}

static void what_is_no_whole_number_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "12.5", "1 2", "twelve", "1,2", "12,34", ",123", "1,234,", "--1", "0x10", "-",
	                                     "十二" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		typed_fails(VALUE_INTEGER, texts[i], ERR_MALFORMED);
	typed_fails(VALUE_INTEGER, "99999999999999999999999999", ERR_RANGE);
}

static void money_becomes_fen(void **state)
{
	(void)state;
	typed_gives(VALUE_MONEY, "12.50", 1250);
	typed_gives(VALUE_MONEY, "12.5", 1250);
	typed_gives(VALUE_MONEY, "12", 1200);
	typed_gives(VALUE_MONEY, "0.07", 7);
	typed_gives(VALUE_MONEY, "￥12.50", 1250);
	typed_gives(VALUE_MONEY, "¥ 12.50", 1250);
	typed_gives(VALUE_MONEY, "12,345.60", 1234560);
	typed_gives(VALUE_MONEY, "１２．５０元", 1250);
	typed_gives(VALUE_MONEY, "-0.30", -30);
	typed_fails(VALUE_MONEY, "12.505", ERR_MALFORMED);
	typed_fails(VALUE_MONEY, ".5", ERR_MALFORMED);
	typed_fails(VALUE_MONEY, "12..5", ERR_MALFORMED);
	typed_fails(VALUE_MONEY, "999999999999999.00", ERR_RANGE);
}

static void dates_are_read_as_spreadsheets_and_people_write_them(void **state)
{
	(void)state;
	int32_t day = date_from_civil(2026, 3, 5);
	static const char *const texts[] = { "2026-03-05", "2026/3/5", "2026.3.5", "20260305", "2026年3月5日",
	                                     "２０２６年３月５日", "2026/3/5 0:00:00", "2026-03-05 00:00", "2026 年 3 月 5 日" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		typed_gives(VALUE_DATE, texts[i], day);
	typed_fails(VALUE_DATE, "2026-02-30", ERR_MALFORMED);
	typed_fails(VALUE_DATE, "2026-03-05 12:30", ERR_MALFORMED);
	typed_gives(VALUE_MONTH, "2026-03", 2026 * 12 + 2);
	typed_gives(VALUE_MONTH, "２０２６年３月", 2026 * 12 + 2);
	typed_fails(VALUE_MONTH, "2026-13", ERR_MALFORMED);
}

static void options_answer_to_name_titles_code_and_aliases(void **state)
{
	(void)state;
	static const char *const texts[] = { "female", "女", "Female", "2", "２", " 女 " };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		typed_gives(VALUE_OPTION, texts[i], 2);
	typed_gives(VALUE_OPTION, "男性", 1);
	typed_gives(VALUE_OPTION, " boy ", 1);
	typed_fails(VALUE_OPTION, "男孩", ERR_MALFORMED);
	typed_fails(VALUE_OPTION, "3", ERR_MALFORMED);
	typed_fails(VALUE_OPTION, "fem", ERR_MALFORMED);
}

static void yes_and_no_are_understood_in_both_languages(void **state)
{
	(void)state;
	typed_gives(VALUE_BOOL, "是", 1);
	typed_gives(VALUE_BOOL, "no", 0);
	typed_gives(VALUE_BOOL, "√", 1);
	typed_fails(VALUE_BOOL, "maybe", ERR_MALFORMED);
}

static void text_is_composed_and_trimmed_and_otherwise_left_alone(void **state)
{
	(void)state;
	text_gives(VALUE_TEXT, "  王小明\xe3\x80\x80", "王小明");
	text_gives(VALUE_TEXT, "e\xcc\x81" "cole", "\xc3\xa9" "cole");
	text_gives(VALUE_TEXT, "编号１２", "编号１２");
	text_gives(VALUE_LONG_TEXT, "一\r\n二\r三", "一\n二\n三");
}

static void text_that_is_none_is_refused(void **state)
{
	(void)state;
	typed_fails(VALUE_TEXT, "two\nlines", ERR_MALFORMED);
	typed_fails(VALUE_TEXT, "bell\a", ERR_MALFORMED);
	typed_fails(VALUE_TEXT, "\xff\xfe", ERR_MALFORMED);
	typed_fails(VALUE_LONG_TEXT, "half \xe4\xb8", ERR_MALFORMED);
	char *long_text = arena_alloc(&arena, LIMIT_VALUE_BYTES + 2);
	memset(long_text, 'x', LIMIT_VALUE_BYTES + 1);
	typed_fails(VALUE_LONG_TEXT, long_text, ERR_TOO_LARGE);
}

static void nothing_typed_is_no_value(void **state)
{
	(void)state;
	for (enum value_type type = VALUE_TEXT; type < VALUE_TYPE_END; type++) {
		typed_fails(type, "", ERR_OK);
		typed_fails(type, " \xe3\x80\x80\t", ERR_OK);
	}
}

static void references_are_left_to_the_caller(void **state)
{
	(void)state;
	typed_fails(VALUE_RECORD, "王小明", ERR_USAGE);
	typed_fails(VALUE_UNIT, "阿镇", ERR_USAGE);
}

static void bounds_hold_for_numbers_and_for_the_length_of_text(void **state)
{
	(void)state;
	struct value value;
	struct pack_field age = field_of(VALUE_INTEGER), name = field_of(VALUE_TEXT);
	age.minimum = 18;
	age.maximum = 120;
	assert_err(RANGE, value_parse(&age, span_string("17"), &arena, &value));
	assert_ok(value_parse(&age, span_string("18"), &arena, &value));
	assert_ok(value_parse(&age, span_string("120"), &arena, &value));
	assert_err(RANGE, value_parse(&age, span_string("121"), &arena, &value));
	name.maximum = 3;
	assert_ok(value_parse(&name, span_string("王小明"), &arena, &value));
	assert_err(RANGE, value_parse(&name, span_string("欧阳小明"), &arena, &value));
}

static void written_out_and_read_again_a_value_is_the_same(void **state)
{
	(void)state;
	static const struct { enum value_type type; int64_t number; const char *text; } rows[] = {
		{ VALUE_INTEGER, -12, "-12" }, { VALUE_MONEY, 1250, "12.50" }, { VALUE_MONEY, -5, "-0.05" },
		{ VALUE_DATE, 20517, "2026-03-05" }, { VALUE_MONTH, 2026 * 12 + 2, "2026-03" }, { VALUE_OPTION, 1, "male" },
		{ VALUE_BOOL, 1, "yes" }, { VALUE_BOOL, 0, "no" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pack_field field = field_of(rows[i].type);
		struct value value = { .form = VALUE_IS_NUMBER, .number = rows[i].number }, again;
		const char *text;
		assert_ok(value_format(&field, &value, &arena, &text));
		assert_string_equal(text, rows[i].text);
		assert_ok(value_parse(&field, span_string(text), &arena, &again));
		assert_true(value_equal(&value, &again));
	}
}

static void types_are_known_by_name(void **state)
{
	(void)state;
	for (enum value_type type = VALUE_TEXT; type < VALUE_TYPE_END; type++) {
		enum value_type found = VALUE_TYPE_END;
		assert_true(value_type_parse(value_type_name(type), &found));
		assert_int_equal(found, type);
	}
	enum value_type none;
	assert_false(value_type_parse("float", &none));
	assert_string_equal(value_type_expected(VALUE_MONEY), "an amount in yuan, at most two decimals");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read_in_both_widths),
		cmocka_unit_test(what_is_no_whole_number_is_refused),
		cmocka_unit_test(money_becomes_fen),
		cmocka_unit_test(dates_are_read_as_spreadsheets_and_people_write_them),
		cmocka_unit_test(options_answer_to_name_titles_code_and_aliases),
		cmocka_unit_test(yes_and_no_are_understood_in_both_languages),
		cmocka_unit_test(text_is_composed_and_trimmed_and_otherwise_left_alone),
		cmocka_unit_test(text_that_is_none_is_refused),
		cmocka_unit_test(nothing_typed_is_no_value),
		cmocka_unit_test(references_are_left_to_the_caller),
		cmocka_unit_test(bounds_hold_for_numbers_and_for_the_length_of_text),
		cmocka_unit_test(written_out_and_read_again_a_value_is_the_same),
		cmocka_unit_test(types_are_known_by_name),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
