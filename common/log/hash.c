// Digests without allocation. Leaves are mostly entry headers of 56 bytes, so a small leaf is
// hashed in one call from the stack and only a large one takes the streaming path.
#include "log/hash.h"

#include <sodium.h>

enum { HASH_SMALL_LEAF_BYTES = 127, HASH_LEAF_PREFIX = 0x00, HASH_NODE_PREFIX = 0x01 };

struct hash hash_bytes(enum hash_kind kind, struct span bytes)
{
	struct hash hash;
	if (kind == HASH_SHA_256)
		crypto_hash_sha256(hash.bytes, bytes.data, bytes.size);
	else
		crypto_generichash(hash.bytes, sizeof hash.bytes, bytes.data, bytes.size, NULL, 0);
	return hash;
}

static struct hash stream_sha(uint8_t prefix, struct span bytes)
{
	struct hash hash;
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	crypto_hash_sha256_update(&state, bytes.data, bytes.size);
	crypto_hash_sha256_final(&state, hash.bytes);
	return hash;
}

static struct hash stream_blake(uint8_t prefix, struct span bytes)
{
	struct hash hash;
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof hash.bytes);
	crypto_generichash_update(&state, &prefix, 1);
	crypto_generichash_update(&state, bytes.data, bytes.size);
	crypto_generichash_final(&state, hash.bytes, sizeof hash.bytes);
	return hash;
}

struct hash hash_leaf(enum hash_kind kind, struct span leaf)
{
	if (leaf.size > HASH_SMALL_LEAF_BYTES)
		return kind == HASH_SHA_256 ? stream_sha(HASH_LEAF_PREFIX, leaf) : stream_blake(HASH_LEAF_PREFIX, leaf);
	uint8_t bytes[1 + HASH_SMALL_LEAF_BYTES];
	bytes[0] = HASH_LEAF_PREFIX;
	if (leaf.size)
		memcpy(bytes + 1, leaf.data, leaf.size);
	return hash_bytes(kind, span_of(bytes, 1 + leaf.size));
}

struct hash hash_node(enum hash_kind kind, const struct hash *left, const struct hash *right)
{
	uint8_t bytes[1 + 2 * LIMIT_HASH_BYTES];
	bytes[0] = HASH_NODE_PREFIX;
	memcpy(bytes + 1, left->bytes, LIMIT_HASH_BYTES);
	memcpy(bytes + 1 + LIMIT_HASH_BYTES, right->bytes, LIMIT_HASH_BYTES);
	return hash_bytes(kind, span_of(bytes, sizeof bytes));
}
