// What only the store in memory does: it crashes, fails and is copied when the simulator says so.
#include "support/support.h"

#include <stdio.h>

#include "base/store.h"
#include "io/store_memory.h"
#include "io/store_treap.h"

static struct txn begin(struct store *store, enum store_mode mode)
{
	struct txn txn;
	assert_ok(txn_begin(store, mode, &txn));
	return txn;
}

static enum err put(struct txn *txn, const char *key, const char *value)
{
	return txn_put(txn, STORE_RECORD, span_string(key), span_string(value));
}

static enum err write_one(struct store *store, const char *key)
{
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, key, key);
	return txn_commit(&txn);
}

static bool holds(struct store *store, const char *key)
{
	struct txn txn = begin(store, STORE_READ);
	bool found = txn_has(&txn, STORE_RECORD, span_string(key));
	txn_abort(&txn);
	return found;
}

static void a_crash_takes_the_open_write_and_nothing_else(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	assert_ok(write_one(store, "acknowledged"));
	struct txn doomed = begin(store, STORE_WRITE);
	put(&doomed, "half done", "");
	struct scan scan = scan_begin(&doomed, STORE_RECORD, span_string(""));
	assert_true(scan_next(&scan));
	store_memory_crash(store);
	assert_true(holds(store, "acknowledged"));
	assert_false(holds(store, "half done"));
	assert_ok(write_one(store, "after the crash")); // the writer's place is free
	assert_false(scan_next(&scan));
	scan_end(&scan);
	assert_err(IO, put(&doomed, "from the grave", ""));
	assert_err(IO, txn_commit(&doomed));
	assert_false(holds(store, "from the grave"));
	store_memory_crash(store); // nothing is open: nothing happens
	assert_true(holds(store, "after the crash"));
	store_memory_free(store);
}

static void a_crashed_write_that_nobody_touched_again_cannot_commit(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn doomed = begin(store, STORE_WRITE);
	put(&doomed, "half done", "");
	store_memory_crash(store);
	assert_err(IO, txn_commit(&doomed));
	assert_false(holds(store, "half done"));
	store_memory_free(store);
}

static void a_failing_commit_may_or_may_not_have_taken_effect(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	store_memory_fail_next_commit(store, ERR_FULL, false);
	assert_err(FULL, write_one(store, "refused"));
	assert_false(holds(store, "refused"));
	store_memory_fail_next_commit(store, ERR_IO, true);
	assert_err(IO, write_one(store, "unknown"));
	assert_true(holds(store, "unknown"));
	assert_ok(write_one(store, "well"));
	assert_true(holds(store, "well"));
	store_memory_free(store);
}

static void an_aborted_write_does_not_use_up_the_failure(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	store_memory_fail_next_commit(store, ERR_IO, false);
	struct txn txn = begin(store, STORE_WRITE);
	txn_abort(&txn);
	assert_err(IO, write_one(store, "still to fail"));
	store_memory_free(store);
}

static void a_second_writer_is_refused(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn first = begin(store, STORE_WRITE), second;
	assert_err(LOCKED, txn_begin(store, STORE_WRITE, &second));
	assert_err(LOCKED, txn_commit(&second));
	assert_ok(txn_commit(&first));
	store_memory_free(store);
}

static void a_snapshot_goes_its_own_way(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	assert_ok(write_one(store, "common"));
	struct txn open = begin(store, STORE_WRITE);
	put(&open, "not yet", "");
	struct store *copy = store_memory_snapshot(store);
	assert_ok(txn_commit(&open));
	assert_ok(write_one(copy, "only there"));
	assert_true(holds(copy, "common"));
	assert_false(holds(copy, "not yet"));
	assert_false(holds(store, "only there"));
	store_memory_free(store);
	assert_true(holds(copy, "common"));
	store_memory_free(copy);
}

static void the_bytes_are_those_of_what_is_committed(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	assert_int_equal(store_memory_bytes(store), 0);
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, "key", "value");
	put(&txn, "other", "");
	assert_int_equal(store_memory_bytes(store), 0);
	assert_ok(txn_commit(&txn));
	assert_int_equal(store_memory_bytes(store), 3 + 5 + 5);
	txn = begin(store, STORE_WRITE);
	put(&txn, "key", "longer value");
	txn_delete(&txn, STORE_RECORD, span_string("other"));
	assert_ok(txn_commit(&txn));
	assert_int_equal(store_memory_bytes(store), 3 + 12);
	store_memory_free(store);
}

