// What units owe, up the tree: two branches of different kinds, one silent; the quarter ends; the county
// sees k of n, who missed what twice in a row, and whom a check warns of. Then truth comes late.
#include "ledger/cadence.h"
#include "ledger/rule.h"
#include "ledger/tally.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/heard.h"

enum { JANUARY = 2026 * 12, DAY_MS = 24 * 60 * 60 * 1000 };

struct stage {
	struct cluster *play;
	struct actor *county, *township, *village, *factory, *silent;
};

static struct stage the_first_quarter(void)
{
	struct stage stage = { .play = cluster_new_with("../data/duties.yaml") };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.village = cluster_unit(stage.township, "branch", "village");
	stage.factory = cluster_unit(stage.township, "enterprise_branch", "factory");
	stage.silent = cluster_unit(stage.township, "branch", "silent");
	assert_ok(cluster_sync(stage.village));
	assert_ok(cluster_sync(stage.factory));
	return stage;
}

static void all_sync(struct stage *stage)
{
	assert_ok(cluster_sync(stage->village));
	assert_ok(cluster_sync(stage->factory));
	assert_ok(cluster_sync(stage->township));
}

// How many units met it, as `actor` sees `unit`.
static int64_t met(struct actor *actor, struct actor *unit, const char *cadence, int32_t last)
{
	const struct pack_cadence *found = pack_duty_cadence(cluster_pack(actor), cadence);
	struct cell_owner owner = cell_owner_own(&unit->self.unit);
	struct txn txn;
	int64_t units;
	assert_non_null(found);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (actor->self.server)
		assert_ok(tally_sum_owner(&txn, &unit->self.unit, &owner));
	assert_ok(cadence_met(&txn, &owner, found, last, &units));
	txn_abort(&txn);
	return units;
}

// How often in a row, by what the unit published as it reached `actor`.
static int32_t in_a_row(struct actor *actor, struct actor *unit, const char *cadence, int32_t last)
{
	const struct pack_cadence *found = pack_duty_cadence(cluster_pack(actor), cadence);
	struct tally_chain chain = { .log = 0 };
	struct txn txn;
	bool provisional;
	int32_t row;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	enum err err = tally_in_force(&txn, &unit->self.unit, false, &chain, &provisional);
	assert_true(err == ERR_OK || err == ERR_NOT_FOUND);
	const struct cell_owner owner = cell_owner_log(err ? 0 : chain.log);
	assert_ok(cadence_missed_in_a_row(&txn, &owner, found, last, &row));
	txn_abort(&txn);
	return row;
}

static int64_t warned(struct actor *actor, struct actor *unit, const char *rule, int32_t month)
{
	const struct pack_rule *found = pack_duty_rule(cluster_pack(actor), rule);
	struct cell_owner owner = cell_owner_own(&unit->self.unit);
	struct txn txn;
	int64_t units;
	assert_non_null(found);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (actor->self.server)
		assert_ok(tally_sum_owner(&txn, &unit->self.unit, &owner));
	assert_ok(rule_warned(&txn, &owner, found, month, &units));
	txn_abort(&txn);
	return units;
}

