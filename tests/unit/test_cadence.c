// Cadences: which periods there are, what fell into a window, who met what; and that the derived cells are
// the same whether they grew with the records or were made from nothing.
#include "ledger/cadence.h"

#include "io/store_memory.h"
#include "ledger/metric.h"
#include "support/ledger_fixture.h"
#include "support/pack_shelf.h"
#include "support/support.h"

enum { JANUARY = 2026 * 12, MEMBERS = 1, COMMITTEE = 2, LECTURE = 3, ACTIVITY = 4, GROUP = 5 };

static struct pack_shelf shelf;

static int read_pack(void **state)
{
	(void)state;
	return pack_shelf_read(&shelf, "../data/duties.yaml");
}

static int release_pack(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

static const struct pack_cadence *cadence(const char *name)
{
	const struct pack_cadence *found = pack_duty_cadence(shelf.pack, name);
	assert_non_null(found);
	return found;
}

// ---- A desk with meetings on it ----

enum { MEETINGS_MOST = 48 };

struct desk {
	struct store *store;
	struct txn txn;
	struct arena arena;
	struct cell_batch *cells;
	struct derive_unit unit;
	struct derive derive;
	int32_t day[MEETINGS_MOST];
	int64_t type[MEETINGS_MOST]; // 0: there is none
};

static void open_desk(struct desk *desk, const char *kind)
{
	*desk = (struct desk){ .store = store_memory_new(), .cells = cell_batch_new() };
	assert_non_null(desk->cells);
	desk->unit = (struct derive_unit){
		.id = small_id(3), .kind = pack_unit_kind_by_name(shelf.pack, kind), .since = date_from_civil(2025, 1, 1), .closed = INT32_MAX,
	};
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
	arena_init(&desk->arena, 1 << 20);
	desk->derive = (struct derive){
		.txn = &desk->txn, .pack = shelf.pack, .unit = &desk->unit, .owner = cell_owner_own(&desk->unit.id), .arena = &desk->arena,
	};
}

static void close_desk(struct desk *desk)
{
	cell_batch_free(desk->cells);
	arena_free(&desk->arena);
	txn_abort(&desk->txn);
	store_memory_free(desk->store);
}

static void contribute(struct desk *desk, size_t meeting, int sign)
{
	struct record_write writes[] = {
		{ .field = 1, .value = number_value(desk->day[meeting]) }, { .field = 2, .value = number_value(desk->type[meeting]) },
	};
	const struct record record = {
		.key = { .unit = desk->unit.id, .kind = 2, .record = small_id((uint8_t)meeting) }, .writes = writes, .write_count = 2,
	};
	if (desk->type[meeting])
		assert_ok(metric_contribute(shelf.pack, &record, sign, desk->cells));
}

static void derive(struct desk *desk)
{
	assert_ok(cell_batch_flush(desk->cells, &desk->txn, &desk->derive.owner, true));
	assert_ok(derive_run(&desk->derive));
}

// Holds, moves or (type 0) cancels a meeting.
static void hold(struct desk *desk, size_t meeting, int64_t type, int32_t day)
{
	contribute(desk, meeting, -1);
	desk->type[meeting] = type;
	desk->day[meeting] = day;
	contribute(desk, meeting, 1);
	derive(desk);
}

static int64_t met(struct desk *desk, const char *name, int32_t month)
{
	int64_t units;
	assert_ok(cadence_met(&desk->txn, &desk->derive.owner, cadence(name), month, &units));
	return units;
}

static int32_t on(int32_t month, int32_t day)
{
	return date_from_civil(2026, month, day);
}

// ---- Periods ----

static void periods_begin_where_the_calendar_has_them(void **state)
{
	(void)state;
	struct period quarter = cadence_period(cadence("members_meeting"), JANUARY + 4);
	assert_int_equal(quarter.first, JANUARY + 3);
	assert_int_equal(quarter.last, JANUARY + 5);
	assert_int_equal(cadence_first(cadence("members_meeting")).first, JANUARY);
	assert_int_equal(cadence_first(cadence("lecture")).first, JANUARY + 6);
	assert_int_equal(cadence_last_day(cadence("activity_day"), (struct period){ JANUARY + 1, JANUARY + 1 }), on(2, 15));
	assert_int_equal(cadence_last_day(cadence("members_meeting"), quarter), on(6, 30));
}

static void a_cadence_that_begins_within_a_quarter_waits_for_the_next(void **state)
{
	(void)state;
	struct pack_cadence later = *cadence("members_meeting");
	later.since = JANUARY + 1;
	assert_int_equal(cadence_first(&later).first, JANUARY + 3);
}

static void a_window_ends_with_a_short_month(void **state)
{
	(void)state;
	struct pack_cadence late = *cadence("activity_day");
	late.by_day = 31;
	assert_int_equal(cadence_last_day(&late, (struct period){ JANUARY + 1, JANUARY + 1 }), on(2, 28));
}

static void the_periods_asked_for_are_those_that_end_there_or_the_one_under_way(void **state)
{
	(void)state;
	static const struct { const char *name; struct period asked; int32_t first, last; } questions[] = {
		{ "committee_meeting", { JANUARY, JANUARY + 2 }, JANUARY, JANUARY + 2 },
		{ "members_meeting", { JANUARY, JANUARY + 11 }, JANUARY + 2, JANUARY + 11 },
		{ "members_meeting", { JANUARY + 1, JANUARY + 1 }, JANUARY + 2, JANUARY + 2 },
		{ "members_meeting", { JANUARY + 1, JANUARY + 4 }, JANUARY + 2, JANUARY + 2 },
		{ "lecture", { JANUARY, JANUARY + 11 }, JANUARY + 11, JANUARY + 11 },
		{ "meetings_a_year", { JANUARY + 5, JANUARY + 5 }, JANUARY + 11, JANUARY + 11 },
	};
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		int32_t first, last;
		cadence_within(cadence(questions[i].name), questions[i].asked, &first, &last);
		assert_int_equal(first, questions[i].first);
		assert_int_equal(last, questions[i].last);
	}
	int32_t first, last;
	cadence_within(cadence("lecture"), (struct period){ JANUARY, JANUARY + 5 }, &first, &last);
	assert_true(first > last); // not asked for yet
}

