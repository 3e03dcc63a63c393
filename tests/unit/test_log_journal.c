// The journal as its users know it: an author who writes, a reader who takes in.
#include <sodium.h>
#include <stdlib.h>

#include "io/store_memory.h"
#include "log/journal_row.h"
#include "support/journal_stage.h"

static void a_log_of_1000_entries_is_accepted_in_ranges_of_any_size(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 1000);
	struct journal_log theirs = log_in(stage, stage->written);
	uint32_t sizes[] = { 1, 2, 3, 250, 7, 64, 1, 300, 5, 4096 };
	uint64_t at = 0;
	for (size_t i = 0; at < 1000; i++) {
		assert_ok(send_from(stage, stage->written, at, sizes[i]));
		struct journal_log ours = log_in(stage, stage->reader);
		at = ours.peaks.size;
		assert_int_equal(at == 1000 ? 0 : 1000, ours.ahead.size);
		assert_whole(stage, stage->reader);
	}
	struct journal_log ours = log_in(stage, stage->reader);
	assert_same_tree(&theirs, &ours);
	assert_memory_equal(&theirs.head, &ours.head, sizeof ours.head);
	assert_int_equal(ours.last_time, theirs.last_time);
	assert_payloads(stage, stage->reader, 0, 1000, 0);
	assert_payloads(stage, stage->reader, 333, 777, 0);
}

static void many_small_commits_and_one_large_one_make_the_same_tree(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 700);
	for (unsigned i = 0; i < 700; i++)
		write_to(stage, stage->reader, 1, 0);
	struct journal_log large = log_in(stage, stage->written), small = log_in(stage, stage->reader);
	assert_same_tree(&large, &small);
	assert_whole(stage, stage->reader);
	assert_payloads(stage, stage->reader, 0, 700, 0);
}

static void a_range_with_one_flipped_bit_changes_nothing(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 40);
	assert_ok(send_from(stage, stage->written, 0, 10));
	struct journal_log before = log_in(stage, stage->reader);
	struct parcel parcel = pack_from(stage, stage->written, 10, 20);
	assert_int_equal(parcel.range.count, 20);
	for (size_t bit = 0; bit < parcel.entries.size * 8; bit += 11) {
		parcel.entries.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		enum err err = offer(stage, &parcel.range);
		assert_true(err == ERR_SIGNATURE || err == ERR_MALFORMED || err == ERR_TOO_LARGE);
		parcel.entries.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	parcel.range.head.root.bytes[3] ^= 4;
	assert_err(SIGNATURE, offer(stage, &parcel.range));
	parcel.range.head.root.bytes[3] ^= 4;
	parcel.range.proof.hash[0].bytes[9] ^= 1;
	assert_err(SIGNATURE, offer(stage, &parcel.range));
	parcel.range.proof.hash[0].bytes[9] ^= 1;
	struct journal_log after = log_in(stage, stage->reader);
	assert_int_equal(after.state, JOURNAL_OPEN);
	assert_same_tree(&before, &after);
	assert_ok(offer(stage, &parcel.range));
	buf_free(&parcel.entries);
	assert_whole(stage, stage->reader);
}

static void a_cut_short_range_brings_its_head_with_it(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 600);
	assert_ok(send_from(stage, stage->written, 0, 257));
	struct journal_log ours = log_in(stage, stage->reader);
	assert_int_equal(ours.head.size, 0);
	assert_int_equal(ours.ahead.size, 600);
	// What no signed head covers yet is not passed on.
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	struct buf run = BUF_EMPTY;
	uint32_t count;
	assert_ok(journal_pack(&txn, &ours, 0, 100, 100000, &run, &count));
	assert_int_equal(count, 0);
	txn_abort(&txn);
	// Meanwhile the author goes on; the head kept is passed on the way to a newer one.
	author_writes(stage, 50);
	assert_ok(send_from(stage, stage->written, 257, 370));
	ours = log_in(stage, stage->reader);
	assert_int_equal(ours.peaks.size, 627);
	assert_int_equal(ours.head.size, 600);
	assert_int_equal(ours.ahead.size, 650);
	assert_ok(send_from(stage, stage->written, 627, 4096));
	ours = log_in(stage, stage->reader);
	assert_int_equal(ours.head.size, 650);
	assert_int_equal(ours.ahead.size, 0);
	assert_whole(stage, stage->reader);
}

