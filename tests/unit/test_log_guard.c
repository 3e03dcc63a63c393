// The guard: which starts are the same life of a store, and which are another.
#include <sodium.h>

#include "log/guard.h"
#include "support/support.h"

static struct guard usual(void)
{
	return (struct guard){ .machine = { .bytes = { 1 } }, .incarnation = { .bytes = { 2 } },
	                       .shown = { [LANE_PRIVATE] = 5, [LANE_UP] = 7 } };
}

static void a_store_that_has_all_that_was_shown_goes_on(void **state)
{
	(void)state;
	struct guard file = usual(), store = usual();
	assert_int_equal(guard_judge(&file, &store), GUARD_SAME);
	store.shown[LANE_UP] = 9; // written since, and not shown yet
	store.shown[LANE_MAIL] = 1;
	assert_int_equal(guard_judge(&file, &store), GUARD_SAME);
}

static void a_store_that_has_less_in_any_lane_was_restored(void **state)
{
	(void)state;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct guard file = usual(), store = usual();
		file.shown[lane] = 8;
		store.shown[lane] = 7;
		assert_int_equal(guard_judge(&file, &store), GUARD_RESTORED);
	}
}

static void another_life_in_the_file_means_restored(void **state)
{
	(void)state;
	struct guard file = usual(), store = usual();
	file.incarnation.bytes[15] = 1;
	assert_int_equal(guard_judge(&file, &store), GUARD_RESTORED);
}

static void another_machine_means_copied(void **state)
{
	(void)state;
	struct guard file = usual(), store = usual();
	store.machine.bytes[0] = 9;
	assert_int_equal(guard_judge(&file, &store), GUARD_COPIED);
	store.shown[LANE_UP] = 0;
	assert_int_equal(guard_judge(&file, &store), GUARD_COPIED);
}

static void without_a_file_only_a_new_store_goes_on(void **state)
{
	(void)state;
	struct guard store = usual(), fresh = usual();
	fresh.shown[LANE_PRIVATE] = fresh.shown[LANE_UP] = 0;
	assert_int_equal(guard_judge(NULL, &fresh), GUARD_SAME);
	assert_int_equal(guard_judge(NULL, &store), GUARD_RESTORED);
}

static void the_file_comes_back_as_it_was_written(void **state)
{
	(void)state;
	struct guard guard = usual(), again;
	uint8_t bytes[GUARD_BYTES];
	guard_encode(&guard, bytes);
	assert_ok(guard_decode(span_of(bytes, sizeof bytes), &again));
	assert_memory_equal(again.machine.bytes, guard.machine.bytes, sizeof again.machine.bytes);
	assert_memory_equal(again.incarnation.bytes, guard.incarnation.bytes, sizeof again.incarnation.bytes);
	assert_memory_equal(again.shown, guard.shown, sizeof again.shown);
}

static void a_damaged_file_is_found_out_whatever_the_bit(void **state)
{
	(void)state;
	struct guard guard = usual(), again;
	uint8_t bytes[GUARD_BYTES + 1] = { 0 };
	guard_encode(&guard, bytes);
	for (size_t bit = 0; bit < 8 * GUARD_BYTES; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		enum err expected = bit < 32 ? ERR_MALFORMED : bit < 40 ? ERR_VERSION : ERR_CORRUPT;
		assert_int_equal(guard_decode(span_of(bytes, GUARD_BYTES), &again), expected);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t size = 0; size <= GUARD_BYTES + 1; size++)
		assert_int_equal(guard_decode(span_of(bytes, size), &again), size == GUARD_BYTES ? ERR_OK : ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_that_has_all_that_was_shown_goes_on),
		cmocka_unit_test(a_store_that_has_less_in_any_lane_was_restored),
		cmocka_unit_test(another_life_in_the_file_means_restored),
		cmocka_unit_test(another_machine_means_copied),
		cmocka_unit_test(without_a_file_only_a_new_store_goes_on),
		cmocka_unit_test(the_file_comes_back_as_it_was_written),
		cmocka_unit_test(a_damaged_file_is_found_out_whatever_the_bit),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
