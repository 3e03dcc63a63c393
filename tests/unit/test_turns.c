// Whose turn it is when more come than can be served: nobody comes twice in vain, moments are spread as the work allows.
#include "support/support.h"

#include "base/bytes.h"
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
	for (unsigned i = 0; i < 20; i++)
		turns_took(turns, 5000, now_ms);
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
		cmocka_unit_test(promises_that_nobody_comes_for_are_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
