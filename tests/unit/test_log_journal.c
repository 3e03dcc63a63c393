// The journal as its users know it: an author who writes, a reader who takes in, and what either
// does when the other, or the one who carries between them, is not to be trusted. Every scene is
// played on the store in memory and on LMDB.
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/store_lmdb.h"
#include "io/store_memory.h"
#include "log/journal.h"
#include "support/support.h"

#define START 1700000000000u

// The author writes in memory (so that a backup is one call); the reader's store is what is tested.
struct stage {
	struct identity author;
	struct logname name;
	struct store *written;
	struct store *reader;
	char dir[64]; // of LMDB; empty: memory
};

static void enter(struct stage *stage)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	identity_derive(seed, &stage->author);
	stage->name = (struct logname){ .device = stage->author.sign_public, .incarnation = { .bytes = { 1 } },
	                                .lane = LANE_DETAIL };
	stage->written = store_memory_new();
	assert_non_null(stage->written);
}

static int on_memory(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);
	enter(stage);
	stage->reader = store_memory_new();
	*state = stage;
	return stage->reader ? 0 : -1;
}

static int on_lmdb(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);
	enter(stage);
	snprintf(stage->dir, sizeof stage->dir, "/tmp/tributary-journal-XXXXXX");
	if (!mkdtemp(stage->dir))
		return -1;
	*state = stage;
	return store_lmdb_open(stage->dir, NULL, &stage->reader) ? -1 : 0;
}

static void remove_store(const char *dir)
{
	static const char *const files[] = { "data.mdb", "lock.mdb" };
	char path[128];
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
}

static int leave(void **state)
{
	struct stage *stage = *state;
	store_memory_free(stage->written);
	if (stage->dir[0]) {
		store_lmdb_close(stage->reader);
		remove_store(stage->dir);
	} else {
		store_memory_free(stage->reader);
	}
	free(stage);
	return 0;
}

// ---- What the actors do. ----

static struct txn begin(struct store *store, enum store_mode mode)
{
	struct txn txn;
	assert_ok(txn_begin(store, mode, &txn));
	return txn;
}

// Payloads of 0 to 399 bytes that depend on seq and branch alone.
static struct span payload_of(uint64_t seq, unsigned branch, uint8_t bytes[400])
{
	size_t size = (size_t)(seq * 37 % 400);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(seq * 31 + i * (branch + 1));
	return span_of(bytes, size);
}

static void write_to(struct stage *stage, struct store *store, unsigned count, unsigned branch)
{
	struct txn txn = begin(store, STORE_WRITE);
	struct journal_writer writer;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	for (unsigned i = 0; i < count; i++) {
		uint8_t bytes[400];
		uint64_t seq = writer.log.peaks.size, given;
		assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, START + seq * 1000 + branch,
		                                payload_of(seq, branch, bytes), &given));
		assert_int_equal(given, seq);
	}
	assert_ok(journal_writer_finish(&writer, &stage->author, START + writer.log.peaks.size * 1000));
	assert_ok(txn_commit(&txn));
}

static void author_writes(struct stage *stage, unsigned count)
{
	write_to(stage, stage->written, count, 0);
}

static struct journal_log log_in(struct stage *stage, struct store *store)
{
	struct txn txn = begin(store, STORE_READ);
	struct journal_log log;
	struct hash id = logname_id(&stage->name);
	assert_ok(journal_find(&txn, &id, &log));
	txn_abort(&txn);
	return log;
}

struct parcel {
	struct journal_range range;
	struct buf entries;
};

static struct parcel pack_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count)
{
	struct parcel parcel = { .entries = BUF_EMPTY };
	struct journal_log log = log_in(stage, store);
	struct txn txn = begin(store, STORE_READ);
	struct journal_range *range = &parcel.range;
	*range = (struct journal_range){ .name = log.name, .from = from, .head = log.head };
	assert_ok(journal_pack(&txn, &log, from, count, LIMIT_FRAME_RAW_BYTES, &parcel.entries, &range->count));
	range->entries = buf_span(&parcel.entries);
	if (from + range->count < log.head.size)
		assert_ok(journal_prove_consistency(&txn, &log, from + range->count, log.head.size, &range->proof));
	txn_abort(&txn);
	return parcel;
}

