// Two devices of one branch write apart and meet; a township sums; a county sees.
#include "support/cluster.h"
#include "support/support.h"

static void a_branch_writes_offline_and_the_county_sees_the_figure(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "伊旗");
	struct actor *township = cluster_server(county, "阿镇");
	assert_ok(cluster_sync(township));
	struct actor *branch = cluster_branch(township, "东村支部");
	assert_ok(cluster_sync(branch));

	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=不外传的话", NULL);
	cluster_put(branch, "meeting", NULL, "date=2026-03-12", "type=committee", "topic=发展党员", NULL);
	assert_int_equal(cluster_figure(branch, branch, "meetings_held", "2026-03"), 2);

	assert_ok(cluster_sync(branch));
	assert_int_equal(cluster_figure(township, branch, "meetings_held", "2026-03"), 2);
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 2);

	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 2);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026Q1"), 2);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-02"), 0);

	assert_false(cluster_store_contains(township, "不外传的话"));
	assert_true(cluster_store_contains(branch, "不外传的话"));
	cluster_free(play);
}

static void an_idle_session_is_one_small_message_each_way(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *branch = cluster_branch(county, "branch");
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(branch));
	print_message("idle: %zu up, %zu down, %u round trips\n", branch->bytes_up, branch->bytes_down, branch->round_trips);
	assert_int_equal(branch->round_trips, 1);
	assert_true(branch->bytes_up + branch->bytes_down <= 200);
	cluster_free(play);
}

static void two_devices_edit_one_field_apart_and_both_values_are_kept(void **state)
{
	(void)state;
	char one[HASH_TEXT_BYTES], other[HASH_TEXT_BYTES];
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township");
	struct actor *desk = cluster_branch(township, "desk");
	assert_ok(cluster_sync(desk));
	struct id meeting = cluster_put(desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	assert_ok(cluster_sync(desk));

	struct actor *tablet = cluster_device(desk, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_string_equal(cluster_get(tablet, desk, "meeting", &meeting, "topic"), "春耕");
	assert_string_equal(cluster_get(tablet, desk, "meeting", &meeting, "minutes"), "");

	assert_ok(cluster_sync(desk)); // learns of the tablet and seals the key for it
	assert_ok(cluster_sync(tablet));
	assert_string_equal(cluster_get(tablet, desk, "meeting", &meeting, "minutes"), "甲");

	cluster_put(desk, "meeting", &meeting, "topic=春耕备耕", NULL);
	cluster_put(tablet, "meeting", &meeting, "topic=防火", "place=村部", NULL);
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(tablet));
	assert_ok(cluster_sync(desk));
	assert_int_equal(cluster_values(desk, "meeting", &meeting, "topic"), 2);
	assert_int_equal(cluster_values(tablet, "meeting", &meeting, "topic"), 2);
	assert_string_equal(cluster_get(desk, desk, "meeting", &meeting, "place"), "村部");
	assert_int_equal(cluster_count(desk, STORE_CONFLICT), 1);
	cluster_state(desk, one);
	cluster_state(tablet, other);
	assert_string_equal(one, other);

	cluster_put(desk, "meeting", &meeting, "topic=春耕和防火", NULL);
	assert_int_equal(cluster_count(desk, STORE_CONFLICT), 0);
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(tablet));
	assert_string_equal(cluster_get(tablet, desk, "meeting", &meeting, "topic"), "春耕和防火");
	assert_int_equal(cluster_count(tablet, STORE_CONFLICT), 0);
	cluster_state(desk, one);
	cluster_state(tablet, other);
	assert_string_equal(one, other);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_branch_writes_offline_and_the_county_sees_the_figure),
		cmocka_unit_test(an_idle_session_is_one_small_message_each_way),
		cmocka_unit_test(two_devices_edit_one_field_apart_and_both_values_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
