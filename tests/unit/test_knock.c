// A connection falls silent. Whether it is lost or the road stands still is found out by trying another beside it.
#include "support/support.h"

#include "io/knock.h"

enum { STEP_MS = 100 };

// A connection as the machine sees it, and when a try beside it would be answered.
struct play {
	struct knock knock;
	struct road road;
	bool waiting;
	uint64_t now_ms;
	uint64_t heard_ms;     // when something came last
	uint64_t there_ms;     // from when on tries are answered
	unsigned tries;
};

static struct play play_over(uint64_t round_trip_ms, uint64_t pause_ms)
{
	struct play play = { .now_ms = 1000000, .heard_ms = 1000000, .there_ms = UINT64_MAX,
	                     .road = { .round_trip_ms = round_trip_ms, .least_ms = round_trip_ms, .pause_ms = pause_ms, .unconfirmed = true } };
	knock_init(&play.knock);
	return play;
}

// Lets time pass. True: the connection was given up meanwhile.
static bool passes(struct play *play, uint64_t ms)
{
	for (uint64_t end = play->now_ms + ms; play->now_ms < end; play->now_ms += STEP_MS) {
		bool answered = play->knock.tried_ms >= play->there_ms && play->now_ms >= play->knock.tried_ms + play->road.least_ms;
		if (play->knock.tried_ms && !play->knock.answered_ms && answered)
			play->knock.answered_ms = play->now_ms;
		play->road.quiet_ms = play->now_ms - play->heard_ms;
		enum knock_verdict verdict = knock_judge(&play->knock, &play->road, play->waiting, play->now_ms);
		play->tries += verdict == KNOCK_TRY;
		if (verdict == KNOCK_LOST)
			return true;
	}
	return false;
}

static void hears(struct play *play)
{
	play->heard_ms = play->now_ms;
}

static void nobody_knocks_while_answers_come_in_time(void **state)
{
	struct play play = play_over(600, 1500);
	(void)state;
	for (int i = 0; i < 50; i++) {
		assert_false(passes(&play, 1500));
		hears(&play);
	}
	assert_int_equal(play.tries, 0);
}

static void a_road_that_stands_still_is_waited_for_however_long(void **state)
{
	struct play play = play_over(1100, 8000);
	(void)state;
	assert_false(passes(&play, 10 * 60000));
	assert_true(play.tries > 0 && play.tries <= 10 * 60000 / 2200 + 1); // one each two round trips at most
}

static void a_connection_that_goes_on_after_a_stall_is_kept(void **state)
{
	struct play play = play_over(60, 1000);
	(void)state;
	assert_false(passes(&play, 20000));
	play.there_ms = play.now_ms;
	assert_false(passes(&play, 900)); // TCP's next try is not due yet
	hears(&play);
	assert_false(passes(&play, 400));
	assert_int_equal(play.knock.tried_ms, 0);
}

static void a_connection_that_was_forgotten_is_given_up_soon_after_the_road_is_back(void **state)
{
	struct play play = play_over(30, 1000);
	(void)state;
	assert_false(passes(&play, 3000));
	play.there_ms = play.now_ms;
	assert_true(passes(&play, 2000));
	assert_true(play.now_ms - play.there_ms >= 1000); // a last try of TCP's was waited for
}

static void tcp_that_tried_again_in_vain_need_not_be_waited_for(void **state)
{
	struct play near = play_over(30, 1000), far = play_over(600, 5000);
	(void)state;
	assert_false(passes(&near, 3000) || passes(&far, 3000));
	near.there_ms = near.now_ms;
	far.there_ms = far.now_ms;
	assert_false(passes(&near, 700) || passes(&far, 2500));
	near.road.sent_ms = 300;
	far.road.sent_ms = 1900;
	assert_true(passes(&near, STEP_MS));
	assert_false(passes(&far, STEP_MS)); // there a packet may well be lost, and a new connection is dear
}

static void where_nothing_is_owed_silence_means_nothing(void **state)
{
	struct play play = play_over(30, 1000);
	(void)state;
	play.road.unconfirmed = false;
	play.there_ms = 0;
	assert_false(passes(&play, 10 * 60000));
	assert_int_equal(play.tries, 0);
	play.road.unconfirmed = true; // something is said after all that time: it is owed an answer from now on
	assert_false(passes(&play, 400));
	assert_int_equal(play.tries, 0);
	assert_true(passes(&play, 3000));
}

static void an_answer_that_is_waited_for_is_asked_for_before_anybody_knocks(void **state)
{
	struct play play = play_over(30, 1000);
	(void)state;
	play.road.unconfirmed = false;
	play.waiting = true;
	assert_false(passes(&play, ROAD_ASK_S * 1000));
	assert_int_equal(play.tries, 0);
	play.there_ms = play.now_ms;
	assert_true(passes(&play, 4000));
}

static void pauses_suit_the_road(void **state)
{
	(void)state;
	assert_int_equal(road_pause_ms(30, 30), ROAD_PAUSE_LEAST_MS);
	assert_int_equal(road_pause_ms(900, 60), 1500);   // behind a queue
	assert_int_equal(road_pause_ms(700, 600), 5000);  // a satellite
	assert_int_equal(road_pause_ms(9000, 1000), ROAD_PAUSE_MOST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_knocks_while_answers_come_in_time),
		cmocka_unit_test(a_road_that_stands_still_is_waited_for_however_long),
		cmocka_unit_test(a_connection_that_goes_on_after_a_stall_is_kept),
		cmocka_unit_test(a_connection_that_was_forgotten_is_given_up_soon_after_the_road_is_back),
		cmocka_unit_test(tcp_that_tried_again_in_vain_need_not_be_waited_for),
		cmocka_unit_test(where_nothing_is_owed_silence_means_nothing),
		cmocka_unit_test(an_answer_that_is_waited_for_is_asked_for_before_anybody_knocks),
		cmocka_unit_test(pauses_suit_the_road),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
