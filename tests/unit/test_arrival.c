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

// Where the unit's devices stand when they have everything.
static struct arrival_cursor newest(struct actor *server, const struct id *unit)
{
	struct txn txn;
	struct arrival item;
	struct arrival_cursor cursor = { .number = 0 };
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	struct arrival_walk walking = arrival_walk_begin(&txn, unit, 0);
	while (arrival_walk_next(&walking, &item))
		cursor = (struct arrival_cursor){ .number = item.number, .mark = item.mark };
	arrival_walk_end(&walking);
	txn_abort(&txn);
	assert_true(cursor.number > 0);
	return cursor;
}

static bool stands(struct actor *server, const struct id *unit, struct arrival_cursor cursor)
{
	struct txn txn;
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	bool good = arrival_stands(&txn, unit, cursor);
	assert_ok(txn.err);
	txn_abort(&txn);
	return good;
}

static void a_cursor_stands_with_its_mark_for_the_unit_that_it_was_given_to(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct actor *one = cluster_branch(township, "one"), *two = cluster_branch(township, "two");
	assert_ok(cluster_sync(one));
	cluster_put(one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=一", "minutes=二", NULL);
	assert_ok(cluster_sync(one));
	const struct arrival_cursor good = newest(township, &one->self.unit);
	const struct id *unit = &one->self.unit;
	assert_true(stands(township, unit, good));
	assert_true(stands(township, unit, (struct arrival_cursor){ .number = 0 }));
	assert_false(stands(township, unit, (struct arrival_cursor){ .number = good.number, .mark = good.mark ^ 1 }));
	assert_false(stands(township, unit, (struct arrival_cursor){ .number = good.number + 1, .mark = good.mark }));
	assert_false(stands(township, unit, (struct arrival_cursor){ .number = UINT64_MAX, .mark = good.mark }));
	assert_false(stands(township, &two->self.unit, good)); // it was told to one's devices alone
	cluster_free(play);
}

// The store of a township is put back, and nobody notices. It gives the same numbers to other things before
// the branch comes again.
static void a_number_given_twice_has_two_marks(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct actor *one = cluster_branch(township, "one"), *two = cluster_branch(township, "two");
	assert_ok(cluster_sync(one));
	assert_ok(cluster_sync(two));
	struct store *before = cluster_backup(township);
	cluster_put(one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=一", "minutes=二", NULL);
	assert_ok(cluster_sync(one));
	const struct arrival_cursor given = newest(township, &one->self.unit);
	cluster_restore(township, before);
	while (newest(township, &two->self.unit).number < given.number) {
		cluster_put(two, "meeting", NULL, "date=2026-03-06", "type=group", "topic=三", "minutes=四", NULL);
		assert_ok(cluster_sync(two));
	}
	assert_false(stands(township, &one->self.unit, given));
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_unit_sees_its_own_and_what_is_for_all),
		cmocka_unit_test(a_cursor_stands_with_its_mark_for_the_unit_that_it_was_given_to),
		cmocka_unit_test(a_number_given_twice_has_two_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
