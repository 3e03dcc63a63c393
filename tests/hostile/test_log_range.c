// What strangers, relays and ill-willed authors send: packed runs that are none, ranges whose
// numbers lie, forks without end. Each is refused with a code, leaves no trace, and costs no more
// than it may.
#include <sodium.h>

#include "io/store_memory.h"
#include "log/journal.h"
#include "support/support.h"

static struct entry plain_entry(uint64_t seq, struct span payload)
{
	return (struct entry){ .seq = seq, .time = 100 + seq, .kind = ENTRY_CHANGES, .size = (uint32_t)payload.size,
	                       .payload = payload };
}

static enum err unpack_all(struct span bytes)
{
	struct reader run = reader_of(bytes);
	uint64_t before = 0;
	for (uint64_t seq = 0; reader_left(&run) > 0; seq++) {
		struct entry entry;
		enum err err = entry_unpack(&run, seq, &before, &entry);
		if (err)
			return err;
	}
	return reader_end(&run);
}

static void runs_that_are_none_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why, *hex;
		enum err err;
	} rows[] = {
		{ .why = "nothing but a size", .hex = "02", .err = ERR_MALFORMED },
		{ .why = "no time", .hex = "0201", .err = ERR_MALFORMED },
		{ .why = "payload cut off", .hex = "0401 00 41", .err = ERR_MALFORMED },
		{ .why = "hash of an erased one cut off", .hex = "0501 00 00112233", .err = ERR_MALFORMED },
		{ .why = "size in two bytes where one does", .hex = "8200 01 00 41", .err = ERR_MALFORMED },
		{ .why = "kind in two bytes where one does", .hex = "02 8100 00 41", .err = ERR_MALFORMED },
		{ .why = "kind past 32 bits", .hex = "02 8080808010 00 41", .err = ERR_MALFORMED },
		{ .why = "varint past 64 bits", .hex = "ffffffffffffffffff02 01 00", .err = ERR_MALFORMED },
		{ .why = "varint without an end", .hex = "ffffffffffffffffffffffffff", .err = ERR_MALFORMED },
		{ .why = "one byte more than a payload may have", .hex = "828020 01 00", .err = ERR_TOO_LARGE },
		{ .why = "erased, and larger than may be", .hex = "838020 01 00", .err = ERR_TOO_LARGE },
		{ .why = "2^63 bytes", .hex = "ffffffffffffffffff01 01 00", .err = ERR_TOO_LARGE },
		{ .why = "an empty payload", .hex = "00 01 00", .err = ERR_OK },
		{ .why = "the latest time there is", .hex = "00 01 01", .err = ERR_OK },
		{ .why = "the highest kind there is", .hex = "00 ffffffff0f 00", .err = ERR_OK },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t bytes[64];
		size_t size;
		assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, rows[i].hex, strlen(rows[i].hex), " ", &size, NULL), 0);
		enum err err = unpack_all(span_of(bytes, size));
		if (err != rows[i].err)
			fail_msg("%s: %s instead of %s", rows[i].why, err_name(err), err_name(rows[i].err));
	}
}

// Whatever unpacks is packed to the very same bytes: no two runs say the same.
static void any_bytes_either_fail_or_come_back_as_they_were(void **state)
{
	(void)state;
	uint8_t seed[randombytes_SEEDBYTES] = { 0 }, bytes[96];
	unsigned whole = 0;
	for (unsigned round = 0; round < 20000; round++) {
		seed[0] = (uint8_t)round;
		seed[1] = (uint8_t)(round >> 8);
		randombytes_buf_deterministic(bytes, sizeof bytes, seed);
		bytes[0] &= 0x3f;
		bytes[1] &= 0x07;
		struct reader run = reader_of(span_of(bytes, 1 + round % sizeof bytes));
		uint64_t before = 77;
		struct entry entry;
		if (entry_unpack(&run, 0, &before, &entry))
			continue;
		struct buf again = BUF_EMPTY;
		entry_pack(&again, &entry, 77);
		assert_true(span_equal(buf_span(&again), span_of(bytes, (size_t)(run.at - bytes))));
		buf_free(&again);
		whole++;
	}
	assert_true(whole > 1000);
}

