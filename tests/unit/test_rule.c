// Rules warn where a unit is not as it should be, from the month in which that begins until the one in
// which it ends; and the cells that say so are the same however the unit came to be as it is.
#include "ledger/rule.h"

#include "io/store_memory.h"
#include "ledger/metric.h"
#include "support/ledger_fixture.h"
#include "support/pack_shelf.h"
#include "support/support.h"

enum { JANUARY = 2026 * 12, FULL = 1, PROBATIONARY = 2, OTHER = 3, NOBODY = 0, PEOPLE = 40 };

static struct pack_shelf shelf;

static int read_pack(void **state)
{
	(void)state;
	return pack_shelf_read(&shelf, "../data/duties.yaml");
}

static int release_pack(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

static int32_t on(int32_t month, int32_t day)
{
	return date_from_civil(2026, month, day);
}

// ---- A branch and its people ----

struct person {
	int64_t standing, group, committee, arrived, left; // 0: not said
};

struct branch {
	struct store *store;
	struct txn txn;
	struct arena arena;
	struct cell_batch *cells;
	struct derive_unit unit;
	struct derive_change groups[8];
	struct derive derive;
	struct person people[PEOPLE];
};

static void open_branch(struct branch *branch, const char *kind)
{
	*branch = (struct branch){ .store = store_memory_new(), .cells = cell_batch_new() };
	assert_non_null(branch->cells);
	branch->unit = (struct derive_unit){
		.id = small_id(3), .kind = pack_unit_kind_by_name(shelf.pack, kind), .parent = pack_unit_kind_by_name(shelf.pack, "township"),
		.since = on(1, 1), .closed = INT32_MAX, .changes = branch->groups,
	};
	assert_ok(txn_begin(branch->store, STORE_WRITE, &branch->txn));
	arena_init(&branch->arena, 1 << 20);
	branch->derive = (struct derive){
		.txn = &branch->txn, .pack = shelf.pack, .unit = &branch->unit, .owner = cell_owner_own(&branch->unit.id), .arena = &branch->arena,
	};
}

static void close_branch(struct branch *branch)
{
	cell_batch_free(branch->cells);
	arena_free(&branch->arena);
	txn_abort(&branch->txn);
	store_memory_free(branch->store);
}

static void contribute(struct branch *branch, size_t index, int sign)
{
	const struct person *person = &branch->people[index];
	const int64_t values[] = { person->standing, person->group, person->committee, person->arrived, person->left };
	struct record_write writes[5];
	size_t count = 0;
	for (size_t i = 0; i < 5; i++)
		if (values[i])
			writes[count++] = (struct record_write){ .field = (uint8_t)(2 + i), .value = number_value(values[i]) };
	const struct record record = {
		.key = { .unit = branch->unit.id, .kind = 1, .record = small_id((uint8_t)index) }, .writes = writes, .write_count = count,
	};
	if (person->standing)
		assert_ok(metric_contribute(shelf.pack, &record, sign, branch->cells));
}

static void derive(struct branch *branch)
{
	assert_ok(cell_batch_flush(branch->cells, &branch->txn, &branch->derive.owner, true));
	assert_ok(derive_run(&branch->derive));
}

static void enter(struct branch *branch, size_t index, struct person person)
{
	contribute(branch, index, -1);
	branch->people[index] = person;
	contribute(branch, index, 1);
}

static void enter_many(struct branch *branch, size_t from, size_t to, struct person person)
{
	for (size_t i = from; i < to; i++)
		enter(branch, i, person);
	derive(branch);
}

static int64_t warned(struct branch *branch, const char *name, int32_t month)
{
	int64_t units;
	const struct pack_rule *rule = pack_duty_rule(shelf.pack, name);
	assert_non_null(rule);
	assert_ok(rule_warned(&branch->txn, &branch->derive.owner, rule, month, &units));
	return units;
}

static size_t found(struct branch *branch, const char *name, int32_t day, struct rule_finding **findings)
{
	size_t count;
	assert_ok(rule_find(&branch->derive, pack_duty_rule(shelf.pack, name), day, findings, &count));
	return count;
}

// ---- What a rule says ----

static void a_branch_of_its_own_needs_three_full_members(void **state)
{
	(void)state;
	struct branch branch;
	struct rule_finding *findings;
	open_branch(&branch, "branch");
	enter_many(&branch, 0, 2, (struct person){ .standing = FULL });
	enter_many(&branch, 2, 6, (struct person){ .standing = PROBATIONARY });
	assert_int_equal(warned(&branch, "own_branch", JANUARY), 1);
	assert_int_equal(found(&branch, "own_branch", on(3, 3), &findings), 1);
	assert_int_equal(findings[0].value, 2);
	assert_int_equal(findings[0].term->at_least, 3);

	enter_many(&branch, 6, 7, (struct person){ .standing = FULL, .arrived = on(3, 20) });
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 1), 1);
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 2), 0);
	assert_int_equal(found(&branch, "own_branch", on(3, 20), &findings), 0);
	enter_many(&branch, 0, 1, (struct person){ .standing = FULL, .left = on(6, 1) });
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 4), 0);
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 5), 1);
	close_branch(&branch);
}