static void ranges_may_overlap_repeat_and_leave_a_gap(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 300);
	assert_ok(send_from(stage, stage->written, 0, 100));
	assert_err(GAP, send_from(stage, stage->written, 101, 10));
	assert_ok(send_from(stage, stage->written, 50, 100));
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 150);
	assert_ok(send_from(stage, stage->written, 0, 20));
	assert_ok(send_from(stage, stage->written, 0, 300));
	assert_ok(send_from(stage, stage->written, 0, 300));
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 300);
	assert_payloads(stage, stage->reader, 0, 300, 0);
	assert_whole(stage, stage->reader);
}

static void count_filled(void *context, uint64_t seq)
{
	(void)seq;
	++*(unsigned *)context;
}

static unsigned filled_from(struct stage *stage, struct store *from, struct store *into)
{
	unsigned count = 0;
	struct parcel whole = pack_from(stage, from, 0, 300);
	struct journal_log log = log_in(stage, into);
	struct txn txn = journal_stage_begin(into, STORE_WRITE);
	assert_ok(journal_fill(&txn, &log, &whole.range, 300, count_filled, &count));
	assert_ok(txn_commit(&txn));
	buf_free(&whole.entries);
	return count;
}

static void an_erased_payload_leaves_every_proof_true(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 300);
	assert_ok(send_from(stage, stage->written, 0, 300));
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct entry entry;
	uint64_t erased[] = { 0, 77, 128, 299 };
	for (size_t i = 0; i < 4; i++) {
		assert_ok(journal_entry(&txn, &log, erased[i], &entry));
		struct hash leaf = entry_leaf(&entry), after;
		assert_ok(journal_erase(&txn, &log, erased[i]));
		assert_ok(journal_erase(&txn, &log, erased[i]));
		assert_ok(journal_entry(&txn, &log, erased[i], &entry));
		assert_true(entry.erased);
		assert_int_equal(entry.payload.size, 0);
		after = entry_leaf(&entry);
		assert_memory_equal(leaf.bytes, after.bytes, sizeof leaf.bytes);
	}
	assert_err(NOT_FOUND, journal_erase(&txn, &log, 300));
	assert_ok(txn_commit(&txn));
	assert_whole(stage, stage->reader);
	// What is gone travels on as its hash, and the next reader's tree is the same.
	struct store *author = stage->written, *reader = stage->reader;
	struct parcel parcel = pack_from(stage, reader, 0, 300);
	struct store *third = store_memory_new();
	stage->reader = third;
	assert_ok(offer(stage, &parcel.range));
	assert_whole(stage, third);
	struct journal_log theirs = log_in(stage, author), ours = log_in(stage, third);
	assert_same_tree(&theirs, &ours);
	// Who was never given it takes it in when it comes; who erased it does not.
	assert_int_equal(filled_from(stage, reader, third), 0);
	assert_int_equal(filled_from(stage, author, third), 4);
	assert_int_equal(filled_from(stage, author, third), 0);
	assert_payloads(stage, third, 0, 300, 0);
	assert_whole(stage, third);
	assert_int_equal(filled_from(stage, author, reader), 0);
	stage->reader = reader;
	store_memory_free(third);
	buf_free(&parcel.entries);
}

static void every_root_and_proof_of_a_stored_log_is_true(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 700);
	assert_ok(send_from(stage, stage->written, 0, 700));
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	uint64_t sizes[] = { 1, 2, 255, 256, 257, 300, 511, 512, 513, 699, 700 };
	struct merkle_peaks peaks = { .size = 0 };
	struct journal_reader reader = journal_reader_begin(&txn, &log, 0, 700);
	struct entry entry;
	struct hash root[11], leaf[701];
	for (size_t i = 0; journal_reader_next(&reader, &entry);) {
		leaf[entry.seq] = entry_leaf(&entry);
		merkle_append(HASH_BLAKE2B_256, &peaks, &leaf[entry.seq], NULL);
		if (peaks.size == sizes[i])
			root[i++] = merkle_root(HASH_BLAKE2B_256, &peaks);
	}
	assert_ok(journal_reader_end(&reader));
	for (size_t i = 0; i < 11; i++) {
		struct hash at;
		struct merkle_proof proof;
		assert_ok(journal_root_at(&txn, &log, sizes[i], &at));
		assert_memory_equal(at.bytes, root[i].bytes, sizeof at.bytes);
		uint64_t seq = sizes[i] * 2 / 3;
		assert_ok(journal_prove_inclusion(&txn, &log, seq, sizes[i], &proof));
		assert_ok(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf[seq], seq, sizes[i], &root[i], &proof));
		for (size_t j = 0; j <= i; j++) {
			assert_ok(journal_prove_consistency(&txn, &log, sizes[j], sizes[i], &proof));
			assert_ok(merkle_verify_consistency(HASH_BLAKE2B_256, sizes[j], &root[j], sizes[i], &root[i], &proof));
		}
	}
	struct hash beyond;
	assert_err(RANGE, journal_root_at(&txn, &log, 701, &beyond));
	txn_abort(&txn);
}