// Commits also after an error: none of the answers may stick, and what was refused left no trace.
static enum err offer(struct stage *stage, const struct journal_range *range)
{
	struct txn txn = begin(stage->reader, STORE_WRITE);
	struct journal_log log;
	uint64_t had;
	enum err err = journal_accept(&txn, range, &log, &had);
	assert_ok(txn_commit(&txn));
	return err;
}

static enum err send_from(struct stage *stage, struct store *store, uint64_t from, uint32_t count)
{
	struct parcel parcel = pack_from(stage, store, from, count);
	enum err err = offer(stage, &parcel.range);
	buf_free(&parcel.entries);
	return err;
}

static void assert_same_tree(const struct journal_log *a, const struct journal_log *b)
{
	assert_int_equal(a->peaks.size, b->peaks.size);
	struct hash left = merkle_root(HASH_BLAKE2B_256, &a->peaks), right = merkle_root(HASH_BLAKE2B_256, &b->peaks);
	assert_memory_equal(left.bytes, right.bytes, sizeof left.bytes);
}

static void assert_whole(struct stage *stage, struct store *store)
{
	struct journal_log log = log_in(stage, store);
	struct txn txn = begin(store, STORE_READ);
	uint64_t seq;
	assert_ok(journal_verify(&txn, &log, &seq));
	txn_abort(&txn);
}

static void assert_payloads(struct stage *stage, struct store *store, uint64_t from, uint64_t to, unsigned branch)
{
	struct journal_log log = log_in(stage, store);
	struct txn txn = begin(store, STORE_READ);
	struct journal_reader reader = journal_reader_begin(&txn, &log, from, to);
	struct entry entry;
	uint64_t seq = from;
	for (; journal_reader_next(&reader, &entry); seq++) {
		uint8_t bytes[400];
		assert_int_equal(entry.seq, seq);
		assert_int_equal(entry.time, START + seq * 1000 + branch);
		assert_true(span_equal(entry.payload, payload_of(seq, branch, bytes)));
	}
	assert_int_equal(seq, to);
	assert_ok(journal_reader_end(&reader));
	txn_abort(&txn);
}

static unsigned evidence_kept(struct stage *stage, struct journal_fork *last)
{
	struct txn txn = begin(stage->reader, STORE_READ);
	struct hash id = logname_id(&stage->name);
	unsigned count = 0;
	struct scan scan = scan_begin(&txn, STORE_FORK, hash_span(&id));
	for (; scan_next(&scan); count++)
		assert_ok(journal_fork_read(scan.value, last));
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

// ---- Scenes. ----

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
	struct txn txn = begin(stage->reader, STORE_READ);
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

static void an_erased_payload_leaves_every_proof_true(void **state)
{
	struct stage *stage = *state;
	author_writes(stage, 300);
	assert_ok(send_from(stage, stage->written, 0, 300));
	struct journal_log log = log_in(stage, stage->reader);
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->reader, STORE_READ);
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
	txn = begin(restored, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(restored, STORE_WRITE);
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
		struct txn txn = begin(stage->reader, STORE_WRITE);
		assert_ok(journal_truncate(&txn, &log, sizes[i], &stage->author, START));
		assert_err(RANGE, journal_truncate(&txn, &log, sizes[i] + 1, &stage->author, START));
		assert_ok(txn_commit(&txn));
		assert_whole(stage, stage->reader);
		assert_payloads(stage, stage->reader, 0, sizes[i], 0);
	}
	struct txn txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_READ);
	assert_err(CORRUPT, journal_root_at(&txn, &log, 511, &root));
	assert_err(CORRUPT, journal_verify(&txn, &log, &seq));
	assert_int_equal(seq, 0);
	txn_abort(&txn);
	flip(stage, STORE_TREE, 20);

	flip(stage, STORE_BLOCK, 5);
	txn = begin(stage->reader, STORE_READ);
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
	txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	txn = begin(restored, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
	struct journal_writer writer;
	assert_err(GAP, journal_writer_begin(&writer, &txn, &stage->name));
	assert_ok(txn_commit(&txn));
	assert_ok(send_from(stage, stage->written, 20, 30));
	write_to(stage, stage->reader, 5, 0);
	assert_payloads(stage, stage->reader, 0, 55, 0);
}

