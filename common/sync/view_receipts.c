// Receipts that a device of our unit got, as it put them into its log: each counts for the log that it
// names if its signature holds and a server above the unit gave it.
#include "base/pb.h"
#include "ledger/late.h"
#include "org/charter_past.h"
#include "store.pb-c.h"
#include "sync/view_inside.h"

enum { RECEIPTS_MAX = 64 };

enum err view_receipt_above(struct view *view, const struct hash *server, bool *above)
{
	struct charter_device device;
	struct charter_unit unit;
	enum err err = charter_device_get(view->txn, server, &device);
	if (!err)
		err = charter_unit_get(view->txn, &view->self->unit, &unit);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	*above = device.server && (charter_is_ancestor(view->txn, &device.unit, &unit.unit) ||
	                           charter_was_below(view->txn, &device.unit, &unit.unit));
	return view->txn->err;
}

static enum err judge(struct reading *reading, const Tributary__LogReceipt *item, struct late_word *word)
{
	struct receipt receipt;
	bool above = false;
	if (hash_read(pb_span(item->log), &word->log) || receipt_decode(pb_span(item->receipt), &receipt)
	    || receipt_verify(&receipt, &word->log)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	word->size = receipt.size;
	word->time = receipt.time;
	enum err err = view_receipt_above(reading->view, &receipt.server, &above);
	if (!err && !above)
		reading->reason = MERGE_AUTHORITY;
	return err;
}

enum err view_receipts(struct reading *reading)
{
	struct view *view = reading->view;
	struct late_word word[RECEIPTS_MAX];
	ProtobufCMessage *message;
	if (!view->cells || !id_equal(&view->author.unit, &view->self->unit))
		return ERR_OK; // no figures of that unit are computed here
	if (!view->pack->pack)
		return ERR_AGAIN;
	if (pb_unpack(&tributary__receipts__descriptor, reading->entry->payload, &view->arena, &message)
	    || ((Tributary__Receipts *)message)->n_receipts > RECEIPTS_MAX) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	const Tributary__Receipts *receipts = (const Tributary__Receipts *)message;
	enum err err = ERR_OK;
	for (size_t i = 0; i < receipts->n_receipts && !err && !reading->reason; i++)
		err = judge(reading, receipts->receipts[i], &word[i]);
	if (err || reading->reason)
		return err; // all of it or nothing
	for (size_t i = 0; i < receipts->n_receipts && !err; i++)
		err = late_receipt(view->txn, view->pack->pack, &word[i].log, word[i].size, word[i].time, view->cells);
	view->changed_basis = true;
	return err;
}
