// Files that nobody meant well with: every answer is an error with a sentence, or a table.
#include "support/support.h"

#include <stdlib.h>

#include "io/csv.h"

// A small generator of its own, so that a failure comes again.
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void answers(const uint8_t *bytes, size_t size)
{
	struct csv csv;
	enum err err = csv_read("x.csv", span_of(bytes, size), &csv);
	if (err)
		assert_non_null(csv.why);
	else
		assert_true(csv.column_count > 0);
	for (size_t i = 0; !err && i < csv.row_count; i++)
		assert_true(csv.rows[i].count >= csv.column_count && csv.rows[i].line > csv.heading_line);
	csv_close(&csv);
}

static void noise_of_separators_quotes_and_breaks_is_answered(void **state)
{
	(void)state;
	static const uint8_t alphabet[] = "a,;\t\"\"\n\r \xd0\xd5\xe4\xb8\xad'=";
	uint32_t seed = 7;
	for (int round = 0; round < 3000; round++) {
		uint8_t bytes[64];
		size_t size = next(&seed) % sizeof bytes;
		for (size_t i = 0; i < size; i++)
			bytes[i] = alphabet[next(&seed) % (sizeof alphabet - 1)];
		answers(bytes, size);
	}
}

static void every_prefix_of_a_good_table_is_answered(void **state)
{
	(void)state;
	static const char table[] = "\xef\xbb\xbf姓名,备注\r\n\"王小明\",\"一\n二\"\r\n李娜,'=1\r\n";
	for (size_t size = 0; size < sizeof table; size++)
		answers((const uint8_t *)table, size);
}

static void one_quote_cannot_swallow_a_large_file(void **state)
{
	(void)state;
	size_t size = 4 * 1024 * 1024;
	char *bytes = malloc(size);
	struct csv csv;
	memset(bytes, 'x', size);
	memcpy(bytes, "a,b\n1,\"", 7);
	assert_err(TOO_LARGE, csv_read("x.csv", span_of(bytes, size), &csv));
	assert_int_equal(csv.line, 2);
	assert_non_null(strstr(csv.why, "is a quote not closed?"));
	assert_true(csv.arena.used < 256 * 1024);
	csv_close(&csv);
	free(bytes);
}

static void more_columns_than_allowed_are_refused(void **state)
{
	(void)state;
	size_t size = CSV_COLUMNS_MAX + 2;
	char *bytes = malloc(size);
	struct csv csv;
	memset(bytes, ',', size);
	assert_err(TOO_LARGE, csv_read("x.csv", span_of(bytes, size), &csv));
	assert_non_null(strstr(csv.why, "columns"));
	csv_close(&csv);
	free(bytes);
}

static void a_file_too_large_is_refused_before_it_is_read(void **state)
{
	(void)state;
	struct csv csv;
	static const uint8_t byte = 'x'; // never looked at
	assert_err(TOO_LARGE, csv_read("x.csv", span_of(&byte, (size_t)CSV_FILE_BYTES_MAX + 1), &csv));
	assert_non_null(strstr(csv.why, "64 MiB"));
	csv_close(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_of_separators_quotes_and_breaks_is_answered),
		cmocka_unit_test(every_prefix_of_a_good_table_is_answered),
		cmocka_unit_test(one_quote_cannot_swallow_a_large_file),
		cmocka_unit_test(more_columns_than_allowed_are_refused),
		cmocka_unit_test(a_file_too_large_is_refused_before_it_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