static void blocks_fill_their_pages_whatever_the_commits(void **state)
{
	struct stage *stage = *state;
	for (unsigned i = 0; i < 120; i++)
		write_to(stage, stage->reader, 1 + i * 7 % 40, 0);
	struct txn txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(restored, STORE_READ);
	struct hash root;
	assert_ok(journal_root_at(&txn, &log, 115, &root));
	assert_ok(merkle_verify_consistency(HASH_BLAKE2B_256, 115, &root, 160, &fork.offered.root, &fork.proof));
	txn_abort(&txn);
	store_memory_free(restored);
}

static void a_payload_too_large_stops_the_whole_commit(void **state)
{
	struct stage *stage = *state;
	static const uint8_t bytes[LIMIT_PAYLOAD_BYTES + 1];
	struct txn txn = begin(stage->reader, STORE_WRITE);
	struct journal_writer writer;
	uint64_t seq;
	assert_ok(journal_writer_begin(&writer, &txn, &stage->name));
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, 1, span_of(bytes, LIMIT_PAYLOAD_BYTES), &seq));
	assert_err(TOO_LARGE, journal_writer_append(&writer, ENTRY_CHANGES, 1, span_of(bytes, sizeof bytes), &seq));
	assert_err(TOO_LARGE, journal_writer_append(&writer, ENTRY_CHANGES, 1, span_string("after"), &seq));
	assert_err(TOO_LARGE, journal_writer_finish(&writer, &stage->author, 1));
	assert_err(TOO_LARGE, txn_commit(&txn));
	txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->written, STORE_WRITE);
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
	txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	txn = begin(stage->reader, STORE_READ);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_WRITE);
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
	struct txn txn = begin(stage->reader, STORE_READ);
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

#define SCENES(X)                                                                        \
	X(a_log_of_1000_entries_is_accepted_in_ranges_of_any_size)                        \
	X(many_small_commits_and_one_large_one_make_the_same_tree)                        \
	X(a_range_with_one_flipped_bit_changes_nothing)                                   \
	X(a_cut_short_range_brings_its_head_with_it)                                      \
	X(ranges_may_overlap_repeat_and_leave_a_gap)                                      \
	X(an_erased_payload_leaves_every_proof_true)                                      \
	X(every_root_and_proof_of_a_stored_log_is_true)                                   \
	X(two_heads_of_one_log_that_disagree_freeze_it_and_both_are_kept)                 \
	X(a_shorter_branch_is_found_out_by_its_head_alone)                                \
	X(a_head_kept_for_later_finds_the_fork_when_it_is_reached)                        \
	X(a_relays_garbage_does_not_freeze_the_authors_log)                               \
	X(a_forked_authors_range_at_our_size_tells_nothing_and_one_from_further_back_does) \
	X(a_truncated_log_can_take_the_other_branch)                                      \
	X(a_log_can_be_truncated_to_any_size)                                             \
	X(a_flipped_bit_on_the_disk_is_damage_and_never_a_fork)                           \
	X(a_damaged_log_is_healed_from_a_peer)                                            \
	X(nothing_is_appended_to_a_log_that_is_being_pulled_back)                         \
	X(blocks_fill_their_pages_whatever_the_commits)                                   \
	X(heads_come_with_entries_that_are_held_already)                                  \
	X(a_longer_branch_cut_short_before_our_end_is_a_fork_too)                         \
	X(a_payload_too_large_stops_the_whole_commit)                                     \
	X(the_largest_payloads_travel)                                                    \
	X(what_was_saved_while_a_writer_stood_open_stays)                                 \
	X(a_row_keeps_what_is_saved_in_it)                                                \
	X(two_new_logs_written_side_by_side_have_two_numbers)                             \
	X(a_walk_goes_on_while_views_are_written)                                         \
	X(a_run_stays_within_what_was_asked_for)

int main(void)
{
#define IN_MEMORY(scene) cmocka_unit_test_setup_teardown(scene, on_memory, leave),
#define ON_LMDB(scene) cmocka_unit_test_setup_teardown(scene, on_lmdb, leave),
	const struct CMUnitTest in_memory[] = { SCENES(IN_MEMORY) };
	const struct CMUnitTest on_disk[] = { SCENES(ON_LMDB) };
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(in_memory, NULL, NULL) + cmocka_run_group_tests(on_disk, NULL, NULL);
}
