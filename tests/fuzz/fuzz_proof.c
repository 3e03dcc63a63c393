// Heads, receipts and proofs. The first byte says how:
//
//	0  a head and a receipt as they came: what is read is written as the same bytes, and what verifies is what was signed
//	1  RFC 9162's proofs: old size, size and leaf are drawn, then hashes are changed: what leads to a root is the true one
//	2  a proof file as it came; 3, behind a mended check sum: what holds is the honest claim
#include "fuzz.h"

#include "base/limits.h"
#include "ledger/period.h"
#include "log/hash.h"
#include "log/head.h"
#include "log/merkle.h"
#include "log/receipt.h"
#include "support/cluster.h"
#include "sync/proof.h"

enum { MODES = 4, LEAVES = 37, ARENA_BYTES = 64 * 1024 * 1024 };

static struct {
	bool ready;
	struct identity signer;
	struct hash log, leaf[LEAVES];
	uint8_t head[HEAD_BYTES], receipt[RECEIPT_BYTES];
	struct buf file;
	struct proof_claim claim;
} play;

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static const struct proof_reader reader = { .fresh = fresh, .drop = drop };

// ---- Honest ones ----

static void write_proof(void)
{
	struct cluster *cluster = cluster_new();
	struct actor *county = cluster_found(cluster, "county"), *branch = cluster_branch(county, "branch");
	struct txn txn;
	FUZZ_HOLDS(!cluster_sync(branch));
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	FUZZ_HOLDS(!cluster_sync(branch) && !cluster_sync(branch));
	play.claim = (struct proof_claim){ .unit = branch->self.unit, .metric = pack_metric_by_name(cluster_pack(county), "meetings_held")->number };
	FUZZ_HOLDS(!period_parse("2026-03", &play.claim.period));
	FUZZ_HOLDS(!txn_begin(county->store, STORE_READ, &txn));
	FUZZ_HOLDS(!proof_make(&txn, &county->self, &county->pack, &play.claim, cluster->now_ms, &play.file));
	txn_abort(&txn);
	cluster_free(cluster);
}

static void make_ready(void)
{
	const uint8_t seed[IDENTITY_SEED_BYTES] = { 9 };
	if (play.ready)
		return;
	write_proof();
	identity_derive(seed, &play.signer);
	for (unsigned i = 0; i < LEAVES; i++)
		play.leaf[i] = hash_bytes(HASH_BLAKE2B_256, span_of(&i, sizeof i));
	play.log = play.leaf[0];
	const struct head head = head_sign(&play.signer, &play.log, 7, &play.leaf[1], 99);
	struct receipt receipt = { .size = 7, .root = play.leaf[1], .tier = RECEIPT_RECEIVED, .time = 1234567 };
	receipt_sign(&receipt, &play.signer, &play.log);
	head_encode(&head, play.head);
	receipt_encode(&receipt, play.receipt);
	play.ready = true;
}

// ---- Heads and receipts ----

static void read_head(struct span bytes)
{
	struct head head;
	struct receipt receipt;
	uint8_t again[RECEIPT_BYTES];
	if (head_decode(bytes, &head) == ERR_OK) {
		head_encode(&head, again);
		FUZZ_HOLDS(bytes.size == HEAD_BYTES && memcmp(again, bytes.data, HEAD_BYTES) == 0);
		if (head_verify(&head, &play.log, &play.signer.sign_public) == ERR_OK)
			FUZZ_HOLDS(memcmp(bytes.data, play.head, HEAD_BYTES) == 0);
	}
	if (receipt_decode(bytes, &receipt) == ERR_OK) {
		receipt_encode(&receipt, again);
		FUZZ_HOLDS(bytes.size == RECEIPT_BYTES && memcmp(again, bytes.data, RECEIPT_BYTES) == 0);
		if (hash_equal(&receipt.server, &play.signer.sign_public) && receipt_verify(&receipt, &play.log) == ERR_OK)
			FUZZ_HOLDS(memcmp(bytes.data, play.receipt, RECEIPT_BYTES) == 0);
	}
}

// ---- Trees ----

static enum err subtree(void *context, unsigned level, uint64_t index, struct hash *root)
{
	struct merkle_peaks peaks = { .size = 0 };
	const uint64_t leaves = UINT64_C(1) << level;
	(void)context;
	if (index >= LEAVES / leaves)
		return ERR_NOT_FOUND;
	for (uint64_t i = 0; i < leaves; i++)
		merkle_append(HASH_BLAKE2B_256, &peaks, &play.leaf[index * leaves + i], NULL);
	*root = merkle_root(HASH_BLAKE2B_256, &peaks);
	return ERR_OK;
}

