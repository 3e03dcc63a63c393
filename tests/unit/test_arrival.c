// Arrivals: in the order in which they came, each seen by those it is for; cursors that stand and that do not.
#include "io/store_memory.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/arrival.h"

static size_t walk(struct actor *actor, const struct id *unit, uint64_t cursor, uint64_t *last)
{
	struct txn txn;
	struct arrival item;
	size_t count = 0;
	*last = cursor;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct arrival_walk walking = arrival_walk_begin(&txn, unit, cursor);
	while (arrival_walk_next(&walking, &item)) {
		assert_true(item.number > *last); // ascending, whoever they are for
		*last = item.number;
		count++;
	}
	arrival_walk_end(&walking);
	txn_abort(&txn);
	return count;
}

static void each_unit_sees_its_own_and_what_is_for_all(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct actor *one = cluster_branch(township, "one"), *two = cluster_branch(township, "two");
	uint64_t last_one, last_two, again;
	assert_ok(cluster_sync(one));
	assert_ok(cluster_sync(two));
	size_t before = walk(township, &two->self.unit, 0, &last_two);
	cluster_put(one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=一", "minutes=二", NULL);
	assert_ok(cluster_sync(one));
	assert_int_equal(walk(township, &two->self.unit, 0, &last_two), before);
	walk(township, &one->self.unit, 0, &last_one);
	assert_true(last_one > last_two);
	cluster_branch(township, "three"); // the charter is for all
	assert_true(walk(township, &two->self.unit, last_two, &again) > 0);
	assert_true(walk(township, &one->self.unit, last_one, &again) > 0);
	assert_int_equal(walk(township, &one->self.unit, again, &last_one), 0);
	cluster_free(play);
}

static bool stands(struct store *store, uint64_t cursor)
{
	struct txn txn;
	bool good;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(arrival_stands(&txn, cursor, &good));
	assert_ok(txn_commit(&txn));
	return good;
}

static void a_number_never_means_two_things(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct txn txn;
	uint64_t last, after;
	assert_ok(txn_begin(township->store, STORE_READ, &txn));
	assert_ok(arrival_last(&txn, &last));
	txn_abort(&txn);
	assert_true(stands(township->store, 0));
	assert_true(stands(township->store, last));
	assert_false(stands(township->store, last + 10)); // given before this store was put back
	assert_false(stands(township->store, last + 4));  // as this one was, though it is not beyond now
	assert_true(stands(township->store, last));
	cluster_branch(township, "branch");
	assert_ok(txn_begin(township->store, STORE_READ, &txn));
	assert_ok(arrival_last(&txn, &after));
	txn_abort(&txn);
	assert_true(after > last + 10);
	assert_true(stands(township->store, after));
	cluster_free(play);
}

static void claims_without_end_cost_a_bounded_number_of_rows(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	for (uint64_t i = 1; i < 1000; i++)
		assert_false(stands(store, i * 10));
	assert_false(stands(store, UINT64_MAX)); // no cursor at all: leaves nothing behind
	struct txn txn;
	uint64_t last;
	size_t rows = 0;
	assert_ok(txn_begin(store, STORE_READ, &txn));
	assert_ok(arrival_last(&txn, &last));
	assert_int_equal(last, 9990);
	struct scan scan = scan_begin(&txn, STORE_META, span_string("lost/"));
	while (scan_next(&scan))
		rows++;
	scan_end(&scan);
	txn_abort(&txn);
	assert_true(rows <= 64);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_unit_sees_its_own_and_what_is_for_all),
		cmocka_unit_test(a_number_never_means_two_things),
		cmocka_unit_test(claims_without_end_cost_a_bounded_number_of_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
