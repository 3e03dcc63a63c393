// The tree in time in the charter alone: where a unit stood on a day, what is only announced, and units that
// are heard of from afar.
#include <stdlib.h>

#include "org/charter_past.h"
#include "support/org_fixture.h"
#include "support/support.h"

static int setup(void **state)
{
	struct org_fixture *org = calloc(1, sizeof *org);
	assert_non_null(org);
	org_fixture_tree(org);
	*state = org;
	return 0;
}

static int teardown(void **state)
{
	org_fixture_free(*state);
	free(*state);
	return 0;
}

static enum merge_reason say(struct org_fixture *org, struct org_voice *voice, Tributary__Statement *statement)
{
	enum merge_reason reason;
	assert_ok(org_fixture_say(org, voice, &reason, (Tributary__Statement *[4]){ statement }));
	return reason;
}

static void parent_is(struct org_fixture *org, struct id unit, struct id parent)
{
	struct charter_unit row;
	assert_ok(charter_unit_get(&org->txn, &unit, &row));
	assert_memory_equal(row.parent.bytes, parent.bytes, sizeof parent.bytes);
}

static void the_past_of_a_unit_tells_where_it_stood_on_each_day(void **state)
{
	struct org_fixture *org = *state;
	struct id a = org->branch[0].unit, path[LIMIT_TREE_LEVELS];
	struct charter_lineage lineage;
	size_t count;
	Tributary__Statement *moved = org_fixture_moved(org, a, org->township[1].unit, 1, NULL, 0);
	moved->effective = date_from_civil(2026, 7, 1);
	assert_int_equal(say(org, &org->county, moved), MERGE_ACCEPTED);
	parent_is(org, a, org->township[1].unit);
	assert_ok(charter_path_on(&org->txn, &a, date_from_civil(2026, 6, 30), path, &count));
	assert_int_equal(count, 3);
	assert_memory_equal(path[1].bytes, org->township[0].unit.bytes, sizeof path[1].bytes);
	assert_ok(charter_path_on(&org->txn, &a, date_from_civil(2026, 7, 1), path, &count));
	assert_memory_equal(path[1].bytes, org->township[1].unit.bytes, sizeof path[1].bytes);
	arena_reset(&org->scratch);
	assert_ok(charter_lineage(&org->txn, &a, &org->scratch, &lineage));
	assert_int_equal(lineage.count, 2);
	assert_int_equal(lineage.spans[1].from, date_from_civil(2026, 7, 1));
	assert_true(charter_was_below(&org->txn, &org->township[0].unit, &a));
}

static void what_is_announced_changes_nothing_until_it_is_stated(void **state)
{
	struct org_fixture *org = *state;
	struct id a = org->branch[0].unit;
	struct charter_due due[CHARTER_DUE_MOST];
	size_t count;
	Tributary__Statement *moved = org_fixture_moved(org, a, org->township[1].unit, 1, NULL, 0);
	moved->effective = date_from_civil(2027, 1, 1);
	moved->announced = true;
	assert_int_equal(say(org, &org->county, moved), MERGE_ACCEPTED);
	parent_is(org, a, org->township[0].unit);
	assert_ok(charter_due(&org->txn, &org->county.unit, date_from_civil(2026, 12, 31), due, &count));
	assert_int_equal(count, 0);
	assert_ok(charter_due(&org->txn, &org->county.unit, date_from_civil(2027, 1, 1), due, &count));
	assert_int_equal(count, 1);
	moved->announced = false;
	moved->handover->rank = 2;
	assert_int_equal(say(org, &org->county, moved), MERGE_ACCEPTED);
	parent_is(org, a, org->township[1].unit);
	assert_ok(charter_due(&org->txn, &org->county.unit, date_from_civil(2027, 1, 1), due, &count));
	assert_int_equal(count, 0);
}

static void a_unit_that_is_heard_of_later_stands_where_it_was_moved(void **state)
{
	struct org_fixture *org = *state;
	struct id late = org_fixture_id(4, 7);
	assert_int_equal(say(org, &org->county, org_fixture_moved(org, late, org->township[1].unit, 1, NULL, 0)), MERGE_ACCEPTED);
	assert_int_equal(say(org, &org->township[0], org_fixture_created(org, late, org->township[0].unit, "branch", "后来", "")), MERGE_ACCEPTED);
	parent_is(org, late, org->township[1].unit);
	int64_t north, south;
	assert_ok(charter_expected(&org->txn, NULL, &org->township[0].unit, date_from_civil(2026, 3, 1), &north));
	assert_ok(charter_expected(&org->txn, NULL, &org->township[1].unit, date_from_civil(2026, 3, 1), &south));
	assert_int_equal(north, 3);
	assert_int_equal(south, 4);
}

static void one_that_goes_where_nobody_here_knows_stands_below_the_first_that_is_known(void **state)
{
	struct org_fixture *org = *state;
	struct id a = org->branch[0].unit, far = org_fixture_id(5, 1);
	assert_int_equal(say(org, &org->county, org_fixture_moved(org, a, far, 1, NULL, 0)), MERGE_ACCEPTED);
	parent_is(org, a, org->county.unit);
	assert_int_equal(say(org, &org->township[1], org_fixture_created(org, far, org->township[1].unit, "branch", "远处", "")), MERGE_ACCEPTED);
	parent_is(org, a, far);
	int64_t south;
	assert_ok(charter_expected(&org->txn, NULL, &org->township[1].unit, date_from_civil(2026, 3, 1), &south));
	assert_int_equal(south, 5);
}

static void a_split_unit_is_closed_and_its_successors_are_told(void **state)
{
	struct org_fixture *org = *state;
	struct id a = org->branch[0].unit, b = org->branch[1].unit;
	Tributary__UnitSplit split = TRIBUTARY__UNIT_SPLIT__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	ProtobufCBinaryData successors[] = { { .len = sizeof b.bytes, .data = b.bytes } };
	struct charter_unit row;
	split.unit = (ProtobufCBinaryData){ .len = sizeof a.bytes, .data = a.bytes };
	split.n_successors = 1;
	split.successors = successors;
	statement.effective = date_from_civil(2026, 5, 1);
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT;
	statement.unit_split = &split;
	assert_int_equal(say(org, &org->township[1], &statement), MERGE_STATEMENT);
	assert_int_equal(say(org, &org->township[0], &statement), MERGE_ACCEPTED);
	assert_ok(charter_unit_get(&org->txn, &a, &row));
	assert_int_equal(row.closed, date_from_civil(2026, 5, 1));
	assert_int_equal(say(org, &org->township[0], &statement), MERGE_CLOSED);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY(the_past_of_a_unit_tells_where_it_stood_on_each_day),
		PLAY(what_is_announced_changes_nothing_until_it_is_stated),
		PLAY(a_unit_that_is_heard_of_later_stands_where_it_was_moved),
		PLAY(one_that_goes_where_nobody_here_knows_stands_below_the_first_that_is_known),
		PLAY(a_split_unit_is_closed_and_its_successors_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
