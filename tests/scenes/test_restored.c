// Stores that were put back to an earlier moment, on either side, and healed by their neighbours.
#include "support/cluster.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *township, *desk, *tablet;
	struct id meeting;
};

static void round_of_sessions(struct stage *stage)
{
	assert_ok(cluster_sync(stage->desk));
	assert_ok(cluster_sync(stage->tablet));
}

static struct stage a_branch_with_two_devices(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.meeting = cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=甲", NULL);
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	assert_ok(cluster_sync(stage.tablet));
	round_of_sessions(&stage);
	return stage;
}

static void all_agree(struct stage *stage, int64_t meetings)
{
	char desk[HASH_TEXT_BYTES], tablet[HASH_TEXT_BYTES];
	for (unsigned i = 0; i < 3; i++)
		round_of_sessions(stage);
	cluster_state(stage->desk, desk);
	cluster_state(stage->tablet, tablet);
	assert_string_equal(desk, tablet);
	assert_int_equal(cluster_figure(stage->desk, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->tablet, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_figure(stage->township, stage->desk, "meetings_held", "2026-03"), meetings);
	assert_int_equal(cluster_count(stage->desk, STORE_PENDING), 0);
	assert_int_equal(cluster_count(stage->tablet, STORE_PENDING), 0);
	assert_ok(cluster_sync(stage->desk));
	assert_int_equal(stage->desk->round_trips, 1);
	assert_true(stage->desk->bytes_up + stage->desk->bytes_down <= 200);
}

static struct id put_meeting(struct actor *actor, const char *day, const char *topic, const char *minutes)
{
	actor->cluster->now_ms += 60 * 1000; // whatever is put back, time goes on
	char date[32] = "date=2026-03-", topic_text[128] = "topic=", minutes_text[128] = "minutes=";
	strcat(date, day);
	strcat(topic_text, topic);
	strcat(minutes_text, minutes);
	return cluster_put(actor, "meeting", NULL, date, "type=committee", topic_text, minutes_text, NULL);
}

static void a_restored_device_takes_back_what_it_had_sent(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct id before = stage.desk->self.incarnation;
	struct store *backup = cluster_backup(stage.desk);
	struct id later = put_meeting(stage.desk, "07", "忘不了的会", "乙");
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.desk, backup);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &later, "topic"), "");

	assert_ok(cluster_sync(stage.desk));
	assert_false(id_equal(&before, &stage.desk->self.incarnation));
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &later, "topic"), "忘不了的会");
	assert_string_equal(cluster_get(stage.desk, stage.desk, "meeting", &later, "minutes"), "乙");
	assert_int_equal(cluster_count(stage.desk, STORE_FORK), 0);
	all_agree(&stage, 2);
	assert_int_equal(cluster_count(stage.township, STORE_FORK), 0);
	cluster_free(stage.play);
}

static void both_histories_of_a_restored_device_are_kept(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct id before = stage.desk->self.incarnation;
	struct store *backup = cluster_backup(stage.desk);
	struct id first = put_meeting(stage.desk, "07", "第一段历史", "乙");
	cluster_put(stage.desk, "meeting", &stage.meeting, "topic=春耕一", "minutes=甲一", NULL);
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.desk, backup);

	struct id second = put_meeting(stage.desk, "09", "第二段历史", "丙");
	cluster_put(stage.desk, "meeting", &stage.meeting, "topic=春耕二", "minutes=甲二", NULL);
	cluster_put(stage.desk, "meeting", &stage.meeting, "place=村部", NULL);
	assert_ok(cluster_sync(stage.desk));
	assert_false(id_equal(&before, &stage.desk->self.incarnation));
	all_agree(&stage, 3);

	struct actor *both[] = { stage.desk, stage.tablet };
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &first, "topic"), "第一段历史");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &first, "minutes"), "乙");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &second, "topic"), "第二段历史");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &second, "minutes"), "丙");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &stage.meeting, "place"), "村部");
		assert_int_equal(cluster_values(both[i], "meeting", &stage.meeting, "topic"), 2);
		assert_int_equal(cluster_values(both[i], "meeting", &stage.meeting, "minutes"), 2);
		assert_int_equal(cluster_count(both[i], STORE_CONFLICT), 1);
	}
	assert_true(cluster_count(stage.desk, STORE_FORK) >= 3);     // its own branch of private, detail and up
	assert_true(cluster_count(stage.township, STORE_FORK) >= 3); // what it was shown
	assert_true(cluster_count(stage.desk, STORE_NOTICE) > 0);
	cluster_free(stage.play);
}

