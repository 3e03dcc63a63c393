// The tree in time: a branch goes to another township, two branches become one, a township goes to another
// county. Each figure stands where its month belongs, the devices find their new server by themselves, and
// nothing that was written is lost.
#include <stdio.h>

#include "base/pb.h"
#include "org/charter_past.h"
#include "support/cluster.h"
#include "support/conserved.h"
#include "support/support.h"

struct county {
	struct cluster *play;
	struct actor *county, *north, *south, *a, *b, *c;
};

static void admit(struct actor *branch, unsigned count, const char *arrived)
{
	char day[64];
	snprintf(day, sizeof day, "arrived=%s", arrived);
	for (unsigned i = 0; i < count; i++)
		cluster_put(branch, "member", NULL, "name=某人", "sex=female", "birth=1970-01-01", day, NULL);
}

static void all_sync(struct cluster *play, unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = play->count; i-- > 0;)
			if (play->actor[i].parent)
				assert_ok(cluster_sync(&play->actor[i]));
}

// 5 members in branch a and 7 in b below the township north, 3 in c below south; all from January on.
static struct county five_seven_and_three(void)
{
	struct county it = { .play = cluster_new() };
	it.play->each_session = conserved_everywhere;
	uint64_t later = it.play->now_ms;
	it.play->now_ms -= UINT64_C(77) * 86400000; // the second of January
	it.county = cluster_found(it.play, "county");
	it.north = cluster_server_kind(it.county, "township", "north");
	it.south = cluster_server_kind(it.county, "township", "south");
	it.a = cluster_branch(it.north, "a");
	it.b = cluster_branch(it.north, "b");
	it.c = cluster_branch(it.south, "c");
	it.play->now_ms = later;
	all_sync(it.play, 2);
	admit(it.a, 5, "2026-01-10");
	admit(it.b, 7, "2026-01-10");
	admit(it.c, 3, "2026-01-10");
	cluster_put(it.a, "meeting", NULL, "date=2026-01-15", "type=group", "topic=一月", NULL);
	cluster_put(it.a, "meeting", NULL, "date=2026-03-05", "type=group", "topic=三月", NULL);
	all_sync(it.play, 3);
	return it;
}

static int64_t members(struct actor *server, struct actor *unit, const char *period)
{
	return cluster_figure(server, unit, "members", period);
}

static int64_t expected(struct actor *server, struct actor *unit, const char *day)
{
	struct txn txn;
	int64_t count;
	int32_t on;
	assert_ok(date_parse(span_string(day), &on));
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(charter_expected_then(&txn, cluster_pack(server), &unit->self.unit, on, INT32_MAX, &count));
	txn_abort(&txn);
	return count;
}

static void a_moved_branch_counts_for_its_former_township_before_and_for_its_new_one_after(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	assert_int_equal(members(it.county, it.north, "2026-02"), 12);
	assert_int_equal(cluster_move(it.county, &it.a->self.unit, &it.south->self.unit, "2026-03-01"), CHARTER_FINE);
	cluster_put(it.a, "meeting", NULL, "date=2026-03-06", "type=group", "topic=迁移时未报", NULL);
	all_sync(it.play, 4);
	struct actor *const seen[] = { it.county, it.north };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(members(seen[i], it.north, "2026-02"), 12);
		assert_int_equal(members(seen[i], it.north, "2026-03"), 7);
	}
	assert_int_equal(members(it.county, it.south, "2026-02"), 3);
	assert_int_equal(members(it.south, it.south, "2026-03"), 8);
	assert_int_equal(members(it.county, it.south, "2026-03"), 8);
	assert_int_equal(members(it.county, it.county, "2026-02"), 15);
	assert_int_equal(members(it.county, it.county, "2026-03"), 15);
	assert_int_equal(cluster_figure(it.county, it.north, "meetings_held", "2026-01"), 1);
	assert_int_equal(cluster_figure(it.county, it.north, "meetings_held", "2026-03"), 0);
	assert_int_equal(cluster_figure(it.county, it.south, "meetings_held", "2026-03"), 2);
	assert_int_equal(expected(it.county, it.north, "2026-02-28"), 2);
	assert_int_equal(expected(it.county, it.north, "2026-03-31"), 1);
	assert_int_equal(expected(it.county, it.south, "2026-03-31"), 2);
	assert_int_equal(expected(it.county, it.county, "2026-03-31"), 3);
	cluster_free(it.play);
}

