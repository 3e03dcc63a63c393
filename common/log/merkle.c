// RFC 9162 section 2.1, iteratively. Trees are walked from the root down: at each node that covers
// the leaves [low, high) the left child covers the largest power of two smaller than their number.
#include "log/merkle.h"

#include <assert.h>

static_assert(LIMIT_PROOF_HASHES >= 2 * LIMIT_TREE_DEPTH, "any proof fits");

void merkle_append(enum hash_kind kind, struct merkle_peaks *peaks, const struct hash *leaf,
                   const struct merkle_observer *observer)
{
	struct hash root = *leaf;
	unsigned level = 0;
	for (;; level++) {
		if (observer)
			observer->complete(observer->context, level, peaks->size >> level, &root);
		if (!(peaks->size >> level & 1))
			break;
		root = hash_node(kind, &peaks->peak[level], &root);
	}
	peaks->peak[level] = root;
	peaks->size++;
}

struct hash merkle_root(enum hash_kind kind, const struct merkle_peaks *peaks)
{
	if (peaks->size == 0)
		return hash_bytes(kind, span_of(NULL, 0));
	struct hash root = { .bytes = { 0 } };
	bool any = false;
	for (unsigned level = 0; level < LIMIT_TREE_DEPTH; level++) {
		if (!(peaks->size >> level & 1))
			continue;
		root = any ? hash_node(kind, &peaks->peak[level], &root) : peaks->peak[level];
		any = true;
	}
	return root;
}

enum err merkle_peaks_at(const struct merkle_source *source, uint64_t size, struct merkle_peaks *peaks)
{
	peaks->size = size;
	enum err err = ERR_OK;
	for (unsigned level = 0; level < LIMIT_TREE_DEPTH && !err; level++)
		if (size >> level & 1)
			err = source->subtree(source->context, level, (size >> level) - 1, &peaks->peak[level]);
	return err;
}

// The root over [low, high), where low is a multiple of a power of two that is at least high - low:
// the perfect subtrees that `high` has and `low` has not, joined from the right.
static enum err root_between(enum hash_kind kind, const struct merkle_source *source, uint64_t low, uint64_t high,
                             struct hash *root)
{
	uint64_t count = high - low;
	bool any = false;
	for (unsigned level = 0; level < LIMIT_TREE_DEPTH; level++) {
		if (!(count >> level & 1))
			continue;
		struct hash part;
		enum err err = source->subtree(source->context, level, (high >> level) - 1, &part);
		if (err)
			return err;
		*root = any ? hash_node(kind, &part, root) : part;
		any = true;
	}
	return ERR_OK;
}

enum err merkle_root_at(enum hash_kind kind, const struct merkle_source *source, uint64_t size, struct hash *root)
{
	if (size > 0)
		return root_between(kind, source, 0, size, root);
	*root = hash_bytes(kind, span_of(NULL, 0));
	return ERR_OK;
}

static uint64_t left_count(uint64_t count)
{
	uint64_t left = 1;
	while (left < count - left)
		left *= 2;
	return left;
}

static void reverse(struct merkle_proof *proof)
{
	for (size_t i = 0; i < proof->count / 2; i++) {
		struct hash other = proof->hash[i];
		proof->hash[i] = proof->hash[proof->count - 1 - i];
		proof->hash[proof->count - 1 - i] = other;
	}
}

static enum err proof_add(enum hash_kind kind, const struct merkle_source *source, uint64_t low, uint64_t high,
                          struct merkle_proof *proof)
{
	return root_between(kind, source, low, high, &proof->hash[proof->count++]);
}

// PATH(m, D[n]) of section 2.1.3.1; siblings are met from the root down and given from the leaf up.
enum err merkle_prove_inclusion(enum hash_kind kind, const struct merkle_source *source, uint64_t index, uint64_t size,
                                struct merkle_proof *proof)
{
	proof->count = 0;
	if (index >= size)
		return ERR_RANGE;
	enum err err = ERR_OK;
	for (uint64_t low = 0, high = size; high - low > 1 && !err;) {
		uint64_t middle = low + left_count(high - low);
		if (index < middle) {
			err = proof_add(kind, source, middle, high, proof);
			high = middle;
		} else {
			err = proof_add(kind, source, low, middle, proof);
			low = middle;
		}
	}
	reverse(proof);
	return err;
}

