// Those who come late get all that is theirs: a device of a unit with a history, a device of a branch that
// was at work before its township had spoken with the county, a unit whose charter comes after its words.
#include "support/cluster.h"
#include "support/support.h"

static void a_device_that_joins_late_gets_everything_of_its_unit(void **state)
{
	(void)state;
	char one[HASH_TEXT_BYTES], other[HASH_TEXT_BYTES];
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct actor *desk = cluster_branch(township, "desk"), *neighbour = cluster_branch(township, "neighbour");
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(neighbour));
	struct id first = cluster_put(desk, "meeting", NULL, "date=2026-01-05", "type=group", "topic=一月的会", "minutes=秘密", NULL);
	for (unsigned i = 0; i < 200; i++) {
		play->now_ms += 60000;
		cluster_put(desk, "meeting", NULL, "date=2026-02-05", "type=group", "topic=二月的会", NULL);
		if (i % 40 == 0)
			assert_ok(cluster_sync(desk));
	}
	cluster_put(neighbour, "meeting", NULL, "date=2026-02-05", "type=group", "topic=别人的会", NULL);
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(neighbour));

	play->now_ms += UINT64_C(86400000) * 90;
	struct actor *late = cluster_device(desk, "late");
	assert_ok(cluster_sync(late));
	assert_ok(cluster_sync(desk)); // seals the key for it
	assert_ok(cluster_sync(late));
	assert_string_equal(cluster_get(late, desk, "meeting", &first, "minutes"), "秘密");
	assert_int_equal(cluster_figure(late, desk, "meetings_held", "2026-02"), 200);
	assert_false(cluster_store_contains(late, "别人的会"));
	cluster_state(desk, one);
	cluster_state(late, other);
	assert_string_equal(one, other);
	cluster_free(play);
}

static void a_branch_was_there_before_its_township_met_the_county(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township)); // it has its charter, and the line is cut for a month
	struct actor *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	assert_ok(cluster_sync(branch));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 0);
	play->now_ms += UINT64_C(86400000) * 30;
	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 1);
	assert_int_equal(cluster_count(county, STORE_QUARANTINE), 0);

	struct actor *late = cluster_device(branch, "late");
	assert_ok(cluster_sync(late));
	assert_int_equal(cluster_figure(late, branch, "meetings_held", "2026-03"), 1);
	cluster_free(play);
}

// Four levels: what is known above is enough to judge what comes from below, in one session each.
static void a_figure_climbs_four_levels(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *province = cluster_found(play, "province");
	struct actor *prefecture = cluster_server(province, "prefecture");
	assert_ok(cluster_sync(prefecture));
	struct actor *county = cluster_server(prefecture, "county");
	assert_ok(cluster_sync(county));
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	struct actor *up[] = { branch, township, county, prefecture };
	for (unsigned i = 0; i < 4; i++)
		assert_ok(cluster_sync(up[i]));
	struct actor *all[] = { township, county, prefecture, province };
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(cluster_figure(all[i], all[i], "meetings_held", "2026-03"), 1);
	// Two levels up in full, roll-ups beyond.
	struct journal_log log;
	cluster_log(county, branch, LANE_UP, &log);
	assert_true(log.peaks.size > 0);
	cluster_log(prefecture, branch, LANE_UP, &log);
	assert_int_equal(log.peaks.size, 0);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_joins_late_gets_everything_of_its_unit),
		cmocka_unit_test(a_branch_was_there_before_its_township_met_the_county),
		cmocka_unit_test(a_figure_climbs_four_levels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