static void its_devices_find_the_new_server_and_bring_all_that_they_hold(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	struct actor *tablet = cluster_device(it.a, "tablet");
	char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(it.a));
	cluster_put(it.a, "meeting", NULL, "date=2026-03-07", "type=group", "topic=离线", "minutes=只有本支部能读", NULL);
	assert_int_equal(cluster_move(it.county, &it.a->self.unit, &it.south->self.unit, "2026-03-01"), CHARTER_FINE);
	assert_ok(cluster_sync(it.north));
	assert_ok(cluster_sync(it.south));
	assert_ok(cluster_sync(it.a));
	assert_ptr_equal(it.a->parent, it.south);
	assert_string_equal(it.a->self.parent_address, "tcp://south:1");
	cluster_retire(it.north); // nobody needs it any more
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct journal_log here, there;
		cluster_log(it.a, it.a, (enum lane)lane, &here);
		cluster_log(it.south, it.a, (enum lane)lane, &there);
		assert_int_equal(here.peaks.size, there.peaks.size);
	}
	struct actor *fresh = cluster_device(it.a, "new"); // of the new township: the unit's whole past comes back
	assert_ok(cluster_sync(it.a));
	assert_ok(cluster_sync(fresh));
	assert_ok(cluster_sync(it.a));
	assert_ok(cluster_sync(fresh));
	cluster_state(it.a, before);
	cluster_state(fresh, after);
	assert_string_equal(before, after);
	cluster_free(it.play);
}

// The receipt waits for the branch's next words, and by then the branch has moved.
static void what_the_former_township_received_in_time_stays_in_time(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	int64_t late = cluster_figure(it.a, it.a, "meetings_entered_late", "2026-03");
	cluster_put(it.a, "meeting", NULL, "date=2026-03-15", "type=group", "topic=按时", NULL);
	assert_ok(cluster_sync(it.a));
	it.play->now_ms += UINT64_C(40) * 86400000;
	assert_int_equal(cluster_move(it.county, &it.a->self.unit, &it.south->self.unit, "2026-04-01"), CHARTER_FINE);
	cluster_put(it.a, "meeting", NULL, "date=2026-03-16", "type=group", "topic=晚了", NULL);
	all_sync(it.play, 4);
	assert_ptr_equal(it.a->parent, it.south);
	assert_int_equal(cluster_figure(it.a, it.a, "meetings_entered_late", "2026-03"), late + 1);
	assert_int_equal(cluster_figure(it.county, it.north, "meetings_entered_late", "2026-03"), late + 1);
	assert_int_equal(cluster_count(it.a, STORE_QUARANTINE), 0);
	cluster_free(it.play);
}

static void two_branches_with_five_and_seven_have_twelve_afterwards_and_five_and_seven_before(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	assert_int_equal(cluster_merge(it.north, &it.a->self.unit, &it.b->self.unit, "2026-03-10"), CHARTER_FINE);
	all_sync(it.play, 3);
	assert_int_equal(members(it.north, it.a, "2026-02"), 5);
	assert_int_equal(members(it.north, it.b, "2026-02"), 7);
	assert_int_equal(members(it.north, it.a, "2026-03"), 0);
	assert_int_equal(members(it.north, it.b, "2026-03"), 12);
	assert_int_equal(members(it.county, it.north, "2026-02"), 12);
	assert_int_equal(members(it.county, it.north, "2026-03"), 12);
	assert_int_equal(expected(it.north, it.north, "2026-02-28"), 2);
	assert_int_equal(expected(it.north, it.north, "2026-03-31"), 1);
	assert_int_equal(expected(it.county, it.county, "2026-03-31"), 2);
	cluster_free(it.play);
}