// A piece of a file is large: what its log needs for a proof is read, not hashed again from the pieces.
static void proofs_of_a_log_of_files_need_none_of_its_pieces(void **state)
{
	struct stage *stage = *state;
	stage->name.lane = LANE_FILE;
	author_writes(stage, 700);
	for (uint64_t at = 0; at < 600; at = log_in(stage, stage->reader).peaks.size)
		assert_ok(send_from(stage, stage->written, at, at < 100 ? 1 : 64));
	assert_whole(stage, stage->reader);
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_key number = journal_key_number(log.number);
	assert_ok(txn_clear(&txn, STORE_BLOCK, journal_key_span(&number)));
	struct hash leaf, root = merkle_root(HASH_BLAKE2B_256, &log.peaks);
	for (uint64_t seq = 0; seq < log.peaks.size; seq++) {
		struct merkle_proof proof;
		assert_ok(journal_tree_get(&txn, log.number, 0, seq, &leaf));
		assert_ok(journal_prove_inclusion(&txn, &log, seq, log.peaks.size, &proof));
		assert_ok(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, seq, log.peaks.size, &root, &proof));
	}
	txn_abort(&txn);

	txn = journal_stage_begin(stage->reader, STORE_WRITE);
	assert_ok(journal_retreat(&txn, &log, 300));
	assert_ok(txn_commit(&txn));
	txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_err(CORRUPT, journal_tree_get(&txn, log.number, 0, 256, &leaf)); // gone with the rest
	assert_ok(journal_tree_get(&txn, log.number, 0, 255, &leaf));
	txn_abort(&txn);
	assert_ok(send_from(stage, stage->written, 256, 444));
	assert_whole(stage, stage->reader);
}

static void blocks_fill_their_pages_whatever_the_commits(void **state)
{
	struct stage *stage = *state;
	for (unsigned i = 0; i < 120; i++)
		write_to(stage, stage->reader, 1 + i * 7 % 40, 0);
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	size_t bytes = 0, pages = 0;
	struct scan scan = scan_begin(&txn, STORE_BLOCK, span_of(NULL, 0));
	while (scan_next(&scan)) {
		assert_true(scan.value.size <= LIMIT_BLOCK_BYTES);
		bytes += scan.value.size;
		pages += (scan.value.size + 16 + 4095) / 4096;
	}
	scan_end(&scan);
	txn_abort(&txn);
	assert_true(pages * 4096 * 10 < bytes * 11);
	assert_whole(stage, stage->reader);
}

static void a_payload_too_large_stops_the_whole_commit(void **state)
{
	struct stage *stage = *state;
	static const uint8_t bytes[LIMIT_PAYLOAD_BYTES + 1];
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_writer writer;
	uint64_t seq;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, 1, span_of(bytes, LIMIT_PAYLOAD_BYTES), &seq));
	assert_err(TOO_LARGE, journal_writer_append(&writer, ENTRY_CHANGES, 1, span_of(bytes, sizeof bytes), &seq));
	assert_err(TOO_LARGE, journal_writer_append(&writer, ENTRY_CHANGES, 1, span_string("after"), &seq));
	assert_err(TOO_LARGE, journal_writer_finish(&writer, &stage->author, 1));
	assert_err(TOO_LARGE, txn_commit(&txn));
	txn = journal_stage_begin(stage->reader, STORE_READ);
	struct hash id = logname_id(&stage->name);
	struct journal_log log;
	assert_err(NOT_FOUND, journal_find(&txn, &id, &log));
	txn_abort(&txn);
}

