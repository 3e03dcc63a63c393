// Tables as spreadsheets leave them, and as we write them.
#include "support/support.h"

#include "io/csv.h"

static struct csv csv;

static enum err given(const char *text, size_t size)
{
	return csv_read("roster.csv", span_of(text, size), &csv);
}

#define GIVEN(text) given(text, sizeof(text) - 1)

static int close_table(void **state)
{
	(void)state;
	csv_close(&csv);
	return 0;
}

static void assert_span(struct span actual, const char *expected)
{
	if (!span_equal(actual, span_string(expected)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)actual.size, (const char *)actual.data, expected);
}

static void assert_cell(size_t row, size_t column, const char *expected)
{
	assert_true(row < csv.row_count && column < csv.rows[row].count);
	assert_span(csv.rows[row].fields[column], expected);
}

static void a_plain_table_is_read(void **state)
{
	(void)state;
	assert_ok(GIVEN("姓名,性别\n王小明,男\n李娜,女\n"));
	assert_int_equal(csv.column_count, 2);
	assert_span(csv.columns[1], "性别");
	assert_int_equal(csv.row_count, 2);
	assert_cell(1, 0, "李娜");
	assert_int_equal(csv.rows[1].line, 3);
	assert_string_equal(csv.encoding, "UTF-8");
}

static void a_byte_order_mark_is_no_part_of_the_first_heading(void **state)
{
	(void)state;
	assert_ok(GIVEN("\xef\xbb\xbf姓名,性别\r\n王小明,男\r\n"));
	assert_span(csv.columns[0], "姓名");
	assert_cell(0, 1, "男");
}

static void what_wps_saves_in_gb18030_is_read(void **state)
{
	(void)state;
	assert_ok(GIVEN("\xd0\xd5\xc3\xfb,\xd0\xd4\xb1\xf0\r\n\xcd\xf5\xd0\xa1\xc3\xf7,\xc4\xd0\r\n"));
	assert_string_equal(csv.encoding, "GB18030");
	assert_span(csv.columns[0], "姓名");
	assert_cell(0, 0, "王小明");
}

static void a_rare_character_of_four_bytes_in_gb18030_is_read(void **state)
{
	(void)state;
	assert_ok(GIVEN("\xd0\xd5\xc3\xfb,x\n\x95\x32\x82\x36,1\n")); // U+20000
	assert_cell(0, 0, "\xf0\xa0\x80\x80");
}

static void unicode_text_is_read(void **state)
{
	(void)state;
	assert_ok(GIVEN("\xff\xfe\xd3\x59\x0d\x54\t\0a\0\r\0\n\0\x8b\x73\t\0" "1\0\r\0\n\0"));
	assert_string_equal(csv.encoding, "UTF-16LE");
	assert_int_equal(csv.separator, '\t');
	assert_span(csv.columns[0], "姓名");
	assert_cell(0, 0, "王");
}

static void the_separator_is_found_from_the_headings(void **state)
{
	(void)state;
	static const struct { const char *text; char separator; } tables[] = {
		{ "a,b,c\n1,2,3\n", ',' }, { "a;b;c\n1;2;3\n", ';' }, { "a\tb\tc\n1\t2\t3\n", '\t' },
		{ "\"a,x\";b;c\n1;2;3\n", ';' }, { "sep=;\na,b;c;d\n1;2;3\n", ';' },
	};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		assert_ok(given(tables[i].text, strlen(tables[i].text)));
		assert_int_equal(csv.separator, tables[i].separator);
		assert_int_equal(csv.column_count, 3);
		assert_cell(0, 2, "3");
		csv_close(&csv);
	}
}

static void lines_may_end_in_any_of_three_ways(void **state)
{
	(void)state;
	static const char *const tables[] = { "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r" };
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		assert_ok(given(tables[i], strlen(tables[i])));
		assert_int_equal(csv.row_count, 2);
		assert_cell(1, 1, "4");
		assert_int_equal(csv.rows[1].line, 3);
		csv_close(&csv);
	}
}

static void a_row_knows_its_line_even_behind_quoted_line_breaks(void **state)
{
	(void)state;
	assert_ok(GIVEN("a,b\n\"one\ntwo\r\nthree\",\"say \"\"yes\"\"\"\n\n3,4\n"));
	assert_int_equal(csv.row_count, 2);
	assert_cell(0, 0, "one\ntwo\r\nthree");
	assert_cell(0, 1, "say \"yes\"");
	assert_int_equal(csv.rows[0].line, 2);
	assert_int_equal(csv.rows[1].line, 6);
}

static void a_title_above_the_headings_is_passed_over(void **state)
{
	(void)state;
	assert_ok(GIVEN("乌兰村党支部党员花名册,,\n,,\n 姓　名 ,性别,备注\n王小明,男,\n,,\n"));
	assert_int_equal(csv.heading_line, 3);
	assert_int_equal(csv.column_count, 3);
	assert_int_equal(csv.row_count, 1);
	assert_int_equal(csv.rows[0].line, 4);
}

