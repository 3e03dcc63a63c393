// Receipts on their way into our own log. The node leaves them where they came in (META "receipt/"); those
// that tell when a record was first received, where a metric asks for it (ledger/late), become an entry. A
// receipt is two thirds keys and signature, which nothing makes smaller: no other one is written.
//
//	META "receipt/" ‖ log id[32] ‖ size u64 → as log/receipt.h stores it
//	META "receipted/" ‖ log id[32] → size u64: what of the log was looked at
#include "base/bytes.h"
#include "base/pb.h"
#include "ledger/late.h"
#include "sync/pen_inside.h"

enum { RECEIPTS_MAX = 64, PREFIX_BYTES = 8, KEY_BYTES = PREFIX_BYTES + LIMIT_HASH_BYTES + 8,
       MARK_PREFIX_BYTES = 10, MARK_BYTES = MARK_PREFIX_BYTES + LIMIT_HASH_BYTES };

// A receipt that waits.
struct candidate {
	bool any;
	uint8_t key[KEY_BYTES];
	uint8_t receipt[RECEIPT_BYTES];
	struct hash server;
	struct late_word word;
};

struct gathering {
	struct pen *pen;
	struct candidate item[RECEIPTS_MAX];
	struct late_word said[RECEIPTS_MAX];
	size_t count;
};

static enum err read_candidate(struct txn *txn, const struct scan *scan, struct candidate *candidate)
{
	struct receipt receipt;
	if (scan->key.size != KEY_BYTES || scan->value.size != RECEIPT_BYTES || receipt_decode(scan->value, &receipt))
		return txn_fail(txn, ERR_CORRUPT);
	*candidate = (struct candidate){ .any = true, .server = receipt.server,
	                                 .word = { .size = receipt.size, .time = receipt.time } };
	memcpy(candidate->key, scan->key.data, KEY_BYTES);
	memcpy(candidate->receipt, scan->value.data, RECEIPT_BYTES);
	memcpy(candidate->word.log.bytes, scan->key.data + PREFIX_BYTES, LIMIT_HASH_BYTES);
	return ERR_OK;
}

static struct span mark_key(const struct hash *log, uint8_t bytes[static MARK_BYTES])
{
	memcpy(bytes, "receipted/", MARK_PREFIX_BYTES);
	memcpy(bytes + MARK_PREFIX_BYTES, log->bytes, LIMIT_HASH_BYTES);
	return span_of(bytes, MARK_BYTES);
}

static uint64_t looked_at(struct txn *txn, const struct hash *log)
{
	uint8_t key[MARK_BYTES];
	struct span value;
	return txn_get(txn, STORE_META, mark_key(log, key), &value) == ERR_OK && value.size == 8 ? bytes_get_u64(value.data) : 0;
}

static void mark_looked_at(struct txn *txn, const struct late_word *word)
{
	uint8_t key[MARK_BYTES], value[8];
	bytes_put_u64(value, word->size);
	txn_put(txn, STORE_META, mark_key(&word->log, key), span_of(value, sizeof value));
}

// Entries that wait (for the unit's key, for the charter) are in no record yet, so that nobody can say what the receipt tells.
static enum err is_read(struct txn *txn, const struct late_word *word, bool *read)
{
	struct journal_log log;
	enum err err = journal_find(txn, &word->log, &log);
	*read = err == ERR_NOT_FOUND || log.applied >= word->size;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ERR_AGAIN: who gave it is not known yet. One that would be refused is not written: it was given by a server
// that is not above us, nor was.
static enum err consider(struct gathering *gathering, const struct candidate *candidate)
{
	struct pen *pen = gathering->pen;
	struct txn *txn = pen->txn;
	const struct late_word *word = &candidate->word;
	bool above, read;
	enum err err = is_read(txn, word, &read);
	if (err || !read)
		return err; // it waits alone
	err = view_receipt_above(&pen->view, &candidate->server, &above);
	if (err)
		return err;
	if (above && late_tells(txn, word, looked_at(txn, &word->log), gathering->said, gathering->count)) {
		gathering->said[gathering->count] = *word;
		gathering->item[gathering->count++] = *candidate;
	}
	if (above)
		mark_looked_at(txn, word);
	return txn->err ? txn->err : txn_delete(txn, STORE_META, span_of(candidate->key, KEY_BYTES));
}

// Of one log and day the last one tells all that those before it do.
static bool tells_the_same(const struct candidate *before, const struct candidate *now)
{
	return hash_equal(&before->word.log, &now->word.log) && hash_equal(&before->server, &now->server)
	       && late_day(before->word.time) == late_day(now->word.time);
}

static enum err gather(struct gathering *gathering)
{
	struct txn *txn = gathering->pen->txn;
	struct candidate before = { .any = false }, now;
	struct scan scan = scan_begin(txn, STORE_META, span_string("receipt/"));
	enum err err = ERR_OK;
	while (!err && gathering->count < RECEIPTS_MAX && scan_next(&scan)) {
		err = read_candidate(txn, &scan, &now);
		if (err || !before.any)
			before = now;
		else if (tells_the_same(&before, &now))
			err = txn_delete(txn, STORE_META, span_of(before.key, KEY_BYTES));
		else
			err = consider(gathering, &before);
		if (!err)
			before = now;
	}
	scan_end(&scan);
	if (!err && before.any && gathering->count < RECEIPTS_MAX)
		err = consider(gathering, &before);
	return err == ERR_AGAIN ? ERR_OK : err; // the rest waits with it
}

static enum err write_entry(struct gathering *gathering)
{
	struct pen *pen = gathering->pen;
	Tributary__LogReceipt items[RECEIPTS_MAX], *list[RECEIPTS_MAX];
	Tributary__Receipts message = TRIBUTARY__RECEIPTS__INIT;
	for (size_t i = 0; i < gathering->count; i++) {
		tributary__log_receipt__init(&items[i]);
		items[i].log = pb_bytes(hash_span(&gathering->item[i].word.log));
		items[i].receipt = pb_bytes(span_of(gathering->item[i].receipt, RECEIPT_BYTES));
		list[i] = &items[i];
	}
	message.n_receipts = gathering->count;
	message.receipts = list;
	buf_clear(&pen->scratch);
	pb_pack(&message.base, &pen->scratch);
	return pen->scratch.err ? pen->scratch.err : pen_entry(pen, LANE_UP, ENTRY_RECEIPTS, buf_span(&pen->scratch), NULL);
}

bool pen_receipts_due(struct txn *txn)
{
	struct scan scan = scan_begin(txn, STORE_META, span_string("receipt/"));
	bool due = scan_next(&scan);
	scan_end(&scan);
	return due;
}

enum err pen_receipts(struct pen *pen)
{
	struct gathering gathering = { .pen = pen };
	if (pen->self->server || !pen->view.pack->pack)
		return ERR_OK;
	enum err err = gather(&gathering);
	if (!err && gathering.count)
		err = write_entry(&gathering);
	return err ? err : pen->txn->err;
}
