#include "ledger/pattern.h"

#include "base/limits.h"

#include "support/support.h"

static bool matches(const char *pattern, const char *text)
{
	const char *why = pattern_check(pattern);
	if (why)
		fail_msg("\"%s\": %s", pattern, why);
	return pattern_matches(pattern, span_string(text));
}

static void an_identity_number_is_seventeen_digits_and_a_digit_or_x(void **state)
{
	(void)state;
	assert_true(matches("d{17}[dX]", "15272219680412031X"));
	assert_true(matches("d{17}[dX]", "152722196804120319"));
	assert_false(matches("d{17}[dX]", "15272219680412031x"));
	assert_false(matches("d{17}[dX]", "1527221968041203"));
	assert_false(matches("d{17}[dX]", "152722196804120319 "));
	assert_false(matches("d{17}[dX]", "a52722196804120319"));
}

static void classes_are_digits_letters_chinese_characters_and_anything(void **state)
{
	(void)state;
	assert_true(matches("dah.", "7q柳?"));
	assert_true(matches("h{2,3}", "其木格"));
	assert_true(matches("..", "𠮷村"));
	assert_false(matches("h", "q"));
	assert_false(matches("a", "柳"));
	assert_false(matches("d", "７")); // full-width digits are not folded in texts
	assert_true(matches("[a_-]{3}", "a-_"));
	assert_true(matches("[A-FD柳]", "柳"));
	assert_false(matches("[A-F]", "G"));
	assert_true(matches("[.]", "."));
	assert_false(matches("[.]", "x"));
}

static void a_count_is_a_number_two_numbers_or_a_question_mark(void **state)
{
	(void)state;
	assert_true(matches("1d{10}", "13847700000"));
	assert_true(matches("d{3,4}-d{7,8}", "0477-8581234"));
	assert_true(matches("d{3,4}-d{7,8}", "010-85812345"));
	assert_false(matches("d{3,4}-d{7,8}", "01-85812345"));
	assert_true(matches("NO?d", "N1") && matches("NO?d", "NO1"));
	assert_false(matches("NO?d", "NOO1"));
	assert_true(matches("d{0,2}X", "X") && matches("d{0,2}X", "12X"));
	assert_false(matches("d", ""));
}

static void what_could_be_read_in_two_ways_is_read_in_both(void **state)
{
	(void)state;
	assert_true(matches("d{1,3}d", "12") && matches("d{1,3}d", "1234"));
	assert_false(matches("d{1,3}d", "1") || matches("d{1,3}d", "12345"));
	assert_true(matches(".{0,200}X.{0,50}", "XXXXXXXX"));
}

static void a_backslash_takes_the_meaning_away(void **state)
{
	(void)state;
	assert_true(matches("\\d\\.\\[", "d.["));
	assert_false(matches("\\d", "5"));
	assert_true(matches("[\\]\\-]{2}", "]-"));
}

static void a_slip_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *said;
	} slips[] = {
		{ "", "empty" }, { "x", "small letter" }, { "[", "not closed" }, { "[]", "holds nothing" }, { "[dX", "not closed" },
		{ "d{", "{ holds" }, { "d{3", "{ holds" }, { "d{3,", "{ holds" }, { "d{,3}", "{ holds" }, { "d{0}", "count" },
		{ "d{4,2}", "backwards" }, { "[Z-A]", "backwards" }, { "d*", "stand in a pattern" }, { "(A|B)", "stand in a pattern" },
		{ "d{200}d{57}", "more than 256" }, { "d{99999999999}", "{ holds" }, { "\\", "ends" }, { "[A-", "ends" },
		{ "\xff", "UTF-8" }, { "A\xe6\x9f", "UTF-8" }, { "?", "stand in a pattern" }, { "d]", "stand in a pattern" },
	};
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		const char *why = pattern_check(slips[i].pattern);
		if (!why || !strstr(why, slips[i].said))
			fail_msg("\"%s\": %s", slips[i].pattern, why ? why : "nothing said");
	}
	assert_null(pattern_check("d{200}d{56}"));
}

// The worst that 256 bytes can ask for, on the longest text that can still match.
static void no_pattern_takes_long(void **state)
{
	(void)state;
	char pattern[PATTERN_BYTES_MAX + 1], text[LIMIT_VALUE_BYTES];
	memset(pattern, 0, sizeof pattern);
	for (size_t i = 0; i + 8 <= 120; i += 8)
		memcpy(pattern + i, ".{0,17}A", 8);
	assert_null(pattern_check(".{0,240}A{0,16}"));
	memset(text, 'A', sizeof text);
	assert_true(pattern_matches(".{0,240}A{0,16}", span_of(text, 256)));
	assert_false(pattern_matches(".{0,240}A{0,16}", span_of(text, sizeof text)));
	assert_non_null(pattern_check(pattern)); // 15 times 18 places are too many
	pattern[8 * 14] = '\0';
	assert_null(pattern_check(pattern));
	assert_true(pattern_matches(pattern, span_of(text, 200)));
	assert_false(pattern_matches(pattern, span_of("\xff", 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_identity_number_is_seventeen_digits_and_a_digit_or_x),
		cmocka_unit_test(classes_are_digits_letters_chinese_characters_and_anything),
		cmocka_unit_test(a_count_is_a_number_two_numbers_or_a_question_mark),
		cmocka_unit_test(what_could_be_read_in_two_ways_is_read_in_both),
		cmocka_unit_test(a_backslash_takes_the_meaning_away),
		cmocka_unit_test(a_slip_is_told),
		cmocka_unit_test(no_pattern_takes_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
