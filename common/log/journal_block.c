// Blocks of entries. Bulk becomes blocks of about 16 KiB, just under a whole number of pages. What
// a small commit adds is joined to the last block while both fit in a leaf page of the store:
// rewriting two kilobytes is cheap, and pages of their own for a few hundred bytes are not.
#include <assert.h>

#include "base/bytes.h"
#include "log/journal_row.h"

enum { PACKED_OVERHEAD = 20 }; // of one entry: its three varints

static void block_start(struct journal_block *block, uint64_t first)
{
	block->first = first;
	block->before = 0;
	block->count = 0;
	buf_clear(&block->value);
	buf_extend(&block->value, JOURNAL_BLOCK_HEADER_BYTES);
}

void journal_block_begin(struct journal_block *block, const struct journal_log *log)
{
	*block = (struct journal_block){ .value = BUF_EMPTY, .joins = log->peaks.size > 0 };
	block_start(block, log->peaks.size);
}

void journal_block_free(struct journal_block *block)
{
	buf_free(&block->value);
}

static size_t packed_bound(const struct entry *entry, struct span packed)
{
	if (packed.size)
		return packed.size;
	return PACKED_OVERHEAD + (entry->erased ? LIMIT_HASH_BYTES : entry->size);
}

void journal_block_add(struct txn *txn, uint32_t number, struct journal_block *block, const struct entry *entry,
                       struct span packed)
{
	if (block->count && block->value.size + packed_bound(entry, packed) > JOURNAL_BLOCK_FULL_BYTES)
		journal_block_put(txn, number, block);
	// The first of a block stands alone, with its whole time.
	if (packed.size && block->count)
		buf_bytes(&block->value, packed.data, packed.size);
	else
		entry_pack(&block->value, entry, block->before);
	block->before = entry->time;
	block->count++;
}

static void seal_value(struct buf *value, uint32_t count)
{
	bytes_put_u32(value->data + JOURNAL_DIGEST_BYTES, count);
	journal_digest(span_of(value->data + JOURNAL_DIGEST_BYTES, value->size - JOURNAL_DIGEST_BYTES), value->data);
}

static void put_value(struct txn *txn, uint32_t number, uint64_t end, uint32_t count, struct buf *value)
{
	if (value->err) {
		txn_fail(txn, value->err);
		return;
	}
	seal_value(value, count);
	struct journal_key key = journal_key_block(number, end);
	txn_put(txn, STORE_BLOCK, journal_key_span(&key), buf_span(value));
}

void journal_stored_put(struct txn *txn, uint32_t number, uint64_t end, uint32_t count, struct span run)
{
	struct buf value = BUF_EMPTY;
	buf_extend(&value, JOURNAL_BLOCK_HEADER_BYTES);
	buf_bytes(&value, run.data, run.size);
	put_value(txn, number, end, count, &value);
	buf_free(&value);
}

static uint64_t last_time_of(const struct journal_stored *stored)
{
	struct reader run = reader_of(stored->run);
	uint64_t before = 0;
	struct entry entry;
	for (uint64_t seq = stored->first; seq < stored->end && !run.err; seq++)
		if (entry_step(&run, seq, &before, &entry))
			break;
	return before;
}

// The last stored block and the new one as one run: the new one's first entry is packed behind.
static void join_runs(const struct journal_stored *last, const struct journal_block *block, struct buf *value)
{
	struct reader run = reader_of(span_of(block->value.data + JOURNAL_BLOCK_HEADER_BYTES,
	                                      block->value.size - JOURNAL_BLOCK_HEADER_BYTES));
	uint64_t before = 0;
	struct entry first;
	enum err err = entry_step(&run, block->first, &before, &first);
	assert(!err); // packed here
	buf_extend(value, JOURNAL_BLOCK_HEADER_BYTES);
	buf_bytes(value, last->run.data, last->run.size);
	entry_pack(value, &first, last_time_of(last));
	buf_bytes(value, run.at, reader_left(&run));
}

// Joins the block to the last one stored, if that is there, whole and small enough.
static bool put_joined(struct txn *txn, uint32_t number, const struct journal_block *block)
{
	struct journal_stored last;
	if (journal_stored_find(txn, number, block->first - 1, &last) || last.end != block->first)
		return false;
	if (block->value.err || last.run.size + block->value.size > JOURNAL_BLOCK_SMALL_BYTES)
		return false;
	uint32_t count = (uint32_t)(last.end - last.first) + block->count;
	struct buf value = BUF_EMPTY;
	join_runs(&last, block, &value);
	struct journal_key old = journal_key_block(number, last.end);
	txn_delete(txn, STORE_BLOCK, journal_key_span(&old));
	put_value(txn, number, block->first + block->count, count, &value);
	buf_free(&value);
	return true;
}

void journal_block_put(struct txn *txn, uint32_t number, struct journal_block *block)
{
	if (block->count == 0)
		return;
	uint64_t end = block->first + block->count;
	bool small = block->value.size <= JOURNAL_BLOCK_SMALL_BYTES;
	if (!block->joins || !small || !put_joined(txn, number, block))
		put_value(txn, number, end, block->count, &block->value);
	block->joins = false;
	block_start(block, end);
}

enum err journal_stored_read(struct span key, struct span value, struct journal_stored *stored)
{
	if (key.size != 12 || value.size < JOURNAL_BLOCK_HEADER_BYTES)
		return ERR_CORRUPT;
	uint8_t digest[JOURNAL_DIGEST_BYTES];
	journal_digest(span_of(value.data + JOURNAL_DIGEST_BYTES, value.size - JOURNAL_DIGEST_BYTES), digest);
	if (memcmp(digest, value.data, sizeof digest) != 0)
		return ERR_CORRUPT;
	uint64_t end = bytes_get_u64(key.data + 4);
	uint32_t count = bytes_get_u32(value.data + JOURNAL_DIGEST_BYTES);
	if (count == 0 || count > end)
		return ERR_CORRUPT;
	*stored = (struct journal_stored){
		.first = end - count,
		.end = end,
		.run = span_of(value.data + JOURNAL_BLOCK_HEADER_BYTES, value.size - JOURNAL_BLOCK_HEADER_BYTES),
	};
	return ERR_OK;
}

enum err journal_stored_find(struct txn *txn, uint32_t number, uint64_t seq, struct journal_stored *stored)
{
	struct journal_key prefix = journal_key_number(number), key = journal_key_block(number, seq + 1);
	struct scan scan = scan_begin_from(txn, STORE_BLOCK, journal_key_span(&prefix), journal_key_span(&key));
	bool found = scan_next(&scan);
	if (found && scan.key.size == key.size)
		memcpy(key.bytes, scan.key.data, key.size);
	scan_end(&scan);
	struct span value;
	if (!found || txn_get(txn, STORE_BLOCK, journal_key_span(&key), &value))
		return txn->err ? txn->err : ERR_NOT_FOUND;
	enum err err = journal_stored_read(journal_key_span(&key), value, stored);
	if (err)
		return err;
	return stored->first <= seq ? ERR_OK : ERR_CORRUPT;
}