static void the_same_backup_is_put_back_twice(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct store *backup = cluster_backup(stage.desk), *again = cluster_backup(stage.desk);
	put_meeting(stage.desk, "07", "一", "一");
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.desk, backup);
	put_meeting(stage.desk, "08", "二", "二");
	assert_ok(cluster_sync(stage.desk));
	put_meeting(stage.desk, "09", "三", "三");
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.desk, again);
	put_meeting(stage.desk, "10", "四", "四");
	assert_ok(cluster_sync(stage.desk));
	put_meeting(stage.desk, "11", "五", "五");
	all_agree(&stage, 6);
	cluster_free(stage.play);
}

static void a_restored_device_whose_link_breaks_is_healed_in_the_end(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 16; cut++) {
		struct stage stage = a_branch_with_two_devices();
		struct store *backup = cluster_backup(stage.desk);
		put_meeting(stage.desk, "07", "一", "一");
		assert_ok(cluster_sync(stage.desk));
		cluster_restore(stage.desk, backup);
		put_meeting(stage.desk, "08", "二", "二");
		stage.play->delivered = 0;
		stage.play->deliver_at_most = cut;
		enum err err = cluster_sync(stage.desk);
		stage.play->deliver_at_most = 0;
		put_meeting(stage.desk, "09", "三", "三");
		all_agree(&stage, 4);
		cluster_free(stage.play);
		if (!err)
			return;
	}
	fail();
}

// A copy of the disk in a second machine: both go on, in turns.
static void two_copies_of_one_device_both_go_on(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct store *copy = cluster_backup(stage.desk);
	put_meeting(stage.desk, "07", "本机", "一");
	assert_ok(cluster_sync(stage.desk));
	struct store *original = cluster_backup(stage.desk);
	cluster_restore(stage.desk, copy);
	put_meeting(stage.desk, "08", "副本", "二");
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.desk, original); // whose log was closed by the other's doing
	put_meeting(stage.desk, "09", "又是本机", "三");
	all_agree(&stage, 4);
	cluster_free(stage.play);
}

// ---- Servers ----

static void a_restored_server_is_given_back_what_it_lacks(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct store *backup = cluster_backup(stage.township);
	put_meeting(stage.desk, "07", "一", "一");
	assert_ok(cluster_sync(stage.desk));
	struct actor *other = cluster_branch(stage.township, "other"); // its enrolment is lost with the store
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(other));
	put_meeting(other, "07", "别的支部", "一");
	assert_ok(cluster_sync(other));
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 3);

	cluster_restore(stage.township, backup);
	cluster_new_life(stage.township);
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 1);
	put_meeting(stage.desk, "08", "二", "二");
	all_agree(&stage, 3);
	assert_ok(cluster_sync(other));
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 4);
	assert_int_equal(cluster_count(stage.township, STORE_FORK), 0);
	cluster_free(stage.play);
}

static void a_restored_server_that_did_not_notice_is_given_back_too(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct store *backup = cluster_backup(stage.township);
	put_meeting(stage.desk, "07", "一", "一");
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.tablet));
	cluster_restore(stage.township, backup);
	put_meeting(stage.tablet, "08", "二", "二");
	assert_ok(cluster_sync(stage.tablet)); // its cursor shows that something is gone; it gives what it has
	all_agree(&stage, 3);
	cluster_free(stage.play);
}

