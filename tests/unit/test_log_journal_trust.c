// The journal where somebody is not to be trusted: the author, the one who carries, or the disk.
#include <sodium.h>
#include <stdlib.h>

#include "io/store_memory.h"
#include "support/journal_stage.h"

static void two_heads_of_one_log_that_disagree_freeze_it_and_both_are_kept(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 300);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 20);
	write_to(stage, restored, 30, 1);
	assert_ok(send_from(stage, stage->written, 0, 320));
	// Longer than what is held, from where the author knows he was heard.
	struct parcel parcel = pack_from(stage, restored, 300, 30);
	assert_err(FORK, offer(stage, &parcel.range));
	struct journal_log log = log_in(stage, stage->reader);
	assert_int_equal(log.state, JOURNAL_FROZEN);
	assert_int_equal(log.peaks.size, 320);
	struct journal_fork fork;
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	struct hash id = logname_id(&stage->name);
	struct scan scan = scan_begin(&txn, STORE_FORK, hash_span(&id));
	assert_true(scan_next(&scan));
	assert_ok(journal_fork_read(scan.value, &fork));
	assert_int_equal(fork.held.size, 320);
	assert_int_equal(fork.offered.size, 330);
	assert_int_equal(fork.from, 300);
	assert_true(span_equal(fork.entries, parcel.range.entries));
	assert_ok(head_verify(&fork.held, &id, &stage->name.device));
	assert_ok(head_verify(&fork.offered, &id, &stage->name.device));
	scan_end(&scan);
	txn_abort(&txn);
	// A device that truncates its own branch keeps it the same way, beside the other's evidence.
	txn = journal_stage_begin(restored, STORE_WRITE);
	struct journal_fork mine = { .held = fork.offered, .offered = fork.held, .from = 300, .count = 30,
	                             .entries = parcel.range.entries }, read;
	assert_ok(journal_fork_write(&txn, &id, &mine));
	mine.entries.size = 1;
	assert_ok(journal_fork_write(&txn, &id, &mine)); // what is kept stays
	scan = scan_begin(&txn, STORE_FORK, hash_span(&id));
	assert_true(scan_next(&scan));
	assert_ok(journal_fork_read(scan.value, &read));
	assert_true(span_equal(read.entries, parcel.range.entries));
	assert_false(scan_next(&scan));
	scan_end(&scan);
	txn_abort(&txn);
	// Neither branch is taken in any more; what the device signed is kept.
	buf_free(&parcel.entries);
	author_writes(stage, 1);
	assert_err(FROZEN, send_from(stage, stage->written, 320, 1));
	write_to(stage, restored, 1, 1);
	assert_err(FROZEN, send_from(stage, restored, 330, 1));
	assert_int_equal(evidence_kept(stage, &fork), 3);
	store_memory_free(restored);
}

static void a_shorter_branch_is_found_out_by_its_head_alone(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 10);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 20);
	write_to(stage, restored, 5, 1);
	assert_ok(send_from(stage, stage->written, 0, 30));
	struct journal_log log = log_in(stage, stage->reader), other = log_in(stage, restored);
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_err(FORK, journal_compare(&txn, &log, &other.head));
	assert_ok(journal_compare(&txn, &log, &log.head));
	other.head.time++;
	assert_err(SIGNATURE, journal_compare(&txn, &log, &other.head));
	txn_abort(&txn);
	assert_int_equal(log_in(stage, stage->reader).state, JOURNAL_OPEN);
	assert_err(FORK, send_from(stage, restored, 10, 5));
	assert_int_equal(log_in(stage, stage->reader).state, JOURNAL_FROZEN);
	store_memory_free(restored);
}

static void a_head_kept_for_later_finds_the_fork_when_it_is_reached(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 100);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 20);
	write_to(stage, restored, 30, 1);
	assert_ok(send_from(stage, stage->written, 0, 90)); // ahead: 120 of the first branch
	assert_int_equal(log_in(stage, stage->reader).ahead.size, 120);
	assert_err(FORK, send_from(stage, restored, 90, 40));
	struct journal_fork fork;
	assert_int_equal(evidence_kept(stage, &fork), 1);
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 90);
	store_memory_free(restored);
}

