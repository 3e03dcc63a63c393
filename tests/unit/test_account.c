// Accounts: their row, byte for byte, their passwords, and rows that are not what they should be.
#include "support/support.h"

#include <sodium.h>
#include <string.h>

#include "io/store_memory.h"
#include "web/account.h"

static int enter(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

static struct account account_of(const char *name)
{
	struct account account = { .role = ACCOUNT_REVIEWER, .since = UINT64_C(0x0102030405060708), .hash = "$argon2id$x" };
	strcpy(account.name, name);
	memset(account.unit.bytes, 0xab, sizeof account.unit.bytes);
	return account;
}

static void the_row_is_as_the_header_says(void **state)
{
	static const uint8_t golden[] = {
		1, 2, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
		1, 2, 3, 4, 5, 6, 7, 8, '$', 'a', 'r', 'g', 'o', 'n', '2', 'i', 'd', '$', 'x',
	};
	struct store *store = store_memory_new();
	struct account account = account_of("王"), again;
	struct txn txn;
	struct span row;
	(void)state;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(account_put(&txn, &account));
	assert_ok(txn_get(&txn, STORE_META, span_string("account/王"), &row));
	assert_int_equal(row.size, sizeof golden);
	assert_memory_equal(row.data, golden, sizeof golden);
	assert_ok(account_get(&txn, "王", &again));
	assert_memory_equal(&again, &account, sizeof account);
	assert_ok(account_delete(&txn, "王"));
	assert_err(NOT_FOUND, account_get(&txn, "王", &again));
	assert_err(NOT_FOUND, account_delete(&txn, "王"));
	assert_ok(txn_commit(&txn));
	store_memory_free(store);
}

static void rows_that_are_damaged_are_no_accounts(void **state)
{
	uint8_t row[26 + ACCOUNT_HASH_BYTES] = { 1, 1 };
	struct account account;
	(void)state;
	row[26] = '$';
	assert_ok(account_decode(span_string("a"), span_of(row, 27), &account));
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, 26), &account));
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, 0), &account));
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, sizeof row), &account));
	assert_err(CORRUPT, account_decode(span_string(""), span_of(row, 27), &account));
	row[1] = 0;
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, 27), &account));
	row[1] = 4;
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, 27), &account));
	row[1] = 1;
	row[0] = 2;
	assert_err(CORRUPT, account_decode(span_string("a"), span_of(row, 27), &account));
}

static void a_walk_gives_them_by_name(void **state)
{
	static const char *const names[] = { "a", "b", "王" };
	struct store *store = store_memory_new();
	struct account account;
	struct txn txn;
	size_t count = 0;
	(void)state;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	for (size_t i = 3; i > 0; i--) {
		account = account_of(names[i - 1]);
		assert_ok(account_put(&txn, &account));
	}
	assert_ok(txn_put(&txn, STORE_META, span_string("account/aa"), span_string("nonsense")));
	assert_ok(txn_put(&txn, STORE_META, span_string("accounts"), span_string("nonsense")));
	struct account_walk walk = account_walk_begin(&txn);
	while (account_walk_next(&walk, &account))
		assert_string_equal(account.name, names[count++]);
	account_walk_end(&walk);
	assert_int_equal(count, 3);
	txn_abort(&txn);
	store_memory_free(store);
}

static void a_password_is_its_hash_and_nothing_else_is(void **state)
{
	struct account account = account_of("a");
	(void)state;
	assert_err(RANGE, account_password_set(&account, "too short"));
	assert_ok(account_password_set(&account, "correct horse battery"));
	assert_memory_equal(account.hash, "$argon2id$", 10);
	assert_null(strstr(account.hash, "horse"));
	assert_true(account_password_is(&account, "correct horse battery"));
	assert_false(account_password_is(&account, "correct horse batterz"));
	assert_false(account_password_is(&account, ""));
	assert_false(account_password_is(NULL, "correct horse battery"));
}

static void names_have_no_blanks(void **state)
{
	char longest[ACCOUNT_NAME_BYTES + 1];
	(void)state;
	memset(longest, 'a', sizeof longest);
	longest[ACCOUNT_NAME_BYTES] = '\0';
	assert_err(MALFORMED, account_name_check(longest));
	longest[ACCOUNT_NAME_BYTES - 1] = '\0';
	assert_ok(account_name_check(longest));
	assert_ok(account_name_check("王"));
	assert_err(MALFORMED, account_name_check(""));
	assert_err(MALFORMED, account_name_check("a b"));
	assert_err(MALFORMED, account_name_check("a\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_is_as_the_header_says),
		cmocka_unit_test(rows_that_are_damaged_are_no_accounts),
		cmocka_unit_test(a_walk_gives_them_by_name),
		cmocka_unit_test(a_password_is_its_hash_and_nothing_else_is),
		cmocka_unit_test(names_have_no_blanks),
	};
	return cmocka_run_group_tests(tests, enter, NULL);
}
