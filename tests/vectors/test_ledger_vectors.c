// Goldens of what the ledger writes, byte for byte: a change here is a change of format.
#include "base/bytes.h"
#include "base/pb.h"
#include "io/store_memory.h"
#include "ledger/late.h"
#include "ledger/multiset.h"
#include "ledger/tally.h"
#include "ledger/unique.h"
#include "store.pb-c.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

#define IDS_1 "01010101010101010101010101010101"
#define IDS_2 "02020202020202020202020202020202"
#define HASHES_9 "0909090909090909090909090909090909090909090909090909090909090909"

static void assert_bytes(struct span bytes, const char *expected)
{
	char text[2048];
	assert_true(bytes.size * 2 < sizeof text);
	for (size_t i = 0; i < bytes.size; i++) {
		static const char digits[] = "0123456789abcdef";
		text[2 * i] = digits[bytes.data[i] >> 4];
		text[2 * i + 1] = digits[bytes.data[i] & 15];
	}
	text[2 * bytes.size] = '\0';
	assert_string_equal(text, expected);
}

static struct buf sample_changes(void)
{
	static struct hash log;
	log = small_hash(9);
	const struct change_pred preds[] = { { .log = NULL, .seq = 300 }, { .log = &log, .seq = 0 } };
	const struct change_write writes[] = {
		{ .field = 2, .chain = 4, .pred_count = 2, .preds = preds, .value = number_value(-1) },
		{ .field = 3, .element = span_string("e"), .chain = 1, .value = no_value() },
		{ .field = 4, .chain = 1, .value = text_value("会") },
	};
	struct change change = { .record = small_id(2), .kind = MEETING, .write_count = 3, .writes = writes };
	struct changes changes = { .unit = small_id(1), .pack_version = 7, .count = 1, .changes = &change };
	struct buf payload = BUF_EMPTY;
	change_encode(&changes, &payload);
	return payload;
}

static void changes_have_these_bytes(void **state)
{
	(void)state;
	struct buf payload = sample_changes();
	assert_bytes(buf_span(&payload),
	             "0a10" IDS_1           // unit
	             "1007"                 // pack version 7
	             "1a20" HASHES_9        // logs[0]
	             "2235"                 // change
	             "0a10" IDS_2 "1002"    // record, kind
	             "1a0f" "0802" "1804" "2203" "10ac02" "2202" "0801" "2801" // field, chain, preds, -1
	             "1a05" "0803" "120165" // element e, taken away
	             "1a07" "0804" "3203" "e4bc9a");
	buf_free(&payload);
}

// protobuf-c, reading what we wrote and writing it again, gives the same bytes.
static void protobuf_c_writes_changes_as_we_do(void **state)
{
	(void)state;
	struct buf payload = sample_changes(), again = BUF_EMPTY;
	struct arena arena;
	ProtobufCMessage *message;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(pb_unpack(&tributary__changes__descriptor, buf_span(&payload), &arena, &message));
	pb_pack(message, &again);
	assert_true(span_equal(buf_span(&payload), buf_span(&again)));
	arena_free(&arena);
	buf_free(&payload);
	buf_free(&again);
}

static void packed_cells_have_these_bytes(void **state)
{
	(void)state;
	const struct cell cells[] = {
		{ .key = { .metric = 1, .month = 24314 }, .value = 12 },
		{ .key = { .metric = 1, .month = 24315 }, .value = -1 },
		{ .key = { .metric = 1, .dimension = 2, .bucket = 3, .month = 24314 }, .value = 1 },
		{ .key = { .metric = 1, .dimension = 2, .bucket = 300, .month = 24300 }, .value = 0 },
		{ .key = { .metric = 0xff01, .month = 24312 }, .value = 1000000 },
	};
	struct buf packed = BUF_EMPTY;
	cell_pack(cells, 5, &packed);
	assert_bytes(buf_span(&packed),
	             "05"
	             "01" "00" "00" "f4fb02" "18"
	             "00" "00" "00" "02" "01"
	             "00" "02" "03" "01" "02"
	             "00" "00" "a902" "1b" "00"
	             "80fe03" "00" "00" "18" "80897a");
	buf_free(&packed);
}

static void a_tally_has_these_bytes(void **state)
{
	(void)state;
	const struct cell cell = { .key = { .metric = 1, .month = 24314 }, .value = 12 };
	const struct tally_frontier frontier = { .log = small_hash(9), .size = 5, .root = small_hash(9) };
	struct tally tally = {
		.unit = small_id(1), .revision = 3, .previous = 8, .rollup = true, .through = 24314, .pack_version = 2,
		.frontier_count = 1, .frontier = &frontier, .cell_count = 1, .cells = &cell,
	};
	struct buf payload = BUF_EMPTY;
	tally_encode(&tally, &payload);
	assert_bytes(buf_span(&payload),
	             "0a10" IDS_1 "1003" "1808" "2001" "28f4fb02" "3002" // unit, revision, previous, rollup, through, pack
	             "3a46" "0a20" HASHES_9 "1005" "1a20" HASHES_9       // frontier
	             "4208" "01" "01" "00" "00" "f4fb02" "18");          // cells
	buf_free(&payload);
}

