// The same entries in whatever order: four devices of one branch write apart, one is revoked late, one
// comes late, and sessions happen in random order. All end with the same records and figures.
#include <stdio.h>

#include "support/cluster.h"
#include "support/support.h"

enum { ORDERS = 20, DEVICES = 4, SESSIONS = 24 };

static uint32_t draw(uint32_t *dice, uint32_t below)
{
	*dice = *dice * 1664525u + 1013904223u;
	return (*dice >> 8) % below;
}

struct stage {
	struct cluster *play;
	struct actor *township, *device[DEVICES + 1];
	struct id shared;
};

static void write_something(struct actor *actor, const struct id *shared, unsigned number)
{
	char topic[64], day[64], minutes[64];
	actor->cluster->now_ms += 1000;
	snprintf(topic, sizeof topic, "topic=%s %u", actor->name, number);
	snprintf(minutes, sizeof minutes, "minutes=%s %u", actor->name, number);
	snprintf(day, sizeof day, "date=2026-0%u-%02u", 1 + number % 3, 1 + number);
	cluster_put(actor, "meeting", NULL, day, number % 2 ? "type=group" : "type=committee", topic, minutes, NULL);
	cluster_put(actor, "meeting", shared, topic, minutes, NULL);
	if (number % 3 == 0)
		cluster_put(actor, "meeting", shared, day, NULL);
}

static struct stage four_devices(void)
{
	static const char *const names[] = { "desk", "tablet", "phone", "laptop", "late" };
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.device[0] = cluster_branch(stage.township, names[0]);
	assert_ok(cluster_sync(stage.device[0]));
	for (unsigned i = 1; i < DEVICES; i++) {
		stage.device[i] = cluster_device(stage.device[0], names[i]);
		assert_ok(cluster_sync(stage.device[i]));
	}
	stage.shared = cluster_put(stage.device[0], "meeting", NULL, "date=2026-02-01", "type=group", "topic=共同", "minutes=共同", NULL);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < DEVICES; i++)
			assert_ok(cluster_sync(stage.device[i]));
	return stage;
}

static void all_agree(struct stage *stage, unsigned from, unsigned to)
{
	char first[HASH_TEXT_BYTES], other[HASH_TEXT_BYTES];
	static const char *const periods[] = { "2026-01", "2026-02", "2026-03", "2026Q1" };
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = from; i < to; i++)
			assert_ok(cluster_sync(stage->device[i]));
	cluster_state(stage->device[from], first);
	for (unsigned i = from + 1; i < to; i++) {
		cluster_state(stage->device[i], other);
		assert_string_equal(first, other);
	}
	for (size_t p = 0; p < 4; p++) {
		int64_t figure = cluster_figure(stage->device[from], stage->device[0], "meetings_held", periods[p]);
		for (unsigned i = from + 1; i < to; i++)
			assert_int_equal(cluster_figure(stage->device[i], stage->device[0], "meetings_held", periods[p]), figure);
		assert_int_equal(cluster_figure(stage->township, stage->township, "meetings_held", periods[p]), figure);
	}
}

static void in_whatever_order_sessions_happen_all_end_alike(void **state)
{
	(void)state;
	for (uint32_t order = 1; order <= ORDERS; order++) {
		uint32_t dice = order * 7919;
		struct stage stage = four_devices();
		unsigned number = 1;
		for (unsigned i = 0; i < SESSIONS; i++) {
			struct actor *actor = stage.device[draw(&dice, DEVICES)];
			if (draw(&dice, 2))
				write_something(actor, &stage.shared, number++);
			else
				assert_ok(cluster_sync(actor));
		}
		all_agree(&stage, 0, DEVICES);
		cluster_free(stage.play);
	}
}

static void also_with_a_late_revocation_and_a_late_device(void **state)
{
	(void)state;
	for (uint32_t order = 1; order <= ORDERS; order++) {
		uint32_t dice = order * 104729;
		struct stage stage = four_devices();
		struct journal_log cut[LANE_END];
		unsigned number = 1, revoked_at = 8 + draw(&dice, 8), end = DEVICES;
		for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
			cluster_log(stage.township, stage.device[0], (enum lane)lane, &cut[lane]);
		for (unsigned i = 0; i < SESSIONS; i++) {
			struct actor *actor = stage.device[draw(&dice, end)];
			if (i == revoked_at) {
				cluster_revoke_at(stage.township, stage.device[0], cut);
				stage.device[DEVICES] = cluster_device(stage.device[1], "late");
				end = DEVICES + 1;
			}
			bool revoked = i >= revoked_at && actor == stage.device[0];
			if (draw(&dice, 2) && actor->pack.pack)
				write_something(actor, &stage.shared, number++);
			else
				assert_string_equal(err_name(cluster_sync(actor)), revoked ? "UNAUTHORISED" : "OK");
		}
		assert_err(UNAUTHORISED, cluster_sync(stage.device[0]));
		all_agree(&stage, 1, DEVICES + 1);
		cluster_free(stage.play);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_whatever_order_sessions_happen_all_end_alike),
		cmocka_unit_test(also_with_a_late_revocation_and_a_late_device),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