static void a_committee_is_of_three_to_seven_and_there_is_none_in_a_small_branch(void **state)
{
	(void)state;
	struct branch branch;
	open_branch(&branch, "branch");
	enter_many(&branch, 0, 6, (struct person){ .standing = FULL });
	assert_int_equal(warned(&branch, "no_committee", JANUARY), 0);
	enter_many(&branch, 0, 1, (struct person){ .standing = FULL, .committee = 1 });
	assert_int_equal(warned(&branch, "no_committee", JANUARY), 1);
	assert_int_equal(warned(&branch, "committee_size", JANUARY), 0);
	enter_many(&branch, 6, 7, (struct person){ .standing = FULL });
	assert_int_equal(warned(&branch, "no_committee", JANUARY), 0);
	assert_int_equal(warned(&branch, "committee_size", JANUARY), 1);
	enter_many(&branch, 1, 3, (struct person){ .standing = FULL, .committee = 1 });
	assert_int_equal(warned(&branch, "committee_size", JANUARY), 0);
	close_branch(&branch);
}

static void each_group_is_judged_by_itself_and_an_empty_one_is_none(void **state)
{
	(void)state;
	struct branch branch;
	struct rule_finding *findings;
	open_branch(&branch, "branch");
	enter_many(&branch, 0, 4, (struct person){ .standing = FULL, .group = 1 });
	assert_int_equal(warned(&branch, "group_size", JANUARY), 0);
	enter_many(&branch, 4, 5, (struct person){ .standing = FULL, .group = 2 });
	assert_int_equal(warned(&branch, "group_size", JANUARY), 1);
	assert_int_equal(found(&branch, "group_size", on(1, 9), &findings), 1);
	assert_int_equal(findings[0].bucket, 2);
	assert_int_equal(findings[0].value, 1);
	enter_many(&branch, 5, 7, (struct person){ .standing = PROBATIONARY, .group = 1 });
	assert_int_equal(found(&branch, "group_size", on(1, 9), &findings), 2); // six in the first, one in the second
	enter_many(&branch, 4, 5, (struct person){ .standing = FULL });
	assert_int_equal(found(&branch, "group_size", on(1, 9), &findings), 1);
	close_branch(&branch);
}

static void a_temporary_branch_of_some_age_needs_its_people(void **state)
{
	(void)state;
	struct branch branch;
	struct rule_finding *findings;
	open_branch(&branch, "temporary_branch");
	branch.unit.since = on(3, 20);
	enter_many(&branch, 0, 4, (struct person){ .standing = FULL, .arrived = on(3, 20) });
	assert_int_equal(warned(&branch, "temporary", JANUARY + 2), 0); // 11 days old
	assert_int_equal(warned(&branch, "temporary", JANUARY + 3), 1);
	assert_int_equal(found(&branch, "temporary", on(4, 4), &findings), 0);
	assert_int_equal(found(&branch, "temporary", on(4, 5), &findings), 2); // 16 days: neither 20 people nor 5 members
	enter_many(&branch, 4, 22, (struct person){ .standing = OTHER, .arrived = on(3, 20) });
	assert_int_equal(found(&branch, "temporary", on(4, 5), &findings), 1);
	enter_many(&branch, 22, 23, (struct person){ .standing = PROBATIONARY, .arrived = on(5, 2) });
	assert_int_equal(warned(&branch, "temporary", JANUARY + 3), 1);
	assert_int_equal(warned(&branch, "temporary", JANUARY + 4), 0);
	branch.unit.parent = pack_unit_kind_by_name(shelf.pack, "county"); // looked at below townships only
	derive(&branch);
	assert_int_equal(warned(&branch, "temporary", JANUARY + 3), 0);
	close_branch(&branch);
}

static void units_below_are_counted_by_their_kind(void **state)
{
	(void)state;
	struct branch branch;
	struct rule_finding *findings;
	open_branch(&branch, "branch");
	enter_many(&branch, 0, 8, (struct person){ .standing = FULL });
	assert_int_equal(warned(&branch, "groups", JANUARY), 1);
	branch.groups[0] = (struct derive_change){ .kind = pack_unit_kind_by_name(shelf.pack, "group"), .day = on(2, 10), .delta = 2 };
	branch.groups[1] = (struct derive_change){ .kind = pack_unit_kind_by_name(shelf.pack, "township"), .day = on(2, 10), .delta = 5 };
	branch.groups[2] = (struct derive_change){ .kind = pack_unit_kind_by_name(shelf.pack, "group"), .day = on(5, 10), .delta = -1 };
	branch.unit.change_count = 3;
	derive(&branch);
	assert_int_equal(warned(&branch, "groups", JANUARY), 1);
	assert_int_equal(warned(&branch, "groups", JANUARY + 1), 0);
	assert_int_equal(warned(&branch, "groups", JANUARY + 4), 1);
	assert_int_equal(found(&branch, "groups", on(2, 9), &findings), 1);
	assert_int_equal(found(&branch, "groups", on(2, 10), &findings), 0);
	close_branch(&branch);
}

