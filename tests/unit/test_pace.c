// How fast a road is, as answers tell; what follows for frames and for what comes next.
#include "support/support.h"

#include <string.h>

#include "sync/pace.h"

// A road of so many bytes a second and so much delay there and back, on which one message after the other goes up.
struct road {
	uint64_t rate, delay_ms;
	uint64_t now_ms, free_ms;
	uint64_t due_ms[PACE_UNDER_WAY];
	size_t under_way;
	struct pace pace;
};

static void say(struct road *road, size_t bytes)
{
	uint64_t start = road->free_ms > road->now_ms ? road->free_ms : road->now_ms;
	road->free_ms = start + bytes * 1000 / road->rate;
	road->due_ms[road->under_way++] = road->free_ms + road->delay_ms;
	pace_said(&road->pace, bytes, road->now_ms);
}

static void hear(struct road *road)
{
	road->now_ms = road->due_ms[0];
	memmove(road->due_ms, road->due_ms + 1, --road->under_way * sizeof road->due_ms[0]);
	pace_answered(&road->pace, 60, road->now_ms);
}

// Says pieces of `bytes` as the pace allows, and gives the time for all.
static uint64_t carry(struct road *road, size_t bytes, unsigned pieces, size_t *most_under_way)
{
	uint64_t start = road->now_ms;
	*most_under_way = 0;
	for (unsigned said = 0; said < pieces || road->under_way > 0;) {
		uint64_t free_ms = pace_free_ms(&road->pace);
		uint64_t answer_ms = road->under_way ? road->due_ms[0] : UINT64_MAX;
		if (said < pieces && free_ms != UINT64_MAX && free_ms <= answer_ms) {
			road->now_ms = free_ms > road->now_ms ? free_ms : road->now_ms;
			say(road, bytes);
			said++;
		} else {
			hear(road);
		}
		*most_under_way = road->under_way > *most_under_way ? road->under_way : *most_under_way;
	}
	return road->now_ms - start;
}

static struct road a_road(uint64_t rate, uint64_t delay_ms)
{
	struct road road = { .rate = rate, .delay_ms = delay_ms, .now_ms = 1000 };
	pace_init(&road.pace);
	pace_begin(&road.pace);
	return road;
}

static void a_thin_road_is_kept_full_by_two_at_a_time(void **state)
{
	(void)state;
	size_t most;
	struct road gprs = a_road(4000, 1000), satellite = a_road(8000, 600), dsl = a_road(64000, 60);
	uint64_t took = carry(&gprs, 65536, 30, &most);
	assert_true(30 * 65536 / 4 * 100 / took >= 94);
	assert_in_range(most, 1, 2);
	took = carry(&satellite, 65536, 30, &most);
	assert_true(30 * 65536 / 8 * 100 / took >= 94);
	assert_in_range(most, 1, 2);
	took = carry(&dsl, 65536, 30, &most);
	assert_true(30 * 65536 / 64 * 100 / took >= 94);
	assert_in_range(most, 1, 3);
}

static void what_is_learnt_is_the_rate_of_the_road(void **state)
{
	(void)state;
	size_t most;
	struct road road = a_road(8000, 600);
	carry(&road, 20000, 20, &most);
	assert_in_range(road.pace.up.rate, 7000, 9000);
	assert_in_range(pace_frame(&road.pace.up), PACE_LEAST_BYTES, PACE_LEAST_BYTES);
	struct road fast = a_road(2000000, 5);
	carry(&fast, 64000, 40, &most);
	assert_in_range(fast.pace.up.rate, 1000000, 2600000);
	assert_in_range(pace_frame(&fast.pace.up), 400000, LIMIT_FRAME_RAW_BYTES / 2);
	assert_true(most > 2);
}

static void a_frame_that_packs_well_may_be_larger_before(void **state)
{
	(void)state;
	struct road road = a_road(8000, 600);
	size_t most, plain = pace_frame(&road.pace.up);
	pace_packed(&road.pace.up, 60000, 10000);
	assert_true(pace_frame(&road.pace.up) >= 5 * plain);
	pace_packed(&road.pace.up, 60000, 70000); // what cannot be packed is not made smaller by that
	assert_int_equal(pace_frame(&road.pace.up), plain);
	carry(&road, 1000, 3, &most);
	assert_int_equal(road.pace.up.rate, 0); // small words tell the delay alone
	assert_in_range(road.pace.least_ms, 600, 800);
	assert_true(pace_far(&road.pace));
}

static void in_a_stall_nothing_is_piled_up_and_a_bunch_of_answers_says_nothing(void **state)
{
	(void)state;
	size_t most;
	struct road road = a_road(8000, 600);
	carry(&road, 100, 1, &most);
	carry(&road, 16000, 10, &most);
	uint64_t rate = road.pace.up.rate;
	say(&road, 16000);
	say(&road, 16000);
	assert_int_equal(pace_free_ms(&road.pace), UINT64_MAX);
	road.now_ms += 25000; // both are answered at once
	pace_answered(&road.pace, 60, road.now_ms);
	pace_answered(&road.pace, 60, road.now_ms + 1);
	assert_true(road.pace.up.rate <= rate);
	assert_true(road.pace.up.rate >= rate / 2);
}

static void the_longer_something_takes_the_longer_it_is_waited_for(void **state)
{
	(void)state;
	size_t most;
	struct road road = a_road(4000, 1000);
	uint64_t first = pace_patience_ms(&road.pace);
	carry(&road, 65536, 4, &most);
	say(&road, 65536);
	assert_true(pace_patience_ms(&road.pace) >= first + 60000);
	pace_begin(&road.pace); // another connection: what was under way is not
	assert_int_equal(pace_patience_ms(&road.pace), first);
	pace_answered(&road.pace, 60, road.now_ms); // and an answer that nobody waits for is none
	assert_int_equal(road.pace.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thin_road_is_kept_full_by_two_at_a_time),
		cmocka_unit_test(what_is_learnt_is_the_rate_of_the_road),
		cmocka_unit_test(a_frame_that_packs_well_may_be_larger_before),
		cmocka_unit_test(in_a_stall_nothing_is_piled_up_and_a_bunch_of_answers_says_nothing),
		cmocka_unit_test(the_longer_something_takes_the_longer_it_is_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
