// Hashing, and the two prefixes of RFC 9162 section 2.1.1. The digest is a parameter so that the
// published SHA-256 vectors test the very code that runs over BLAKE2b-256.
#ifndef TRIBUTARY_LOG_HASH_H
#define TRIBUTARY_LOG_HASH_H

#include "base/id.h"

enum hash_kind { HASH_BLAKE2B_256, HASH_SHA_256 };

struct hash hash_bytes(enum hash_kind kind, struct span bytes);
struct hash hash_leaf(enum hash_kind kind, struct span leaf);                                  // H(0x00 ‖ leaf)
struct hash hash_node(enum hash_kind kind, const struct hash *left, const struct hash *right); // H(0x01 ‖ l ‖ r)

#endif
