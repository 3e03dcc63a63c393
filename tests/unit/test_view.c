// Views: a pure function of the entries held, so they can be thrown away and computed again.
#include <stdio.h>

#include "support/cluster.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *county, *township, *desk, *tablet;
	struct id meeting;
};

static struct stage a_lived_in_tree(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	assert_ok(cluster_sync(stage.tablet));
	assert_ok(cluster_sync(stage.desk));
	stage.meeting = cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.tablet));
	for (unsigned i = 0; i < 12; i++) {
		char day[32], topic[64];
		snprintf(day, sizeof day, "date=2026-0%u-%02u", 1 + i % 3, 1 + i);
		snprintf(topic, sizeof topic, "topic=会 %u", i);
		stage.play->now_ms += 60000;
		cluster_put(i % 2 ? stage.desk : stage.tablet, "meeting", NULL, day, "type=committee", topic, "minutes=记录", NULL);
		cluster_put(i % 2 ? stage.desk : stage.tablet, "meeting", &stage.meeting, topic, NULL);
	}
	cluster_put_for(stage.township, stage.desk, "meeting", &stage.meeting, "remark=好", NULL);
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage.desk));
		assert_ok(cluster_sync(stage.tablet));
		assert_ok(cluster_sync(stage.township));
	}
	return stage;
}

static void rebuild(struct actor *actor, const struct id *unit)
{
	struct txn txn;
	struct view view;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &actor->self, &actor->pack));
	assert_ok(view_rebuild(&view, unit));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
}

static void a_view_computed_again_is_the_same(void **state)
{
	(void)state;
	static const struct id everybody;
	static const char *const periods[] = { "2026-01", "2026-02", "2026-03", "2026Q1" };
	struct stage stage = a_lived_in_tree();
	struct actor *all[] = { stage.desk, stage.tablet, stage.township, stage.county };
	for (size_t i = 0; i < 4; i++) {
		char before[HASH_TEXT_BYTES], after[HASH_TEXT_BYTES];
		int64_t figures[4];
		size_t records = cluster_count(all[i], STORE_RECORD), conflicts = cluster_count(all[i], STORE_CONFLICT);
		size_t quarantined = cluster_count(all[i], STORE_QUARANTINE);
		cluster_state(all[i], before);
		for (size_t p = 0; p < 4; p++)
			figures[p] = cluster_figure(all[i], all[i], "meetings_held", periods[p]);
		assert_true(figures[3] == 13);
		for (int once = 0; once < 2; once++) {
			rebuild(all[i], once ? &everybody : &stage.desk->self.unit);
			cluster_state(all[i], after);
			assert_string_equal(before, after);
			assert_int_equal(cluster_count(all[i], STORE_RECORD), records);
			assert_int_equal(cluster_count(all[i], STORE_CONFLICT), conflicts);
			assert_int_equal(cluster_count(all[i], STORE_QUARANTINE), quarantined);
			for (size_t p = 0; p < 4; p++)
				assert_int_equal(cluster_figure(all[i], all[i], "meetings_held", periods[p]), figures[p]);
		}
	}
	cluster_free(stage.play);
}

// After it, sessions go on, and what is published is still right.
static void the_tree_goes_on_after_a_rebuild(void **state)
{
	(void)state;
	static const struct id everybody;
	struct stage stage = a_lived_in_tree();
	struct actor *all[] = { stage.desk, stage.tablet, stage.township, stage.county };
	for (size_t i = 0; i < 4; i++)
		rebuild(all[i], &everybody);
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-07", "type=group", "topic=又一次", NULL);
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage.desk));
		assert_ok(cluster_sync(stage.tablet));
		assert_ok(cluster_sync(stage.township));
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(cluster_figure(all[i], i < 2 ? stage.desk : all[i], "meetings_held", "2026Q1"), 14);
	assert_int_equal(cluster_count(stage.township, STORE_QUARANTINE), 0);
	assert_ok(cluster_sync(stage.desk));
	assert_true(stage.desk->bytes_up + stage.desk->bytes_down <= 200);
	cluster_free(stage.play);
}

static void nothing_waits_when_all_is_there(void **state)
{
	(void)state;
	struct stage stage = a_lived_in_tree();
	struct actor *all[] = { stage.desk, stage.tablet, stage.township, stage.county };
	for (size_t i = 0; i < 4; i++) {
		struct txn txn;
		assert_ok(txn_begin(all[i]->store, STORE_READ, &txn));
		struct scan scan = scan_begin(&txn, STORE_META, span_string("waiting/"));
		assert_false(scan_next(&scan));
		scan_end(&scan);
		txn_abort(&txn);
	}
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_computed_again_is_the_same),
		cmocka_unit_test(the_tree_goes_on_after_a_rebuild),
		cmocka_unit_test(nothing_waits_when_all_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