static void the_county_sees_who_kept_its_cadence(void **state)
{
	(void)state;
	struct stage stage = the_first_quarter();
	struct id meeting = cluster_put(stage.village, "meeting", NULL, "date=2026-01-20", "type=members", NULL);
	cluster_put(stage.village, "meeting", NULL, "date=2026-01-12", "type=activity", NULL);
	cluster_put(stage.factory, "meeting", NULL, "date=2026-02-05", "type=members", NULL);
	assert_int_equal(met(stage.village, stage.village, "members_meeting", JANUARY + 2), 1);
	assert_int_equal(met(stage.factory, stage.factory, "members_meeting", JANUARY + 2), 0); // one of two
	all_sync(&stage);
	assert_int_equal(met(stage.county, stage.county, "members_meeting", JANUARY + 2), 1);
	assert_int_equal(met(stage.county, stage.county, "activity_day", JANUARY), 1);
	assert_int_equal(met(stage.township, stage.township, "activity_day", JANUARY + 1), 0);

	cluster_put(stage.factory, "meeting", NULL, "date=2026-03-18", "type=members", NULL);
	all_sync(&stage);
	assert_int_equal(met(stage.county, stage.county, "members_meeting", JANUARY + 2), 2);

	cluster_put(stage.village, "meeting", &meeting, "date=2026-04-01", NULL); // it was held a quarter later
	all_sync(&stage);
	assert_int_equal(met(stage.county, stage.county, "members_meeting", JANUARY + 2), 1);
	assert_int_equal(met(stage.county, stage.county, "members_meeting", JANUARY + 5), 1);
	cluster_free(stage.play);
}

static void two_misses_in_a_row_are_seen_two_servers_up(void **state)
{
	(void)state;
	struct stage stage = the_first_quarter();
	cluster_put(stage.village, "meeting", NULL, "date=2026-01-12", "type=activity", NULL);
	cluster_put(stage.village, "meeting", NULL, "date=2026-03-20", "type=activity", NULL); // behind the 15th
	cluster_put(stage.factory, "meeting", NULL, "date=2026-03-09", "type=activity", NULL);
	all_sync(&stage);
	struct actor *servers[] = { stage.township, stage.county };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(in_a_row(servers[i], stage.village, "activity_day", JANUARY + 2), 2);
		assert_int_equal(in_a_row(servers[i], stage.factory, "activity_day", JANUARY + 2), 0);
		assert_int_equal(in_a_row(servers[i], stage.factory, "activity_day", JANUARY + 1), 2);
		assert_int_equal(in_a_row(servers[i], stage.silent, "activity_day", JANUARY + 2), 3);
	}
	cluster_put(stage.village, "meeting", NULL, "date=2026-03-05", "type=activity", NULL); // entered late
	all_sync(&stage);
	assert_int_equal(in_a_row(stage.county, stage.village, "activity_day", JANUARY + 2), 0);
	cluster_free(stage.play);
}

static void a_warning_goes_up_as_a_count_and_comes_down_when_it_is_mended(void **state)
{
	(void)state;
	struct stage stage = the_first_quarter();
	struct id third;
	cluster_put(stage.village, "member", NULL, "name=甲", "standing=full", NULL);
	cluster_put(stage.village, "member", NULL, "name=乙", "standing=full", NULL);
	cluster_put(stage.factory, "member", NULL, "name=丙", "standing=full", NULL);
	all_sync(&stage);
	assert_int_equal(warned(stage.village, stage.village, "own_branch", JANUARY + 2), 1);
	assert_int_equal(warned(stage.county, stage.county, "own_branch", JANUARY + 2), 2);
	assert_int_equal(warned(stage.county, stage.county, "own_branch", JANUARY + 1), 0); // the units are there since March
	third = cluster_put(stage.village, "member", NULL, "name=丁", "standing=full", NULL);
	all_sync(&stage);
	assert_int_equal(warned(stage.county, stage.county, "own_branch", JANUARY + 2), 1);
	cluster_put(stage.village, "member", &third, "left=2026-05-10", NULL);
	all_sync(&stage);
	assert_int_equal(warned(stage.county, stage.county, "own_branch", JANUARY + 3), 1);
	assert_int_equal(warned(stage.county, stage.county, "own_branch", JANUARY + 4), 2);
	assert_false(cluster_store_contains(stage.county, "甲")); // counts went up, names did not
	cluster_free(stage.play);
}