static void a_stored_record_and_a_stored_cell_have_these_bytes(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn txn;
	struct record_write writes[] = {
		{ .field = 1, .dot = { .log = 2, .seq = 300 }, .chain = 1, .time = 5, .device = 7, .value = text_value("会") },
		{ .field = 2, .dot = { .log = 2, .seq = 300 }, .chain = 1, .time = 5, .device = 7, .value = number_value(-1) },
		{ .field = 3, .element = span_string("e"), .dot = { .log = 3, .seq = 0 }, .chain = 2, .time = 6, .device = 8 },
	};
	struct record_unseen unseen[] = { { .field = 3, .element = span_string("e"), .log = small_hash(9), .seq = 4 } };
	struct record record = {
		.key = { .unit = small_id(1), .kind = MEETING, .record = small_id(2) },
		.write_count = 3, .writes = writes, .unseen_count = 1, .unseen = unseen,
	};
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(record_save(&txn, &record));
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_of(NULL, 0));
	assert_true(scan_next(&scan));
	assert_bytes(scan.key, IDS_1 "0002" IDS_2);
	assert_bytes(scan.value,
	             "01" "03" "01"
	             "02" "01" "02" "ac02" "01" "0000000000000005" "0000000000000007" "03" "e4bc9a"
	             "05" "02" "01"
	             "08" "03" "0165" "03" "00" "02" "0000000000000006" "0000000000000008"
	             "03" "0165" HASHES_9 "04");
	scan_end(&scan);

	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_sum(&unit);
	struct cell_key key = { .metric = 0x0102, .dimension = 3, .bucket = 0x0405, .month = 24314 };
	assert_ok(cell_add(&txn, &owner, &key, -2, true));
	scan = scan_begin(&txn, STORE_CELL, span_of(NULL, 0));
	assert_true(scan_next(&scan));
	assert_bytes(scan.key, "64" "03" IDS_1 "00005efa" "0102" "03" "0405");
	assert_int_equal(scan.value.size, 0);
	assert_true(scan_next(&scan));
	assert_bytes(scan.key, "76" "03" IDS_1 "0102" "03" "0405" "00005efa");
	assert_bytes(scan.value, "fffffffffffffffe");
	scan_end(&scan);
	txn_abort(&txn);
	store_memory_free(store);
}

static void next_is(struct scan *scan, const char *key, const char *value)
{
	assert_true(scan_next(scan));
	assert_bytes(scan->key, key);
	assert_bytes(scan->value, value);
}

static void what_figures_of_a_month_are_made_of_has_these_bytes(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn txn;
	struct id unit = small_id(1);
	struct cell_owner owner = cell_owner_sum(&unit);
	struct cell_key key = { .metric = 0x0102, .dimension = CELL_MARK_MAXIMUM | 3, .bucket = 0x0405, .month = 24314 };
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(multiset_replace(&txn, &owner, &key, 0, -2, false));
	struct scan scan = scan_begin(&txn, STORE_MULTISET, span_of(NULL, 0));
	next_is(&scan, "03" IDS_1 "0102" "83" "0405" "00005efa" "7ffffffffffffffe" "0000000000000000", "00000001");
	scan_end(&scan);

	struct record_key record = { .unit = unit, .kind = MEETING, .record = small_id(2) };
	struct hash log = small_hash(9);
	assert_ok(late_wrote(&txn, ledger_fixture_pack(), &record, &log, 5));
	struct cell_batch *cells = cell_batch_new();
	assert_ok(late_receipt(&txn, ledger_fixture_pack(), &log, 7, 8, cells));
	cell_batch_free(cells);
	scan = scan_begin(&txn, STORE_LATE, span_of(NULL, 0));
	next_is(&scan, "6c" HASHES_9 "0000000000000005" IDS_1 "0002" IDS_2, "");
	next_is(&scan, "72" HASHES_9 "0000000000000007", "0000000000000008");
	next_is(&scan, "77" IDS_1 "0002" IDS_2 HASHES_9, "0000000000000005");
	scan_end(&scan);

	struct record_write name = { .field = MEMBER_NAME, .chain = 1, .value = text_value("") };
	struct record none = { .key = { .unit = unit, .kind = MEMBER, .record = small_id(2) } }, named = none;
	named.writes = &name;
	named.write_count = 1;
	assert_ok(unique_update(&txn, ledger_fixture_pack(), &none, &named));
	scan = scan_begin(&txn, STORE_UNIQUE, span_of(NULL, 0)); // BLAKE2b-256 of nothing
	next_is(&scan, IDS_1 "0001" "01" "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8" IDS_2, "");
	scan_end(&scan);
	txn_abort(&txn);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_have_these_bytes),
		cmocka_unit_test(protobuf_c_writes_changes_as_we_do),
		cmocka_unit_test(packed_cells_have_these_bytes),
		cmocka_unit_test(a_tally_has_these_bytes),
		cmocka_unit_test(a_stored_record_and_a_stored_cell_have_these_bytes),
		cmocka_unit_test(what_figures_of_a_month_are_made_of_has_these_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