// ---- Ranges. ----

struct stage {
	struct identity author;
	struct logname name;
	struct hash id;
	struct store *store;
	struct buf run;
	struct merkle_peaks peaks;
};

static void enter(struct stage *stage)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 3 };
	*stage = (struct stage){ .store = store_memory_new(), .run = BUF_EMPTY };
	assert_non_null(stage->store);
	identity_derive(seed, &stage->author);
	stage->name = (struct logname){ .device = stage->author.sign_public, .lane = LANE_UP };
	stage->id = logname_id(&stage->name);
}

static void leave(struct stage *stage)
{
	buf_free(&stage->run);
	store_memory_free(stage->store);
}

// A range of `count` entries from seq 0, each with `text` for its payload, and the head over them.
static struct journal_range range_of(struct stage *stage, uint32_t count, const char *text)
{
	buf_clear(&stage->run);
	stage->peaks = (struct merkle_peaks){ .size = 0 };
	uint64_t before = 0;
	for (uint32_t seq = 0; seq < count; seq++) {
		struct entry entry = plain_entry(seq, span_string(text));
		entry.payload_hash = hash_bytes(HASH_BLAKE2B_256, entry.payload);
		entry_pack(&stage->run, &entry, before);
		before = entry.time;
		struct hash leaf = entry_leaf(&entry);
		merkle_append(HASH_BLAKE2B_256, &stage->peaks, &leaf, NULL);
	}
	struct hash root = merkle_root(HASH_BLAKE2B_256, &stage->peaks);
	return (struct journal_range){ .name = stage->name, .count = count, .entries = buf_span(&stage->run),
	                               .head = head_sign(&stage->author, &stage->id, count, &root, 1) };
}

static enum err offer(struct stage *stage, const struct journal_range *range)
{
	struct txn txn;
	struct journal_log log;
	uint64_t had;
	assert_ok(txn_begin(stage->store, STORE_WRITE, &txn));
	enum err err = journal_accept(&txn, range, &log, &had);
	assert_ok(txn_commit(&txn));
	return err;
}

static struct head signed_size(struct stage *stage, uint64_t size)
{
	struct hash root = { .bytes = { 1 } };
	return head_sign(&stage->author, &stage->id, size, &root, 1);
}

static void numbers_that_lie_are_refused_before_anything_is_done(void **state)
{
	(void)state;
	struct stage stage;
	enter(&stage);
	struct journal_range good = range_of(&stage, 10, "x"), bad = good;

	bad.count = 0;
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.count = 9; // an entry is left over; the head still covers it
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.count = LIMIT_FRAME_ENTRIES + 1;
	assert_err(TOO_LARGE, offer(&stage, &bad));
	bad.count = UINT32_MAX;
	assert_err(TOO_LARGE, offer(&stage, &bad));
	bad = good;
	bad.count = 11; // the head ends before
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.head = signed_size(&stage, 11);
	assert_err(MALFORMED, offer(&stage, &bad));

	bad = good;
	bad.from = UINT64_MAX;
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.from = UINT64_MAX - 5;
	bad.head = signed_size(&stage, UINT64_MAX);
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.from = 1;
	bad.head = signed_size(&stage, 11);
	assert_err(GAP, offer(&stage, &bad));

	bad = good;
	bad.proof.count = LIMIT_PROOF_HASHES + 1;
	assert_err(MALFORMED, offer(&stage, &bad));
	bad.proof.count = 1; // a proof where there is nothing to prove
	assert_err(SIGNATURE, offer(&stage, &bad));
	bad = good;
	bad.head = signed_size(&stage, UINT64_C(1) << 63);
	bad.proof.count = LIMIT_PROOF_HASHES;
	assert_err(SIGNATURE, offer(&stage, &bad));

	bad = good;
	bad.name.incarnation.bytes[0] ^= 1; // another log: the head is not for it
	assert_err(SIGNATURE, offer(&stage, &bad));

	// None of these left a log behind; the good one is taken.
	struct txn txn;
	struct journal_log log;
	assert_ok(txn_begin(stage.store, STORE_READ, &txn));
	assert_err(NOT_FOUND, journal_find(&txn, &stage.id, &log));
	txn_abort(&txn);
	assert_int_equal(store_memory_bytes(stage.store), 0);
	assert_ok(offer(&stage, &good));
	leave(&stage);
}

