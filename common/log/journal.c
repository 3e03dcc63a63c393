// Rows of logs: finding, opening, saving. The other files of this name, each for its noun:
//	journal_block   blocks of entries, as they are built and as they rest
//	journal_writer  appending one's own          journal_accept  taking in another's
//	journal_fork    evidence                     journal_reader  walking, packing
//	journal_proof   roots and proofs             journal_erase   erasure, truncation
//	journal_fill    payloads that come later
//
// A row: version u8 ‖ number u32 ‖ state u8 ‖ name[49] ‖ applied u64 ‖ shown u64 ‖ last time u64
// ‖ size u64 ‖ peaks[32] of the bits set in size, lowest first ‖ present u8 (bit 0 head, 1 ahead,
// 2 and 3 receipts by tier) ‖ those ‖ XXH3-128 of all before it
#define XXH_INLINE_ALL
#include <assert.h>
#include <xxhash.h>

#include "base/bytes.h"
#include "log/journal_row.h"

enum { ROW_VERSION = 1, PRESENT_HEAD = 1, PRESENT_AHEAD = 2, PRESENT_RECEIPT = 4 };

void journal_digest(struct span bytes, uint8_t digest[static JOURNAL_DIGEST_BYTES])
{
	XXH128_canonical_t canonical;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data, bytes.size));
	static_assert(sizeof canonical.digest == JOURNAL_DIGEST_BYTES, "one is the other");
	memcpy(digest, canonical.digest, JOURNAL_DIGEST_BYTES);
}

struct journal_key journal_key_number(uint32_t number)
{
	struct journal_key key = { .size = 4 };
	bytes_put_u32(key.bytes, number);
	return key;
}

struct journal_key journal_key_block(uint32_t number, uint64_t end)
{
	struct journal_key key = { .size = 12 };
	bytes_put_u32(key.bytes, number);
	bytes_put_u64(key.bytes + 4, end);
	return key;
}

struct journal_key journal_key_tree(uint32_t number, unsigned level, uint64_t index)
{
	struct journal_key key = { .size = 13 };
	bytes_put_u32(key.bytes, number);
	key.bytes[4] = (uint8_t)level;
	bytes_put_u64(key.bytes + 5, index);
	return key;
}

static void put_head(struct buf *row, const struct head *head)
{
	uint8_t bytes[HEAD_BYTES];
	head_encode(head, bytes);
	buf_bytes(row, bytes, sizeof bytes);
}

static void put_receipt(struct buf *row, const struct receipt *receipt)
{
	uint8_t bytes[RECEIPT_BYTES];
	receipt_encode(receipt, bytes);
	buf_bytes(row, bytes, sizeof bytes);
}

static unsigned present_in(const struct journal_log *log)
{
	unsigned present = (log->head.size ? PRESENT_HEAD : 0) | (log->ahead.size ? PRESENT_AHEAD : 0);
	for (unsigned tier = 0; tier < RECEIPT_TIERS; tier++)
		if (log->receipt[tier].size)
			present |= PRESENT_RECEIPT << tier;
	return present;
}

static void encode(const struct journal_log *log, struct buf *row)
{
	uint8_t name[LOGNAME_BYTES];
	logname_encode(&log->name, name);
	buf_u8(row, ROW_VERSION);
	buf_u32(row, log->number);
	buf_u8(row, (uint8_t)log->state);
	buf_bytes(row, name, sizeof name);
	buf_u64(row, log->applied);
	buf_u64(row, log->shown);
	buf_u64(row, log->last_time);
	buf_u64(row, log->peaks.size);
	for (unsigned level = 0; level < LIMIT_TREE_DEPTH; level++)
		if (log->peaks.size >> level & 1)
			buf_bytes(row, log->peaks.peak[level].bytes, LIMIT_HASH_BYTES);
	unsigned present = present_in(log);
	buf_u8(row, (uint8_t)present);
	if (present & PRESENT_HEAD)
		put_head(row, &log->head);
	if (present & PRESENT_AHEAD)
		put_head(row, &log->ahead);
	for (unsigned tier = 0; tier < RECEIPT_TIERS; tier++)
		if (present & PRESENT_RECEIPT << tier)
			put_receipt(row, &log->receipt[tier]);
	uint8_t digest[JOURNAL_DIGEST_BYTES];
	journal_digest(buf_span(row), digest);
	buf_bytes(row, digest, sizeof digest);
}

static enum err check_digest(struct span row)
{
	if (row.size < JOURNAL_DIGEST_BYTES)
		return ERR_CORRUPT;
	uint8_t digest[JOURNAL_DIGEST_BYTES];
	journal_digest(span_of(row.data, row.size - JOURNAL_DIGEST_BYTES), digest);
	return memcmp(digest, row.data + row.size - JOURNAL_DIGEST_BYTES, sizeof digest) == 0 ? ERR_OK : ERR_CORRUPT;
}

static void get_peaks(struct reader *row, struct merkle_peaks *peaks)
{
	peaks->size = reader_u64(row);
	for (unsigned level = 0; level < LIMIT_TREE_DEPTH; level++)
		if (peaks->size >> level & 1)
			reader_copy(row, peaks->peak[level].bytes, LIMIT_HASH_BYTES);
}

// The digest was right, so whatever does not fit was written by another version.
static enum err get_signed(struct reader *row, struct journal_log *log)
{
	unsigned present = reader_u8(row);
	enum err err = ERR_OK;
	if (present & PRESENT_HEAD)
		err = head_decode(reader_bytes(row, HEAD_BYTES), &log->head);
	if (!err && present & PRESENT_AHEAD)
		err = head_decode(reader_bytes(row, HEAD_BYTES), &log->ahead);
	for (unsigned tier = 0; tier < RECEIPT_TIERS && !err; tier++)
		if (present & PRESENT_RECEIPT << tier)
			err = receipt_decode(reader_bytes(row, RECEIPT_BYTES), &log->receipt[tier]);
	return err;
}

