#include "ledger/cell.h"

#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

struct desk {
	struct store *store;
	struct txn txn;
	struct cell_owner owner;
};

static void open_desk(struct desk *desk)
{
	struct id unit = small_id(3);
	desk->store = store_memory_new();
	desk->owner = cell_owner_own(&unit);
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
}

static void close_desk(struct desk *desk)
{
	txn_abort(&desk->txn);
	store_memory_free(desk->store);
}

static struct cell_key key_of(uint16_t metric, uint8_t dimension, uint16_t bucket, int32_t month)
{
	return (struct cell_key){ .metric = metric, .dimension = dimension, .bucket = bucket, .month = month };
}

static int64_t value_of(struct desk *desk, const struct cell_owner *owner, struct cell_key key)
{
	int64_t value;
	assert_ok(cell_get(&desk->txn, owner, &key, &value));
	return value;
}

static size_t rows(struct desk *desk)
{
	size_t count = 0;
	struct scan scan = scan_begin(&desk->txn, STORE_CELL, span_of(NULL, 0));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

static void cells_add_up_and_a_zero_takes_no_room(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct cell_key key = key_of(1, 0, 0, 24000);
	assert_int_equal(value_of(&desk, &desk.owner, key), 0);
	assert_ok(cell_add(&desk.txn, &desk.owner, &key, 5, false));
	assert_ok(cell_add(&desk.txn, &desk.owner, &key, -7, false));
	assert_int_equal(value_of(&desk, &desk.owner, key), -2);
	assert_int_equal(rows(&desk), 1);
	assert_ok(cell_add(&desk.txn, &desk.owner, &key, 2, false));
	assert_int_equal(rows(&desk), 0);
	close_desk(&desk);
}

static void owners_do_not_share_cells(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct id unit = small_id(3);
	const struct cell_owner owners[] = {
		cell_owner_own(&unit), cell_owner_sum(&unit), cell_owner_log(0x03030303), cell_owner_log(7),
	};
	struct cell_key key = key_of(1, 0, 0, 24000);
	for (size_t i = 0; i < 4; i++)
		assert_ok(cell_add(&desk.txn, &owners[i], &key, (int64_t)i + 1, false));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(value_of(&desk, &owners[i], key), i + 1);
	close_desk(&desk);
}

static void a_sum_beyond_64_bits_is_out_of_range_and_sticks(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct cell_key key = key_of(1, 0, 0, 24000);
	assert_ok(cell_add(&desk.txn, &desk.owner, &key, INT64_MAX, false));
	assert_err(RANGE, cell_add(&desk.txn, &desk.owner, &key, 1, false));
	assert_err(RANGE, txn_commit(&desk.txn));
	close_desk(&desk);
	open_desk(&desk);
	assert_ok(cell_add(&desk.txn, &desk.owner, &key, INT64_MIN, false));
	assert_err(RANGE, cell_add(&desk.txn, &desk.owner, &key, -1, false));
	close_desk(&desk);
}

static void a_walk_goes_by_metric_dimension_bucket_and_month(void **state)
{
	(void)state;
	static const struct cell_key keys[] = {
		{ 1, 0, 0, 300 }, { 1, 0, 0, 70000 }, { 1, 2, 1, 5 }, { 1, 2, 258, 4 }, { 1, 3, 1, 4 }, { 2, 0, 0, 1 },
		{ 258, 0, 0, 1 }, { CELL_METRIC_REPORTING, 0, 0, 1 },
	};
	const size_t count = sizeof keys / sizeof *keys;
	struct desk desk;
	open_desk(&desk);
	for (size_t i = 0; i < count; i++)
		assert_ok(cell_add(&desk.txn, &desk.owner, &keys[count - 1 - i], (int64_t)(count - i), false));
	struct cell cell;
	size_t at = 0;
	struct cell_scan scan = cell_scan_begin(&desk.txn, &desk.owner, 0);
	for (; cell_scan_next(&scan, &cell); at++) {
		assert_int_equal(cell_key_compare(&cell.key, &keys[at]), 0);
		assert_int_equal(cell.value, at + 1);
		assert_true(at == 0 || cell_key_compare(&keys[at - 1], &cell.key) < 0);
	}
	cell_scan_end(&scan);
	assert_int_equal(at, count);
	scan = cell_scan_begin_dimension(&desk.txn, &desk.owner, 1, 2);
	for (at = 2; cell_scan_next(&scan, &cell); at++)
		assert_int_equal(cell_key_compare(&cell.key, &keys[at]), 0);
	cell_scan_end(&scan);
	assert_int_equal(at, 4);
	close_desk(&desk);
}

static void changed_cells_are_marked_until_they_are_clean(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct cell_key early = key_of(9, 1, 4, 24000), late = key_of(1, 0, 0, 24001);
	assert_ok(cell_add(&desk.txn, &desk.owner, &late, 1, true));
	assert_ok(cell_add(&desk.txn, &desk.owner, &early, 1, true));
	assert_ok(cell_add(&desk.txn, &desk.owner, &early, -1, true)); // changed, though nothing is left
	struct cell cell;
	struct cell_scan scan = cell_scan_begin_dirty(&desk.txn, &desk.owner);
	assert_true(cell_scan_next(&scan, &cell));
	assert_int_equal(cell_key_compare(&cell.key, &early), 0); // by month
	assert_true(cell_scan_next(&scan, &cell));
	assert_int_equal(cell_key_compare(&cell.key, &late), 0);
	assert_false(cell_scan_next(&scan, &cell));
	cell_scan_end(&scan);
	assert_ok(cell_clean(&desk.txn, &desk.owner, &early));
	assert_ok(cell_clean(&desk.txn, &desk.owner, &late));
	assert_int_equal(rows(&desk), 1);
	close_desk(&desk);
}

static enum err add_up(void *context, const struct cell *cell)
{
	*(int64_t *)context += cell->value * cell->key.month;
	return ERR_OK;
}

static void a_batch_touches_each_cell_once(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct cell_batch *batch = cell_batch_new();
	assert_non_null(batch);
	for (int32_t i = 0; i < 5000; i++) {
		struct cell_key key = key_of((uint16_t)(1 + i % 3), (uint8_t)(i % 2), (uint16_t)(i % 2 * 7), 24000 + i % 50);
		assert_ok(cell_batch_add(batch, &key, i % 4 - 1));
	}
	struct cell_key gone = key_of(4, 0, 0, 24000);
	assert_ok(cell_batch_add(batch, &gone, 3));
	assert_ok(cell_batch_add(batch, &gone, -3));
	int64_t expected = 0, gathered = 0, found = 0;
	for (int32_t i = 0; i < 5000; i++)
		expected += (i % 4 - 1) * (24000 + i % 50);
	assert_ok(cell_batch_each(batch, add_up, &gathered));
	assert_ok(cell_batch_flush(batch, &desk.txn, &desk.owner, true));
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(&desk.txn, &desk.owner, 0);
	while (cell_scan_next(&scan, &cell))
		found += cell.value * cell.key.month;
	cell_scan_end(&scan);
	assert_int_equal(gathered, expected);
	assert_int_equal(found, expected);
	size_t count = rows(&desk);
	assert_ok(cell_batch_flush(batch, &desk.txn, &desk.owner, true)); // empty by now
	assert_int_equal(rows(&desk), count);
	assert_int_equal(value_of(&desk, &desk.owner, gone), 0);
	cell_batch_free(batch);
	close_desk(&desk);
}

static void a_batch_knows_its_bounds(void **state)
{
	(void)state;
	struct cell_batch *batch = cell_batch_new();
	assert_non_null(batch);
	struct cell_key key = key_of(1, 0, 0, CELL_MONTH_MAX);
	assert_ok(cell_batch_add(batch, &key, INT64_MAX));
	assert_err(RANGE, cell_batch_add(batch, &key, 1));
	key.month = CELL_MONTH_MAX + 1;
	assert_err(RANGE, cell_batch_add(batch, &key, 1));
	key.month = CELL_MONTH_MIN - 1;
	assert_err(RANGE, cell_batch_add(batch, &key, 1));
	cell_batch_free(batch);
	cell_batch_free(NULL);
}

static void packed_cells_come_out_as_they_went_in(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct chance chance = { .state = seed };
		struct cell cells[40], *back;
		size_t count = 0, back_count;
		struct cell_key key = key_of(1, 0, 0, CELL_MONTH_MIN);
		for (uint32_t left = chance_below(&chance, 40); count < left; count++) {
			uint32_t which = chance_below(&chance, 4); // one number grows, those behind it are anything
			if (which == 0)
				key = key_of((uint16_t)(key.metric + 1 + chance_below(&chance, 300)), (uint8_t)chance_below(&chance, 4), 0, 0);
			else if (which == 1)
				key.dimension++;
			else if (which == 2)
				key.bucket++;
			if (which < 2)
				key.bucket = (uint16_t)chance_below(&chance, 9);
			key.month = which == 3 ? key.month + 1 : CELL_MONTH_MIN + (int32_t)chance_below(&chance, 9000);
			cells[count] = (struct cell){ .key = key, .value = (int64_t)(chance_next(&chance) >> 16) - CELL_VALUE_MAX / 8 };
			if (cells[count].value > CELL_VALUE_MAX)
				cells[count].value = CELL_VALUE_MAX;
		}
		struct buf packed = BUF_EMPTY;
		struct arena arena;
		arena_init(&arena, LIMIT_DECODE_BYTES);
		cell_pack(cells, count, &packed);
		assert_ok(cell_unpack(buf_span(&packed), &arena, &back, &back_count));
		assert_int_equal(back_count, count);
		for (size_t i = 0; i < count; i++)
			assert_true(cell_key_compare(&back[i].key, &cells[i].key) == 0 && back[i].value == cells[i].value);
		for (size_t cut = 0; cut < packed.size; cut++)
			assert_err(MALFORMED, cell_unpack(span_of(packed.data, cut), &arena, &back, &back_count));
		arena_free(&arena);
		buf_free(&packed);
	}
}

