// Receipts at rest, and the first entries of records. A log's receipts grow with time, so an entry was
// received at the time of the smallest that covers it.
#include "ledger/late.h"

#include "base/bytes.h"
#include "base/date.h"
#include "base/limits.h"
#include "ledger/metric.h"
#include "ledger/vote_settle.h"

enum {
	TAG_RECEIPT = 0x72, // r
	TAG_WROTE = 0x77,   // w
	TAG_LOG = 0x6c,     // l
	LOG_BYTES = 1 + LIMIT_HASH_BYTES,
	RECEIPT_KEY_BYTES = LOG_BYTES + 8,
	RECORD_BYTES = 1 + RECORD_KEY_BYTES,
	WROTE_KEY_BYTES = RECORD_BYTES + LIMIT_HASH_BYTES,
	LOG_KEY_BYTES = LOG_BYTES + 8 + RECORD_KEY_BYTES,
};

static bool concerns(const struct pack *pack, uint16_t kind)
{
	for (size_t i = 0; i < pack->metric_count; i++)
		if (pack->metrics[i].late_after && pack->metrics[i].kind->number == kind)
			return true;
	return false;
}

bool late_asked(const struct pack *pack)
{
	for (size_t i = 0; i < pack->metric_count; i++)
		if (pack->metrics[i].late_after)
			return true;
	return false;
}