static void every_cut_of_a_run_is_refused(void **state)
{
	(void)state;
	struct stage stage;
	enter(&stage);
	struct journal_range good = range_of(&stage, 20, "some payload"), bad = good;
	for (size_t size = 0; size < good.entries.size; size++) {
		bad.entries = span_of(good.entries.data, size);
		assert_err(MALFORMED, offer(&stage, &bad));
	}
	uint8_t longer[1024] = { 0 };
	assert_true(good.entries.size < sizeof longer);
	memcpy(longer, good.entries.data, good.entries.size);
	bad.entries = span_of(longer, good.entries.size + 1);
	assert_err(MALFORMED, offer(&stage, &bad));
	assert_int_equal(store_memory_bytes(stage.store), 0);
	leave(&stage);
}

static unsigned evidence(struct stage *stage)
{
	struct txn txn;
	assert_ok(txn_begin(stage->store, STORE_READ, &txn));
	unsigned count = 0;
	struct scan scan = scan_begin(&txn, STORE_FORK, hash_span(&stage->id));
	for (; scan_next(&scan); count++) {
		struct journal_fork fork;
		assert_ok(journal_fork_read(scan.value, &fork));
		assert_ok(head_verify(&fork.offered, &stage->id, &stage->name.device));
		assert_err(CORRUPT, journal_fork_read(span_of(scan.value.data, 2 * HEAD_BYTES + 12), &fork));
	}
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

static void a_device_that_forks_without_end_fills_no_disk(void **state)
{
	(void)state;
	struct stage stage;
	enter(&stage);
	struct journal_range range = range_of(&stage, 5, "what was said first");
	assert_ok(offer(&stage, &range));
	for (uint32_t i = 1; i < 200; i++) {
		range = range_of(&stage, i, "what was said behind our back");
		assert_int_equal(offer(&stage, &range), i == 1 ? ERR_FORK : ERR_FROZEN);
	}
	assert_int_equal(evidence(&stage), JOURNAL_FORKS_KEPT);
	leave(&stage);
}

static void a_stranger_adds_no_evidence_to_a_frozen_log(void **state)
{
	(void)state;
	struct stage stage;
	enter(&stage);
	struct journal_range range = range_of(&stage, 5, "a");
	assert_ok(offer(&stage, &range));
	range = range_of(&stage, 5, "b");
	assert_err(FORK, offer(&stage, &range));
	range = range_of(&stage, 5, "a"); // what we hold says nothing against it
	assert_err(FROZEN, offer(&stage, &range));
	assert_int_equal(evidence(&stage), 1);
	range = range_of(&stage, 6, "c");
	range.head.signature.bytes[0] ^= 1;
	assert_err(SIGNATURE, offer(&stage, &range));
	assert_int_equal(evidence(&stage), 1);
	leave(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_that_are_none_are_refused),
		cmocka_unit_test(any_bytes_either_fail_or_come_back_as_they_were),
		cmocka_unit_test(numbers_that_lie_are_refused_before_anything_is_done),
		cmocka_unit_test(every_cut_of_a_run_is_refused),
		cmocka_unit_test(a_device_that_forks_without_end_fills_no_disk),
		cmocka_unit_test(a_stranger_adds_no_evidence_to_a_frozen_log),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