static enum err unpack(const uint8_t *bytes, size_t size)
{
	struct cell *cells;
	size_t count;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = cell_unpack(span_of(bytes, size), &arena, &cells, &count);
	arena_free(&arena);
	return err;
}

static void packed_cells_out_of_shape_are_refused(void **state)
{
	(void)state;
	static const uint8_t good[] = { 2, 1, 0, 0, 0x80, 0xf7, 0x02, 2, 0, 0, 0, 2, 2 };      // months 24000, 24001
	static const uint8_t twice[] = { 2, 1, 0, 0, 0x80, 0xf7, 0x02, 2, 0, 0, 0, 0, 2 };     // the same cell again
	static const uint8_t back[] = { 2, 1, 0, 0, 0x80, 0xf7, 0x02, 2, 0, 0, 0, 1, 2 };      // a month earlier
	static const uint8_t more[] = { 2, 1, 0, 0, 0x80, 0xf7, 0x02, 2, 0, 0, 0, 2, 2, 0 };   // and something behind
	static const uint8_t many[] = { 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0, 0, 0x80, 0xf7, 2 }; // 4 thousand million
	static const uint8_t none[] = { 1, 0, 0, 0, 0x80, 0xf7, 0x02, 2 };                     // metric 0
	static const uint8_t far[] = { 1, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2 };
	static const uint8_t wide[] = { 1, 1, 0x80, 0x02, 0, 0x80, 0xf7, 0x02, 2 };            // dimension 256
	assert_ok(unpack(good, sizeof good));
	assert_err(MALFORMED, unpack(twice, sizeof twice));
	assert_err(MALFORMED, unpack(back, sizeof back));
	assert_err(MALFORMED, unpack(more, sizeof more));
	assert_err(MALFORMED, unpack(many, sizeof many));
	assert_err(MALFORMED, unpack(none, sizeof none));
	assert_err(MALFORMED, unpack(far, sizeof far));
	assert_err(MALFORMED, unpack(wide, sizeof wide));
	assert_err(MALFORMED, unpack(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_add_up_and_a_zero_takes_no_room),
		cmocka_unit_test(owners_do_not_share_cells),
		cmocka_unit_test(a_sum_beyond_64_bits_is_out_of_range_and_sticks),
		cmocka_unit_test(a_walk_goes_by_metric_dimension_bucket_and_month),
		cmocka_unit_test(changed_cells_are_marked_until_they_are_clean),
		cmocka_unit_test(a_batch_touches_each_cell_once),
		cmocka_unit_test(a_batch_knows_its_bounds),
		cmocka_unit_test(packed_cells_come_out_as_they_went_in),
		cmocka_unit_test(packed_cells_out_of_shape_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