static void merged_townships_leave_their_branches_to_the_successor(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	assert_int_equal(cluster_merge(it.county, &it.south->self.unit, &it.north->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	assert_ptr_equal(it.c->parent, it.north);
	assert_int_equal(members(it.county, it.south, "2026-02"), 3);
	assert_int_equal(members(it.county, it.south, "2026-03"), 0);
	assert_int_equal(members(it.north, it.north, "2026-02"), 12);
	assert_int_equal(members(it.north, it.north, "2026-03"), 15);
	assert_int_equal(members(it.county, it.north, "2026-03"), 15);
	assert_int_equal(members(it.county, it.county, "2026-03"), 15);
	cluster_free(it.play);
}

static void rename_unit(struct actor *server, struct actor *unit, const char *name)
{
	struct cluster_pen writing;
	Tributary__UnitChanged changed = TRIBUTARY__UNIT_CHANGED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	changed.unit = pb_bytes(id_span(&unit->self.unit));
	changed.name = (char *)(uintptr_t)name;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED;
	statement.unit_changed = &changed;
	cluster_write(server, &writing);
	assert_ok(pen_state(&writing.pen, &statement));
	cluster_written(&writing);
}

static void name_is(struct actor *actor, struct actor *unit, const char *name)
{
	struct charter_unit row;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(charter_unit_get(&txn, &unit->self.unit, &row));
	assert_string_equal(row.name, name);
	txn_abort(&txn);
}

// The county gives the branch away while its township, which has not heard of it, gives it a name.
static void what_the_former_township_says_too_late_does_not_stand_in_any_store(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	assert_int_equal(cluster_move(it.county, &it.a->self.unit, &it.south->self.unit, "2026-03-01"), CHARTER_FINE);
	rename_unit(it.north, it.a, "自作主张");
	rename_unit(it.north, it.b, "本镇的支部");
	name_is(it.north, it.a, "自作主张");
	assert_ok(cluster_sync(it.b)); // a device that has it from the township alone
	name_is(it.b, it.a, "自作主张");
	all_sync(it.play, 4);
	struct actor *const all[] = { it.county, it.north, it.south, it.a, it.b, it.c };
	for (size_t i = 0; i < 6; i++) {
		name_is(all[i], it.a, "a");
		name_is(all[i], it.b, "本镇的支部");
	}
	rename_unit(it.south, it.a, "新家的名字");
	all_sync(it.play, 3);
	for (size_t i = 0; i < 6; i++)
		name_is(all[i], it.a, "新家的名字");
	assert_int_equal(members(it.county, it.south, "2026-03"), 8);
	cluster_free(it.play);
}

// A branch of one county goes to a township of another: that township has never heard of it.
static void a_branch_from_another_county_is_known_by_its_former_superiors_word(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *top = cluster_found(play, "top");
	play->each_session = conserved_everywhere;
	struct actor *east = cluster_server_kind(top, "committee", "east"), *west = cluster_server_kind(top, "committee", "west");
	struct actor *north = cluster_server_kind(east, "township", "north"), *south = cluster_server_kind(west, "township", "south");
	struct actor *a = cluster_branch(north, "a");
	all_sync(play, 3);
	admit(a, 5, "2026-01-10");
	all_sync(play, 4);
	assert_int_equal(members(top, top, "2026-02"), 5);
	assert_int_equal(cluster_move(top, &a->self.unit, &south->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(play, 5);
	assert_ptr_equal(a->parent, south);
	assert_int_equal(members(south, south, "2026-03"), 5);
	assert_int_equal(members(east, east, "2026-02"), 5);
	assert_int_equal(members(east, east, "2026-03"), 0);
	assert_int_equal(members(west, west, "2026-03"), 5);
	assert_int_equal(members(top, top, "2026-03"), 5);
	cluster_free(play);
}

// A township with many branches and records goes to another county: some writes, whatever there is below it.
static size_t writes_of_a_move(unsigned branches, unsigned records)
{
	struct cluster *play = cluster_new();
	struct actor *top = cluster_found(play, "top");
	play->each_session = conserved_everywhere;
	struct actor *east = cluster_server_kind(top, "committee", "east"), *west = cluster_server_kind(top, "committee", "west");
	struct actor *north = cluster_server_kind(east, "township", "north");
	for (unsigned i = 0; i < branches; i++) {
		struct actor *branch = cluster_branch(north, "branch");
		assert_ok(cluster_sync(branch));
		admit(branch, records, "2026-01-10");
		assert_ok(cluster_sync(branch));
	}
	all_sync(play, 3);
	struct cluster_pen writing;
	struct arena arena;
	struct charter_draft draft = { .what = CHARTER_MOVED, .unit = north->self.unit, .to = west->self.unit, .by = top->self.unit };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	size_t writes = 0;
	assert_ok(date_parse(span_string("2026-03-01"), &draft.day));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	cluster_write(top, &writing);
	assert_ok(charter_draft(&writing.txn, &arena, &draft));
	assert_int_equal(draft.fault, CHARTER_FINE);
	statements.n_statements = 1;
	statements.statements = &draft.statement;
	assert_ok(pen_statements(&writing.pen, &statements));
	assert_ok(pen_finish(&writing.pen));
	for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
		writes += writing.txn.writes[i];
	assert_ok(txn_commit(&writing.txn));
	arena_free(&arena);
	assert_int_equal(east->self.server, true);
	cluster_free(play);
	return writes;
}

static void a_move_costs_the_same_whatever_there_is_below(void **state)
{
	(void)state;
	size_t small = writes_of_a_move(1, 1), large = writes_of_a_move(12, 20);
	assert_int_equal(small, large);
	assert_true(large < 64);
}

static void a_rebuilt_store_says_the_same(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	static const struct id everything;
	struct txn txn;
	struct view view;
	assert_int_equal(cluster_move(it.county, &it.a->self.unit, &it.south->self.unit, "2026-02-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	assert_int_equal(cluster_merge(it.south, &it.a->self.unit, &it.c->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(it.play, 4);
	struct actor *const servers[] = { it.county, it.north, it.south };
	static const char *const periods[] = { "2026-01", "2026-02", "2026-03" };
	int64_t before[3][3][6];
	for (unsigned round = 0; round < 2; round++) {
		for (size_t s = 0; s < 3; s++)
			for (size_t p = 0; p < 3; p++)
				for (size_t u = 0; u < 6; u++) {
					int64_t now = members(servers[s], &it.play->actor[u], periods[p]);
					if (round == 0)
						before[s][p][u] = now;
					else
						assert_int_equal(now, before[s][p][u]);
				}
		for (size_t s = 0; s < 3 && round == 0; s++) {
			assert_ok(txn_begin(servers[s]->store, STORE_WRITE, &txn));
			assert_ok(view_begin(&view, &txn, &servers[s]->self, &servers[s]->pack));
			assert_ok(view_rebuild(&view, &everything));
			assert_ok(view_end(&view));
			assert_ok(txn_commit(&txn));
		}
	}
	assert_int_equal(members(it.county, it.south, "2026-02"), 8);
	assert_int_equal(members(it.south, it.c, "2026-03"), 8);
	cluster_free(it.play);
}

// A group is a unit below its branch, without devices: its members stay in the ledgers that they are in, and nothing else
// than its place changes, for everybody.
static void a_group_goes_from_one_branch_to_another(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	struct id group = cluster_new_unit(it.north, &it.a->self.unit, "group", "group");
	all_sync(it.play, 3);
	assert_int_equal(cluster_move(it.north, &group, &it.b->self.unit, "2026-03-01"), CHARTER_FINE);
	all_sync(it.play, 3);
	struct actor *const all[] = { it.county, it.north, it.a, it.b };
	for (size_t i = 0; i < 4; i++) {
		struct charter_unit row;
		struct txn txn;
		assert_ok(txn_begin(all[i]->store, STORE_READ, &txn));
		assert_ok(charter_unit_get(&txn, &group, &row));
		assert_true(id_equal(&row.parent, &it.b->self.unit));
		txn_abort(&txn);
	}
	assert_int_equal(members(it.north, it.a, "2026-03"), 5);
	assert_int_equal(members(it.north, it.b, "2026-03"), 7);
	assert_int_equal(members(it.county, it.north, "2026-03"), 12);
	cluster_free(it.play);
}

static void what_cannot_be_is_refused_with_its_reason(void **state)
{
	(void)state;
	struct county it = five_seven_and_three();
	size_t kept = cluster_count(it.county, STORE_UNIT_PAST);
	const struct id *a = &it.a->self.unit, *b = &it.b->self.unit, *north = &it.north->self.unit, *top = &it.county->self.unit;
	assert_int_equal(cluster_move(it.county, top, a, "2026-03-01"), CHARTER_IS_TOP);
	assert_int_equal(cluster_move(it.county, a, a, "2026-03-01"), CHARTER_SAME);
	assert_int_equal(cluster_move(it.county, a, north, "2026-03-01"), CHARTER_SAME);
	assert_int_equal(cluster_move(it.county, north, a, "2026-03-01"), CHARTER_CYCLE);
	assert_int_equal(cluster_move(it.county, a, b, "2026-03-01"), CHARTER_BEYOND);
	assert_int_equal(cluster_move(it.north, a, &it.south->self.unit, "2026-03-01"), CHARTER_BEYOND);
	assert_int_equal(cluster_count(it.county, STORE_UNIT_PAST), kept);
	assert_int_equal(cluster_merge(it.north, a, b, "2026-03-01"), CHARTER_FINE);
	assert_int_equal(cluster_merge(it.north, b, a, "2026-03-02"), CHARTER_CLOSED_TO);
	assert_int_equal(cluster_merge(it.north, a, b, "2026-03-02"), CHARTER_CLOSED_UNIT);
	cluster_free(it.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moved_branch_counts_for_its_former_township_before_and_for_its_new_one_after),
		cmocka_unit_test(its_devices_find_the_new_server_and_bring_all_that_they_hold),
		cmocka_unit_test(what_the_former_township_received_in_time_stays_in_time),
		cmocka_unit_test(two_branches_with_five_and_seven_have_twelve_afterwards_and_five_and_seven_before),
		cmocka_unit_test(merged_townships_leave_their_branches_to_the_successor),
		cmocka_unit_test(what_the_former_township_says_too_late_does_not_stand_in_any_store),
		cmocka_unit_test(a_branch_from_another_county_is_known_by_its_former_superiors_word),
		cmocka_unit_test(a_move_costs_the_same_whatever_there_is_below),
		cmocka_unit_test(a_rebuilt_store_says_the_same),
		cmocka_unit_test(a_group_goes_from_one_branch_to_another),
		cmocka_unit_test(what_cannot_be_is_refused_with_its_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
