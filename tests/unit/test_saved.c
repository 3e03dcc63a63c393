// Views that accounts keep: their row, what is no view, how many there may be, and a row that is damaged.
#include "support/support.h"

#include <stdio.h>

#include "io/store_memory.h"
#include "web/saved.h"

static struct store *store;
static struct txn txn;

static int enter(void **state)
{
	(void)state;
	store = store_memory_new();
	return txn_begin(store, STORE_WRITE, &txn) != ERR_OK;
}

static int leave(void **state)
{
	(void)state;
	txn_abort(&txn);
	store_memory_free(store);
	return 0;
}

static size_t count(const char *account)
{
	json_t *views;
	assert_ok(saved_list(&txn, account, &views));
	size_t size = json_array_size(views);
	json_decref(views);
	return size;
}

static void the_row_is_as_the_header_says(void **state)
{
	struct span row;
	(void)state;
	assert_ok(saved_keep(&txn, "王", "三月", "#/u/./overview?period=2026-03", 1));
	assert_ok(saved_keep(&txn, "王", "排名", "#/u/./ranking", 2));
	assert_ok(saved_keep(&txn, "王", "三月", "#/", 3));
	assert_ok(txn_get(&txn, STORE_META, span_string("views/王"), &row));
	assert_true(span_equal(row, span_string("[{\"name\":\"三月\",\"at\":\"#/\",\"since\":3},{\"name\":\"排名\",\"at\":\"#/u/./ranking\",\"since\":2}]")));
	assert_int_equal(count("李"), 0);
	assert_ok(saved_drop(&txn, "王", "排名"));
	assert_err(NOT_FOUND, saved_drop(&txn, "王", "排名"));
	assert_err(NOT_FOUND, saved_drop(&txn, "李", "三月"));
	assert_ok(saved_drop_all(&txn, "王"));
	assert_ok(saved_drop_all(&txn, "王"));
	assert_false(txn_has(&txn, STORE_META, span_string("views/王")));
}

static void what_is_no_view_is_refused(void **state)
{
	char name[SAVED_NAME_BYTES + 2];
	(void)state;
	memset(name, 'n', sizeof name);
	name[SAVED_NAME_BYTES + 1] = '\0';
	assert_err(MALFORMED, saved_keep(&txn, "a", name, "#/", 1));
	name[SAVED_NAME_BYTES] = '\0';
	assert_ok(saved_keep(&txn, "a", name, "#/", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a", "", "#/", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a", "x\ny", "#/", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a", "\xff", "#/", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a", "x", "", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a", "x", "javascript:alert(1)", 1));
	assert_err(MALFORMED, saved_keep(&txn, "a b", "x", "#/", 1));
	assert_int_equal(count("a"), 1);
}

static void there_is_an_end_to_them(void **state)
{
	char name[16];
	(void)state;
	for (unsigned i = 0; i < SAVED_MOST; i++) {
		snprintf(name, sizeof name, "%u", i);
		assert_ok(saved_keep(&txn, "a", name, "#/", i));
	}
	assert_err(RANGE, saved_keep(&txn, "a", "more", "#/", 1));
	assert_ok(saved_keep(&txn, "a", "0", "#/again", 1));
	assert_int_equal(count("a"), SAVED_MOST);
}

static void a_damaged_row_is_told(void **state)
{
	json_t *views;
	(void)state;
	assert_ok(txn_put(&txn, STORE_META, span_string("views/a"), span_string("{\"name\":1}")));
	assert_err(CORRUPT, saved_list(&txn, "a", &views));
	assert_ok(txn_put(&txn, STORE_META, span_string("views/a"), span_string("[[")));
	assert_err(CORRUPT, saved_keep(&txn, "a", "x", "#/", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_row_is_as_the_header_says, enter, leave),
		cmocka_unit_test_setup_teardown(what_is_no_view_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_them, enter, leave),
		cmocka_unit_test_setup_teardown(a_damaged_row_is_told, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
