// What the journal's files share and nobody else needs: keys, digests, rows, blocks.
#ifndef TRIBUTARY_LOG_JOURNAL_ROW_H
#define TRIBUTARY_LOG_JOURNAL_ROW_H

#include <assert.h>

#include "log/journal.h"

enum {
	JOURNAL_DIGEST_BYTES = 16,
	JOURNAL_BLOCK_HEADER_BYTES = JOURNAL_DIGEST_BYTES + 4,
	// LMDB puts a larger value on pages of its own, after 16 bytes of header.
	JOURNAL_PAGE_BYTES = 4096,
	JOURNAL_PAGE_HEADER_BYTES = 16,
	JOURNAL_BLOCK_PAGE_BYTES = JOURNAL_PAGE_BYTES - JOURNAL_PAGE_HEADER_BYTES,
	JOURNAL_BLOCK_FULL_BYTES = LIMIT_BLOCK_BYTES - JOURNAL_PAGE_HEADER_BYTES,
};

static_assert(LIMIT_BLOCK_BYTES % JOURNAL_PAGE_BYTES == 0, "a full block is whole pages");

struct journal_key {
	uint8_t bytes[LIMIT_HASH_BYTES + 24]; // the longest is that of FORK
	size_t size;
};

static inline struct span journal_key_span(const struct journal_key *key)
{
	return span_of(key->bytes, key->size);
}

struct journal_key journal_key_number(uint32_t number);               // also the prefix of BLOCK and TREE
struct journal_key journal_key_block(uint32_t number, uint64_t end);
struct journal_key journal_key_tree(uint32_t number, unsigned level, uint64_t index);

void journal_digest(struct span bytes, uint8_t digest[static JOURNAL_DIGEST_BYTES]);

// The whole row. A log of number 0 is new: it gets the next number and its row in LOG_NUMBER.
enum err journal_row_put(struct txn *txn, struct journal_log *log);

// Finds; where there is none, a log of number 0 that is not stored yet.
enum err journal_row_get(struct txn *txn, const struct logname *name, struct journal_log *log);

// A subtree's root, with a digest of its own. Errors stick.
enum err journal_tree_put(struct txn *txn, uint32_t number, unsigned level, uint64_t index, const struct hash *root);
enum err journal_tree_get(struct txn *txn, uint32_t number, unsigned level, uint64_t index, struct hash *root);

// Peaks of the first `size` entries. ERR_RANGE, ERR_CORRUPT.
enum err journal_peaks_at(struct txn *txn, const struct journal_log *log, uint64_t size, struct merkle_peaks *peaks);

// ---- Blocks being built (journal_block.c). ----

// Takes up the last block stored where that is less than a page, else starts a new one.
void journal_block_begin(struct txn *txn, const struct journal_log *log, struct journal_block *block);
// One that begins at `first`, to take the place of a block at rest.
void journal_block_anew(struct journal_block *block, uint64_t first);
// Adds one entry; a full block is put first. `packed` is its packed form behind the entry before, or
// empty: then it is packed here. Errors stick in the transaction.
void journal_block_add(struct txn *txn, uint32_t number, struct journal_block *block, const struct entry *entry,
                       struct span packed);
void journal_block_end(struct txn *txn, uint32_t number, struct journal_block *block); // puts what is left
void journal_block_free(struct journal_block *block);

// ---- Blocks at rest (journal_block.c). ----

struct journal_stored {
	uint64_t first, end;
	struct span run;
};

// Checks key and digest of what was read. ERR_CORRUPT.
enum err journal_stored_read(struct span key, struct span value, struct journal_stored *stored);
// The block that holds `seq`, valid until the next write. ERR_NOT_FOUND, ERR_CORRUPT.
enum err journal_stored_find(struct txn *txn, uint32_t number, uint64_t seq, struct journal_stored *stored);
// Puts a run of `count` entries that end before `end` as one block.
void journal_stored_put(struct txn *txn, uint32_t number, uint64_t end, uint32_t count, struct span run);

// What this store erased is not filled in again (journal_fill.c).
enum err journal_fill_never(struct txn *txn, uint32_t number, uint64_t seq);

// ---- Evidence (journal_fork.c). ----

// Made by hand, where there is room (JOURNAL_FORKS_KEPT).
enum err journal_fork_keep_ours(struct txn *txn, const struct hash *log, const struct journal_fork *fork);
// Keeps the range, freezes the log and saves its row. Gives ERR_OK or what failed in the store.
enum err journal_fork_keep(struct txn *txn, struct journal_log *log, const struct journal_range *range);

#endif