// SUBPROOF(m, D[n], b) of section 2.1.4.1. `whole` is b: the subtree is one that the verifier knows.
enum err merkle_prove_consistency(enum hash_kind kind, const struct merkle_source *source, uint64_t old_size,
                                  uint64_t size, struct merkle_proof *proof)
{
	proof->count = 0;
	if (old_size == 0 || old_size > size)
		return ERR_RANGE;
	uint64_t low = 0, high = size;
	bool whole = true;
	enum err err = ERR_OK;
	while (old_size != high && !err) {
		uint64_t middle = low + left_count(high - low);
		if (old_size <= middle) {
			err = proof_add(kind, source, middle, high, proof);
			high = middle;
		} else {
			err = proof_add(kind, source, low, middle, proof);
			low = middle;
			whole = false;
		}
	}
	if (!whole && !err)
		err = proof_add(kind, source, low, high, proof);
	reverse(proof);
	return err;
}

// Climbs from a left end of its subtree, or the tree's right edge, to where a left sibling begins.
static void climb(uint64_t *at, uint64_t *last)
{
	while (!(*at & 1) && *at != 0) {
		*at >>= 1;
		*last >>= 1;
	}
}

// Section 2.1.3.2.
enum err merkle_verify_inclusion(enum hash_kind kind, const struct hash *leaf, uint64_t index, uint64_t size,
                                 const struct hash *root, const struct merkle_proof *proof)
{
	if (index >= size || proof->count > LIMIT_PROOF_HASHES)
		return ERR_MALFORMED;
	uint64_t at = index, last = size - 1;
	struct hash hash = *leaf;
	for (size_t i = 0; i < proof->count; i++) {
		if (last == 0)
			return ERR_MALFORMED;
		if (at & 1 || at == last) {
			hash = hash_node(kind, &proof->hash[i], &hash);
			climb(&at, &last);
		} else {
			hash = hash_node(kind, &hash, &proof->hash[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	if (last != 0)
		return ERR_MALFORMED;
	return hash_equal(&hash, root) ? ERR_OK : ERR_SIGNATURE;
}

// Section 2.1.4.2, steps 3 to 7, from a node both trees share: `fore` grows into the old root, `whole` into the new.
static enum err join(enum hash_kind kind, uint64_t at, uint64_t last, const struct merkle_proof *proof, size_t from,
                     struct hash *fore, struct hash *whole)
{
	for (size_t i = from; i < proof->count; i++) {
		if (last == 0)
			return ERR_MALFORMED;
		if (at & 1 || at == last) {
			*fore = hash_node(kind, &proof->hash[i], fore);
			*whole = hash_node(kind, &proof->hash[i], whole);
			climb(&at, &last);
		} else {
			*whole = hash_node(kind, whole, &proof->hash[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 ? ERR_OK : ERR_MALFORMED;
}

enum err merkle_verify_consistency(enum hash_kind kind, uint64_t old_size, const struct hash *old_root, uint64_t size,
                                   const struct hash *root, const struct merkle_proof *proof)
{
	if (old_size == 0 || old_size > size || proof->count > LIMIT_PROOF_HASHES)
		return ERR_MALFORMED;
	if (old_size == size && proof->count > 0)
		return ERR_MALFORMED;
	if (old_size == size)
		return hash_equal(old_root, root) ? ERR_OK : ERR_SIGNATURE;
	uint64_t at = old_size - 1, last = size - 1;
	while (at & 1) {
		at >>= 1;
		last >>= 1;
	}
	// A power of two is itself a node of the new tree, and the proof leaves it out.
	bool power = (old_size & (old_size - 1)) == 0;
	if (!power && proof->count == 0)
		return ERR_MALFORMED;
	struct hash fore = power ? *old_root : proof->hash[0];
	struct hash whole = fore;
	enum err err = join(kind, at, last, proof, power ? 0 : 1, &fore, &whole);
	if (err)
		return err;
	return hash_equal(&fore, old_root) && hash_equal(&whole, root) ? ERR_OK : ERR_SIGNATURE;
}
