// Whose turn it is when more come than can be served: nobody comes twice in vain, moments are spread as the work allows.
#include "support/support.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "sync/turns.h"

static struct hash device(uint32_t number)
{
	struct hash hash = { { 0 } };
	bytes_put_u32(hash.bytes, number * 2654435761u);
	bytes_put_u32(hash.bytes + 4, number);
	return hash;
}

static void make_full(struct turns *turns, uint64_t now_ms)
{
	for (unsigned i = 0; i < 20; i++) {
		turns_work(turns);
		turns_took(turns, 5000, now_ms);
	}
}

static void a_server_with_time_serves_at_once(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	for (uint32_t i = 0; i < 5000; i++) {
		struct hash who = device(i);
		assert_int_equal(turns_ask(&turns, &who, true, 1000 + i), 0);
		turns_took(&turns, 3, 1000 + i);
	}
	assert_int_equal(turns.turned_away, 0);
	assert_in_range(turns_each_ms(&turns), 1, 5);
	turns_free(&turns);
}

static void a_full_one_gives_each_a_moment_of_its_own_and_keeps_its_word(void **state)
{
	(void)state;
	enum { MANY = 500 };
	struct turns turns = { .took_ms = 0 };
	uint64_t at[MANY], now = 100000;
	struct hash first = device(9999);
	assert_int_equal(turns_ask(&turns, &first, true, now), 0);
	make_full(&turns, now); // 100 s of work for one
	for (uint32_t i = 0; i < 99; i++)
		turns.served++;
	uint64_t each = turns_each_ms(&turns);
	assert_int_equal(each, 1000);
	for (uint32_t i = 0; i < MANY; i++) {
		struct hash who = device(i);
		at[i] = now + turns_ask(&turns, &who, true, now);
		assert_true(at[i] > now);
		if (i > 0) // in the order in which they came, as far apart as the work is long
			assert_in_range(at[i] - at[0], (i - 1) * each, (i + 1) * (each + each / 2));
	}
	struct hash one = device(250);
	make_full(&turns, now + 7000);
	assert_int_equal(now + 7000 + turns_ask(&turns, &one, true, now + 7000), at[250]); // early: the same moment
	make_full(&turns, at[250]);
	assert_int_equal(turns_ask(&turns, &one, true, at[250]), 0); // in time: served, full or not
	turns_free(&turns);
}

static void who_comes_in_time_and_finds_no_room_waits_a_moment_more(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	struct hash one = device(1);
	uint64_t wait = turns_ask(&turns, &one, false, 5000);
	assert_true(wait > 0);
	uint64_t more = turns_ask(&turns, &one, false, 5000 + wait);
	assert_in_range(more, 1, 10000);
	assert_int_equal(turns_ask(&turns, &one, true, 5000 + wait + more), 0);
	turns_free(&turns);
}

static void full_is_over_when_there_is_less_to_do(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	struct hash one = device(1), other = device(2);
	make_full(&turns, 1000);
	uint64_t wait = turns_ask(&turns, &one, true, 1000);
	assert_true(wait > 0);
	assert_true(turns_ask(&turns, &other, true, 2000) > wait - 1000); // behind it
	assert_int_equal(turns_ask(&turns, &one, true, 1000 + wait), 0);
	assert_int_equal(turns_ask(&turns, &other, true, 60000), 0);
	assert_int_equal(turns_ask(&turns, &one, true, 60000), 0);
	turns_free(&turns);
}

static void learn(struct turns *turns, unsigned each_ms, uint64_t now_ms)
{
	for (uint32_t i = 0; i < TURNS_FEW; i++) {
		struct hash who = device(100000 + i);
		assert_int_equal(turns_ask(turns, &who, true, now_ms), 0);
	}
	turns_took(turns, TURNS_FEW * each_ms, now_ms);
}

static void until_it_knows_what_a_session_costs_it_takes_a_few_events_at_a_time(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	assert_int_equal(turns_batch(&turns), TURNS_FEW);
	learn(&turns, 60, 1000);
	assert_int_equal(turns_each_ms(&turns), 60);
	assert_int_equal(turns_batch(&turns), LIMIT_EVENTS_PER_COMMIT);
	turns_free(&turns);
}