// ---- Met or not ----

static void one_meeting_is_enough_in_a_village_and_two_in_an_enterprise(void **state)
{
	(void)state;
	static const char *const kinds[] = { "branch", "enterprise_branch" };
	for (size_t i = 0; i < 2; i++) {
		struct desk desk;
		open_desk(&desk, kinds[i]);
		hold(&desk, 0, MEMBERS, on(2, 3));
		assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), i == 0);
		hold(&desk, 1, MEMBERS, on(3, 3));
		assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), 1);
		hold(&desk, 0, COMMITTEE, on(2, 3));
		assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), i == 0);
		assert_int_equal(met(&desk, "committee_meeting", JANUARY + 1), i == 0); // not asked of enterprises
		close_desk(&desk);
	}
}

static void a_meeting_that_moves_into_the_next_quarter_takes_what_was_met_along(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "branch");
	hold(&desk, 0, MEMBERS, on(3, 31));
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), 1);
	hold(&desk, 0, MEMBERS, on(4, 1));
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), 0);
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 5), 1);
	hold(&desk, 0, 0, 0);
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 5), 0);
	close_desk(&desk);
}

static void an_activity_day_counts_from_the_5th_to_the_15th(void **state)
{
	(void)state;
	static const struct { int32_t day; int64_t met; } days[] = { { 4, 0 }, { 5, 1 }, { 15, 1 }, { 16, 0 } };
	struct desk desk;
	open_desk(&desk, "enterprise_branch");
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		int64_t done;
		hold(&desk, 0, ACTIVITY, on(3, days[i].day));
		assert_int_equal(met(&desk, "activity_day", JANUARY + 2), days[i].met);
		assert_ok(cadence_done(&desk.txn, &desk.derive.owner, cadence("activity_day"), (struct period){ JANUARY + 2, JANUARY + 2 }, &done));
		assert_int_equal(done, days[i].met);
	}
	hold(&desk, 0, LECTURE, on(3, 10)); // another kind of meeting
	assert_int_equal(met(&desk, "activity_day", JANUARY + 2), 0);
	close_desk(&desk);
}

