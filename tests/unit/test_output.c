// Tables for people and for programs.
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/output.h"

static const struct output_column columns[] = {
	{ .key = "name", .title = "姓名" },
	{ .key = "count", .title = "n", .number = true },
	{ .key = "note", .title = "note" },
};

struct page {
	char *text;
	size_t size;
	FILE *to;
};

static void page_open(struct page *page)
{
	page->to = open_memstream(&page->text, &page->size);
	assert_non_null(page->to);
}

static void page_is(struct page *page, const char *expected)
{
	fclose(page->to);
	assert_string_equal(page->text, expected);
	free(page->text);
}

static void fill(struct output_table *table)
{
	assert_non_null(table);
	output_text(table, "巴特尔");
	output_number(table, 7);
	output_text(table, NULL);
	output_text(table, "Li");
	output_number(table, -12);
	output_text(table, "two\nlines");
}

static void chinese_counts_two_columns_and_latin_one(void **state)
{
	(void)state;
	assert_int_equal(output_width("党员"), 4);
	assert_int_equal(output_width("branch"), 6);
	assert_int_equal(output_width("１２"), 4);
	assert_int_equal(output_width("e\xcc\x81"), 1); // a combining accent takes no place
	assert_int_equal(output_width("\xff\xfe"), 2);  // bytes that are no UTF-8
}

static void columns_stand_in_line(void **state)
{
	struct page page;
	(void)state;
	page_open(&page);
	struct output_table *table = output_table_new(page.to, false, "people", columns, 3);
	fill(table);
	assert_ok(output_table_end(table));
	page_is(&page, "姓名      n  note\n"
	               "巴特尔    7\n"
	               "Li      -12  two lines\n");
}

static void json_has_the_same_rows_and_the_facts_beside_them(void **state)
{
	struct page page;
	(void)state;
	page_open(&page);
	struct output_table *table = output_table_new(page.to, true, "people", columns, 3);
	output_fact(table, "period", json_string("2026-03"));
	fill(table);
	assert_ok(output_table_end(table));
	page_is(&page, "{\"period\":\"2026-03\",\"people\":[\n"
	               "{\"name\":\"巴特尔\",\"count\":7,\"note\":null},\n"
	               "{\"name\":\"Li\",\"count\":-12,\"note\":\"two\\nlines\"}\n]}\n");
}

static void an_empty_table_is_silent_and_its_json_is_whole(void **state)
{
	struct page page;
	(void)state;
	page_open(&page);
	assert_ok(output_table_end(output_table_new(page.to, false, "people", columns, 3)));
	page_is(&page, "");
	page_open(&page);
	assert_ok(output_table_end(output_table_new(page.to, true, "people", columns, 3)));
	page_is(&page, "{\"people\":[]}\n");
}

static void a_sheet_shows_one_row_as_lines(void **state)
{
	struct page page;
	(void)state;
	page_open(&page);
	struct output_table *table = output_sheet_new(page.to, false, columns, 3);
	output_text(table, "Li");
	output_number(table, 1);
	output_text(table, NULL); // what is not there is not shown
	assert_ok(output_table_end(table));
	page_is(&page, "姓名  Li\nn     1\n");
	page_open(&page);
	table = output_sheet_new(page.to, true, columns, 3);
	output_fact(table, "extra", json_true());
	output_text(table, "Li");
	output_number(table, 1);
	output_text(table, NULL);
	assert_ok(output_table_end(table));
	page_is(&page, "{\"name\":\"Li\",\"count\":1,\"note\":null,\"extra\":true}\n");
}

static void a_long_table_streams_and_loses_no_row(void **state)
{
	struct page page;
	size_t lines = 0;
	(void)state;
	page_open(&page);
	struct output_table *table = output_table_new(page.to, false, "people", columns, 3);
	for (int i = 0; i < 1000; i++) {
		output_text(table, "x");
		output_number(table, i);
		output_text(table, "y");
	}
	assert_ok(output_table_end(table));
	fclose(page.to);
	for (const char *at = page.text; *at; at++)
		lines += *at == '\n';
	assert_int_equal(lines, 1001);
	assert_non_null(strstr(page.text, "999  y\n"));
	free(page.text);
}

static void times_are_shown_in_local_time(void **state)
{
	char text[OUTPUT_TIME_BYTES];
	(void)state;
	setenv("TZ", "CST-8", 1);
	tzset();
	output_format_time(1772668800000, text); // 2026-03-05 00:00 UTC
	assert_string_equal(text, "2026-03-05 08:00:00");
	output_format_time(0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chinese_counts_two_columns_and_latin_one),
		cmocka_unit_test(columns_stand_in_line),
		cmocka_unit_test(json_has_the_same_rows_and_the_facts_beside_them),
		cmocka_unit_test(an_empty_table_is_silent_and_its_json_is_whole),
		cmocka_unit_test(a_sheet_shows_one_row_as_lines),
		cmocka_unit_test(a_long_table_streams_and_loses_no_row),
		cmocka_unit_test(times_are_shown_in_local_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
