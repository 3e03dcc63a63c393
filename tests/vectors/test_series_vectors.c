// The bytes of a series: its text, and its row in the store.
#include "support/support.h"

#include "io/store_memory.h"
#include "ledger/series.h"

static const struct hash device = { { 0xa3, 0xf2, 1 } };
static const struct id life = { { 0x07, 0xc1, 2 } };

static void a_number_reads_so(void **state)
{
	(void)state;
	char text[SERIES_TEXT_BYTES];
	series_format(&device, &life, 123, text);
	assert_string_equal(text, "A3F2-07C1-000123");
	series_format(&device, &life, 1234567, text);
	assert_string_equal(text, "A3F2-07C1-1234567");
}

static void nothing_else_is_a_number(void **state)
{
	(void)state;
	static const char *const others[] = {
		"", "A3F2-07C1-", "A3F2-07C1-000000", "A3F2-07C1-123", "A3F2-07C1-0000123", "a3f2-07c1-000123", "A3F2-07C2-000123",
		"A3F3-07C1-000123", "A3F2-07C1-00012x", "A3F2-07C1-000123 ", "A3F2 07C1 000123", "A3F2-07C1-99999999999999999999",
	};
	uint64_t number;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (series_parse(span_string(others[i]), &device, &life, &number))
			fail_msg("\"%s\" is taken for a number", others[i]);
	assert_true(series_parse(span_string("A3F2-07C1-000123"), &device, &life, &number));
	assert_int_equal(number, 123);
}

static void a_row_rests_so(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn txn;
	struct span value;
	struct series_place place = { .log = 9, .kind = 0x0102, .field = 5 };
	static const uint8_t key[] = { 0, 0, 0, 9, 1, 2, 5 }, erased[] = { 0, 0, 0, 9, 0, 0, 0 };
	static const uint8_t row[] = { 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1 };
	bool fine;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(series_put(&txn, &place, 1));
	assert_ok(series_erased(&txn, 9));
	assert_ok(series_put(&txn, &place, 2));
	assert_ok(txn_get(&txn, STORE_SERIES, span_of(key, sizeof key), &value));
	assert_true(span_equal(value, span_of(row, sizeof row)));
	assert_ok(txn_get(&txn, STORE_SERIES, span_of(erased, sizeof erased), &value));
	assert_true(span_equal(value, span_of(row + 8, 8)));

	// What was erased before the last number leaves no room behind it.
	assert_ok(series_check(&txn, &place, 3, &fine));
	assert_true(fine);
	assert_ok(series_check(&txn, &place, 4, &fine));
	assert_false(fine);
	assert_ok(series_erased(&txn, 9));
	assert_ok(series_check(&txn, &place, 4, &fine));
	assert_true(fine);
	assert_ok(series_forget(&txn, 9));
	assert_ok(series_check(&txn, &place, 1, &fine));
	assert_true(fine);
	txn_abort(&txn);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_reads_so),
		cmocka_unit_test(nothing_else_is_a_number),
		cmocka_unit_test(a_row_rests_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
