// Blocks of entries. They rest on whole pages of the store, at most four: a value that needs a
// little of one more page is cut at the page before, and the rest is a block of its own, which the
// next commit takes up again. So a log of many small commits takes little more room than one of
// few large ones (measured: 1.1 times its packed entries instead of 2.3 when small blocks stand in
// leaf pages, which LMDB splits badly), and a commit rewrites one page at most.
#include <assert.h>

#include "base/bytes.h"
#include "log/journal_row.h"

enum {
	PACKED_OVERHEAD = 20, // of one entry: its three varints
	WASTE_BYTES = 512,    // on the last page: not worth a cut
};

static size_t pages_of(size_t size)
{
	return (size + JOURNAL_PAGE_HEADER_BYTES + JOURNAL_PAGE_BYTES - 1) / JOURNAL_PAGE_BYTES;
}

static void start(struct journal_block *block, uint64_t first)
{
	block->first = first;
	block->before = 0;
	block->count = 0;
	block->stored = 0;
	block->cut_size = 0;
	block->cut_count = 0;
	buf_clear(&block->value);
	buf_extend(&block->value, JOURNAL_BLOCK_HEADER_BYTES);
}

void journal_block_begin(struct txn *txn, const struct journal_log *log, struct journal_block *block)
{
	uint64_t held = log->peaks.size;
	*block = (struct journal_block){ .value = BUF_EMPTY };
	start(block, held);
	struct journal_stored last;
	// A damaged one is left alone, to be healed.
	if (held == 0 || journal_stored_find(txn, log->number, held - 1, &last) || last.end != held)
		return;
	if (last.run.size + JOURNAL_BLOCK_HEADER_BYTES > JOURNAL_BLOCK_PAGE_BYTES)
		return;
	buf_bytes(&block->value, last.run.data, last.run.size);
	block->first = last.first;
	block->before = log->last_time;
	block->count = (uint32_t)(last.end - last.first);
	block->stored = last.end;
}

void journal_block_anew(struct journal_block *block, uint64_t first)
{
	*block = (struct journal_block){ .value = BUF_EMPTY };
	start(block, first);
}

void journal_block_free(struct journal_block *block)
{
	buf_free(&block->value);
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

// Puts the whole block and starts the next. One taken up again changes its key by growing.
static void put_block(struct txn *txn, uint32_t number, struct journal_block *block)
{
	uint64_t end = block->first + block->count;
	struct journal_key old = journal_key_block(number, block->stored);
	if (block->stored && block->stored != end)
		txn_delete(txn, STORE_BLOCK, journal_key_span(&old));
	if (block->stored != end)
		put_value(txn, number, end, block->count, &block->value);
	start(block, end);
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
		put_block(txn, number, block);
	size_t size = block->value.size;
	// The first of a block stands alone, with its whole time.
	if (packed.size && block->count)
		buf_bytes(&block->value, packed.data, packed.size);
	else
		entry_pack(&block->value, entry, block->before);
	if (pages_of(block->value.size) > pages_of(size)) {
		block->cut_size = size;
		block->cut_count = block->count;
	}
	block->before = entry->time;
	block->count++;
}

static bool worth_a_cut(const struct journal_block *block)
{
	size_t size = block->value.size, pages = pages_of(size);
	size_t rest = JOURNAL_BLOCK_HEADER_BYTES + PACKED_OVERHEAD + size - block->cut_size;
	return block->cut_count > 0 && pages * JOURNAL_PAGE_BYTES - JOURNAL_PAGE_HEADER_BYTES - size > WASTE_BYTES &&
	       pages_of(block->cut_size) < pages && rest <= JOURNAL_BLOCK_PAGE_BYTES;
}

// Puts what fills its pages; the rest, less than a page, becomes the present block. Its first entry
// is packed anew, to stand alone.
static void cut_block(struct txn *txn, uint32_t number, struct journal_block *block)
{
	struct buf rest = BUF_EMPTY;
	buf_bytes(&rest, block->value.data + block->cut_size, block->value.size - block->cut_size);
	uint32_t count = block->count - block->cut_count;
	uint64_t last = block->before, before = 0;
	block->value.size = block->cut_size;
	struct reader front = reader_of(span_of(block->value.data + JOURNAL_BLOCK_HEADER_BYTES,
	                                        block->cut_size - JOURNAL_BLOCK_HEADER_BYTES));
	struct entry entry;
	for (uint32_t i = 0; i < block->cut_count; i++)
		if (entry_step(&front, block->first + i, &before, &entry))
			txn_fail(txn, ERR_CORRUPT);
	block->count = block->cut_count;
	put_block(txn, number, block);
	struct reader run = reader_of(buf_span(&rest));
	if (rest.err || entry_step(&run, block->first, &before, &entry)) {
		txn_fail(txn, rest.err ? rest.err : ERR_CORRUPT);
	} else {
		entry_pack(&block->value, &entry, 0);
		buf_bytes(&block->value, run.at, reader_left(&run));
		block->count = count;
		block->before = last;
	}
	buf_free(&rest);
}

void journal_block_end(struct txn *txn, uint32_t number, struct journal_block *block)
{
	if (!block->value.err && worth_a_cut(block))
		cut_block(txn, number, block);
	if (block->count > 0)
		put_block(txn, number, block);
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