static void nothing_is_met_before_it_is_asked_for_nor_after_the_unit_closed(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk, "branch");
	hold(&desk, 0, LECTURE, on(3, 10));
	assert_int_equal(met(&desk, "lecture", JANUARY + 5), 0);
	hold(&desk, 1, MEMBERS, on(2, 10));
	hold(&desk, 2, MEMBERS, on(5, 10));
	desk.unit.closed = on(6, 30);
	derive(&desk);
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 2), 1);
	assert_int_equal(met(&desk, "members_meeting", JANUARY + 5), 0);
	close_desk(&desk);
}

static void misses_are_counted_back_to_the_last_one_met(void **state)
{
	(void)state;
	struct desk desk;
	int32_t row;
	open_desk(&desk, "branch");
	hold(&desk, 0, COMMITTEE, on(2, 10));
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, cadence("committee_meeting"), JANUARY + 5, &row));
	assert_int_equal(row, 4);
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, cadence("committee_meeting"), JANUARY, &row));
	assert_int_equal(row, 1); // nothing is asked for before January
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, cadence("committee_meeting"), JANUARY + 1, &row));
	assert_int_equal(row, 0);
	close_desk(&desk);
}

static void have_members(struct desk *desk, int32_t month, int64_t members)
{
	const struct cell_key key = { .metric = pack_metric_by_name(shelf.pack, "members")->number, .month = month };
	assert_ok(cell_add(&desk->txn, &desk->derive.owner, &key, members, false));
	derive(desk);
}

static int64_t exempt(struct desk *desk, int32_t month)
{
	int64_t units;
	assert_ok(cadence_exempt(&desk->txn, &desk->derive.owner, cadence("group_meeting"), month, &units));
	return units;
}

static void what_is_asked_of_large_branches_is_not_missed_by_small_ones(void **state)
{
	(void)state;
	struct desk desk;
	int32_t row;
	open_desk(&desk, "branch");
	have_members(&desk, JANUARY, 7);
	hold(&desk, 0, GROUP, on(2, 10));
	assert_int_equal(exempt(&desk, JANUARY + 1), 1);
	assert_int_equal(met(&desk, "group_meeting", JANUARY + 1), 0);
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, cadence("group_meeting"), JANUARY + 2, &row));
	assert_int_equal(row, 0);

	have_members(&desk, JANUARY + 1, 1); // eight from February on
	assert_int_equal(exempt(&desk, JANUARY), 1);
	assert_int_equal(exempt(&desk, JANUARY + 1), 0);
	assert_int_equal(met(&desk, "group_meeting", JANUARY + 1), 1);
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, cadence("group_meeting"), JANUARY + 3, &row));
	assert_int_equal(row, 2);

	have_members(&desk, JANUARY + 2, -1); // and seven again from March
	assert_int_equal(exempt(&desk, JANUARY + 3), 1);
	desk.unit.closed = on(5, 2);
	derive(&desk);
	assert_int_equal(exempt(&desk, JANUARY + 3), 1);
	assert_int_equal(exempt(&desk, JANUARY + 4), 0);
	close_desk(&desk);
}