// Where a receipt proves it, the server begins a new life.
// The numbers of its arrivals have grown past the desk's cursor by the time the desk comes again; what the
// tablet wrote in between lies below it.
static void a_server_put_back_gives_its_old_numbers_to_new_things_and_nobody_misses_them(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct actor *other = cluster_branch(stage.township, "other");
	assert_ok(cluster_sync(other));
	struct store *backup = cluster_backup(stage.township);
	put_meeting(stage.desk, "08", "二", "乙");
	round_of_sessions(&stage);
	cluster_restore(stage.township, backup);
	put_meeting(stage.tablet, "09", "三", "丙");
	assert_ok(cluster_sync(stage.tablet));
	for (unsigned i = 0; i < 20; i++) {
		put_meeting(other, "10", "四", "丁");
		assert_ok(cluster_sync(other));
	}
	all_agree(&stage, 3);
	cluster_free(stage.play);
}

static void a_receipt_proves_to_a_server_that_it_was_put_back(void **state)
{
	(void)state;
	struct stage stage = a_branch_with_two_devices();
	struct id before = stage.township->self.incarnation;
	struct store *backup = cluster_backup(stage.township);
	put_meeting(stage.desk, "07", "一", "一");
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.desk));
	cluster_restore(stage.township, backup);
	assert_err(UNREACHABLE, cluster_sync(stage.desk));
	assert_false(id_equal(&before, &stage.township->self.incarnation));
	all_agree(&stage, 2);
	cluster_free(stage.play);
}

static void a_township_between_county_and_branches_is_restored(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *east = cluster_branch(township, "east");
	assert_ok(cluster_sync(east));
	put_meeting(east, "05", "一", "一");
	assert_ok(cluster_sync(east));
	assert_ok(cluster_sync(township));
	struct store *backup = cluster_backup(township);

	struct actor *west = cluster_branch(township, "west");
	assert_ok(cluster_sync(west));
	put_meeting(west, "06", "二", "二");
	put_meeting(east, "06", "三", "三");
	assert_ok(cluster_sync(west));
	assert_ok(cluster_sync(east));
	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 3);

	cluster_restore(township, backup);
	cluster_new_life(township);
	assert_ok(cluster_sync(township)); // its own statements come back from the county
	assert_ok(cluster_sync(west));
	assert_ok(cluster_sync(east));
	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 3);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 3);
	put_meeting(west, "07", "四", "四");
	assert_ok(cluster_sync(west));
	assert_ok(cluster_sync(township));
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 4);
	cluster_free(play);
}

// A whole office is put back, the desk and its server: of what the desk wrote, the county has one history and the township, from then
// on, another. Neither sees that by itself.
static void a_fork_that_two_levels_share_is_told_to_its_device(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *desk = cluster_branch(township, "desk");
	assert_ok(cluster_sync(desk));
	put_meeting(desk, "05", "一", "一");
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(township));
	struct store *desks = cluster_backup(desk), *townships = cluster_backup(township);
	struct id before = desk->self.incarnation;
	put_meeting(desk, "06", "第一段历史", "二");
	assert_ok(cluster_sync(desk));
	assert_ok(cluster_sync(township));
	cluster_restore(desk, desks);
	cluster_restore(township, townships);
	put_meeting(desk, "07", "第二段历史", "三");
	put_meeting(desk, "08", "第二段历史", "四");
	assert_ok(cluster_sync(desk)); // the township knows of no other
	assert_int_equal(cluster_count(township, STORE_FORK), 0);
	cluster_sync(township);
	assert_ok(cluster_sync(township));
	assert_true(cluster_count(township, STORE_FORK) > 0);
	assert_ok(cluster_sync(desk)); // it has nothing to say, and is told
	assert_false(id_equal(&before, &desk->self.incarnation));
	assert_true(cluster_count(desk, STORE_NOTICE) > 0);
	put_meeting(desk, "09", "新的开始", "五");
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(desk));
		assert_ok(cluster_sync(township));
	}
	// Those of both histories: of the first what the county had of it.
	assert_int_equal(cluster_figure(desk, desk, "meetings_held", "2026-03"), 5);
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 5);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 5);
	cluster_free(play);
}

