// Properties of the Merkle tree over BLAKE2b-256, exhaustively for small sizes.
#include <sodium.h>
#include <stdlib.h>

#include "log/merkle.h"
#include "support/support.h"

enum { SIZE = 300 };

// Every node of a growing tree, as the observer tells of them.
struct forest {
	struct hash *level[10];
};

static void remember(void *context, unsigned level, uint64_t index, const struct hash *root)
{
	struct forest *forest = context;
	forest->level[level][index] = *root;
}

static enum err recall(void *context, unsigned level, uint64_t index, struct hash *root)
{
	struct forest *forest = context;
	*root = forest->level[level][index];
	return ERR_OK;
}

static struct hash leaf_of(uint64_t i)
{
	return hash_leaf(HASH_BLAKE2B_256, span_of(&i, sizeof i));
}

struct grown {
	struct forest forest;
	struct hash root[SIZE + 1];
	struct merkle_peaks peaks[SIZE + 1];
};

static int grow(void **state)
{
	struct grown *grown = calloc(1, sizeof *grown);
	for (unsigned level = 0; level < 10; level++)
		grown->forest.level[level] = calloc(SIZE + 1, sizeof(struct hash));
	struct merkle_observer observer = { .complete = remember, .context = &grown->forest };
	struct merkle_peaks peaks = { .size = 0 };
	for (uint64_t i = 0; i <= SIZE; i++) {
		grown->root[i] = merkle_root(HASH_BLAKE2B_256, &peaks);
		grown->peaks[i] = peaks;
		struct hash leaf = leaf_of(i);
		if (i < SIZE)
			merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, &observer);
	}
	*state = grown;
	return 0;
}

static int fell(void **state)
{
	struct grown *grown = *state;
	for (unsigned level = 0; level < 10; level++)
		free(grown->forest.level[level]);
	free(grown);
	return 0;
}

static struct merkle_source source_of(struct grown *grown)
{
	return (struct merkle_source){ .subtree = recall, .context = &grown->forest };
}

static void every_earlier_root_is_found_again(void **state)
{
	struct grown *grown = *state;
	struct merkle_source source = source_of(grown);
	for (uint64_t n = 0; n <= SIZE; n++) {
		struct hash root;
		assert_ok(merkle_root_at(HASH_BLAKE2B_256, &source, n, &root));
		assert_memory_equal(root.bytes, grown->root[n].bytes, sizeof root.bytes);
		struct merkle_peaks peaks = { .size = 0 };
		assert_ok(merkle_peaks_at(&source, n, &peaks));
		root = merkle_root(HASH_BLAKE2B_256, &peaks);
		assert_memory_equal(root.bytes, grown->root[n].bytes, sizeof root.bytes);
	}
}

// A proof with any bit of any hash flipped, one hash more or one less must not pass.
static void assert_brittle_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, const struct hash *root,
                                     const struct merkle_proof *proof, unsigned bit)
{
	struct merkle_proof bad = *proof;
	for (size_t i = 0; i < proof->count; i++) {
		bad.hash[i].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_err(SIGNATURE, merkle_verify_inclusion(HASH_BLAKE2B_256, leaf, index, size, root, &bad));
		bad.hash[i] = proof->hash[i];
	}
	bad.hash[bad.count++] = *root;
	assert_err(MALFORMED, merkle_verify_inclusion(HASH_BLAKE2B_256, leaf, index, size, root, &bad));
	bad.count = proof->count - 1;
	if (proof->count > 0)
		assert_err(MALFORMED, merkle_verify_inclusion(HASH_BLAKE2B_256, leaf, index, size, root, &bad));
}

static void every_inclusion_proof_verifies_and_no_other(void **state)
{
	struct grown *grown = *state;
	struct merkle_source source = source_of(grown);
	for (uint64_t n = 1; n <= SIZE; n++) {
		for (uint64_t i = 0; i < n; i++) {
			struct merkle_proof proof;
			struct hash leaf = leaf_of(i), other = leaf_of(i + 1);
			assert_ok(merkle_prove_inclusion(HASH_BLAKE2B_256, &source, i, n, &proof));
			assert_ok(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, i, n, &grown->root[n], &proof));
			assert_err(SIGNATURE, merkle_verify_inclusion(HASH_BLAKE2B_256, &other, i, n, &grown->root[n], &proof));
			if (i % 2 == n % 2)
				assert_brittle_inclusion(&leaf, i, n, &grown->root[n], &proof, (unsigned)(n * 7 + i) % 256);
			if (n > 1)
				assert_int_not_equal(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, i ? i - 1 : i + 1, n,
				                                             &grown->root[n], &proof), ERR_OK);
			assert_int_not_equal(merkle_verify_inclusion(HASH_BLAKE2B_256, &leaf, i, n, &grown->root[n - 1], &proof),
			                     ERR_OK);
		}
	}
}