static const struct merkle_source source = { .subtree = subtree };

static void change_proof(struct reader *input, struct merkle_proof *proof, struct hash *said)
{
	while (reader_left(input) >= 3) {
		const uint8_t which = reader_u8(input), place = reader_u8(input), bits = reader_u8(input);
		if (which == 0xff)
			proof->count = place % (LIMIT_PROOF_HASHES + 1);
		else if (which == 0xfe)
			said->bytes[place % LIMIT_HASH_BYTES] ^= bits;
		else
			proof->hash[which % LIMIT_PROOF_HASHES].bytes[place % LIMIT_HASH_BYTES] ^= bits;
	}
}

static void read_tree(struct span bytes)
{
	struct reader input = reader_of(bytes);
	struct merkle_proof inclusion = { .count = 0 }, consistency = { .count = 0 };
	struct hash root, old_root;
	const uint64_t size = 1 + reader_u8(&input) % LEAVES, old = 1 + reader_u8(&input) % size, index = reader_u8(&input) % size;
	struct hash leaf = play.leaf[index], said;
	FUZZ_HOLDS(!merkle_root_at(HASH_BLAKE2B_256, &source, size, &root));
	FUZZ_HOLDS(!merkle_root_at(HASH_BLAKE2B_256, &source, old, &old_root));
	FUZZ_HOLDS(!merkle_prove_inclusion(HASH_BLAKE2B_256, &source, index, size, &inclusion));
	FUZZ_HOLDS(!merkle_prove_consistency(HASH_BLAKE2B_256, &source, old, size, &consistency));
	FUZZ_HOLDS(!merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, index, size, &root, &inclusion));
	FUZZ_HOLDS(!merkle_verify_consistency(HASH_BLAKE2B_256, old, &old_root, size, &root, &consistency));
	struct reader twice = input;
	change_proof(&input, &inclusion, &leaf);
	if (merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, index, size, &root, &inclusion) == ERR_OK)
		FUZZ_HOLDS(hash_equal(&leaf, &play.leaf[index]));
	said = old_root;
	change_proof(&twice, &consistency, &said);
	if (merkle_verify_consistency(HASH_BLAKE2B_256, old, &said, size, &root, &consistency) == ERR_OK)
		FUZZ_HOLDS(hash_equal(&said, &old_root));
}

// ---- Files ----

static void read_file(struct span bytes, bool mend)
{
	struct buf file = BUF_EMPTY;
	struct proof_claim claim;
	struct view_pack pack;
	struct arena arena;
	const char *name;
	buf_bytes(&file, bytes.data, bytes.size);
	if (mend) {
		const struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&file));
		buf_bytes(&file, digest.bytes, sizeof digest.bytes);
	}
	arena_init(&arena, ARENA_BYTES);
	view_pack_init(&pack);
	if (!file.err && proof_verify(buf_span(&file), &reader, &arena, &claim, &pack, &name) == ERR_OK
	    && hash_equal(&claim.root_key, &play.claim.root_key) && id_equal(&claim.unit, &play.claim.unit)
	    && claim.metric == play.claim.metric && claim.dimension == play.claim.dimension)
		FUZZ_HOLDS(memcmp(&claim.period, &play.claim.period, sizeof claim.period) != 0
		           || (claim.value == play.claim.value && claim.denominator == play.claim.denominator));
	view_pack_free(&pack);
	arena_free(&arena);
	buf_free(&file);
}

const unsigned fuzz_effort = 150;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	make_ready();
	if (size == 0)
		return 0;
	const struct span bytes = span_of(data + 1, size - 1);
	switch (data[0] % MODES) {
	case 0: read_head(bytes); break;
	case 1: read_tree(bytes); break;
	default: read_file(bytes, data[0] % MODES == 3); break;
	}
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const uint8_t trees[][8] = { { 36, 12, 7, 0, 3, 1 }, { 7, 4, 0, 0xff, 2, 0 }, { 0, 0, 0, 0xfe, 1, 1 } };
	make_ready();
	if (number < 2) {
		buf_u8(input, 0);
		buf_bytes(input, number ? play.receipt : play.head, number ? RECEIPT_BYTES : HEAD_BYTES);
	} else if (number < 5) {
		buf_u8(input, 1);
		buf_bytes(input, trees[number - 2], sizeof trees[0]);
	} else if (number < 7) {
		buf_u8(input, (uint8_t)(number - 3));
		buf_bytes(input, play.file.data, play.file.size - (number == 6 ? LIMIT_HASH_BYTES : 0));
	}
	return number < 7;
}