static struct span log_key(uint8_t tag, const struct hash *log, uint64_t at, uint8_t bytes[static RECEIPT_KEY_BYTES])
{
	bytes[0] = tag;
	memcpy(bytes + 1, log->bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(bytes + LOG_BYTES, at);
	return span_of(bytes, RECEIPT_KEY_BYTES);
}

static void entry_key(const struct record_key *key, const struct hash *log, uint64_t seq, uint8_t bytes[static LOG_KEY_BYTES])
{
	log_key(TAG_LOG, log, seq, bytes);
	record_key_encode(key, bytes + RECEIPT_KEY_BYTES);
}

// ---- When ----

// The first receipt of more than `seq` entries. ERR_NOT_FOUND: not received yet.
static enum err received_at(struct txn *txn, const struct hash *log, uint64_t seq, uint64_t *size, uint64_t *time)
{
	uint8_t key[RECEIPT_KEY_BYTES];
	bool found = false;
	struct span from = log_key(TAG_RECEIPT, log, seq + 1, key);
	struct scan scan = scan_begin_from(txn, STORE_LATE, span_of(key, LOG_BYTES), from);
	if (scan_next(&scan)) {
		if (scan.key.size == RECEIPT_KEY_BYTES && scan.value.size == 8)
			found = true, *size = bytes_get_u64(scan.key.data + LOG_BYTES), *time = bytes_get_u64(scan.value.data);
		else
			txn_fail(txn, ERR_CORRUPT);
	}
	scan_end(&scan);
	return txn->err ? txn->err : found ? ERR_OK : ERR_NOT_FOUND;
}

static void earlier(uint64_t *received, uint64_t time)
{
	if (*received == 0 || time < *received)
		*received = time;
}

// By the receipts at rest and those of `said`; 0: not at all yet.
static enum err record_received(struct txn *txn, const struct record_key *key, const struct late_word *said, size_t count,
                                uint64_t *received)
{
	uint8_t prefix[RECORD_BYTES] = { TAG_WROTE };
	*received = 0;
	record_key_encode(key, prefix + 1);
	struct scan scan = scan_begin(txn, STORE_LATE, span_of(prefix, sizeof prefix));
	while (scan_next(&scan)) {
		struct hash log;
		uint64_t size, time;
		if (scan.key.size != WROTE_KEY_BYTES || scan.value.size != 8) {
			txn_fail(txn, ERR_CORRUPT);
			break;
		}
		uint64_t seq = bytes_get_u64(scan.value.data);
		memcpy(log.bytes, scan.key.data + RECORD_BYTES, LIMIT_HASH_BYTES);
		if (received_at(txn, &log, seq, &size, &time) == ERR_OK)
			earlier(received, time);
		for (size_t i = 0; i < count; i++)
			if (hash_equal(&said[i].log, &log) && said[i].size > seq)
				earlier(received, said[i].time);
	}
	scan_end(&scan);
	return txn->err;
}

enum err late_load(struct txn *txn, const struct pack *pack, struct record *record)
{
	record->received = 0;
	if (!concerns(pack, record->key.kind))
		return ERR_OK;
	return record_received(txn, &record->key, NULL, 0, &record->received);
}

// ---- Who wrote ----

enum err late_wrote(struct txn *txn, const struct pack *pack, const struct record_key *key, const struct hash *log,
                    uint64_t seq)
{
	uint8_t wrote[WROTE_KEY_BYTES] = { TAG_WROTE }, entry[LOG_KEY_BYTES], bytes[8];
	struct span value;
	if (!concerns(pack, key->kind))
		return ERR_OK;
	record_key_encode(key, wrote + 1);
	memcpy(wrote + RECORD_BYTES, log->bytes, LIMIT_HASH_BYTES);
	enum err err = txn_get(txn, STORE_LATE, span_of(wrote, sizeof wrote), &value);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (!err && value.size != 8)
		return txn_fail(txn, ERR_CORRUPT);
	if (!err && bytes_get_u64(value.data) <= seq)
		return ERR_OK;
	if (!err) {
		entry_key(key, log, bytes_get_u64(value.data), entry);
		txn_delete(txn, STORE_LATE, span_of(entry, sizeof entry));
	}
	bytes_put_u64(bytes, seq);
	entry_key(key, log, seq, entry);
	txn_put(txn, STORE_LATE, span_of(wrote, sizeof wrote), span_of(bytes, sizeof bytes));
	return txn_put(txn, STORE_LATE, span_of(entry, sizeof entry), span_of(NULL, 0));
}

// ---- A receipt comes ----

static enum err contribute(struct txn *txn, const struct pack *pack, const struct record_key *key, int sign,
                           struct cell_batch *cells)
{
	struct arena arena;
	struct record record;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = record_load(txn, key, &arena, &record);
	if (!err)
		err = vote_settle(txn, pack, &record, &arena);
	if (!err)
		err = late_load(txn, pack, &record);
	if (!err)
		err = metric_contribute(pack, &record, sign, cells);
	arena_free(&arena);
	return err;
}

// Records whose first entry in the log is one of [first, end).
static enum err each_first(struct txn *txn, const struct pack *pack, const struct hash *log, uint64_t first, uint64_t end,
                           int sign, struct cell_batch *cells)
{
	uint8_t bytes[RECEIPT_KEY_BYTES];
	enum err err = ERR_OK;
	struct span from = log_key(TAG_LOG, log, first, bytes);
	struct scan scan = scan_begin_from(txn, STORE_LATE, span_of(bytes, LOG_BYTES), from);
	while (!err && scan_next(&scan)) {
		struct record_key key;
		if (scan.key.size != LOG_KEY_BYTES
		    || record_key_decode(span_of(scan.key.data + RECEIPT_KEY_BYTES, RECORD_KEY_BYTES), &key)) {
			txn_fail(txn, ERR_CORRUPT);
			break;
		}
		if (bytes_get_u64(scan.key.data + LOG_BYTES) >= end)
			break;
		err = contribute(txn, pack, &key, sign, cells);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// The size of the log's greatest receipt below `size`; 0: there is none.
static uint64_t covered_below(struct txn *txn, const struct hash *log, uint64_t size)
{
	uint8_t bytes[RECEIPT_KEY_BYTES];
	uint64_t covered = 0;
	log_key(TAG_RECEIPT, log, 0, bytes);
	struct scan scan = scan_begin_last(txn, STORE_LATE, span_of(bytes, LOG_BYTES));
	while (covered == 0 && scan_next(&scan) && scan.key.size == RECEIPT_KEY_BYTES)
		if (bytes_get_u64(scan.key.data + LOG_BYTES) < size)
			covered = bytes_get_u64(scan.key.data + LOG_BYTES);
	scan_end(&scan);
	return covered;
}

enum err late_receipt(struct txn *txn, const struct pack *pack, const struct hash *log, uint64_t size, uint64_t time,
                      struct cell_batch *cells)
{
	uint8_t key[RECEIPT_KEY_BYTES], bytes[8];
	struct span value;
	struct span name = log_key(TAG_RECEIPT, log, size, key);
	if (size == 0 || time == 0)
		return ERR_OK;
	enum err err = txn_get(txn, STORE_LATE, name, &value);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (!err && value.size == 8 && bytes_get_u64(value.data) <= time)
		return ERR_OK; // of two of one size the earlier tells
	uint64_t from = covered_below(txn, log, size);
	err = each_first(txn, pack, log, from, size, -1, cells);
	bytes_put_u64(bytes, time);
	if (!err)
		err = txn_put(txn, STORE_LATE, name, span_of(bytes, sizeof bytes));
	return err ? err : each_first(txn, pack, log, from, size, 1, cells);
}

int32_t late_day(uint64_t time)
{
	return date_of_ms(time, 0);
}

bool late_tells(struct txn *txn, const struct late_word *word, uint64_t from, const struct late_word *said, size_t count)
{
	uint8_t bytes[RECEIPT_KEY_BYTES];
	bool tells = false;
	struct span first = log_key(TAG_LOG, &word->log, from, bytes);
	struct scan scan = scan_begin_from(txn, STORE_LATE, span_of(bytes, LOG_BYTES), first);
	while (!tells && scan_next(&scan) && scan.key.size == LOG_KEY_BYTES) {
		struct record_key key;
		uint64_t received;
		if (bytes_get_u64(scan.key.data + LOG_BYTES) >= word->size)
			break;
		if (record_key_decode(span_of(scan.key.data + RECEIPT_KEY_BYTES, RECORD_KEY_BYTES), &key))
			txn_fail(txn, ERR_CORRUPT);
		if (txn->err || record_received(txn, &key, said, count, &received))
			break;
		tells = received == 0 || late_day(received) > late_day(word->time);
	}
	scan_end(&scan);
	return tells;
}

enum err late_forget(struct txn *txn)
{
	return txn_clear(txn, STORE_LATE, span_of(NULL, 0));
}