static void a_relays_garbage_does_not_freeze_the_authors_log(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 100);
	assert_ok(send_from(stage, stage->written, 0, 60));
	// Entries of its own under the author's head, at our size, before it and far before it.
	struct store *relay = store_memory_new();
	write_to(stage, relay, 100, 5);
	uint64_t starts[] = { 60, 59, 30, 0 };
	for (size_t i = 0; i < 4; i++) {
		struct parcel good = pack_from(stage, stage->written, starts[i], 35);
		struct parcel bad = pack_from(stage, relay, starts[i], 35);
		bad.range.head = good.range.head;
		bad.range.proof = good.range.proof;
		enum err err = offer(stage, &bad.range);
		assert_true(err == ERR_SIGNATURE || (err == ERR_OK && starts[i] == 0)); // wholly held: not looked at
		buf_free(&good.entries);
		buf_free(&bad.entries);
	}
	// A head signed by somebody else.
	struct parcel parcel = pack_from(stage, stage->written, 60, 40);
	uint8_t seed[IDENTITY_SEED_BYTES] = { 9 };
	struct identity stranger;
	identity_derive(seed, &stranger);
	struct hash id = logname_id(&stage->name), root = { .bytes = { 1 } };
	struct head head = parcel.range.head;
	parcel.range.head = head_sign(&stranger, &id, 100, &root, 1);
	assert_err(SIGNATURE, offer(stage, &parcel.range));
	assert_int_equal(log_in(stage, stage->reader).state, JOURNAL_OPEN);
	parcel.range.head = head;
	assert_ok(offer(stage, &parcel.range));
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 100);
	buf_free(&parcel.entries);
	store_memory_free(relay);
}

static void a_forked_authors_range_at_our_size_tells_nothing_and_one_from_further_back_does(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 50);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 10);
	write_to(stage, restored, 20, 1);
	assert_ok(send_from(stage, stage->written, 0, 60));
	assert_err(SIGNATURE, send_from(stage, restored, 60, 10));
	assert_int_equal(log_in(stage, stage->reader).state, JOURNAL_OPEN);
	assert_err(FORK, send_from(stage, restored, 0, 70));
	store_memory_free(restored);
}

static void a_truncated_log_can_take_the_other_branch(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 600);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 100);
	// The server has the first branch; the restored device wrote another, and learns of it.
	write_to(stage, restored, 170, 1);
	struct journal_log log = log_in(stage, restored);
	log.state = JOURNAL_FROZEN;
	log.applied = 650;
	log.receipt[0].size = 700; // of the server's branch
	log.receipt[1].size = 600; // of what is common
	log.receipt[0].tier = RECEIPT_RECEIVED;
	log.receipt[1].tier = RECEIPT_KEPT_TWICE;
	struct txn txn = journal_stage_begin(restored, STORE_WRITE);
	assert_ok(journal_save(&txn, &log));
	struct journal_writer writer;
	assert_err(FROZEN, journal_writer_begin(&writer, &txn, &stage->name));
	assert_ok(journal_truncate(&txn, &log, 600, &stage->author, START));
	assert_ok(txn_commit(&txn));
	log = log_in(stage, restored);
	assert_int_equal(log.state, JOURNAL_OPEN);
	assert_int_equal(log.head.size, 600);
	assert_int_equal(log.applied, 600);
	assert_int_equal(log.receipt[0].size, 0);
	assert_int_equal(log.receipt[1].size, 600);
	assert_int_equal(log.last_time, START + 599 * 1000);
	assert_whole(stage, restored);
	struct parcel parcel = pack_from(stage, stage->written, 600, 100);
	struct store *reader = stage->reader;
	stage->reader = restored;
	assert_ok(offer(stage, &parcel.range));
	stage->reader = reader;
	buf_free(&parcel.entries);
	assert_payloads(stage, restored, 0, 700, 0);
	assert_whole(stage, restored);
	log = log_in(stage, restored);
	struct journal_log theirs = log_in(stage, stage->written);
	assert_same_tree(&theirs, &log);
	store_memory_free(restored);
}

