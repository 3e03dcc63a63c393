// When a unit was last heard, and how far the clocks of its devices are off: by this server's own clock.
#include "support/support.h"

#include "io/store_memory.h"
#include "sync/heard.h"

#define MINUTE UINT64_C(60000)
#define NOW    (UINT64_C(1800000000000))

static struct store *store;
static struct txn txn;
static const struct id unit = { { 1 } }, other = { { 2 } };
static const struct hash laptop = { { 1 } }, tablet = { { 2 } };

static int enter(void **state)
{
	(void)state;
	store = store_memory_new();
	return txn_begin(store, STORE_WRITE, &txn) != ERR_OK;
}

static int leave(void **state)
{
	(void)state;
	txn_abort(&txn);
	store_memory_free(store);
	return 0;
}

static void expect_clocks(const struct id *of, int64_t ahead, int64_t behind)
{
	int64_t found[2];
	assert_ok(heard_clock_last(&txn, of, &found[0], &found[1]));
	assert_int_equal(found[0], ahead);
	assert_int_equal(found[1], behind);
}

static void a_unit_is_noted_once_an_hour(void **state)
{
	uint64_t last;
	(void)state;
	assert_ok(heard_last(&txn, &unit, &last));
	assert_int_equal(last, 0);
	assert_ok(heard_note(&txn, &unit, NOW));
	assert_ok(heard_note(&txn, &unit, NOW + HEARD_STEP_MS - 1));
	assert_ok(heard_last(&txn, &unit, &last));
	assert_int_equal(last, NOW);
	assert_ok(heard_note(&txn, &unit, NOW - 1)); // a clock that was put back is believed
	assert_ok(heard_last(&txn, &unit, &last));
	assert_int_equal(last, NOW - 1);
}

static void clocks_that_are_right_leave_nothing(void **state)
{
	(void)state;
	assert_ok(heard_clock_note(&txn, &unit, &laptop, NOW, NOW));
	assert_ok(heard_clock_note(&txn, &unit, &laptop, NOW - HEARD_CLOCK_SLACK_MS, NOW));
	assert_ok(heard_clock_note(&txn, &unit, &laptop, 0, NOW)); // it did not say
	struct scan scan = scan_begin(&txn, STORE_META, span_string("clock/"));
	assert_false(scan_next(&scan));
	scan_end(&scan);
	expect_clocks(&unit, 0, 0);
}

static void each_device_of_a_unit_has_its_own(void **state)
{
	(void)state;
	assert_ok(heard_clock_note(&txn, &unit, &laptop, NOW - 90 * MINUTE, NOW));
	assert_ok(heard_clock_note(&txn, &unit, &tablet, NOW + 24 * 60 * MINUTE, NOW));
	expect_clocks(&unit, 24 * 60, 90);
	expect_clocks(&other, 0, 0);
	assert_ok(heard_clock_note(&txn, &unit, &tablet, NOW, NOW)); // it was set right
	expect_clocks(&unit, 0, 90);
}

static void a_clock_that_is_absurd_is_a_number_like_any_other(void **state)
{
	(void)state;
	assert_ok(heard_clock_note(&txn, &unit, &laptop, UINT64_MAX, 0));
	expect_clocks(&unit, (int64_t)(UINT64_MAX / MINUTE), 0);
	assert_ok(heard_clock_note(&txn, &unit, &laptop, 1, UINT64_MAX));
	expect_clocks(&unit, 0, (int64_t)((UINT64_MAX - 1) / MINUTE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_unit_is_noted_once_an_hour, enter, leave),
		cmocka_unit_test_setup_teardown(clocks_that_are_right_leave_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(each_device_of_a_unit_has_its_own, enter, leave),
		cmocka_unit_test_setup_teardown(a_clock_that_is_absurd_is_a_number_like_any_other, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