static void a_closed_unit_warns_no_more(void **state)
{
	(void)state;
	struct branch branch;
	struct rule_finding *findings;
	open_branch(&branch, "branch");
	enter_many(&branch, 0, 1, (struct person){ .standing = FULL });
	branch.unit.closed = on(4, 15);
	derive(&branch);
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 2), 1);
	assert_int_equal(warned(&branch, "own_branch", JANUARY + 3), 0);
	assert_int_equal(found(&branch, "own_branch", on(4, 14), &findings), 1);
	assert_int_equal(found(&branch, "own_branch", on(4, 15), &findings), 0);
	close_branch(&branch);
}

// ---- As from nothing, and as found day by day ----

static struct person anybody(struct chance *chance)
{
	struct person person = { .standing = chance_below(chance, 4), .group = chance_below(chance, 3), .committee = chance_below(chance, 2) };
	if (chance_below(chance, 2))
		person.arrived = on(1, 1) + (int32_t)chance_below(chance, 500);
	if (chance_below(chance, 3) == 0)
		person.left = on(1, 1) + (int32_t)chance_below(chance, 700);
	return person;
}

static void as_found_at_each_months_end(struct branch *branch)
{
	struct rule_finding *findings;
	for (size_t i = 0; i < shelf.pack->rule_count; i++)
		for (int32_t month = JANUARY; month < JANUARY + 30; month++) {
			bool warns = found(branch, shelf.pack->rules[i].name, date_month_end(month), &findings) > 0;
			assert_int_equal(warned(branch, shelf.pack->rules[i].name, month), warns);
			arena_reset(&branch->arena);
		}
}

static void cells_equal(struct branch *a, struct branch *b)
{
	struct cell x, y;
	struct cell_scan left = cell_scan_begin(&a->txn, &a->derive.owner, CELL_METRIC_CHECK);
	struct cell_scan right = cell_scan_begin(&b->txn, &b->derive.owner, CELL_METRIC_CHECK);
	while (cell_scan_next(&left, &x)) {
		assert_true(cell_scan_next(&right, &y));
		assert_int_equal(cell_key_compare(&x.key, &y.key), 0);
		assert_int_equal(x.value, y.value);
	}
	assert_false(cell_scan_next(&right, &y));
	cell_scan_end(&left);
	cell_scan_end(&right);
}

static void what_grew_with_a_random_history_is_what_comes_from_nothing(void **state)
{
	(void)state;
	static const char *const kinds[] = { "branch", "enterprise_branch", "temporary_branch" };
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct chance chance = { .state = seed };
		struct branch grown;
		open_branch(&grown, kinds[seed % 3]);
		grown.unit.since = on(1, 1) + (int32_t)chance_below(&chance, 90);
		for (unsigned step = 0; step < 96; step++) {
			enter(&grown, chance_below(&chance, 16), anybody(&chance));
			if (grown.unit.change_count < 8 && chance_below(&chance, 8) == 0)
				grown.groups[grown.unit.change_count++] = (struct derive_change){
					.kind = pack_unit_kind_by_name(shelf.pack, "group"), .day = on(1, 1) + (int32_t)chance_below(&chance, 400),
					.delta = chance_below(&chance, 4) ? 1 : -1,
				};
			if (chance_below(&chance, 16) == 0)
				grown.unit.closed = chance_below(&chance, 2) ? on(10, 1) + (int32_t)chance_below(&chance, 300) : INT32_MAX;
			derive(&grown);
		}
		struct branch anew;
		open_branch(&anew, kinds[seed % 3]);
		anew.unit = grown.unit;
		for (size_t i = 0; i < PEOPLE; i++)
			enter(&anew, i, grown.people[i]);
		derive(&anew);
		cells_equal(&grown, &anew);
		as_found_at_each_months_end(&grown);
		close_branch(&anew);
		close_branch(&grown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_branch_of_its_own_needs_three_full_members),
		cmocka_unit_test(a_committee_is_of_three_to_seven_and_there_is_none_in_a_small_branch),
		cmocka_unit_test(each_group_is_judged_by_itself_and_an_empty_one_is_none),
		cmocka_unit_test(a_temporary_branch_of_some_age_needs_its_people),
		cmocka_unit_test(units_below_are_counted_by_their_kind),
		cmocka_unit_test(a_closed_unit_warns_no_more),
		cmocka_unit_test(what_grew_with_a_random_history_is_what_comes_from_nothing),
	};
	return cmocka_run_group_tests(tests, read_pack, release_pack);
}