static void a_log_can_be_truncated_to_any_size(void **state)
{
	struct stage *stage = *state;
	uint64_t sizes[] = { 519, 512, 300, 256, 255, 1, 0 };
	write_to(stage, stage->reader, 520, 0);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct journal_log log = log_in(stage, stage->reader);
		struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
		assert_ok(journal_truncate(&txn, &log, sizes[i], &stage->author, START));
		assert_err(RANGE, journal_truncate(&txn, &log, sizes[i] + 1, &stage->author, START));
		assert_ok(txn_commit(&txn));
		assert_whole(stage, stage->reader);
		assert_payloads(stage, stage->reader, 0, sizes[i], 0);
	}
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	struct scan blocks = scan_begin(&txn, STORE_BLOCK, span_of(NULL, 0));
	struct scan subtrees = scan_begin(&txn, STORE_TREE, span_of(NULL, 0));
	assert_false(scan_next(&blocks));
	assert_false(scan_next(&subtrees));
	txn_abort(&txn);
	write_to(stage, stage->reader, 520, 0);
	assert_whole(stage, stage->reader);
	assert_payloads(stage, stage->reader, 0, 520, 0);
}

// One bit of the index-th value of a table.
static void flip_in(struct stage *stage, enum store_table table, unsigned index, size_t from_end)
{
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct scan scan = scan_begin(&txn, table, span_of(NULL, 0));
	for (unsigned i = 0; i <= index; i++)
		assert_true(scan_next(&scan));
	uint8_t key[STORE_KEY_MAX], value[32768];
	size_t key_size = scan.key.size, size = scan.value.size;
	memcpy(key, scan.key.data, key_size);
	memcpy(value, scan.value.data, size);
	scan_end(&scan);
	value[size - 1 - from_end] ^= 0x10;
	assert_ok(txn_put(&txn, table, span_of(key, key_size), span_of(value, size)));
	assert_ok(txn_commit(&txn));
}

static void flip(struct stage *stage, enum store_table table, size_t from_end)
{
	flip_in(stage, table, 0, from_end);
}

static void a_flipped_bit_on_the_disk_is_damage_and_never_a_fork(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 600);
	assert_ok(send_from(stage, stage->written, 0, 600));
	struct journal_log log = log_in(stage, stage->reader);
	struct hash root;
	struct entry entry;
	uint64_t seq = 99;

	flip(stage, STORE_TREE, 20);
	struct txn txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_err(CORRUPT, journal_root_at(&txn, &log, 511, &root));
	assert_err(CORRUPT, journal_verify(&txn, &log, &seq));
	assert_int_equal(seq, 0);
	txn_abort(&txn);
	flip(stage, STORE_TREE, 20);

	flip(stage, STORE_BLOCK, 5);
	txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_err(CORRUPT, journal_entry(&txn, &log, 0, &entry));
	assert_err(CORRUPT, journal_root_at(&txn, &log, 3, &root));
	assert_err(CORRUPT, journal_verify(&txn, &log, &seq));
	assert_int_equal(seq, 0);
	struct buf run = BUF_EMPTY;
	uint32_t count;
	assert_err(CORRUPT, journal_pack(&txn, &log, 0, 10, 1000, &run, &count));
	buf_free(&run);
	txn_abort(&txn);
	flip(stage, STORE_BLOCK, 5);

	flip(stage, STORE_LOG, 100);
	txn = journal_stage_begin(stage->reader, STORE_READ);
	assert_err(CORRUPT, journal_find(&txn, &log.id, &log));
	txn_abort(&txn);
	flip(stage, STORE_LOG, 100);
	assert_whole(stage, stage->reader);
}

static void a_damaged_log_is_healed_from_a_peer(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 700);
	struct store *restored = store_memory_snapshot(stage->written);
	assert_ok(send_from(stage, stage->written, 0, 700));
	flip_in(stage, STORE_BLOCK, 4, 100);
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	uint64_t seq;
	assert_err(CORRUPT, journal_verify(&txn, &log, &seq));
	assert_in_range(seq, 257, 699);
	assert_ok(journal_retreat(&txn, &log, seq));
	assert_ok(txn_commit(&txn));
	log = log_in(stage, stage->reader);
	assert_int_equal(log.peaks.size, seq / 256 * 256);
	assert_int_equal(log.head.size, 0);
	assert_int_equal(log.ahead.size, 700);
	assert_whole(stage, stage->reader);
	// What comes again must be what was there: the head kept says so.
	txn = journal_stage_begin(restored, STORE_WRITE);
	log = log_in(stage, restored);
	assert_ok(journal_truncate(&txn, &log, 600, &stage->author, START));
	assert_ok(txn_commit(&txn));
	write_to(stage, restored, 200, 1);
	struct store *reader = stage->reader, *copy = stage->dir[0] ? NULL : store_memory_snapshot(reader);
	if (copy) {
		stage->reader = copy;
		assert_err(FORK, send_from(stage, restored, log_in(stage, copy).peaks.size, 4096));
		stage->reader = reader;
		store_memory_free(copy);
	}
	assert_ok(send_from(stage, stage->written, log_in(stage, reader).peaks.size, 4096));
	log = log_in(stage, reader);
	assert_int_equal(log.head.size, 700);
	assert_int_equal(log.ahead.size, 0);
	assert_whole(stage, reader);
	assert_payloads(stage, reader, 0, 700, 0);
	store_memory_free(restored);
}

