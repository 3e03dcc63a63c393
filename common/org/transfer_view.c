// From what is known here of a member to the small structs that org/custody decides with.
#include "org/custody_chain.h"
#include "org/transfer.h"

struct custody_claim transfer_custody_claim(const struct transfer_claim *claim)
{
	return (struct custody_claim){
		.member = claim->member,
		.epoch = claim->epoch,
		.tail = claim->tail,
		.home = claim->unit,
		.incarnation = claim->incarnation,
		.to = claim->to,
	};
}

bool transfer_goes_out(const struct transfer_claim *offer)
{
	return offer->what == TRANSFER_OFFER && id_is_zero(&offer->to);
}

struct custody_claim transfer_custody_accept(const struct transfer_claim *accept)
{
	return (struct custody_claim){
		.member = accept->member,
		.epoch = accept->epoch,
		.tail = accept->tail,
		.home = accept->home,
		.to = accept->unit,
		.taker = accept->incarnation,
	};
}

static enum err view_of_own_words(struct txn *txn, const struct id *member, struct custody_unit *view)
{
	struct transfer_claim enter;
	enum err err = transfer_find(txn, member, 0, TRANSFER_ENTER, &view->unit, &enter);
	if (err == ERR_NOT_FOUND && !transfer_is_new(txn, member))
		return txn->err;
	if (err == ERR_NOT_FOUND)
		err = ERR_OK;
	if (!err)
		view->hold = CUSTODY_HELD;
	return err;
}

enum err transfer_unit_view(struct txn *txn, const struct id *unit, const struct id *incarnation, const struct id *member,
                            struct custody_unit *view)
{
	struct custody_entry last;
	struct charter_unit row;
	struct transfer_claim offer;
	*view = (struct custody_unit){ .unit = *unit, .incarnation = *incarnation };
	view->closed = charter_unit_get(txn, unit, &row) == ERR_OK && row.closed != INT32_MAX;
	enum err err = custody_chain_last(txn, member, &last);
	if (err)
		return err == ERR_NOT_FOUND ? view_of_own_words(txn, member, view) : err;
	// Another device of the unit may be the one that took the member in: its life counts while it goes on.
	if (id_equal(&last.record.home, unit) && !custody_chain_life_is_over(txn, &last.record.incarnation, unit))
		view->incarnation = last.record.incarnation;
	custody_unit_record(view, &last.record);
	if (view->hold != CUSTODY_HELD || txn->err)
		return txn->err;
	err = transfer_find(txn, member, view->epoch, TRANSFER_OFFER, unit, &offer);
	if (!err && hash_equal(&offer.tail, &view->tail))
		custody_unit_offer(view, &offer.to);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// Ours, behind the last final one, and without the witness's word.
static bool waits(const struct custody_entry *entry, const struct custody_registrar *chain)
{
	return entry->state == CUSTODY_WAITS && id_equal(&entry->record.writer, &chain->registrar) &&
	       custody_record_follows(&chain->last, &entry->record);
}

enum err transfer_registrar_view(struct txn *txn, const struct id *registrar, const struct id *member,
                                 struct custody_registrar *chain)
{
	struct custody_entry last, waiting;
	enum err err = custody_chain_last(txn, member, &last);
	*chain = (struct custody_registrar){ .registrar = *registrar };
	if (!err)
		chain->last = last.record;
	if (err && err != ERR_NOT_FOUND)
		return err;
	chain->restoring = txn_has(txn, STORE_META, span_string("custody restoring"));
	struct scan scan = custody_chain_scan(txn, member);
	bool found = false;
	while (!found && scan_next(&scan))
		found = custody_chain_read(&scan, &waiting) == ERR_OK && waits(&waiting, chain);
	scan_end(&scan);
	if (found) {
		chain->last = waiting.record;
		chain->waiting = true;
	}
	return txn->err;
}
