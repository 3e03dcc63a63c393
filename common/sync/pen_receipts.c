// Receipts on their way into our own log. The node leaves them where they came in (META "receipt/"); those
// that tell when a record was first received, where a metric asks for it (ledger/late), become an entry.
#include "base/pb.h"
#include "ledger/late.h"
#include "sync/pen_inside.h"

enum { RECEIPTS_MAX = 64, KEY_BYTES = 8 + LIMIT_HASH_BYTES + 8 };

struct gathering {
	struct pen *pen;
	struct arena arena;
	Tributary__LogReceipt items[RECEIPTS_MAX];
	Tributary__LogReceipt *list[RECEIPTS_MAX];
	size_t count;
};

static enum err gather(struct gathering *gathering, struct span key, struct span value)
{
	struct txn *txn = gathering->pen->txn;
	struct hash log;
	struct receipt receipt;
	struct span kept, name;
	if (key.size != KEY_BYTES || hash_read(span_of(key.data + 8, LIMIT_HASH_BYTES), &log) || receipt_decode(value, &receipt))
		return txn_fail(txn, ERR_CORRUPT);
	if (!late_waits(txn, &log, receipt.size))
		return ERR_OK;
	if (arena_copy(&gathering->arena, value, &kept) || arena_copy(&gathering->arena, hash_span(&log), &name))
		return ERR_BUDGET;
	Tributary__LogReceipt *item = &gathering->items[gathering->count];
	tributary__log_receipt__init(item);
	item->log = pb_bytes(name);
	item->receipt = pb_bytes(kept);
	gathering->list[gathering->count++] = item;
	return ERR_OK;
}

static enum err write_entry(struct gathering *gathering)
{
	struct pen *pen = gathering->pen;
	Tributary__Receipts message = TRIBUTARY__RECEIPTS__INIT;
	message.n_receipts = gathering->count;
	message.receipts = gathering->list;
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
	enum err err = ERR_OK;
	if (pen->self->server)
		return ERR_OK;
	arena_init(&gathering.arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(pen->txn, STORE_META, span_string("receipt/"));
	while (!err && gathering.count < RECEIPTS_MAX && scan_next(&scan)) {
		err = gather(&gathering, scan.key, scan.value);
		if (!err)
			err = txn_delete(pen->txn, STORE_META, scan.key);
	}
	scan_end(&scan);
	if (!err && gathering.count)
		err = write_entry(&gathering);
	arena_free(&gathering.arena);
	return err ? err : pen->txn->err;
}
