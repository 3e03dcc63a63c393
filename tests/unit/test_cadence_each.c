// What is asked for each of several: how much that is, who is not asked, what is met by stocks that pass; and that the
// derived cells are the same whether they grew with the records or were made from nothing.
#include "ledger/cadence.h"

#include <stdio.h>

#include "io/store_memory.h"
#include "ledger/metric.h"
#include "support/ledger_fixture.h"
#include "support/pack_shelf.h"
#include "support/support.h"

enum { JANUARY = 2026 * 12, AWAY = 1, REPORT = 2, ROWS = 24 };

static struct pack_shelf shelf;

static int read_pack(void **state)
{
	(void)state;
	return pack_shelf_read(&shelf, "../data/for_each.yaml");
}

static int release_pack(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

// Somebody away (since, back, notice; days, 0: none), or a report (of whom, for which month).
struct row {
	uint8_t kind; // 0: there is none
	int32_t since, back, notice;
	uint8_t person;
	int32_t month;
};

struct desk {
	struct store *store;
	struct txn txn;
	struct arena arena;
	struct derive_unit unit;
	struct derive derive;
	struct row rows[ROWS];
};

static void open_desk(struct desk *desk)
{
	*desk = (struct desk){ .store = store_memory_new() };
	desk->unit = (struct derive_unit){
		.id = small_id(3), .kind = pack_unit_kind_by_name(shelf.pack, "branch"), .since = date_from_civil(2025, 1, 1), .closed = INT32_MAX,
	};
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
	arena_init(&desk->arena, 1 << 20);
	desk->derive = (struct derive){
		.txn = &desk->txn, .pack = shelf.pack, .unit = &desk->unit, .owner = cell_owner_own(&desk->unit.id), .arena = &desk->arena,
	};
}

static void close_desk(struct desk *desk)
{
	arena_free(&desk->arena);
	txn_abort(&desk->txn);
	store_memory_free(desk->store);
}

static void contribute(struct desk *desk, size_t place, int sign)
{
	const struct row *row = &desk->rows[place];
	struct id person = small_id((uint8_t)(100 + row->person));
	struct cell_batch *cells = cell_batch_new();
	struct record_write writes[3];
	size_t count = 0;
	const int32_t days[] = { row->since, row->back, row->notice };
	for (uint8_t i = 0; row->kind == AWAY && i < 3; i++)
		if (days[i])
			writes[count++] = (struct record_write){ .field = (uint8_t)(i + 2), .value = number_value(days[i]) };
	if (row->kind == REPORT) {
		writes[count++] = (struct record_write){ .field = 1, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&person) } };
		writes[count++] = (struct record_write){ .field = 2, .value = number_value(row->month) };
	}
	const struct record record = {
		.key = { .unit = desk->unit.id, .kind = row->kind, .record = small_id((uint8_t)(place + 1)) }, .writes = writes, .write_count = count,
	};
	if (row->kind)
		assert_ok(metric_contribute(shelf.pack, &record, sign, cells));
	assert_ok(cell_batch_flush(cells, &desk->txn, &desk->derive.owner, true));
	cell_batch_free(cells);
}

static void set(struct desk *desk, size_t place, struct row row)
{
	contribute(desk, place, -1);
	desk->rows[place] = row;
	contribute(desk, place, 1);
	assert_ok(derive_run(&desk->derive));
}

static struct row away(int32_t since, int32_t back, int32_t notice)
{
	return (struct row){ .kind = AWAY, .since = since, .back = back, .notice = notice };
}

static struct row report(uint8_t person, int32_t month)
{
	return (struct row){ .kind = REPORT, .person = person, .month = month };
}

static int32_t on(int32_t month, int32_t day)
{
	return date_from_civil(2026, month, day);
}

// "done/asked met" of a cadence in the period that holds a month; "-" where nothing is asked.
static void assert_stands(struct desk *desk, const char *name, int32_t month, const char *expected)
{
	const struct pack_cadence *cadence = pack_duty_cadence(shelf.pack, name);
	struct period period = cadence_period(cadence, month);
	int64_t done, asked, met, exempt;
	char text[64] = "-";
	assert_ok(cadence_done(&desk->txn, &desk->derive.owner, cadence, period, &done));
	assert_ok(cadence_asked(&desk->txn, &desk->derive.owner, cadence, desk->unit.kind, period, &asked));
	assert_ok(cadence_met(&desk->txn, &desk->derive.owner, cadence, period.last, &met));
	assert_ok(cadence_exempt(&desk->txn, &desk->derive.owner, cadence, period.last, &exempt));
	if (!exempt)
		snprintf(text, sizeof text, "%lld/%lld%s", (long long)done, (long long)asked, met ? " met" : "");
	else
		assert_int_equal(met, 0);
	assert_string_equal(text, expected);
}

static void a_report_is_asked_of_everybody_who_is_away_for_three_months(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	set(&desk, 0, away(on(1, 10), 0, 0));
	assert_stands(&desk, "report", JANUARY, "-");
	assert_stands(&desk, "report", JANUARY + 3, "0/1");
	set(&desk, 1, away(on(2, 20), 0, 0));
	assert_stands(&desk, "report", JANUARY + 3, "0/2");
	set(&desk, 2, report(1, JANUARY + 5));
	assert_stands(&desk, "report", JANUARY + 3, "1/2");
	set(&desk, 3, report(1, JANUARY + 5)); // the same person twice is one
	assert_stands(&desk, "report", JANUARY + 3, "1/2");
	set(&desk, 3, report(2, JANUARY + 5));
	assert_stands(&desk, "report", JANUARY + 3, "2/2 met");
	assert_stands(&desk, "report", JANUARY + 6, "0/2");
	set(&desk, 1, away(on(2, 20), on(7, 3), 0));
	set(&desk, 4, report(1, JANUARY + 8));
	assert_stands(&desk, "report", JANUARY + 6, "1/1 met");
	close_desk(&desk);
}

