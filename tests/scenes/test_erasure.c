// What speaks of a person can be taken away; the log, its proofs and its receipts stay true.
#include "log/journal.h"
#include "store.pb-c.h"
#include "support/cluster.h"
#include "support/support.h"

#include "base/pb.h"

static void find_log(struct txn *txn, const struct actor *author, enum lane lane, struct journal_log *log)
{
	struct logname name = { .device = author->self.identity.sign_public, .incarnation = author->self.incarnation, .lane = lane };
	struct hash id = logname_id(&name);
	assert_ok(journal_find(txn, &id, log));
}

// The last entry of the branch's detail log, as `holder` has it.
static struct hash last_hash(struct actor *holder, struct actor *author, size_t *salt)
{
	struct txn txn;
	struct journal_log log;
	struct entry entry;
	struct arena arena;
	ProtobufCMessage *message;
	assert_ok(txn_begin(holder->store, STORE_READ, &txn));
	find_log(&txn, author, LANE_DETAIL, &log);
	assert_ok(journal_entry(&txn, &log, log.peaks.size - 1, &entry));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(pb_unpack(&tributary__changes__descriptor, entry.payload, &arena, &message));
	*salt = ((Tributary__Changes *)message)->salt.len;
	arena_free(&arena);
	txn_abort(&txn);
	return entry.payload_hash;
}

static void two_equal_payments_cannot_be_told_by_their_hashes(void **state)
{
	(void)state;
	size_t salt;
	struct cluster *play = cluster_new();
	struct actor *town = cluster_found(play, "town");
	struct actor *branch = cluster_branch(town, "branch");
	assert_ok(cluster_sync(branch));
	struct id record = cluster_put(branch, "dues", NULL, "amount=12.50", NULL);
	struct hash first = last_hash(branch, branch, &salt);
	assert_int_equal(salt, 16);
	cluster_put(branch, "dues", &record, "amount=", NULL);
	cluster_put(branch, "dues", NULL, "amount=12.50", NULL);
	struct hash second = last_hash(branch, branch, &salt);
	assert_false(hash_equal(&first, &second));
	cluster_put(branch, "meeting", NULL, "topic=春耕", NULL);
	last_hash(branch, branch, &salt);
	assert_int_equal(salt, 0); // a meeting is no person
	cluster_free(play);
}

static void an_erased_entry_leaves_log_proof_and_receipt_true(void **state)
{
	(void)state;
	struct txn txn;
	struct journal_log log;
	struct entry entry;
	struct merkle_proof proof;
	uint64_t bad;
	struct cluster *play = cluster_new();
	struct actor *town = cluster_found(play, "town");
	struct actor *branch = cluster_branch(town, "branch");
	assert_ok(cluster_sync(branch));
	cluster_put(branch, "dues", NULL, "amount=77.77", "receipt=票据甲", NULL);
	cluster_put(branch, "dues", NULL, "amount=88.88", "receipt=票据乙", NULL);
	assert_ok(cluster_sync(branch));
	assert_true(cluster_store_contains(town, "票据甲"));

	assert_ok(txn_begin(town->store, STORE_WRITE, &txn));
	find_log(&txn, branch, LANE_DETAIL, &log);
	uint64_t seq = log.peaks.size - 2;
	assert_ok(journal_erase(&txn, &log, seq));
	assert_ok(journal_entry(&txn, &log, seq, &entry));
	assert_true(entry.erased);
	assert_ok(journal_verify(&txn, &log, &bad));
	assert_ok(journal_prove_inclusion(&txn, &log, seq, log.head.size, &proof));
	struct hash leaf = entry_leaf(&entry);
	assert_ok(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, seq, log.head.size, &log.head.root, &proof));
	assert_ok(txn_commit(&txn));

	assert_ok(txn_begin(branch->store, STORE_READ, &txn));
	find_log(&txn, branch, LANE_DETAIL, &log);
	struct hash root;
	assert_ok(journal_root_at(&txn, &log, log.receipt[0].size, &root));
	assert_memory_equal(root.bytes, log.receipt[0].root.bytes, sizeof root.bytes);
	assert_ok(receipt_verify(&log.receipt[0], &log.id));
	txn_abort(&txn);

	// A device that joins now gets the log without what is gone, and it verifies there too.
	struct actor *tablet = cluster_device(branch, "tablet");
	assert_ok(cluster_sync(tablet));
	assert_ok(txn_begin(tablet->store, STORE_READ, &txn));
	find_log(&txn, branch, LANE_DETAIL, &log);
	assert_ok(journal_verify(&txn, &log, &bad));
	txn_abort(&txn);
	assert_true(cluster_store_contains(tablet, "票据乙"));
	cluster_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_equal_payments_cannot_be_told_by_their_hashes),
		cmocka_unit_test(an_erased_entry_leaves_log_proof_and_receipt_true),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