// All of a batch greet at the same moment: the first are served, and the others told when.
static void of_one_batch_as_many_are_let_in_as_can_be_served_in_time(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	unsigned served = 0;
	learn(&turns, 100, 1000);
	for (uint32_t i = 0; i < 200; i++) {
		struct hash who = device(i);
		served += turns_ask(&turns, &who, true, 60000) == 0;
	}
	assert_int_equal(served, TURNS_FULL_MS / 100 + 1);
	assert_int_equal(turns.turned_away, 200 - served);
	turns_free(&turns);
}

// Moments were spread by 100 ms a session, and it turns out to be 300: who is due and finds a crowd waits longer in proportion.
static void what_was_promised_by_too_short_a_measure_is_promised_anew(void **state)
{
	(void)state;
	enum { MANY = 400 };
	struct turns turns = { .took_ms = 0 };
	uint64_t at[MANY], due = 0;
	learn(&turns, 100, 1000);
	for (uint32_t i = 0; i < MANY; i++) {
		struct hash who = device(i);
		at[i] = 60000 + turns_ask(&turns, &who, true, 60000);
	}
	turns_took(&turns, 300 * (TURNS_FULL_MS / 100 + 1), 70000);
	turns.busy_ms = 300 * turns.served;
	for (uint32_t i = MANY / 2; i < MANY && !due; i++) { // all at once, when the last is due
		struct hash who = device(i);
		uint64_t wait = turns_ask(&turns, &who, true, at[MANY - 1]);
		due = wait ? at[MANY - 1] + wait : 0;
		if (wait)
			assert_in_range(wait, (at[i] - 60000) / 2 + TURNS_FULL_MS, 2 * (at[i] - 60000) + TURNS_FULL_MS); // as far as is known now
	}
	assert_true(due > 0);
	turns_free(&turns);
}

// A disk that stood still for a minute is not held against those who come later.
static void one_dear_batch_is_forgotten(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	learn(&turns, 4000, 1000);
	unsigned batches = 0;
	for (uint32_t i = 0; turns.one_ms > 100; i++, batches++) {
		struct hash who = device(i);
		assert_int_equal(turns_ask(&turns, &who, true, 1000000 + 60000 * i), 0);
		turns_took(&turns, 10, 1000000 + 60000 * i);
	}
	assert_in_range(batches, 1, 20);
	turns_free(&turns);
}

static void what_has_to_do_with_no_session_is_not_counted_as_their_work(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	learn(&turns, 10, 1000);
	for (unsigned i = 0; i < 1000; i++)
		turns_took(&turns, 50, 2000 + i);
	assert_int_equal(turns_each_ms(&turns), 10);
	turns_work(&turns);
	turns_took(&turns, 160, 4000);
	assert_int_equal(turns_each_ms(&turns), 20);
	turns_free(&turns);
}

static void promises_that_nobody_comes_for_are_forgotten(void **state)
{
	(void)state;
	struct turns turns = { .took_ms = 0 };
	struct hash one = device(1), later = device(2);
	make_full(&turns, 1000);
	uint64_t wait = turns_ask(&turns, &one, true, 1000);
	uint64_t much_later = 1000 + wait + TURNS_KEPT_MS + 1000;
	make_full(&turns, much_later);
	assert_true(turns_ask(&turns, &later, true, much_later) > 0);
	assert_true(turns_ask(&turns, &one, true, much_later) > 0); // it is told anew
	assert_int_equal(turns.turned_away, 3);
	turns_free(&turns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_with_time_serves_at_once),
		cmocka_unit_test(a_full_one_gives_each_a_moment_of_its_own_and_keeps_its_word),
		cmocka_unit_test(who_comes_in_time_and_finds_no_room_waits_a_moment_more),
		cmocka_unit_test(full_is_over_when_there_is_less_to_do),
		cmocka_unit_test(until_it_knows_what_a_session_costs_it_takes_a_few_events_at_a_time),
		cmocka_unit_test(of_one_batch_as_many_are_let_in_as_can_be_served_in_time),
		cmocka_unit_test(what_was_promised_by_too_short_a_measure_is_promised_anew),
		cmocka_unit_test(one_dear_batch_is_forgotten),
		cmocka_unit_test(what_has_to_do_with_no_session_is_not_counted_as_their_work),
		cmocka_unit_test(promises_that_nobody_comes_for_are_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
