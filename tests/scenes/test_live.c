// Sessions that stay open: what one writes, the others see without greeting again.
#include "support/cluster.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *county, *township, *desk, *tablet;
};

static struct stage everybody_is_connected(void)
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
	struct actor *all[] = { stage.township, stage.desk, stage.tablet };
	for (size_t i = 0; i < 3; i++) {
		cluster_connect(all[i], true);
		cluster_run(stage.play);
		assert_true(all[i]->done);
		assert_ok(all[i]->result);
	}
	stage.play->now_ms += 10000;
	return stage;
}

static void time_passes(struct stage *stage, uint64_t ms)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->township, stage->county };
	stage->play->now_ms += ms;
	for (size_t i = 0; i < 4; i++) {
		if (node_deadline(all[i]->node) <= stage->play->now_ms)
			assert_ok(cluster_tick(all[i], 0));
		cluster_run(stage->play);
	}
}

static void what_a_branch_writes_the_county_sees_at_once(void **state)
{
	(void)state;
	struct stage stage = everybody_is_connected();
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_changed(stage.desk);
	cluster_run(stage.play);
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 1);
	time_passes(&stage, 500);
	assert_int_equal(cluster_figure(stage.county, stage.county, "meetings_held", "2026-03"), 1);
	cluster_free(stage.play);
}

static void two_devices_of_a_branch_see_each_other_write(void **state)
{
	(void)state;
	char desk[HASH_TEXT_BYTES], tablet[HASH_TEXT_BYTES];
	struct stage stage = everybody_is_connected();
	struct id meeting = cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	cluster_changed(stage.desk);
	cluster_run(stage.play);
	assert_string_equal(cluster_get(stage.tablet, stage.desk, "meeting", &meeting, "topic"), "春耕");
	assert_string_equal(cluster_get(stage.tablet, stage.desk, "meeting", &meeting, "minutes"), "甲");
	cluster_put(stage.tablet, "meeting", &meeting, "topic=春耕备耕", NULL);
	cluster_changed(stage.tablet);
	cluster_run(stage.play);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &meeting, "topic"), "春耕备耕");
	time_passes(&stage, 1000);
	time_passes(&stage, 1000);
	cluster_state(stage.desk, desk);
	cluster_state(stage.tablet, tablet);
	assert_string_equal(desk, tablet);
	cluster_free(stage.play);
}

// Figures are published no more often than their spacing, and the deadline says when.
static void figures_keep_their_spacing(void **state)
{
	(void)state;
	struct journal_log before, after;
	struct stage stage = everybody_is_connected();
	cluster_log(stage.desk, stage.desk, LANE_UP, &before);
	for (unsigned i = 0; i < 10; i++) {
		cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
		cluster_changed(stage.desk);
		cluster_run(stage.play);
		stage.play->now_ms += 10;
	}
	cluster_log(stage.desk, stage.desk, LANE_UP, &after);
	assert_int_equal(after.peaks.size - before.peaks.size, 10 + 1); // ten dates and kinds, one tally
	assert_true(node_deadline(stage.desk->node) > stage.play->now_ms);
	assert_true(node_deadline(stage.desk->node) <= stage.play->now_ms + 500);
	time_passes(&stage, 500);
	cluster_log(stage.desk, stage.desk, LANE_UP, &after);
	assert_int_equal(after.peaks.size - before.peaks.size, 10 + 2 + 1); // and one receipt, for the metric of what is entered late
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 10);
	time_passes(&stage, 500);
	assert_int_equal(cluster_figure(stage.county, stage.county, "meetings_held", "2026-03"), 10);
	cluster_free(stage.play);
}

static void a_quiet_live_tree_says_nothing(void **state)
{
	(void)state;
	struct stage stage = everybody_is_connected();
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_changed(stage.desk);
	cluster_run(stage.play);
	for (unsigned i = 0; i < 5; i++)
		time_passes(&stage, 1000);
	size_t delivered = stage.play->delivered;
	for (unsigned i = 0; i < 100; i++)
		time_passes(&stage, 1000);
	assert_int_equal(stage.play->delivered, delivered);
	assert_int_equal(node_deadline(stage.desk->node), UINT64_MAX);
	cluster_free(stage.play);
}

static void a_silent_server_is_given_up(void **state)
{
	(void)state;
	struct stage stage = everybody_is_connected();
	cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_changed(stage.desk);
	while (stage.play->head < stage.play->tail) // lost on the way
		buf_free(&stage.play->queue[stage.play->head++ % CLUSTER_QUEUE].bytes);
	stage.desk->done = false;
	assert_ok(cluster_tick(stage.desk, 60 * 1000));
	assert_true(stage.desk->done);
	assert_err(UNREACHABLE, stage.desk->result);
	cluster_disconnect(stage.desk);
	assert_ok(cluster_sync(stage.desk));
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 1);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_branch_writes_the_county_sees_at_once),
		cmocka_unit_test(two_devices_of_a_branch_see_each_other_write),
		cmocka_unit_test(figures_keep_their_spacing),
		cmocka_unit_test(a_quiet_live_tree_says_nothing),
		cmocka_unit_test(a_silent_server_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