static void nothing_is_appended_to_a_log_that_is_being_pulled_back(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 50);
	assert_ok(send_from(stage, stage->written, 0, 20));
	struct txn txn = journal_stage_begin(stage->reader, STORE_WRITE);
	struct journal_writer writer;
	assert_err(GAP, journal_writer_begin(&writer, &txn, &stage->name));
	assert_ok(txn_commit(&txn));
	assert_ok(send_from(stage, stage->written, 20, 30));
	write_to(stage, stage->reader, 5, 0);
	assert_payloads(stage, stage->reader, 0, 55, 0);
}

static void heads_come_with_entries_that_are_held_already(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 10);
	struct parcel older = pack_from(stage, stage->written, 0, 10);
	author_writes(stage, 10);
	assert_ok(send_from(stage, stage->written, 0, 15));
	assert_int_equal(log_in(stage, stage->reader).head.size, 0);
	assert_ok(offer(stage, &older.range)); // a head below what is held: now it can be passed on
	assert_int_equal(log_in(stage, stage->reader).head.size, 10);
	assert_int_equal(log_in(stage, stage->reader).ahead.size, 20);
	author_writes(stage, 10);
	assert_ok(send_from(stage, stage->written, 5, 8)); // not up to what is held: says nothing of it
	assert_int_equal(log_in(stage, stage->reader).ahead.size, 20);
	assert_ok(send_from(stage, stage->written, 5, 10));
	assert_int_equal(log_in(stage, stage->reader).ahead.size, 30);
	assert_int_equal(log_in(stage, stage->reader).peaks.size, 15);
	author_writes(stage, 1);
	assert_ok(send_from(stage, stage->written, 15, 2)); // neither head is reached: the newer is kept
	assert_int_equal(log_in(stage, stage->reader).ahead.size, 31);
	assert_ok(send_from(stage, stage->written, 17, 14));
	assert_whole(stage, stage->reader);
	buf_free(&older.entries);
}

static void a_longer_branch_cut_short_before_our_end_is_a_fork_too(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 100);
	struct store *restored = store_memory_snapshot(stage->written);
	author_writes(stage, 20);
	write_to(stage, restored, 60, 1);
	assert_ok(send_from(stage, stage->written, 0, 120));
	assert_err(FORK, send_from(stage, restored, 90, 25));
	struct journal_fork fork;
	assert_int_equal(evidence_kept(stage, &fork), 1);
	assert_int_equal(fork.count, 25);
	assert_int_equal(fork.offered.size, 160);
	// With its proof the evidence can be judged by anybody who has the common part.
	struct journal_log log = log_in(stage, restored);
	struct txn txn = journal_stage_begin(restored, STORE_READ);
	struct hash root;
	assert_ok(journal_root_at(&txn, &log, 115, &root));
	assert_ok(merkle_verify_consistency(HASH_BLAKE2B_256, 115, &root, 160, &fork.offered.root, &fork.proof));
	txn_abort(&txn);
	store_memory_free(restored);
}

#define SCENES(X) \
	X(two_heads_of_one_log_that_disagree_freeze_it_and_both_are_kept) \
	X(a_shorter_branch_is_found_out_by_its_head_alone) \
	X(a_head_kept_for_later_finds_the_fork_when_it_is_reached) \
	X(a_relays_garbage_does_not_freeze_the_authors_log) \
	X(a_forked_authors_range_at_our_size_tells_nothing_and_one_from_further_back_does) \
	X(a_truncated_log_can_take_the_other_branch) \
	X(a_log_can_be_truncated_to_any_size) \
	X(a_flipped_bit_on_the_disk_is_damage_and_never_a_fork) \
	X(a_damaged_log_is_healed_from_a_peer) \
	X(nothing_is_appended_to_a_log_that_is_being_pulled_back) \
	X(heads_come_with_entries_that_are_held_already) \
	X(a_longer_branch_cut_short_before_our_end_is_a_fork_too)

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
