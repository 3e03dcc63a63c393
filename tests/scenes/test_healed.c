// A disk damages what it holds. The store cuts the log back, goes on in a new life, and the next sessions make it
// whole from whoever has it.
#include "base/bytes.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/heal.h"

struct stage {
	struct cluster *play;
	struct actor *township, *desk;
};

static struct stage a_branch_with_some_meetings(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	for (unsigned i = 0; i < 200; i++)
		cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	assert_ok(cluster_sync(stage.desk));
	return stage;
}

// One byte of the last block of each log of the actor's store that the branch's desk wrote in this lane.
static void damage(struct actor *actor, struct actor *author, enum lane lane)
{
	struct txn txn;
	struct journal_log log;
	const struct logname name = { .device = author->self.identity.sign_public, .incarnation = author->self.incarnation, .lane = lane };
	const struct hash id = logname_id(&name);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(journal_find(&txn, &id, &log));
	uint8_t key[4], copy[64 * 1024];
	bytes_put_u32(key, log.number);
	struct scan scan = scan_begin(&txn, STORE_BLOCK, span_of(key, sizeof key));
	assert_true(scan_next(&scan));
	assert_true(scan.value.size <= sizeof copy);
	memcpy(copy, scan.value.data, scan.value.size);
	copy[scan.value.size / 2] ^= 0x10;
	assert_ok(txn_put(&txn, STORE_BLOCK, scan.key, span_of(copy, scan.value.size)));
	scan_end(&scan);
	assert_ok(txn_commit(&txn));
}

// `anew`: as of a file that was made anew, of which what is computed is gone as well.
static struct heal heal_with(struct actor *actor, bool anew)
{
	static uint8_t lives;
	const struct id incarnation = { .bytes = { 0xee, ++lives } };
	struct heal found;
	struct view view;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &actor->self, &actor->pack));
	if (anew)
		assert_ok(heal_rescued(&view, &actor->self, false, &incarnation, actor->cluster->now_ms, &found));
	else
		assert_ok(heal_store(&view, &actor->self, &incarnation, actor->cluster->now_ms, &found));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
	cluster_reopen(actor);
	return found;
}

static struct heal heal(struct actor *actor)
{
	return heal_with(actor, false);
}

static void all_is_there(struct stage *stage, int64_t meetings)
{
	char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
	for (unsigned i = 0; i < 3; i++)
		assert_ok(cluster_sync(stage->desk));
	assert_int_equal(cluster_figure(stage->desk, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->township, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(heal(stage->desk).logs, 0);
	assert_int_equal(heal(stage->township).logs, 0);
	assert_int_equal(cluster_count(stage->desk, STORE_PENDING), 0);
	assert_int_equal(cluster_count(stage->township, STORE_FORK), 0);
	struct actor *tablet = cluster_device(stage->desk, "tablet"); // takes everything from the township
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(stage->desk)); // wraps the unit's key for it
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(stage->desk));
	assert_ok(cluster_sync(tablet));
	cluster_state(stage->desk, before);
	cluster_state(tablet, after);
	assert_string_equal(before, after);
}

static void what_is_whole_is_left_alone(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_some_meetings();
	struct id life = stage.desk->self.incarnation;
	assert_int_equal(heal(stage.desk).logs, 0);
	assert_true(id_equal(&life, &stage.desk->self.incarnation));
	all_is_there(&stage, 200);
	cluster_free(stage.play);
}

static void a_devices_own_log_comes_back_from_its_server(void **state)
{
	(void)state;
	static const enum lane lanes[] = { LANE_PRIVATE, LANE_DETAIL, LANE_UP };
	for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
		struct stage stage = a_branch_with_some_meetings();
		damage(stage.desk, stage.desk, lanes[i]);
		struct heal found = heal(stage.desk);
		assert_int_equal(found.logs, 1);
		assert_true(found.entries > 0);
		assert_int_equal(found.alone, 0);
		all_is_there(&stage, 200);
		cluster_free(stage.play);
	}
}

static void what_nobody_else_has_is_told(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_some_meetings();
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-06", "type=group", "topic=防火", "minutes=乙", NULL);
	damage(stage.desk, stage.desk, LANE_DETAIL);
	assert_int_equal(heal(stage.desk).alone, 1); // its topic; that it was held lies in another log
	all_is_there(&stage, 201);
	cluster_free(stage.play);
}

static void a_servers_copy_comes_back_from_the_branch(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_some_meetings();
	damage(stage.township, stage.desk, LANE_DETAIL);
	damage(stage.township, stage.desk, LANE_UP);
	assert_int_equal(heal(stage.township).logs, 2);
	all_is_there(&stage, 200);
	cluster_free(stage.play);
}

static void a_servers_own_charter_comes_back_from_those_below(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_some_meetings();
	damage(stage.township, stage.township, LANE_DOWN);
	assert_int_equal(heal(stage.township).logs, 1);
	assert_ok(cluster_sync(stage.desk));
	all_is_there(&stage, 200);
	cluster_free(stage.play);
}

// Its receipts come while the charter, the pack and the unit's key are still on their way back.
static void what_was_entered_late_is_so_in_a_store_without_a_pack(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_some_meetings();
	for (unsigned i = 0; i < 20; i++)
		cluster_put(stage.desk, "meeting", NULL, "date=2026-03-01", "type=group", "topic=防火", "minutes=乙", NULL);
	damage(stage.desk, stage.township, LANE_DOWN);
	struct heal found = heal_with(stage.desk, true);
	assert_int_equal(found.logs, 1);
	assert_int_equal(found.alone, 0);
	all_is_there(&stage, 220);
	assert_int_equal(cluster_figure(stage.desk, stage.desk, "meetings_entered_late", "2026-03"), 220); // at 20 March, of 10 days
	assert_int_equal(cluster_figure(stage.township, stage.desk, "meetings_entered_late", "2026-03"), 220);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_whole_is_left_alone),
		cmocka_unit_test(a_devices_own_log_comes_back_from_its_server),
		cmocka_unit_test(what_nobody_else_has_is_told),
		cmocka_unit_test(a_servers_copy_comes_back_from_the_branch),
		cmocka_unit_test(what_was_entered_late_is_so_in_a_store_without_a_pack),
		cmocka_unit_test(a_servers_own_charter_comes_back_from_those_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
