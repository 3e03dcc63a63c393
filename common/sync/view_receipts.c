// Receipts that a device of our unit got, as it put them into its log: each counts for the log that it
// names if its signature holds and a server above the unit gave it.
#include "base/pb.h"
#include "ledger/late.h"
#include "org/charter_past.h"
#include "store.pb-c.h"
#include "sync/view_inside.h"

enum { RECEIPTS_MAX = 64 };

// Is the server one of those that are or were above? A server not known yet is waited for, and so is our own
// unit: our logs may come back before the statement that made it.
static enum err given_above(struct view *view, const struct hash *server, bool *above)
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
	return ERR_OK;
}

static enum err take(struct reading *reading, const Tributary__LogReceipt *item)
{
	struct view *view = reading->view;
	struct hash log;
	struct receipt receipt;
	bool above = false;
	if (hash_read(pb_span(item->log), &log) || receipt_decode(pb_span(item->receipt), &receipt)
	    || receipt_verify(&receipt, &log)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	enum err err = given_above(view, &receipt.server, &above);
	if (!err && !above)
		reading->reason = MERGE_AUTHORITY;
	return err || !above ? err
	                     : late_receipt(view->txn, view->pack->pack, &log, receipt.size, receipt.time, view->cells);
}

enum err view_receipts(struct reading *reading)
{
	struct view *view = reading->view;
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
		err = take(reading, receipts->receipts[i]);
	view->changed_basis = true;
	return err;
}
