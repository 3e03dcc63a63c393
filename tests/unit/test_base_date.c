// Dates and periods: the calendar, and what spreadsheets make of it.
#include "support/support.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

static int32_t day(const char *text)
{
	int32_t days = 0;
	assert_ok(date_parse(span_string(text), &days));
	return days;
}

static void days_count_from_1970(void **state)
{
	(void)state;
	assert_int_equal(date_from_civil(1970, 1, 1), 0);
	assert_int_equal(date_from_civil(1969, 12, 31), -1);
	assert_int_equal(date_from_civil(2000, 2, 29), 11016);
	assert_int_equal(date_from_civil(2026, 3, 5), 20517);
}

static void every_day_of_twelve_centuries_comes_back(void **state)
{
	(void)state;
	static const int32_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int32_t days = date_from_civil(DATE_YEAR_MIN, 1, 1);
	for (int32_t month = DATE_YEAR_MIN * 12; month < (DATE_YEAR_MAX + 1) * 12; month++) {
		int32_t year = month / 12;
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int32_t length = lengths[month % 12] + (leap && month % 12 == 1);
		for (int32_t of_month = 1; of_month <= length; of_month++, days++) {
			int32_t y, m, d;
			date_to_civil(days, &y, &m, &d);
			assert_true(y == year && m == month % 12 + 1 && d == of_month);
			assert_int_equal(date_from_civil(y, m, d), days);
			assert_int_equal(date_month(days), month);
		}
		assert_int_equal(date_month_end(month), days - 1);
	}
}

static void months_end_where_the_calendar_says(void **state)
{
	(void)state;
	assert_int_equal(date_month_end(2024 * 12 + 1), day("2024-02-29"));
	assert_int_equal(date_month_end(2026 * 12 + 1), day("2026-02-28"));
	assert_int_equal(date_month_end(1900 * 12 + 1), day("1900-02-28"));
	assert_int_equal(date_month_end(2000 * 12 + 1), day("2000-02-29"));
	assert_int_equal(date_month_end(2025 * 12 + 11), day("2025-12-31"));
	assert_int_equal(date_month_end(-1), date_from_civil(0, 1, 1) - 1);
}

static void all_spellings_of_spreadsheets_are_one_day(void **state)
{
	(void)state;
	const char *spellings[] = { "2026-03-05", "2026-3-5", "2026/3/5", "2026/03/05", "2026.3.5", "20260305", "2026年3月5日", "2026年03月05日" };
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		assert_int_equal(day(spellings[i]), 20517);
}

static void what_is_no_date_is_refused(void **state)
{
	(void)state;
	const char *malformed[] = {
		"", "2026", "2026-03", "26-03-05", "2026-03-05 ", " 2026-03-05", "2026-03/05", "2026-003-05", "2026-03-005",
		"202635", "2026030", "202603051", "2026年3月5", "2026年3-5", "2026--3-5", "-2026-03-05", "+026-03-05",
		"2026-03-0x", "２０２６-03-05", "2026-03-05\n", "2026-Mar-05",
	};
	const char *impossible[] = {
		"2026-00-05", "2026-13-05", "2026-03-00", "2026-02-29", "2026-04-31", "1799-12-31", "3000-01-01", "0000-01-01", "20260230",
	};
	int32_t days = 4711;
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
		assert_err(MALFORMED, date_parse(span_string(malformed[i]), &days));
	for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++)
		assert_err(RANGE, date_parse(span_string(impossible[i]), &days));
	assert_err(MALFORMED, date_parse(span_of("2026-03-05", 9 - 1), &days));
	assert_err(MALFORMED, date_parse(span_of("2026-03-0\0", 10), &days));
	assert_int_equal(days, 4711);
}

static void dates_are_written_in_one_way(void **state)
{
	(void)state;
	char text[DATE_TEXT_BYTES];
	date_format(day("2026/3/5"), text);
	assert_string_equal(text, "2026-03-05");
	date_format(day("18000101"), text);
	assert_string_equal(text, "1800-01-01");
}

static void a_number_that_is_no_date_shows_as_zeros(void **state)
{
	(void)state;
	const int32_t numbers[] = { INT32_MIN, INT32_MAX, date_from_civil(3000, 1, 1), date_from_civil(1799, 12, 31) };
	char text[DATE_TEXT_BYTES], month[PERIOD_TEXT_BYTES];
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		date_format(numbers[i], text);
		assert_string_equal(text, "0000-00-00");
	}
	date_format_month(INT32_MAX, month);
	assert_string_equal(month, "0000-00");
	period_format((struct period){ .first = INT32_MIN, .last = INT32_MAX }, month);
	assert_string_equal(month, "0000-00");
}

