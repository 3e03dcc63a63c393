// What a session costs on the line: payload bytes both ways and round trips.
#include <stdio.h>

#include "support/cluster.h"
#include "support/support.h"

enum { IDLE_BYTES = 200, TEN_CHANGES_BYTES = 1000, RECORDS = 10 };

struct stage {
	struct cluster *play;
	struct actor *township, *desk, *tablet;
	struct id record[RECORDS];
};

static struct stage a_branch_at_work(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	for (unsigned i = 0; i < RECORDS; i++) {
		stage.play->now_ms += 60000;
		stage.record[i] = cluster_put(stage.desk, "meeting", NULL, "date=2026-03-05", "type=group", "topic=学习", NULL);
	}
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage.desk));
		assert_ok(cluster_sync(stage.tablet));
	}
	return stage;
}

static void an_idle_session_costs_one_round_trip_and_next_to_nothing(void **state)
{
	(void)state;
	struct stage stage = a_branch_at_work();
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.desk));
	print_message("idle: %zu up, %zu down\n", stage.desk->bytes_up, stage.desk->bytes_down);
	assert_int_equal(stage.desk->round_trips, 1);
	assert_true(stage.desk->bytes_up + stage.desk->bytes_down <= IDLE_BYTES);
	cluster_free(stage.play);
}

// One message each way, and a farewell that nobody waits for; while the link stays open nothing at all.
static void where_there_is_nothing_to_say_one_message_goes_each_way(void **state)
{
	(void)state;
	struct stage stage = a_branch_at_work();
	assert_ok(cluster_sync(stage.desk));
	size_t before = stage.play->delivered;
	assert_ok(cluster_sync(stage.desk));
	assert_int_equal(stage.play->delivered - before, 3); // Hello, Answer; Bye
	assert_int_equal(stage.desk->round_trips, 1);
	before = stage.play->delivered;
	cluster_connect(stage.desk, true);
	cluster_run(stage.play);
	assert_int_equal(stage.play->delivered - before, 2); // Hello, Answer: it stays
	for (unsigned minute = 0; minute < 60; minute++) {
		assert_ok(cluster_tick(stage.desk, 60000));
		assert_ok(cluster_tick(stage.township, 0));
		cluster_run(stage.play);
	}
	assert_int_equal(stage.play->delivered - before, 2);
	cluster_free(stage.play);
}

static void ten_changes_cost_one_round_trip(void **state)
{
	(void)state;
	struct stage stage = a_branch_at_work();
	assert_ok(cluster_sync(stage.desk));
	for (unsigned i = 0; i < RECORDS; i++) {
		char place[64];
		stage.play->now_ms += 20000;
		snprintf(place, sizeof place, "place=第%u会议室", i);
		cluster_put(stage.desk, "meeting", &stage.record[i], place, NULL);
	}
	assert_ok(cluster_sync(stage.desk));
	print_message("ten changes: %zu up, %zu down\n", stage.desk->bytes_up, stage.desk->bytes_down);
	assert_int_equal(stage.desk->round_trips, 1);
	assert_true(stage.desk->bytes_up + stage.desk->bytes_down <= TEN_CHANGES_BYTES);
	cluster_free(stage.play);
}

// What came from above is not sent back to it.
static void a_reader_does_not_send_back_what_it_read(void **state)
{
	(void)state;
	struct stage stage = a_branch_at_work();
	struct pen_write text = { .field = 9, .value = { .form = VALUE_IS_TEXT } };
	char minutes[20000];
	for (size_t i = 0; i < sizeof minutes - 1; i++)
		minutes[i] = (char)('a' + (i * i * 31 + i / 7) % 26);
	minutes[sizeof minutes - 1] = '\0';
	text.value.bytes = span_string(minutes);
	struct cluster_pen writing;
	bool changed;
	cluster_write(stage.desk, &writing);
	assert_ok(pen_set(&writing.pen, NULL, 2, &stage.record[0], &text, 1, &changed));
	cluster_written(&writing);
	assert_ok(cluster_sync(stage.desk));
	assert_ok(cluster_sync(stage.tablet));
	assert_string_equal(cluster_get(stage.tablet, stage.desk, "meeting", &stage.record[1], "topic"), "学习");
	print_message("a reader: %zu up, %zu down\n", stage.tablet->bytes_up, stage.tablet->bytes_down);
	assert_true(stage.tablet->bytes_down > 5000);
	assert_true(stage.tablet->bytes_up < 1000);
	assert_ok(cluster_sync(stage.tablet));
	assert_true(stage.tablet->bytes_up + stage.tablet->bytes_down <= IDLE_BYTES);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_session_costs_one_round_trip_and_next_to_nothing),
		cmocka_unit_test(where_there_is_nothing_to_say_one_message_goes_each_way),
		cmocka_unit_test(ten_changes_cost_one_round_trip),
		cmocka_unit_test(a_reader_does_not_send_back_what_it_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