static void assert_brittle_consistency(struct grown *grown, uint64_t old, uint64_t size,
                                       const struct merkle_proof *proof, unsigned bit)
{
	struct merkle_proof bad = *proof;
	for (size_t i = 0; i < proof->count; i++) {
		bad.hash[i].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_err(SIGNATURE, merkle_verify_consistency(HASH_BLAKE2B_256, old, &grown->root[old], size,
		                                                &grown->root[size], &bad));
		bad.hash[i] = proof->hash[i];
	}
	bad.hash[bad.count++] = grown->root[old];
	assert_err(MALFORMED, merkle_verify_consistency(HASH_BLAKE2B_256, old, &grown->root[old], size,
	                                                &grown->root[size], &bad));
}

static void every_consistency_proof_verifies_and_no_other(void **state)
{
	struct grown *grown = *state;
	struct merkle_source source = source_of(grown);
	for (uint64_t n = 1; n <= SIZE; n++) {
		for (uint64_t m = 1; m <= n; m++) {
			struct merkle_proof proof;
			assert_ok(merkle_prove_consistency(HASH_BLAKE2B_256, &source, m, n, &proof));
			assert_ok(merkle_verify_consistency(HASH_BLAKE2B_256, m, &grown->root[m], n, &grown->root[n], &proof));
			assert_int_not_equal(merkle_verify_consistency(HASH_BLAKE2B_256, m, &grown->root[m - 1], n,
			                                               &grown->root[n], &proof), ERR_OK);
			assert_int_not_equal(merkle_verify_consistency(HASH_BLAKE2B_256, m, &grown->root[m], n,
			                                               &grown->root[n - 1], &proof), ERR_OK);
			if (m % 2 == n % 2)
				assert_brittle_consistency(grown, m, n, &proof, (unsigned)(n * 3 + m) % 256);
		}
	}
}

static void what_is_out_of_range_is_refused(void **state)
{
	struct grown *grown = *state;
	struct merkle_source source = source_of(grown);
	struct merkle_proof proof;
	assert_err(RANGE, merkle_prove_inclusion(HASH_BLAKE2B_256, &source, 5, 5, &proof));
	assert_err(RANGE, merkle_prove_consistency(HASH_BLAKE2B_256, &source, 0, 5, &proof));
	assert_err(RANGE, merkle_prove_consistency(HASH_BLAKE2B_256, &source, 6, 5, &proof));
	proof = (struct merkle_proof){ .count = 0 };
	const struct hash *root = &grown->root[5];
	assert_err(MALFORMED, merkle_verify_inclusion(HASH_BLAKE2B_256, root, 5, 5, root, &proof));
	assert_err(MALFORMED, merkle_verify_consistency(HASH_BLAKE2B_256, 0, root, 5, root, &proof));
	assert_err(MALFORMED, merkle_verify_consistency(HASH_BLAKE2B_256, 6, root, 5, root, &proof));
	proof.count = LIMIT_PROOF_HASHES + 1;
	assert_err(MALFORMED, merkle_verify_inclusion(HASH_BLAKE2B_256, root, 0, UINT64_MAX, root, &proof));
}

static void a_leaf_of_any_size_is_hashed_behind_its_prefix(void **state)
{
	(void)state;
	uint8_t bytes[1 + 300] = { 0x00 };
	for (size_t i = 1; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t size = 0; size <= 300; size++) {
		for (unsigned kind = HASH_BLAKE2B_256; kind <= HASH_SHA_256; kind++) {
			struct hash whole = hash_bytes((enum hash_kind)kind, span_of(bytes, 1 + size));
			struct hash leaf = hash_leaf((enum hash_kind)kind, span_of(bytes + 1, size));
			assert_memory_equal(leaf.bytes, whole.bytes, sizeof leaf.bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_earlier_root_is_found_again),
		cmocka_unit_test(every_inclusion_proof_verifies_and_no_other),
		cmocka_unit_test(every_consistency_proof_verifies_and_no_other),
		cmocka_unit_test(a_leaf_of_any_size_is_hashed_behind_its_prefix),
		cmocka_unit_test(what_is_out_of_range_is_refused),
	};
	return sodium_init() < 0 || cmocka_run_group_tests(tests, grow, fell);
}
