// Making one's own tally: what changed is said once, in time, and not again after another device.
#include "ledger/tally.h"

#include "support/ledger_fixture.h"
#include "support/support.h"
#include "support/tally_desk.h"

enum { M = TALLY_DESK_METRIC, JAN = FIXTURE_SINCE };

static struct tally_request request_of(int32_t through, const struct tally_frontier *frontier, size_t count)
{
	struct id unit = small_id(1);
	return (struct tally_request){
		.owner = cell_owner_own(&unit), .unit = unit, .log = 1, .through = through, .pack_version = 2,
		.frontier_count = count, .frontier = frontier,
	};
}

static void own(struct tally_desk *desk, int32_t month, int64_t delta)
{
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell_key key = { .metric = M, .month = month };
	assert_ok(cell_add(&desk->txn, &owner, &key, delta, true));
}

static size_t marks(struct tally_desk *desk)
{
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell cell;
	size_t count = 0;
	struct cell_scan scan = cell_scan_begin_dirty(&desk->txn, &owner);
	while (cell_scan_next(&scan, &cell))
		count++;
	cell_scan_end(&scan);
	return count;
}

static void what_changed_is_published_once(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	const struct tally_frontier two[] = { tally_desk_known(12, 4), tally_desk_known(11, 3) };
	struct tally_request request = request_of(JAN + 1, two, 2);
	struct tally tally;
	own(&desk, JAN, 5);
	own(&desk, JAN + 1, 6);
	own(&desk, JAN + 7, 9); // not yet due
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 0 && tally.revision == 1 && tally.through == JAN + 1);
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.frontier_count, 2);
	assert_ok(tally_desk_apply(&desk, 1, 6, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(marks(&desk), 1);

	own(&desk, JAN, 2);
	own(&desk, JAN + 1, 1);
	own(&desk, JAN + 1, -1); // there and back
	const struct tally_frontier moved[] = { tally_desk_known(12, 4), tally_desk_known(11, 5) };
	request.frontier = moved;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 7 && tally.revision == 2);
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 7);
	assert_int_equal(tally.frontier_count, 1);
	assert_int_equal(tally.frontier[0].size, 5);
	assert_ok(tally_desk_apply(&desk, 1, 8, &tally));

	request.rebase = true;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_true(tally.previous == 0 && tally.revision == 3);
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.frontier_count, 2);
	request.rebase = false;
	request.through = JAN + 7;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 9);
	tally_desk_close(&desk);
}

static void a_new_chain_says_in_time_what_a_former_one_said_too_early(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	const struct tally_frontier one[] = { tally_desk_known(11, 3) };
	struct tally_request request = request_of(JAN + 7, one, 1); // by a clock that was ahead
	struct tally tally;
	own(&desk, JAN + 2, 9);
	tally_desk_name_log(&desk.txn, 1, 1);
	tally_desk_name_log(&desk.txn, 2, 2);
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_ok(tally_desk_apply(&desk, 1, 6, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(marks(&desk), 0);

	request.log = 2;
	request.rebase = true;
	request.through = JAN;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 0);
	assert_ok(tally_desk_apply(&desk, 2, 0, &tally));
	request.rebase = false;
	request.through = JAN + 2;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 1);
	assert_int_equal(tally.cells[0].value, 9);
	tally_desk_close(&desk);
}

static void what_another_device_has_said_is_not_said_again(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	const struct tally_frontier here[] = { tally_desk_known(11, 3) }, theirs[] = { tally_desk_known(11, 3), tally_desk_known(12, 8) };
	const struct cell cells[] = { tally_desk_cell(JAN, 5) };
	struct tally_request request = request_of(JAN, here, 1);
	struct tally tally = tally_desk_tally(0, cells, 1, theirs, 2);
	own(&desk, JAN, 5);
	tally_desk_name_log(&desk.txn, 1, 1);
	tally_desk_name_log(&desk.txn, 2, 2);
	assert_ok(tally_desk_apply(&desk, 2, 0, &tally));
	assert_err(NOT_FOUND, tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	request.through = JAN + 1;
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	request.through = JAN;
	own(&desk, JAN, 1);
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cells[0].value, 6);
	tally_desk_close(&desk);
}

static void a_unit_vouches_for_the_months_up_to_its_last(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_own(&unit);
	static const int32_t throughs[] = { JAN - 1, JAN, JAN + 4, JAN + 2, JAN + 2, JAN - 3, JAN + 1 };
	int32_t before = 0;
	for (size_t i = 0; i < sizeof throughs / sizeof *throughs; i++) {
		assert_ok(tally_vouch(&desk.txn, &owner, JAN, before, throughs[i]));
		before = throughs[i];
		int64_t sum = 0, value;
		for (int32_t month = JAN - 5; month < JAN + 8; month++) {
			struct cell_key key = { .metric = CELL_METRIC_REPORTING, .month = month };
			assert_ok(cell_get(&desk.txn, &owner, &key, &value));
			sum += value;
			assert_int_equal(sum, month >= JAN && month <= before);
		}
	}
	tally_desk_close(&desk);
}

// The engine's -1 behind the last month travels although its month is not yet due.
static void the_end_of_vouching_is_published_with_it(void **state)
{
	(void)state;
	struct tally_desk desk;
	tally_desk_open(&desk);
	struct tally_request request = request_of(JAN, NULL, 0);
	struct tally tally;
	assert_ok(tally_vouch(&desk.txn, &request.owner, JAN, 0, JAN));
	assert_ok(tally_prepare(&desk.txn, &request, &desk.arena, &tally));
	assert_int_equal(tally.cell_count, 2);
	assert_int_equal(tally.cells[1].key.month, JAN + 1);
	assert_int_equal(tally.cells[1].value, -1);
	tally_desk_close(&desk);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_changed_is_published_once),
		cmocka_unit_test(a_new_chain_says_in_time_what_a_former_one_said_too_early),
		cmocka_unit_test(what_another_device_has_said_is_not_said_again),
		cmocka_unit_test(a_unit_vouches_for_the_months_up_to_its_last),
		cmocka_unit_test(the_end_of_vouching_is_published_with_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
