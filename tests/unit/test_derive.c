// Derived cells follow what they are derived from, whatever happened in between.
#include "ledger/derive.h"

#include "io/store_memory.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

enum { COUNTED = 1, DOUBLED = 0xff10, FOUND = 0xff11, JANUARY = 2026 * 12 };

struct desk {
	struct store *store;
	struct txn txn;
	struct arena arena;
	struct derive_unit unit;
	struct derive derive;
};

static void open_desk(struct desk *desk)
{
	*desk = (struct desk){ .store = store_memory_new(), .unit = { .id = small_id(3), .closed = INT32_MAX } };
	assert_ok(txn_begin(desk->store, STORE_WRITE, &desk->txn));
	arena_init(&desk->arena, 1 << 20);
	desk->derive = (struct derive){
		.txn = &desk->txn, .unit = &desk->unit, .owner = cell_owner_own(&desk->unit.id), .arena = &desk->arena,
	};
}

static void close_desk(struct desk *desk)
{
	arena_free(&desk->arena);
	txn_abort(&desk->txn);
	store_memory_free(desk->store);
}

static struct cell_key key_of(uint16_t metric, uint16_t bucket, int32_t month)
{
	return (struct cell_key){ .metric = metric, .bucket = bucket, .month = month };
}

// Twice what was counted, by month; the sum of these is the second derivation's.
static enum err double_counted(struct derive *derive)
{
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(derive->txn, &derive->owner, COUNTED);
	while (!err && cell_scan_next(&scan, &cell)) {
		struct cell_key key = key_of(DOUBLED, 1, cell.key.month);
		err = derive_put(derive, &key, 2 * cell.value);
	}
	cell_scan_end(&scan);
	return err;
}

static enum err find_doubled(struct derive *derive)
{
	struct cell cell;
	struct cell_key key = key_of(FOUND, 0, JANUARY);
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(derive->txn, &derive->owner, DOUBLED);
	while (!err && cell_scan_next(&scan, &cell))
		if (cell.key.bucket == 1)
			err = derive_put(derive, &key, cell.value);
	cell_scan_end(&scan);
	return err;
}

static bool first_bucket(const struct cell_key *key)
{
	return key->bucket == 1;
}

static const struct derivation rows[] = {
	{ .name = "doubled", .metric = DOUBLED, .owns = first_bucket, .run = double_counted },
	{ .name = "found", .metric = FOUND, .run = find_doubled },
	{ .run = NULL },
};

static void count(struct desk *desk, int32_t month, int64_t delta)
{
	struct cell_key key = key_of(COUNTED, 0, month);
	assert_ok(cell_add(&desk->txn, &desk->derive.owner, &key, delta, false));
}

static int64_t value_of(struct desk *desk, uint16_t metric, uint16_t bucket, int32_t month)
{
	int64_t value;
	struct cell_key key = key_of(metric, bucket, month);
	assert_ok(cell_get(&desk->txn, &desk->derive.owner, &key, &value));
	return value;
}

static size_t wipe_marks(struct desk *desk)
{
	struct cell cell;
	size_t marks = 0;
	struct cell_scan scan = cell_scan_begin_dirty(&desk->txn, &desk->derive.owner);
	for (; cell_scan_next(&scan, &cell); marks++)
		assert_ok(cell_clean(&desk->txn, &desk->derive.owner, &cell.key));
	cell_scan_end(&scan);
	return marks;
}

static void derived_cells_follow_and_only_what_changed_is_marked(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	count(&desk, JANUARY, 3);
	count(&desk, JANUARY + 1, 4);
	assert_ok(derive_rows(&desk.derive, rows));
	assert_int_equal(value_of(&desk, DOUBLED, 1, JANUARY), 6);
	assert_int_equal(value_of(&desk, DOUBLED, 1, JANUARY + 1), 8);
	assert_int_equal(value_of(&desk, FOUND, 0, JANUARY), 14);
	assert_int_equal(wipe_marks(&desk), 3);

	assert_ok(derive_rows(&desk.derive, rows));
	assert_int_equal(wipe_marks(&desk), 0);

	count(&desk, JANUARY + 1, -4);
	assert_ok(derive_rows(&desk.derive, rows));
	assert_int_equal(value_of(&desk, DOUBLED, 1, JANUARY), 6);
	assert_int_equal(value_of(&desk, DOUBLED, 1, JANUARY + 1), 0);
	assert_int_equal(value_of(&desk, FOUND, 0, JANUARY), 6);
	assert_int_equal(wipe_marks(&desk), 2);
	close_desk(&desk);
}

static void a_derivation_leaves_the_cells_of_others_alone(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	struct cell_key beside = key_of(DOUBLED, 2, JANUARY);
	assert_ok(cell_add(&desk.txn, &desk.derive.owner, &beside, 5, false));
	count(&desk, JANUARY, 1);
	assert_ok(derive_rows(&desk.derive, rows));
	count(&desk, JANUARY, -1);
	assert_ok(derive_rows(&desk.derive, rows));
	assert_int_equal(value_of(&desk, DOUBLED, 1, JANUARY), 0);
	assert_int_equal(value_of(&desk, DOUBLED, 2, JANUARY), 5);
	assert_int_equal(value_of(&desk, COUNTED, 0, JANUARY), 0);
	close_desk(&desk);
}

static void a_month_beyond_the_calendar_is_left_out(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	desk.derive.cells = cell_batch_new();
	struct cell_key key = key_of(DOUBLED, 1, CELL_MONTH_MAX + 1);
	assert_ok(derive_put(&desk.derive, &key, 1));
	assert_ok(cell_batch_flush(desk.derive.cells, &desk.txn, &desk.derive.owner, true));
	cell_batch_free(desk.derive.cells);
	assert_int_equal(wipe_marks(&desk), 0);
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derived_cells_follow_and_only_what_changed_is_marked),
		cmocka_unit_test(a_derivation_leaves_the_cells_of_others_alone),
		cmocka_unit_test(a_month_beyond_the_calendar_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