static void the_largest_payloads_travel(void **state)
{
	struct stage *stage = *state;
	static const uint8_t bytes[LIMIT_PAYLOAD_BYTES] = { 1, 2, 3 };
	size_t sizes[] = { LIMIT_PAYLOAD_BYTES, 1, 4080, 16368, 5000, 0, 40000, 4000, 100 };
	struct txn txn = journal_stage_begin(stage->written, STORE_WRITE);
	struct journal_writer writer;
	uint64_t seq;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		assert_ok(journal_writer_append(&writer, UINT32_MAX, UINT64_MAX, span_of(bytes, sizes[i]), &seq));
	assert_ok(journal_writer_finish(&writer, &stage->author, 1));
	assert_ok(txn_commit(&txn));
	assert_ok(send_from(stage, stage->written, 0, 3));
	assert_ok(send_from(stage, stage->written, 3, 100));
	struct journal_log log = log_in(stage, stage->reader);
	txn = journal_stage_begin(stage->reader, STORE_READ);
	struct journal_reader reader = journal_reader_begin(&txn, &log, 0, log.peaks.size);
	struct entry entry;
	for (size_t i = 0; journal_reader_next(&reader, &entry); i++) {
		assert_int_equal(entry.kind, UINT32_MAX);
		assert_true(entry.time == UINT64_MAX);
		assert_true(span_equal(entry.payload, span_of(bytes, sizes[i])));
	}
	assert_ok(journal_reader_end(&reader));
	txn_abort(&txn);
	assert_whole(stage, stage->reader);
}

static void what_was_saved_while_a_writer_stood_open_stays(void **state)
{
	struct stage *stage = *state;
	write_to(stage, stage->reader, 5, 0);
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_writer writer;
	uint64_t seq;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	struct journal_log row = writer.log;
	row.applied = 5;
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, START, span_string("x"), &seq));
	assert_ok(journal_save(&txn, &row));
	assert_ok(journal_writer_finish(&writer, &stage->author, START));
	assert_ok(txn_commit(&txn));
	assert_int_equal(log_in(stage, stage->reader).applied, 5);
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 6);
}

static void a_row_keeps_what_is_saved_in_it(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 3);
	assert_ok(send_from(stage, stage->written, 0, 3));
	struct journal_log log = log_in(stage, stage->reader);
	log.applied = 2;
	log.shown = 3;
	for (unsigned tier = 0; tier < RECEIPT_TIERS; tier++) {
		log.receipt[tier] = (struct receipt){ .size = 3 - tier, .root = log.head.root, .time = 12,
		                                      .tier = (enum receipt_tier)(tier + 1) };
		receipt_sign(&log.receipt[tier], &stage->author, &log.id);
	}
	log.peaks.size = 77; // not a caller's to change
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	assert_ok(journal_save(&txn, &log));
	struct journal_log other;
	struct logname second = stage->name;
	second.lane = LANE_UP;
	assert_ok(journal_open(&txn, &second, &other));
	assert_int_equal(other.number, log.number + 1);
	assert_ok(txn_commit(&txn));
	struct journal_log saved = log_in(stage, stage->reader);
	assert_int_equal(saved.applied, 2);
	assert_int_equal(saved.shown, 3);
	assert_int_equal(saved.peaks.size, 3);
	assert_memory_equal(saved.receipt, log.receipt, sizeof saved.receipt);
	txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_ok(journal_find_number(&txn, other.number, &saved));
	assert_memory_equal(saved.id.bytes, other.id.bytes, sizeof saved.id.bytes);
	assert_err(NOT_FOUND, journal_find_number(&txn, 99, &saved));
	txn_abort(&txn);
}

static void two_new_logs_written_side_by_side_have_two_numbers(void **state)
{
	struct stage *stage = *state;
	struct logname up = stage->name;
	up.lane = LANE_UP;
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_writer detail, above, idle;
	struct logname mail = stage->name;
	mail.lane = LANE_MAIL;
	uint64_t seq;
	assert_ok(journal_writer_begin(&detail, &txn, &stage->name));
	assert_ok(journal_writer_begin(&above, &txn, &up));
	assert_ok(journal_writer_begin(&idle, &txn, &mail));
	assert_ok(journal_writer_append(&above, ENTRY_TALLY, 5, span_string("figures"), &seq));
	assert_ok(journal_writer_append(&detail, ENTRY_CHANGES, 5, span_string("minutes"), &seq));
	assert_ok(journal_writer_append(&detail, ENTRY_CHANGES, 1, span_string("a clock set back"), &seq));
	assert_ok(journal_writer_finish(&detail, &stage->author, 5));
	assert_ok(journal_writer_finish(&above, &stage->author, 5));
	assert_ok(journal_writer_finish(&idle, &stage->author, 5));
	struct hash id = logname_id(&mail);
	struct journal_log log;
	assert_ok(journal_find(&txn, &id, &log));
	assert_int_equal(log.peaks.size, 0); // nothing appended: its number is taken, and nothing is signed
	assert_int_equal(log.head.size, 0);
	struct entry entry;
	assert_ok(journal_entry(&txn, &detail.log, 1, &entry));
	assert_int_equal(entry.time, 5);
	assert_ok(journal_entry(&txn, &above.log, 0, &entry));
	assert_true(span_equal(entry.payload, span_string("figures")));
	assert_int_not_equal(above.log.number, detail.log.number);
	assert_ok(txn_commit(&txn));
}