static enum err decode(struct span value, const struct hash *id, struct journal_log *log)
{
	*log = (struct journal_log){ .id = *id };
	if (check_digest(value))
		return ERR_CORRUPT;
	struct reader row = reader_of(span_of(value.data, value.size - JOURNAL_DIGEST_BYTES));
	if (reader_u8(&row) != ROW_VERSION)
		return ERR_VERSION;
	log->number = reader_u32(&row);
	log->state = reader_u8(&row) == JOURNAL_OPEN ? JOURNAL_OPEN : JOURNAL_FROZEN;
	enum err err = logname_decode(reader_bytes(&row, LOGNAME_BYTES), &log->name);
	log->applied = reader_u64(&row);
	log->shown = reader_u64(&row);
	log->last_time = reader_u64(&row);
	get_peaks(&row, &log->peaks);
	if (!err)
		err = get_signed(&row, log);
	return err || reader_end(&row) ? ERR_CORRUPT : ERR_OK;
}

enum err journal_find(struct txn *txn, const struct hash *id, struct journal_log *log)
{
	struct span value;
	enum err err = txn_get(txn, STORE_LOG, hash_span(id), &value);
	return err ? err : decode(value, id, log);
}

enum err journal_find_number(struct txn *txn, uint32_t number, struct journal_log *log)
{
	struct journal_key key = journal_key_number(number);
	struct span value;
	struct hash id;
	enum err err = txn_get(txn, STORE_LOG_NUMBER, journal_key_span(&key), &value);
	if (err)
		return err;
	err = hash_read(value, &id) ? ERR_CORRUPT : journal_find(txn, &id, log);
	return err == ERR_NOT_FOUND || (!err && log->number != number) ? ERR_CORRUPT : err;
}

enum err journal_row_get(struct txn *txn, const struct logname *name, struct journal_log *log)
{
	struct hash id = logname_id(name);
	enum err err = journal_find(txn, &id, log);
	if (err != ERR_NOT_FOUND)
		return err;
	*log = (struct journal_log){ .id = id, .name = *name };
	return ERR_OK;
}

static enum err next_number(struct txn *txn, uint32_t *number)
{
	struct scan scan = scan_begin_last(txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	uint32_t last = scan_next(&scan) && scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
	scan_end(&scan);
	if (last == UINT32_MAX)
		return txn_fail(txn, ERR_FULL);
	*number = last + 1;
	return txn->err;
}

enum err journal_row_put(struct txn *txn, struct journal_log *log)
{
	if (log->number == 0 && !next_number(txn, &log->number)) {
		struct journal_key key = journal_key_number(log->number);
		txn_put(txn, STORE_LOG_NUMBER, journal_key_span(&key), hash_span(&log->id));
	}
	struct buf row = BUF_EMPTY;
	encode(log, &row);
	if (row.err)
		txn_fail(txn, row.err);
	txn_put(txn, STORE_LOG, hash_span(&log->id), buf_span(&row));
	buf_free(&row);
	return txn->err;
}

enum err journal_open(struct txn *txn, const struct logname *name, struct journal_log *log)
{
	enum err err = journal_row_get(txn, name, log);
	if (err || log->number)
		return err;
	return journal_row_put(txn, log);
}

enum err journal_save(struct txn *txn, const struct journal_log *log)
{
	struct journal_log row;
	enum err err = journal_find(txn, &log->id, &row);
	if (err)
		return err;
	row.applied = log->applied;
	row.shown = log->shown;
	if (log->state == JOURNAL_FROZEN)
		row.state = JOURNAL_FROZEN;
	memcpy(row.receipt, log->receipt, sizeof row.receipt);
	return journal_row_put(txn, &row);
}

// A subtree's digest covers its key too: a value that LMDB gives for another key is found out.
static void tree_digest(const struct journal_key *key, const uint8_t root[LIMIT_HASH_BYTES],
                        uint8_t digest[static JOURNAL_DIGEST_BYTES])
{
	uint8_t bytes[sizeof key->bytes + LIMIT_HASH_BYTES];
	memcpy(bytes, key->bytes, key->size);
	memcpy(bytes + key->size, root, LIMIT_HASH_BYTES);
	journal_digest(span_of(bytes, key->size + LIMIT_HASH_BYTES), digest);
}

enum err journal_tree_put(struct txn *txn, uint32_t number, unsigned level, uint64_t index, const struct hash *root)
{
	struct journal_key key = journal_key_tree(number, level, index);
	uint8_t value[LIMIT_HASH_BYTES + JOURNAL_DIGEST_BYTES];
	memcpy(value, root->bytes, LIMIT_HASH_BYTES);
	tree_digest(&key, root->bytes, value + LIMIT_HASH_BYTES);
	return txn_put(txn, STORE_TREE, journal_key_span(&key), span_of(value, sizeof value));
}

enum err journal_tree_get(struct txn *txn, uint32_t number, unsigned level, uint64_t index, struct hash *root)
{
	struct journal_key key = journal_key_tree(number, level, index);
	struct span value;
	enum err err = txn_get(txn, STORE_TREE, journal_key_span(&key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	uint8_t digest[JOURNAL_DIGEST_BYTES];
	if (value.size != LIMIT_HASH_BYTES + JOURNAL_DIGEST_BYTES)
		return ERR_CORRUPT;
	tree_digest(&key, value.data, digest);
	if (memcmp(digest, value.data + LIMIT_HASH_BYTES, sizeof digest) != 0)
		return ERR_CORRUPT;
	memcpy(root->bytes, value.data, LIMIT_HASH_BYTES);
	return ERR_OK;
}