static void a_kind_of_unit_of_which_nothing_is_asked_meets_nothing(void **state)
{
	(void)state;
	struct desk desk;
	struct cell cell;
	open_desk(&desk, "temporary_branch");
	hold(&desk, 0, MEMBERS, on(2, 10));
	hold(&desk, 1, ACTIVITY, on(2, 10));
	struct cell_scan scan = cell_scan_begin(&desk.txn, &desk.derive.owner, CELL_METRIC_CADENCE);
	while (cell_scan_next(&scan, &cell))
		assert_int_equal(cell.key.bucket, CADENCE_WINDOW);
	cell_scan_end(&scan);
	close_desk(&desk);
}

// ---- As from nothing ----

static void list_cells(struct desk *desk, struct buf *list)
{
	struct cell cell;
	buf_clear(list);
	struct cell_scan scan = cell_scan_begin(&desk->txn, &desk->derive.owner, 0);
	while (cell_scan_next(&scan, &cell)) {
		buf_varint(list, cell.key.metric);
		buf_varint(list, cell.key.dimension);
		buf_varint(list, cell.key.bucket);
		buf_zigzag(list, cell.key.month);
		buf_zigzag(list, cell.value);
	}
	cell_scan_end(&scan);
	assert_ok(list->err);
}

static void what_grew_with_a_random_history_is_what_comes_from_nothing(void **state)
{
	(void)state;
	static const char *const kinds[] = { "branch", "enterprise_branch" };
	struct buf grown = BUF_EMPTY, anew = BUF_EMPTY;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		struct chance chance = { .state = seed };
		struct desk desk, fresh;
		open_desk(&desk, kinds[seed % 2]);
		for (unsigned step = 0; step < 160; step++) {
			int32_t day = date_from_civil(2026, 1, 1) + (int32_t)chance_below(&chance, 500) - 30;
			hold(&desk, chance_below(&chance, MEETINGS_MOST), chance_below(&chance, 6), day);
			if (step % 40 == 17)
				desk.unit.closed = chance_below(&chance, 2) ? on(9, 1) : INT32_MAX;
			if (step % 16)
				continue;
			derive(&desk);
			open_desk(&fresh, kinds[seed % 2]);
			fresh.unit.closed = desk.unit.closed;
			for (size_t i = 0; i < MEETINGS_MOST; i++) {
				fresh.type[i] = desk.type[i];
				fresh.day[i] = desk.day[i];
				contribute(&fresh, i, 1);
			}
			derive(&fresh);
			list_cells(&desk, &grown);
			list_cells(&fresh, &anew);
			assert_int_equal(grown.size, anew.size);
			assert_memory_equal(grown.data, anew.data, anew.size);
			close_desk(&fresh);
		}
		close_desk(&desk);
	}
	buf_free(&grown);
	buf_free(&anew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods_begin_where_the_calendar_has_them),
		cmocka_unit_test(a_cadence_that_begins_within_a_quarter_waits_for_the_next),
		cmocka_unit_test(a_window_ends_with_a_short_month),
		cmocka_unit_test(the_periods_asked_for_are_those_that_end_there_or_the_one_under_way),
		cmocka_unit_test(one_meeting_is_enough_in_a_village_and_two_in_an_enterprise),
		cmocka_unit_test(a_meeting_that_moves_into_the_next_quarter_takes_what_was_met_along),
		cmocka_unit_test(an_activity_day_counts_from_the_5th_to_the_15th),
		cmocka_unit_test(nothing_is_met_before_it_is_asked_for_nor_after_the_unit_closed),
		cmocka_unit_test(misses_are_counted_back_to_the_last_one_met),
		cmocka_unit_test(what_is_asked_of_large_branches_is_not_missed_by_small_ones),
		cmocka_unit_test(a_kind_of_unit_of_which_nothing_is_asked_meets_nothing),
		cmocka_unit_test(what_grew_with_a_random_history_is_what_comes_from_nothing),
	};
	return cmocka_run_group_tests(tests, read_pack, release_pack);
}
