// The Merkle tree against published values: the eight-leaf reference tree of the certificate
// transparency reference implementation (RFC 6962, RFC 9162, SHA-256), with its roots, inclusion
// proofs and consistency proofs; and a second, recursive implementation written from the RFC's text.
#include <sodium.h>

#include "log/merkle.h"
#include "support/support.h"

enum { LEAVES = 8 };

static const struct {
	size_t size;
	uint8_t bytes[16];
} inputs[LEAVES] = {
	{ .size = 0, .bytes = { 0 } },
	{ .size = 1, .bytes = { 0x00 } },
	{ .size = 1, .bytes = { 0x10 } },
	{ .size = 2, .bytes = { 0x20, 0x21 } },
	{ .size = 2, .bytes = { 0x30, 0x31 } },
	{ .size = 4, .bytes = { 0x40, 0x41, 0x42, 0x43 } },
	{ .size = 8, .bytes = { 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57 } },
	{ .size = 16,
	  .bytes = { 0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f } },
};

static const char *const roots[LEAVES + 1] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

// Published proofs; `index` is the leaf counted from zero, or the older size.
struct published {
	uint64_t index, size;
	size_t count;
	const char *hash[3];
};

static const struct published inclusion[] = {
	{ .index = 0, .size = 1, .count = 0 },
	{ .index = 0, .size = 8, .count = 3,
	  .hash = { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
	{ .index = 5, .size = 8, .count = 3,
	  .hash = { "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
	{ .index = 2, .size = 3, .count = 1,
	  .hash = { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
	{ .index = 1, .size = 5, .count = 3,
	  .hash = { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
};

static const struct published consistency[] = {
	{ .index = 1, .size = 1, .count = 0 },
	{ .index = 1, .size = 8, .count = 3,
	  .hash = { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
	{ .index = 6, .size = 8, .count = 3,
	  .hash = { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
	{ .index = 2, .size = 5, .count = 2,
	  .hash = { "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// MTH(D[low:high]) as section 2.1.1 has it, sharing no code with the room.
static void recursive_root(const struct hash *leaves, size_t low, size_t high, uint8_t root[32])
{
	if (high == low) {
		crypto_hash_sha256(root, NULL, 0);
		return;
	}
	if (high - low == 1) {
		memcpy(root, leaves[low].bytes, 32);
		return;
	}
	size_t k = 1;
	while (k * 2 < high - low)
		k *= 2;
	uint8_t bytes[65] = { 1 };
	recursive_root(leaves, low, low + k, bytes + 1);
	recursive_root(leaves, low + k, high, bytes + 33);
	crypto_hash_sha256(root, bytes, sizeof bytes);
}

static struct hash leaf_hash(size_t i)
{
	return hash_leaf(HASH_SHA_256, span_of(inputs[i].bytes, inputs[i].size));
}

struct leaves {
	const struct hash *leaf;
	size_t count;
};

static enum err subtree(void *context, unsigned level, uint64_t index, struct hash *root)
{
	const struct leaves *leaves = context;
	uint64_t low = index << level, high = (index + 1) << level;
	assert_true(high <= leaves->count);
	recursive_root(leaves->leaf, low, high, root->bytes);
	return ERR_OK;
}

static void assert_hash(const char *expected, const struct hash *hash)
{
	char text[HASH_TEXT_BYTES];
	hash_format(hash, text);
	assert_string_equal(text, expected);
}

static void read_leaves(struct hash leaf[LEAVES])
{
	for (size_t i = 0; i < LEAVES; i++)
		leaf[i] = leaf_hash(i);
}

static void roots_are_the_published_ones(void **state)
{
	(void)state;
	struct hash leaf[LEAVES];
	read_leaves(leaf);
	struct merkle_peaks peaks = { .size = 0 };
	struct leaves leaves = { .leaf = leaf, .count = LEAVES };
	struct merkle_source source = { .subtree = subtree, .context = &leaves };
	for (size_t n = 0;; n++) {
		struct hash root = merkle_root(HASH_SHA_256, &peaks), other;
		assert_hash(roots[n], &root);
		recursive_root(leaf, 0, n, other.bytes);
		assert_hash(roots[n], &other);
		assert_ok(merkle_root_at(HASH_SHA_256, &source, n, &other));
		assert_hash(roots[n], &other);
		if (n == LEAVES)
			break;
		merkle_append(HASH_SHA_256, &peaks, &leaf[n], NULL);
	}
}

static void assert_published(const struct published *published, const struct merkle_proof *proof)
{
	assert_int_equal(proof->count, published->count);
	for (size_t i = 0; i < proof->count; i++)
		assert_hash(published->hash[i], &proof->hash[i]);
}

static void inclusion_proofs_are_the_published_ones(void **state)
{
	(void)state;
	struct hash leaf[LEAVES], root;
	read_leaves(leaf);
	struct leaves leaves = { .leaf = leaf, .count = LEAVES };
	struct merkle_source source = { .subtree = subtree, .context = &leaves };
	for (size_t i = 0; i < COUNT(inclusion); i++) {
		const struct published *row = &inclusion[i];
		struct merkle_proof proof;
		assert_ok(merkle_prove_inclusion(HASH_SHA_256, &source, row->index, row->size, &proof));
		assert_published(row, &proof);
		assert_ok(hash_parse(roots[row->size], &root));
		assert_ok(merkle_verify_inclusion(HASH_SHA_256, &leaf[row->index], row->index, row->size, &root, &proof));
	}
}

static void consistency_proofs_are_the_published_ones(void **state)
{
	(void)state;
	struct hash leaf[LEAVES], old, root;
	read_leaves(leaf);
	struct leaves leaves = { .leaf = leaf, .count = LEAVES };
	struct merkle_source source = { .subtree = subtree, .context = &leaves };
	for (size_t i = 0; i < COUNT(consistency); i++) {
		const struct published *row = &consistency[i];
		struct merkle_proof proof;
		assert_ok(merkle_prove_consistency(HASH_SHA_256, &source, row->index, row->size, &proof));
		assert_published(row, &proof);
		assert_ok(hash_parse(roots[row->index], &old));
		assert_ok(hash_parse(roots[row->size], &root));
		assert_ok(merkle_verify_consistency(HASH_SHA_256, row->index, &old, row->size, &root, &proof));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_the_published_ones),
		cmocka_unit_test(inclusion_proofs_are_the_published_ones),
		cmocka_unit_test(consistency_proofs_are_the_published_ones),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