// Last week's machines, both: a device and its township go on from then. The tablet has what was written since, and the
// county the figures of it. One history stands everywhere, what only the other one had is said again.
static void what_a_sibling_alone_has_after_two_restores_is_said_again(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct stage stage = { .play = play, .township = township, .desk = cluster_branch(township, "desk") };
	assert_ok(cluster_sync(stage.desk));
	stage.meeting = put_meeting(stage.desk, "05", "一", "一");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	assert_ok(cluster_sync(stage.tablet));
	round_of_sessions(&stage);
	assert_ok(cluster_sync(township));
	struct store *desks = cluster_backup(stage.desk), *townships = cluster_backup(township);
	struct id first = put_meeting(stage.desk, "06", "第一段历史", "二");
	cluster_put(stage.desk, "meeting", &stage.meeting, "place=村部", NULL);
	round_of_sessions(&stage);
	assert_ok(cluster_sync(township));
	cluster_restore(stage.desk, desks);
	cluster_restore(township, townships);
	struct id second = put_meeting(stage.desk, "07", "第二段历史", "三");
	assert_ok(cluster_sync(stage.desk)); // before the tablet comes: the township takes it for the only history
	for (unsigned i = 0; i < 3; i++) {
		cluster_sync(stage.tablet);
		cluster_sync(stage.desk);
		cluster_sync(township);
	}
	all_agree(&stage, 3);
	assert_ok(cluster_sync(township));
	struct actor *both[] = { stage.desk, stage.tablet };
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &first, "topic"), "第一段历史");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &first, "minutes"), "二");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &second, "topic"), "第二段历史");
		assert_string_equal(cluster_get(both[i], stage.desk, "meeting", &stage.meeting, "place"), "村部");
	}
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 3);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 3);
	assert_true(cluster_count(stage.tablet, STORE_FORK) > 0); // the history that it went back from
	cluster_free(play);
}

// The same without a guard: the township is forked towards the county, as a client is.
static void a_township_restored_unnoticed_is_healed_by_the_county(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *county = cluster_found(play, "county");
	struct actor *township = cluster_server(county, "township");
	assert_ok(cluster_sync(township));
	struct actor *east = cluster_branch(township, "east");
	assert_ok(cluster_sync(east));
	put_meeting(east, "05", "一", "一");
	assert_ok(cluster_sync(east));
	assert_ok(cluster_sync(township));
	struct store *backup = cluster_backup(township);
	struct actor *west = cluster_branch(township, "west");
	assert_ok(cluster_sync(west));
	put_meeting(west, "06", "二", "二");
	assert_ok(cluster_sync(west));
	assert_ok(cluster_sync(township));

	cluster_restore(township, backup);
	struct actor *north = cluster_branch(township, "north"); // written on the other branch
	assert_ok(cluster_sync(township));
	assert_ok(cluster_sync(north));
	put_meeting(north, "07", "三", "三");
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(north));
		assert_ok(cluster_sync(west));
		assert_ok(cluster_sync(east));
		assert_ok(cluster_sync(township));
	}
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 3);
	assert_int_equal(cluster_figure(county, county, "meetings_held", "2026-03"), 3);
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restored_device_takes_back_what_it_had_sent),
		cmocka_unit_test(both_histories_of_a_restored_device_are_kept),
		cmocka_unit_test(the_same_backup_is_put_back_twice),
		cmocka_unit_test(a_restored_device_whose_link_breaks_is_healed_in_the_end),
		cmocka_unit_test(two_copies_of_one_device_both_go_on),
		cmocka_unit_test(a_restored_server_is_given_back_what_it_lacks),
		cmocka_unit_test(a_restored_server_that_did_not_notice_is_given_back_too),
		cmocka_unit_test(a_server_put_back_gives_its_old_numbers_to_new_things_and_nobody_misses_them),
		cmocka_unit_test(a_receipt_proves_to_a_server_that_it_was_put_back),
		cmocka_unit_test(a_township_between_county_and_branches_is_restored),
		cmocka_unit_test(a_fork_that_two_levels_share_is_told_to_its_device),
		cmocka_unit_test(what_a_sibling_alone_has_after_two_restores_is_said_again),
		cmocka_unit_test(a_township_restored_unnoticed_is_healed_by_the_county),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