static void a_walk_goes_on_while_views_are_written(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 200);
	struct parcel parcel = pack_from(stage, stage->written, 0, 200);
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_log log;
	uint64_t had;
	assert_ok(journal_accept(&txn, &parcel.range, &log, &had));
	struct journal_reader reader = journal_reader_begin(&txn, &log, 0, 200);
	struct entry entry;
	unsigned seen = 0;
	for (; journal_reader_next(&reader, &entry); seen++) {
		uint8_t key[8] = { (uint8_t)seen }, bytes[400];
		assert_ok(txn_put(&txn, STORE_RECORD, span_of(key, sizeof key), entry.payload));
		assert_true(span_equal(entry.payload, payload_of(seen, 0, bytes)));
	}
	assert_int_equal(seen, 200);
	assert_ok(journal_reader_end(&reader));
	reader = journal_reader_begin(&txn, &log, 199, 201);
	while (journal_reader_next(&reader, &entry))
		assert_int_equal(entry.seq, 199);
	assert_err(GAP, journal_reader_end(&reader));
	assert_ok(txn_commit(&txn));
	buf_free(&parcel.entries);
}

static void a_run_stays_within_what_was_asked_for(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 500);
	assert_ok(send_from(stage, stage->written, 0, 500));
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	for (uint64_t from = 0; from < 500;) {
		struct buf run = BUF_EMPTY;
		uint32_t count;
		assert_ok(journal_pack(&txn, &log, from, 4096, 3000, &run, &count));
		assert_true(count >= 1);
		assert_true(run.size <= 3000 + 10);
		from += count;
		buf_free(&run);
		assert_ok(journal_pack(&txn, &log, from, 4096, 0, &run, &count));
		assert_int_equal(count, from < 500 ? 1 : 0);
		buf_free(&run);
	}
	txn_abort(&txn);
}

#define SCENES(X) \
	X(a_log_of_1000_entries_is_accepted_in_ranges_of_any_size) \
	X(many_small_commits_and_one_large_one_make_the_same_tree) \
	X(a_range_with_one_flipped_bit_changes_nothing) \
	X(a_cut_short_range_brings_its_head_with_it) \
	X(ranges_may_overlap_repeat_and_leave_a_gap) \
	X(an_erased_payload_leaves_every_proof_true) \
	X(every_root_and_proof_of_a_stored_log_is_true) \
	X(proofs_of_a_log_of_files_need_none_of_its_pieces) \
	X(blocks_fill_their_pages_whatever_the_commits) \
	X(a_payload_too_large_stops_the_whole_commit) \
	X(the_largest_payloads_travel) \
	X(what_was_saved_while_a_writer_stood_open_stays) \
	X(a_row_keeps_what_is_saved_in_it) \
	X(two_new_logs_written_side_by_side_have_two_numbers) \
	X(a_walk_goes_on_while_views_are_written) \
	X(a_run_stays_within_what_was_asked_for)

int main(void)
{
#define IN_MEMORY(scene) cmocka_unit_test_setup_teardown(scene, journal_stage_on_memory, journal_stage_leave),
#define ON_LMDB(scene) cmocka_unit_test_setup_teardown(scene, journal_stage_on_lmdb, journal_stage_leave),
	const struct CMUnitTest in_memory[] = { SCENES(IN_MEMORY) };
	const struct CMUnitTest on_disk[] = { SCENES(ON_LMDB) };
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(in_memory, NULL, NULL) + cmocka_run_group_tests(on_disk, NULL, NULL);
}