static void whoever_is_missed_two_quarters_in_a_row_is_counted_so(void **state)
{
	(void)state;
	struct desk desk;
	int32_t row;
	open_desk(&desk);
	set(&desk, 0, away(on(1, 10), 0, 0));
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, pack_duty_cadence(shelf.pack, "report"), JANUARY + 8, &row));
	assert_int_equal(row, 2); // not in the first quarter, when nothing was asked
	set(&desk, 1, report(1, JANUARY + 8));
	assert_ok(cadence_missed_in_a_row(&desk.txn, &desk.derive.owner, pack_duty_cadence(shelf.pack, "report"), JANUARY + 8, &row));
	assert_int_equal(row, 0);
	close_desk(&desk);
}

static void a_notice_of_this_year_does_not_stand_for_the_next(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	set(&desk, 0, away(on(1, 10), 0, on(5, 2)));
	set(&desk, 1, away(on(3, 1), 0, 0));
	assert_stands(&desk, "notice", JANUARY, "1/2");
	set(&desk, 1, away(on(3, 1), on(9, 1), 0)); // who has left is told by the end of it
	assert_stands(&desk, "notice", JANUARY, "1/1 met");
	assert_stands(&desk, "notice", JANUARY + 12, "0/1");
	set(&desk, 0, away(on(1, 10), 0, date_from_civil(2027, 1, 1)));
	assert_stands(&desk, "notice", JANUARY, "0/1");
	assert_stands(&desk, "notice", JANUARY + 12, "1/1 met");
	assert_stands(&desk, "notice", JANUARY + 24, "0/1");
	close_desk(&desk);
}

// ---- As from nothing ----

static void list_cells(struct desk *desk, struct buf *list)
{
	struct cell cell;
	buf_clear(list);
	struct cell_scan scan = cell_scan_begin(&desk->txn, &desk->derive.owner, CELL_METRIC_CADENCE);
	while (cell_scan_next(&scan, &cell)) {
		buf_varint(list, cell.key.dimension);
		buf_varint(list, cell.key.bucket);
		buf_zigzag(list, cell.key.month);
		buf_zigzag(list, cell.value);
	}
	cell_scan_end(&scan);
	assert_ok(list->err);
}

// For each period of ten years, by asking what was done and what is asked: the cells say nothing else.
static void assert_as_counted(struct desk *desk)
{
	for (size_t i = 0; i < shelf.pack->cadence_count; i++) {
		const struct pack_cadence *cadence = &shelf.pack->cadences[i];
		for (int32_t last = JANUARY + cadence->every - 1; last < JANUARY + 120; last += cadence->every) {
			struct period period = cadence_period(cadence, last);
			int64_t done, asked, met, exempt;
			assert_ok(cadence_done(&desk->txn, &desk->derive.owner, cadence, period, &done));
			assert_ok(cadence_asked(&desk->txn, &desk->derive.owner, cadence, desk->unit.kind, period, &asked));
			assert_ok(cadence_met(&desk->txn, &desk->derive.owner, cadence, last, &met));
			assert_ok(cadence_exempt(&desk->txn, &desk->derive.owner, cadence, last, &exempt));
			assert_int_equal(exempt, asked == 0);
			assert_int_equal(met, asked > 0 && done >= asked);
		}
	}
}

static struct row random_row(struct chance *chance)
{
	int32_t since = on(1, 1) + (int32_t)chance_below(chance, 700) - 60;
	int32_t back = chance_below(chance, 2) ? since + (int32_t)chance_below(chance, 600) : 0;
	int32_t notice = chance_below(chance, 2) ? since + (int32_t)chance_below(chance, 900) : 0;
	if (chance_below(chance, 8) == 0)
		return (struct row){ .kind = 0 };
	if (chance_below(chance, 2))
		return away(since, back, notice);
	return report((uint8_t)(1 + chance_below(chance, 6)), JANUARY + (int32_t)chance_below(chance, 30));
}

static void what_grew_with_a_random_history_is_what_comes_from_nothing(void **state)
{
	(void)state;
	struct buf grown = BUF_EMPTY, anew = BUF_EMPTY;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct chance chance = { .state = seed };
		struct desk desk, fresh;
		open_desk(&desk);
		for (unsigned step = 0; step < 60; step++)
			set(&desk, chance_below(&chance, ROWS), random_row(&chance));
		open_desk(&fresh);
		for (size_t i = 0; i < ROWS; i++) {
			fresh.rows[i] = desk.rows[i];
			contribute(&fresh, i, 1);
		}
		assert_ok(derive_run(&fresh.derive));
		list_cells(&desk, &grown);
		list_cells(&fresh, &anew);
		assert_int_equal(grown.size, anew.size);
		assert_memory_equal(grown.data, anew.data, anew.size);
		assert_as_counted(&desk);
		close_desk(&fresh);
		close_desk(&desk);
	}
	buf_free(&grown);
	buf_free(&anew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_asked_of_everybody_who_is_away_for_three_months),
		cmocka_unit_test(whoever_is_missed_two_quarters_in_a_row_is_counted_so),
		cmocka_unit_test(a_notice_of_this_year_does_not_stand_for_the_next),
		cmocka_unit_test(what_grew_with_a_random_history_is_what_comes_from_nothing),
	};
	return cmocka_run_group_tests(tests, read_pack, release_pack);
}