static void months_are_read_and_written(void **state)
{
	(void)state;
	const char *spellings[] = { "2026-03", "2026/3", "2026年3月", "202603", "2026.3" };
	const char *malformed[] = { "", "2026", "2026-", "2026-03-", "2026年3", "2026-03-05", "20263", "2026 3" };
	char text[PERIOD_TEXT_BYTES];
	int32_t month = 0;
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		assert_ok(date_parse_month(span_string(spellings[i]), &month));
		assert_int_equal(month, 2026 * 12 + 2);
	}
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
		assert_err(MALFORMED, date_parse_month(span_string(malformed[i]), &month));
	assert_err(RANGE, date_parse_month(span_string("2026-13"), &month));
	date_format_month(month, text);
	assert_string_equal(text, "2026-03");
}

static void periods_read_as_they_were_written(void **state)
{
	(void)state;
	const char *texts[] = { "2026-01", "2026-12", "2026Q1", "2026Q4", "2026H1", "2026H2", "2026", "1800", "2999Q4", "2999-12" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct period period;
		char text[PERIOD_TEXT_BYTES];
		assert_ok(period_parse(texts[i], &period));
		period_format(period, text);
		assert_string_equal(text, texts[i]);
	}
	struct period quarter;
	assert_ok(period_parse("2026Q2", &quarter));
	assert_int_equal(quarter.first, 2026 * 12 + 3);
	assert_int_equal(quarter.last, 2026 * 12 + 5);
}

static void what_is_no_period_is_refused(void **state)
{
	(void)state;
	const char *malformed[] = { "", "2026Q0", "2026Q5", "2026H0", "2026H3", "2026h1", "2026q1", "2026-3", "2026-13", "2026-00", "202", "20260", "2026Q11", "2026 " };
	struct period period;
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
		assert_err(MALFORMED, period_parse(malformed[i], &period));
	assert_err(RANGE, period_parse("1799", &period));
	assert_err(RANGE, period_parse("3000Q1", &period));
}

static void other_spans_of_months_tell_where_they_begin_and_how_far_they_go(void **state)
{
	(void)state;
	char text[PERIOD_TEXT_BYTES];
	period_format((struct period){ .first = 2026 * 12, .last = 2026 * 12 + 5 }, text);
	assert_string_equal(text, "2026H1");
	period_format((struct period){ .first = 2026 * 12 + 1, .last = 2026 * 12 + 6 }, text);
	assert_string_equal(text, "2026-02+5");
	period_format((struct period){ .first = 2026 * 12 + 1, .last = 2026 * 12 + 3 }, text);
	assert_string_equal(text, "2026-02+2");
	period_format((struct period){ .first = DATE_YEAR_MAX * 12, .last = DATE_YEAR_MIN * 12 }, text);
	assert_string_equal(text, "2999-01+-14388");
}

static void the_day_of_an_instant_depends_on_the_place(void **state)
{
	(void)state;
	const uint64_t evening = UINT64_C(20517) * 86400000 + UINT64_C(17) * 3600000; // 17:00 UTC on 5 March 2026
	assert_int_equal(date_of_ms(evening, 0), 20517);
	assert_int_equal(date_of_ms(evening, 8 * 60), 20518);
	assert_int_equal(date_of_ms(0, -1), -1);
	assert_int_equal(date_of_ms(UINT64_MAX, 840), date_from_civil(DATE_YEAR_MAX, 12, 31));
}

static void age_grows_on_the_birthday(void **state)
{
	(void)state;
	assert_int_equal(date_years_between(day("1990-06-15"), day("2026-06-14")), 35);
	assert_int_equal(date_years_between(day("1990-06-15"), day("2026-06-15")), 36);
	assert_int_equal(date_years_between(day("2004-02-29"), day("2026-02-28")), 21);
	assert_int_equal(date_years_between(day("2004-02-29"), day("2026-03-01")), 22);
	assert_int_equal(date_years_between(day("2026-01-01"), day("2026-01-01")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_count_from_1970),
		cmocka_unit_test(every_day_of_twelve_centuries_comes_back),
		cmocka_unit_test(months_end_where_the_calendar_says),
		cmocka_unit_test(all_spellings_of_spreadsheets_are_one_day),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(dates_are_written_in_one_way),
		cmocka_unit_test(a_number_that_is_no_date_shows_as_zeros),
		cmocka_unit_test(months_are_read_and_written),
		cmocka_unit_test(periods_read_as_they_were_written),
		cmocka_unit_test(what_is_no_period_is_refused),
		cmocka_unit_test(other_spans_of_months_tell_where_they_begin_and_how_far_they_go),
		cmocka_unit_test(the_day_of_an_instant_depends_on_the_place),
		cmocka_unit_test(age_grows_on_the_birthday),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