static void short_rows_are_filled_up_and_long_ones_show(void **state)
{
	(void)state;
	assert_ok(GIVEN("a,b,c\n1\n1,2,3,,\n1,2,3,4\n"));
	assert_int_equal(csv.rows[0].count, 3);
	assert_cell(0, 2, "");
	assert_int_equal(csv.rows[1].count, 3);
	assert_int_equal(csv.rows[2].count, 4);
}

static void a_quote_that_is_never_closed_is_told_with_its_line(void **state)
{
	(void)state;
	assert_err(MALFORMED, GIVEN("a,b\n1,2\n3,\"four\n5,6\n"));
	assert_int_equal(csv.line, 3);
	assert_string_equal(csv.why, "roster.csv:3: a quote is opened in this row and never closed");
}

static void a_stray_quote_is_told_with_its_line(void **state)
{
	(void)state;
	assert_err(MALFORMED, GIVEN("a,b\n\"1\n\"x,2\n"));
	assert_int_equal(csv.line, 3);
	assert_non_null(strstr(csv.why, "begins on line 2"));
}

static void a_byte_of_no_encoding_is_told_with_its_line(void **state)
{
	(void)state;
	assert_err(MALFORMED, GIVEN("a,b\n1,2\n3,\xff\xff\n"));
	assert_int_equal(csv.line, 3);
	csv_close(&csv);
	assert_err(MALFORMED, GIVEN("\xef\xbb\xbf" "a,b\n1,\xd0\xd5\n"));
	assert_int_equal(csv.line, 2);
}

static void what_is_no_table_says_so(void **state)
{
	(void)state;
	assert_err(MALFORMED, GIVEN("PK\x03\x04rest of a workbook"));
	assert_non_null(strstr(csv.why, "save it as CSV"));
	csv_close(&csv);
	assert_err(MALFORMED, GIVEN(""));
	assert_non_null(strstr(csv.why, "no line of headings"));
	csv_close(&csv);
	assert_err(NOT_FOUND, csv_open("/nonexistent/roster.csv", &csv));
	assert_non_null(strstr(csv.why, "/nonexistent/roster.csv"));
}

static void what_was_written_is_what_is_read(void **state)
{
	(void)state;
	static const char *const texts[] = { "plain", "王小明", "a,b", "a;b", "say \"yes\"", "two\r\nlines", "=1+1", "@cmd",
	                                     "+86", "-", "-12.50", "'=x", "''=x", "'tis", "\t=x", "" };
	enum { COUNT = sizeof texts / sizeof *texts };
	struct buf out = BUF_EMPTY;
	csv_begin(&out);
	for (size_t row = 0; row < 2; row++) {
		for (size_t i = 0; i < COUNT; i++)
			csv_put(&out, i == 0, row ? span_string(texts[i]) : span_string("heading"));
		csv_end_row(&out);
	}
	assert_ok(out.err);
	assert_ok(csv_read("export.csv", buf_span(&out), &csv));
	assert_int_equal(csv.row_count, 1);
	for (size_t i = 0; i < COUNT; i++)
		assert_cell(0, i, texts[i]);
	buf_free(&out);
}

static void a_formula_is_never_written_as_one(void **state)
{
	(void)state;
	struct buf out = BUF_EMPTY;
	csv_put(&out, true, span_string("=HYPERLINK(\"x\")"));
	csv_put(&out, false, span_string("-12.50"));
	csv_put(&out, false, span_string("-1+1"));
	csv_end_row(&out);
	assert_span(buf_span(&out), "\"'=HYPERLINK(\"\"x\"\")\",-12.50,'-1+1\r\n");
	buf_free(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, close_table)
	const struct CMUnitTest tests[] = {
		TEST(a_plain_table_is_read),
		TEST(a_byte_order_mark_is_no_part_of_the_first_heading),
		TEST(what_wps_saves_in_gb18030_is_read),
		TEST(a_rare_character_of_four_bytes_in_gb18030_is_read),
		TEST(unicode_text_is_read),
		TEST(the_separator_is_found_from_the_headings),
		TEST(lines_may_end_in_any_of_three_ways),
		TEST(a_row_knows_its_line_even_behind_quoted_line_breaks),
		TEST(a_title_above_the_headings_is_passed_over),
		TEST(short_rows_are_filled_up_and_long_ones_show),
		TEST(a_quote_that_is_never_closed_is_told_with_its_line),
		TEST(a_stray_quote_is_told_with_its_line),
		TEST(a_byte_of_no_encoding_is_told_with_its_line),
		TEST(what_is_no_table_says_so),
		TEST(what_was_written_is_what_is_read),
		TEST(a_formula_is_never_written_as_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
