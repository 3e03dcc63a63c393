// The Merkle tree of RFC 9162 section 2.1: heads, inclusion proofs (2.1.3), consistency proofs (2.1.4).
//
// A growing log keeps only its peaks: peak[i] is the root of a perfect subtree of 2^i leaves and
// is valid exactly when bit i of `size` is set. Root and append are O(log n). Proofs ask a source
// for the roots of perfect subtrees.
#ifndef TRIBUTARY_LOG_MERKLE_H
#define TRIBUTARY_LOG_MERKLE_H

#include "log/hash.h"

struct merkle_peaks {
	uint64_t size; // leaves
	struct hash peak[LIMIT_TREE_DEPTH];
};

struct merkle_proof {
	size_t count;
	struct hash hash[LIMIT_PROOF_HASHES]; // in RFC 9162's order
};

// Told of every perfect subtree as it becomes complete: 2^level leaves, the index-th of its level.
struct merkle_observer {
	void (*complete)(void *context, unsigned level, uint64_t index, const struct hash *root);
	void *context;
};

// Gives the root of the perfect subtree (level, index); ERR_CORRUPT or ERR_NOT_FOUND otherwise.
struct merkle_source {
	enum err (*subtree)(void *context, unsigned level, uint64_t index, struct hash *root);
	void *context;
};

void merkle_append(enum hash_kind kind, struct merkle_peaks *peaks, const struct hash *leaf,
                   const struct merkle_observer *observer); // observer may be NULL
struct hash merkle_root(enum hash_kind kind, const struct merkle_peaks *peaks); // of nothing: H("")

// The root of the first `size` leaves.
enum err merkle_root_at(enum hash_kind kind, const struct merkle_source *source, uint64_t size, struct hash *root);
enum err merkle_peaks_at(const struct merkle_source *source, uint64_t size, struct merkle_peaks *peaks);

enum err merkle_prove_inclusion(enum hash_kind kind, const struct merkle_source *source, uint64_t index, uint64_t size,
                                struct merkle_proof *proof); // index < size, else ERR_RANGE
enum err merkle_prove_consistency(enum hash_kind kind, const struct merkle_source *source, uint64_t old_size,
                                  uint64_t size, struct merkle_proof *proof); // 0 < old_size <= size, else ERR_RANGE

// ERR_OK or ERR_SIGNATURE (the proof does not lead there), ERR_MALFORMED (its length is wrong).
enum err merkle_verify_inclusion(enum hash_kind kind, const struct hash *leaf, uint64_t index, uint64_t size,
                                 const struct hash *root, const struct merkle_proof *proof);
enum err merkle_verify_consistency(enum hash_kind kind, uint64_t old_size, const struct hash *old_root, uint64_t size,
                                   const struct hash *root, const struct merkle_proof *proof);

#endif