// Own cells, derived ones among them.
static void list_own(struct actor *actor, struct buf *list)
{
	struct txn txn;
	struct cell cell;
	struct cell_owner owner = cell_owner_own(&actor->self.unit);
	buf_clear(list);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct cell_scan scan = cell_scan_begin(&txn, &owner, 0);
	while (cell_scan_next(&scan, &cell)) {
		if (cell.key.metric == CELL_METRIC_REPORTING)
			continue; // vouched for by publishing, not by a rebuild
		buf_varint(list, cell.key.metric);
		buf_varint(list, cell.key.dimension);
		buf_varint(list, cell.key.bucket);
		buf_zigzag(list, cell.key.month);
		buf_zigzag(list, cell.value);
	}
	cell_scan_end(&scan);
	txn_abort(&txn);
	assert_ok(list->err);
}

static void a_rebuild_and_a_second_device_come_to_the_same(void **state)
{
	(void)state;
	static const struct id everything;
	struct stage stage = the_first_quarter();
	struct buf before = BUF_EMPTY, after = BUF_EMPTY;
	cluster_put(stage.village, "meeting", NULL, "date=2026-01-12", "type=activity", NULL);
	cluster_put(stage.village, "meeting", NULL, "date=2026-02-12", "type=members", NULL);
	cluster_put(stage.village, "member", NULL, "name=甲", "standing=full", "committee=yes", NULL);
	struct actor *tablet = cluster_device(stage.village, "tablet");
	assert_ok(cluster_sync(stage.village));
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(stage.village)); // the key for the tablet
	assert_ok(cluster_sync(stage.village));
	assert_ok(cluster_sync(tablet));
	list_own(stage.village, &before);
	list_own(tablet, &after);
	assert_true(before.size > 0 && before.size == after.size);
	assert_memory_equal(before.data, after.data, before.size);
	for (unsigned whole = 0; whole < 2; whole++) {
		struct txn txn;
		struct view view;
		assert_ok(txn_begin(tablet->store, STORE_WRITE, &txn));
		assert_ok(view_begin(&view, &txn, &tablet->self, &tablet->pack));
		assert_ok(view_rebuild(&view, whole ? &everything : &tablet->self.unit));
		assert_ok(view_end(&view));
		assert_ok(txn_commit(&txn));
		list_own(tablet, &after);
		assert_true(before.size == after.size);
		assert_memory_equal(before.data, after.data, before.size);
	}
	buf_free(&before);
	buf_free(&after);
	cluster_free(stage.play);
}

static uint64_t heard(struct actor *server, struct actor *unit)
{
	struct txn txn;
	uint64_t ms;
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(heard_last(&txn, &unit->self.unit, &ms));
	txn_abort(&txn);
	return ms;
}

static void a_server_knows_by_its_own_clock_when_it_last_heard_of_a_unit(void **state)
{
	(void)state;
	struct stage stage = the_first_quarter();
	cluster_put(stage.village, "meeting", NULL, "date=2026-03-12", "type=members", NULL);
	all_sync(&stage);
	uint64_t then = stage.play->now_ms;
	assert_true(heard(stage.township, stage.village) > then - DAY_MS && heard(stage.township, stage.village) <= then);
	assert_true(heard(stage.county, stage.village) > then - DAY_MS); // by way of the township
	assert_int_equal(heard(stage.township, stage.silent), 0);
	stage.play->now_ms += 40 * (uint64_t)DAY_MS;
	assert_ok(cluster_sync(stage.factory)); // has nothing to say, and greets
	assert_true(heard(stage.township, stage.factory) >= then + 40 * (uint64_t)DAY_MS);
	assert_true(heard(stage.township, stage.village) <= then);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_county_sees_who_kept_its_cadence),
		cmocka_unit_test(two_misses_in_a_row_are_seen_two_servers_up),
		cmocka_unit_test(a_warning_goes_up_as_a_count_and_comes_down_when_it_is_mended),
		cmocka_unit_test(a_rebuild_and_a_second_device_come_to_the_same),
		cmocka_unit_test(a_server_knows_by_its_own_clock_when_it_last_heard_of_a_unit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