// Where the bytes of a value lie.
static const void *value_at(struct store *store, const char *key)
{
	struct txn txn = begin(store, STORE_READ);
	struct span value;
	assert_ok(txn_get(&txn, STORE_RECORD, span_string(key), &value));
	txn_abort(&txn);
	return value.data;
}

static void fill(struct store *store, const char *key, const char *large)
{
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, key, large);
	assert_ok(txn_commit(&txn));
}

// Each goes its own way; what they share is gone with the last of them (the pool says so when it is freed).
static void stores_of_one_pool_share_what_is_large(void **state)
{
	(void)state;
	char large[5000];
	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = 0;
	struct store_treap_pool *pool = store_treap_pool_new();
	struct store *one = store_memory_new_in(pool), *other = store_memory_new_in(pool);
	fill(one, "pack", large);
	fill(other, "pack", large);
	fill(other, "pac", large); // another key, and other bytes
	assert_int_equal(store_memory_bytes(one), 4 + 4999);
	assert_int_equal(store_memory_bytes(other), 4 + 4999 + 3 + 4999);
	struct store *copy = store_memory_snapshot(one);
	fill(one, "pack", "small");
	assert_int_equal(store_memory_bytes(one), 4 + 5);
	assert_int_equal(store_memory_bytes(copy), 4 + 4999);
	store_memory_free(one);
	assert_true(holds(other, "pack"));
	store_memory_free(other);
	assert_true(holds(copy, "pack"));
	store_memory_free(copy);
	store_treap_pool_free(pool);
}

// Written in another order, with detours: equal tables are one tree, and the pool is empty once the last is gone.
static void stores_of_one_pool_that_say_the_same_are_one(void **state)
{
	(void)state;
	struct store_treap_pool *pool = store_treap_pool_new();
	struct store *one = store_memory_new_in(pool), *other = store_memory_new_in(pool);
	char key[16];
	for (int i = 0; i < 3000; i++) { // the pool's tables grow
		snprintf(key, sizeof key, "row %d", i);
		fill(one, key, key);
	}
	struct txn txn = begin(other, STORE_WRITE);
	for (int i = 3000; i-- > 0;) {
		snprintf(key, sizeof key, "row %d", i);
		put(&txn, key, "something else");
		put(&txn, key, key);
	}
	put(&txn, "passing", "by");
	assert_ok(txn_commit(&txn));
	txn = begin(other, STORE_WRITE);
	txn_delete(&txn, STORE_RECORD, span_string("passing"));
	assert_ok(txn_commit(&txn));
	assert_ptr_equal(value_at(one, "row 1234"), value_at(other, "row 1234"));
	fill(one, "row 1234", "changed");
	assert_ptr_not_equal(value_at(one, "row 1234"), value_at(other, "row 1234"));
	assert_ptr_equal(value_at(one, "row 77"), value_at(other, "row 77"));
	store_memory_crash(one); // nothing is open: nothing happens
	txn = begin(other, STORE_WRITE);
	put(&txn, "row 77", "lost");
	store_memory_crash(other);
	txn_abort(&txn);
	assert_ptr_equal(value_at(one, "row 77"), value_at(other, "row 77"));
	store_memory_free(other);
	assert_true(holds(one, "row 77"));
	store_memory_free(one);
	store_treap_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_takes_the_open_write_and_nothing_else),
		cmocka_unit_test(a_crashed_write_that_nobody_touched_again_cannot_commit),
		cmocka_unit_test(a_failing_commit_may_or_may_not_have_taken_effect),
		cmocka_unit_test(an_aborted_write_does_not_use_up_the_failure),
		cmocka_unit_test(a_second_writer_is_refused),
		cmocka_unit_test(a_snapshot_goes_its_own_way),
		cmocka_unit_test(the_bytes_are_those_of_what_is_committed),
		cmocka_unit_test(stores_of_one_pool_share_what_is_large),
		cmocka_unit_test(stores_of_one_pool_that_say_the_same_are_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
