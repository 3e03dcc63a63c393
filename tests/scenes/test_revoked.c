// A tablet is stolen: what it wrote before stays, what it writes later is set aside, and another takes its place.
#include "support/cluster.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *county, *township, *desk, *thief;
};

static struct stage a_branch_and_its_tablet(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.thief = cluster_device(stage.desk, "tablet");
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(stage.thief));
		assert_ok(cluster_sync(stage.desk));
	}
	return stage;
}

static struct id put_meeting(struct actor *actor, const char *topic, const char *minutes)
{
	char topic_text[128] = "topic=", minutes_text[128] = "minutes=";
	actor->cluster->now_ms += 60 * 1000;
	strcat(topic_text, topic);
	strcat(minutes_text, minutes);
	return cluster_put(actor, "meeting", NULL, "date=2026-03-05", "type=group", topic_text, minutes_text, NULL);
}

static void everybody_else_syncs(struct stage *stage)
{
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage->desk));
		assert_ok(cluster_sync(stage->township));
	}
}

static void figures_are(struct stage *stage, int64_t meetings)
{
	assert_int_equal(cluster_figure(stage->desk, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->township, stage->township, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->county, stage->county, "meetings_held", "2026-03"), meetings);
}

static void what_comes_after_the_cut_is_set_aside(void **state)
{
	(void)state;
	struct stage stage = a_branch_and_its_tablet();
	struct id before = put_meeting(stage.thief, "以前", "以前的记录");
	assert_ok(cluster_sync(stage.thief));
	everybody_else_syncs(&stage);
	cluster_revoke(stage.township, stage.thief);
	struct id after = put_meeting(stage.thief, "以后", "以后的记录");
	cluster_put(stage.thief, "meeting", &before, "topic=篡改", NULL);
	assert_err(UNAUTHORISED, cluster_sync(stage.thief));
	everybody_else_syncs(&stage);
	figures_are(&stage, 1);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &before, "topic"), "以前");
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &after, "topic"), "");
	assert_string_equal(cluster_get(stage.township, stage.desk, "meeting", &before, "topic"), "以前");
	assert_true(cluster_count(stage.township, STORE_QUARANTINE) >= 3); // kept, for a person to look at
	assert_true(cluster_store_contains(stage.township, "篡改"));
	cluster_free(stage.play);
}

// The theft is noticed late: what the thief wrote meanwhile had counted, and counts no more.
static void what_came_before_the_word_of_it_is_taken_back(void **state)
{
	(void)state;
	struct stage stage = a_branch_and_its_tablet();
	struct id honest = put_meeting(stage.thief, "以前", "甲");
	assert_ok(cluster_sync(stage.thief));
	everybody_else_syncs(&stage);
	// The cut is where the township stood then.
	struct journal_log cut[LANE_END];
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		cluster_log(stage.township, stage.thief, (enum lane)lane, &cut[lane]);
	put_meeting(stage.thief, "以后", "乙");
	cluster_put(stage.thief, "meeting", &honest, "topic=篡改", NULL);
	assert_ok(cluster_sync(stage.thief));
	everybody_else_syncs(&stage);
	figures_are(&stage, 2);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &honest, "topic"), "篡改");

	cluster_revoke_at(stage.township, stage.thief, cut);
	everybody_else_syncs(&stage);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &honest, "topic"), "以前");
	assert_string_equal(cluster_get(stage.township, stage.desk, "meeting", &honest, "topic"), "以前");
	figures_are(&stage, 1);
	assert_true(cluster_count(stage.desk, STORE_QUARANTINE) >= 2);
	cluster_free(stage.play);
}

static void a_revoked_device_learns_nothing_more(void **state)
{
	(void)state;
	struct stage stage = a_branch_and_its_tablet();
	put_meeting(stage.desk, "旧会议", "旧的记录"); // under the key that the thief has
	everybody_else_syncs(&stage);
	assert_int_equal(cluster_count(stage.desk, STORE_EPOCH), 1);
	cluster_connect(stage.thief, true); // its session stays open over the revocation
	cluster_run(stage.play);
	cluster_revoke(stage.township, stage.thief);
	cluster_changed(stage.township);
	cluster_run(stage.play);
	assert_ok(cluster_sync(stage.desk)); // learns of it; the next it seals is under a fresh key
	struct id secret = put_meeting(stage.desk, "新会议", "新的秘密");
	assert_ok(cluster_sync(stage.desk));
	cluster_run(stage.play);
	assert_string_equal(cluster_get(stage.thief, stage.desk, "meeting", &secret, "topic"), "");
	cluster_disconnect(stage.thief);
	assert_err(UNAUTHORISED, cluster_sync(stage.thief));
	assert_string_equal(cluster_get(stage.thief, stage.desk, "meeting", &secret, "topic"), "");
	assert_false(cluster_store_contains(stage.thief, "新会议"));
	assert_int_equal(cluster_count(stage.desk, STORE_EPOCH), 2);
	cluster_free(stage.play);
}

static void another_device_takes_its_place(void **state)
{
	(void)state;
	char desk[HASH_TEXT_BYTES], tablet[HASH_TEXT_BYTES];
	struct stage stage = a_branch_and_its_tablet();
	struct id meeting = put_meeting(stage.thief, "以前", "以前的记录");
	assert_ok(cluster_sync(stage.thief));
	everybody_else_syncs(&stage);
	cluster_revoke(stage.township, stage.thief);
	everybody_else_syncs(&stage);
	struct id later = put_meeting(stage.desk, "换钥匙以后", "新的记录");
	everybody_else_syncs(&stage);
	struct actor *fresh = cluster_device(stage.desk, "new tablet");
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(fresh));
		assert_ok(cluster_sync(stage.desk));
	}
	assert_ok(cluster_sync(fresh));
	assert_string_equal(cluster_get(fresh, stage.desk, "meeting", &meeting, "minutes"), "以前的记录");
	assert_string_equal(cluster_get(fresh, stage.desk, "meeting", &later, "minutes"), "新的记录");
	assert_int_equal(cluster_figure(fresh, stage.desk, "meetings_held", "2026-03"), 2);
	cluster_state(stage.desk, desk);
	cluster_state(fresh, tablet);
	assert_string_equal(desk, tablet);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_after_the_cut_is_set_aside),
		cmocka_unit_test(what_came_before_the_word_of_it_is_taken_back),
		cmocka_unit_test(a_revoked_device_learns_nothing_more),
		cmocka_unit_test(another_device_takes_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
