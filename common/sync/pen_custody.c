// A unit's words about its members.
#include "sync/pen_custody.h"

#include "base/pb.h"
#include "org/custody_chain.h"
#include "sync/pen_away.h"
#include "sync/pen_dossier.h"
#include "sync/pen_inside.h"

static enum err write_claims(struct pen *pen, Tributary__TransferClaim **claims, size_t count)
{
	Tributary__Transfer transfer = TRIBUTARY__TRANSFER__INIT;
	transfer.claims = claims;
	transfer.n_claims = count;
	buf_clear(&pen->scratch);
	pb_pack(&transfer.base, &pen->scratch);
	if (pen->scratch.err)
		return pen->scratch.err;
	return pen_entry(pen, LANE_UP, ENTRY_TRANSFER, buf_span(&pen->scratch), NULL);
}

enum err pen_custody_claim(struct pen *pen, const struct transfer_claim *claim)
{
	Tributary__TransferClaim message, *list[] = { &message };
	transfer_claim_message(claim, false, &message);
	return write_claims(pen, list, 1);
}

static enum err own_view(struct pen *pen, const struct id *member, struct custody_unit *view)
{
	return transfer_unit_view(pen->txn, &pen->self->unit, &pen->self->incarnation, member, view);
}

// On the member's last record, as the unit knows it.
static struct transfer_claim claim_on(const struct pen *pen, enum transfer_what what, const struct id *member,
                                      const struct custody_unit *view)
{
	return (struct transfer_claim){
		.what = what, .member = *member, .epoch = view->epoch, .tail = view->tail,
		.unit = pen->self->unit, .incarnation = pen->self->incarnation, .reason = "",
	};
}

// The offer goes to the new home itself, with what goes along; its registrar reads it in our log.
static enum err send_dossier(struct pen *pen, const struct transfer_claim *offer, const struct id *to)
{
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__TransferClaim message, *claims[] = { &message };
	Tributary__Dossier *dossier;
	struct arena arena;
	struct buf bytes = BUF_EMPTY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pen_dossier_make(pen, &offer->member, offer->epoch, &arena, &dossier);
	transfer_claim_message(offer, true, &message);
	letter.claims = claims;
	letter.n_claims = 1;
	letter.dossiers = &dossier;
	letter.n_dossiers = 1;
	if (!err) {
		pb_pack(&letter.base, &bytes);
		err = bytes.err ? bytes.err : pen_letter(pen, to, buf_span(&bytes));
	}
	buf_free(&bytes);
	arena_free(&arena);
	return err;
}

enum err pen_custody_offer(struct pen *pen, const struct id *member, const struct id *to, const char *reason,
                           enum custody_refusal *refusal)
{
	struct custody_unit view;
	struct charter_unit row;
	*refusal = CUSTODY_DONE;
	enum err err = charter_unit_get(pen->txn, to, &row);
	if (!err)
		err = own_view(pen, member, &view);
	if (err)
		return err;
	bool elsewhere = view.hold == CUSTODY_HELD && view.epoch && !id_equal(&view.incarnation, &pen->self->incarnation);
	struct transfer_claim claim = claim_on(pen, TRANSFER_OFFER, member, &view);
	if (elsewhere) {
		claim.what = TRANSFER_REAFFIRM;
		*refusal = CUSTODY_OTHER_DEVICE;
		return pen_custody_claim(pen, &claim);
	}
	*refusal = row.closed != INT32_MAX ? CUSTODY_CLOSED : custody_unit_offer(&view, to);
	if (*refusal)
		return ERR_OK;
	claim.to = *to;
	claim.reason = reason;
	err = pen_custody_claim(pen, &claim); // the mark: durable with the letter, and before either leaves
	return err ? err : send_dossier(pen, &claim, &claim.to);
}

enum err pen_custody_withdraw(struct pen *pen, const struct id *member, enum custody_refusal *refusal)
{
	struct custody_unit view;
	enum err err = own_view(pen, member, &view);
	if (err)
		return err;
	*refusal = pen_away_is_good(pen, member) ? CUSTODY_LETTER_OUT : custody_unit_withdraw(&view);
	struct transfer_claim claim = claim_on(pen, TRANSFER_WITHDRAW, member, &view);
	return *refusal ? ERR_OK : pen_custody_claim(pen, &claim);
}

enum err pen_custody_open_offer(struct txn *txn, const struct id *member, struct transfer_claim *offer)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = transfer_claims(txn, member, UINT64_MAX);
	while (scan_next(&scan)) {
		struct transfer_claim claim;
		if (transfer_claim_at(&scan, &claim) || (claim.what != TRANSFER_OFFER && claim.what != TRANSFER_ACCEPT))
			continue;
		if (claim.what == TRANSFER_ACCEPT) { // all that the new home's registrar hears of it
			if (!err && offer->epoch >= claim.epoch)
				continue;
			claim.to = claim.unit;
			claim.unit = claim.home;
		}
		*offer = claim; // ascending by epoch: the newest stays
		err = ERR_OK;
	}
	scan_end(&scan);
	return txn->err ? txn->err : err;
}

bool pen_custody_addressee(struct txn *txn, const struct id *offered, struct id *now)
{
	struct charter_unit row;
	*now = *offered;
	for (unsigned i = 0; i < LIMIT_TREE_LEVELS; i++) {
		if (charter_unit_get(txn, now, &row) || row.closed == INT32_MAX)
			return true;
		if (!row.merged)
			return false;
		*now = row.parent;
	}
	return true;
}

// Was the unit that the offer names merged into ours?
static bool became_ours(struct pen *pen, const struct id *to)
{
	struct id now;
	return pen_custody_addressee(pen->txn, to, &now) && id_equal(&now, &pen->self->unit);
}

enum err pen_custody_answer(struct pen *pen, const struct id *member, bool accept, const char *reason,
                            enum custody_refusal *refusal)
{
	struct transfer_claim offer;
	struct custody_unit view;
	*refusal = CUSTODY_DONE;
	enum err err = pen_custody_open_offer(pen->txn, member, &offer);
	if (err == ERR_NOT_FOUND) {
		*refusal = CUSTODY_NOT_OFFERED;
		return ERR_OK;
	}
	if (!err)
		err = own_view(pen, member, &view);
	if (err)
		return err;
	struct custody_claim said = transfer_custody_claim(&offer);
	*refusal = custody_unit_answer(&view, &said, became_ours(pen, &offer.to));
	if (*refusal)
		return ERR_OK;
	struct transfer_claim claim = {
		.what = accept ? TRANSFER_ACCEPT : TRANSFER_REFUSE, .member = *member, .epoch = offer.epoch, .tail = offer.tail,
		.home = offer.unit, .to = pen->self->unit, .reason = reason,
	};
	return pen_custody_claim(pen, &claim);
}

enum err pen_custody_judge(struct pen *pen, const struct id *member, bool approve, const char *reason,
                           enum custody_refusal *refusal)
{
	struct transfer_claim offer;
	struct custody_entry last;
	*refusal = CUSTODY_DONE;
	enum err err = pen_custody_open_offer(pen->txn, member, &offer);
	if (err == ERR_NOT_FOUND)
		*refusal = CUSTODY_NOT_OFFERED;
	else if (!err && custody_chain_last(pen->txn, member, &last) == ERR_OK && last.record.epoch > offer.epoch)
		*refusal = CUSTODY_VOID;
	if (*refusal || err)
		return *refusal ? ERR_OK : err;
	struct transfer_claim claim = {
		.what = approve ? TRANSFER_APPROVE : TRANSFER_DENY, .member = *member, .epoch = offer.epoch, .tail = offer.tail,
		.home = offer.unit, .to = offer.to, .reason = reason,
	};
	return pen_custody_claim(pen, &claim);
}

// ---- Late writes of former homes ----

enum { LATE_MOST = 64 }; // at a time; the rest with the next call

enum err pen_custody_late(struct pen *pen, const struct id *member, bool adopt, size_t *count, enum custody_refusal *refusal)
{
	struct arena arena;
	struct span dossiers[LATE_MOST];
	struct custody_unit view;
	size_t found = 0;
	*count = 0;
	enum err err = own_view(pen, member, &view);
	*refusal = !err && view.hold == CUSTODY_NONE ? CUSTODY_NOT_HERE : CUSTODY_DONE;
	if (err || *refusal)
		return err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = transfer_late(pen->txn, member); // by log and place: one log's in the order in which they were written
	while (!err && found < LATE_MOST && scan_next(&scan))
		if (!transfer_is_settled(pen->txn, &pen->self->unit, member, scan.value))
			err = arena_copy(&arena, scan.value, &dossiers[found++]);
	scan_end(&scan);
	for (size_t i = 0; i < found && !err; i++) {
		struct transfer_claim claim = transfer_settling(&pen->self->unit, member, dossiers[i]);
		if (adopt)
			err = pen_dossier_adopt(pen, dossiers[i]);
		if (!err)
			err = pen_custody_claim(pen, &claim);
		*count += !err;
	}
	arena_free(&arena);
	return err;
}

// ---- What follows by itself ----

enum { CLAIMS_MOST = 256 };

static enum err enter_new(struct pen *pen)
{
	Tributary__TransferClaim messages[CLAIMS_MOST], *list[CLAIMS_MOST];
	struct id members[CLAIMS_MOST];
	size_t count = 0;
	struct scan scan = transfer_new(pen->txn);
	while (count < CLAIMS_MOST && scan_next(&scan))
		members[count++] = transfer_new_member(&scan);
	scan_end(&scan);
	for (size_t i = 0; i < count; i++) {
		struct transfer_claim claim = { .what = TRANSFER_ENTER, .member = members[i], .reason = "" };
		transfer_claim_message(&claim, false, &messages[i]);
		messages[i].member = pb_bytes(id_span(&members[i]));
		list[i] = &messages[i];
	}
	enum err err = count ? write_claims(pen, list, count) : ERR_OK;
	for (size_t i = 0; i < count && !err; i++)
		transfer_new_done(pen->txn, &members[i]);
	return err || count < CLAIMS_MOST ? err : enter_new(pen);
}

static enum err ask_confirmation(struct pen *pen, const struct id *member, const struct custody_unit *view)
{
	struct transfer_claim claim = claim_on(pen, TRANSFER_REAFFIRM, member, view);
	struct id once = pen->self->incarnation;
	if (custody_unit_reaffirm(view) || !transfer_once(pen->txn, member, view->epoch, TRANSFER_REAFFIRM, &once))
		return ERR_OK;
	return pen_custody_claim(pen, &claim);
}

// The unit that we have offered a member to has become part of another: that one must accept anew, so it gets what the
// first one got. (Where nobody came after it, the registrar aborts.)
static enum err readdress_offer(struct pen *pen, const struct id *member, const struct custody_unit *view)
{
	struct transfer_claim offer;
	struct id now;
	if (view->hold != CUSTODY_OUTBOUND ||
	    transfer_find(pen->txn, member, view->epoch, TRANSFER_OFFER, &pen->self->unit, &offer) || transfer_goes_out(&offer) ||
	    !id_equal(&offer.incarnation, &pen->self->incarnation) || !pen_custody_addressee(pen->txn, &offer.to, &now) ||
	    id_equal(&now, &offer.to) || id_equal(&now, &pen->self->unit) ||
	    !transfer_once(pen->txn, member, view->epoch, TRANSFER_OFFER, &now))
		return pen->txn->err;
	return send_dossier(pen, &offer, &now);
}

// Since the offer nothing was said of the member but that our unit has another registrar.
static bool only_moved(struct pen *pen, const struct transfer_claim *offer, uint64_t now)
{
	bool moved = now > offer->epoch;
	for (uint64_t epoch = offer->epoch + 1; moved && epoch <= now; epoch++) {
		struct custody_entry entry;
		moved = custody_chain_at(pen->txn, &offer->member, epoch, &entry) == ERR_OK && entry.record.cause == CUSTODY_CAUSE_MOVED;
	}
	return moved;
}

// An offer that our own move made void is made again: nobody decided it.
static enum err renew_offer(struct pen *pen, const struct id *member, const struct custody_unit *view)
{
	struct transfer_claim claim, offer, withdrawn;
	enum custody_refusal refusal;
	bool found = false;
	struct scan scan = transfer_claims(pen->txn, member, UINT64_MAX);
	while (view->hold == CUSTODY_HELD && scan_next(&scan)) {
		if (transfer_claim_at(&scan, &claim) || claim.what != TRANSFER_OFFER || !id_equal(&claim.unit, &pen->self->unit))
			continue;
		offer = claim; // ascending by epoch
		found = true;
	}
	scan_end(&scan);
	if (!found || !id_equal(&offer.incarnation, &pen->self->incarnation) || !only_moved(pen, &offer, view->epoch) ||
	    transfer_find(pen->txn, member, offer.epoch, TRANSFER_WITHDRAW, &offer.unit, &withdrawn) == ERR_OK)
		return pen->txn->err;
	return pen_custody_offer(pen, member, &offer.to, "", &refusal);
}

static enum err unit_step(struct pen *pen, const struct id *member)
{
	struct custody_unit view;
	enum err err = own_view(pen, member, &view);
	if (!err)
		err = ask_confirmation(pen, member, &view);
	if (!err && view.epoch)
		err = renew_offer(pen, member, &view);
	if (!err && view.epoch)
		err = readdress_offer(pen, member, &view);
	if (err || !view.epoch)
		return err;
	return view.hold == CUSTODY_NONE ? pen_dossier_leave(pen, member) : pen_dossier_arrive(pen, member);
}

static enum err unit_due(struct pen *pen)
{
	enum err err = enter_new(pen);
	struct scan scan = transfer_due(pen->txn);
	while (!err && scan_next(&scan)) {
		struct id member = transfer_due_member(&scan);
		err = unit_step(pen, &member);
		if (!err)
			transfer_due_done(pen->txn, &member);
	}
	scan_end(&scan);
	return err;
}

bool pen_custody_is_due(struct txn *txn)
{
	struct scan due = transfer_due(txn), fresh = transfer_new(txn), news = custody_chain_news(txn);
	bool any = scan_next(&due) || scan_next(&fresh) || scan_next(&news);
	scan_end(&due);
	scan_end(&fresh);
	scan_end(&news);
	return any;
}

enum err pen_custody_due(struct pen *pen)
{
	if (id_is_zero(&pen->self->unit) || !pen_custody_is_due(pen->txn))
		return ERR_OK;
	if (pen->self->server)
		return pen_registrar_due(pen);
	if (!pen->view.pack->pack)
		return ERR_OK;
	struct scan scan = custody_chain_news(pen->txn); // for servers: a unit needs to do nothing about them
	while (scan_next(&scan)) {
		struct hash name;
		if (scan.key.size == 1 + LIMIT_HASH_BYTES && !hash_read(span_of(scan.key.data + 1, LIMIT_HASH_BYTES), &name))
			custody_chain_news_done(pen->txn, &name);
	}
	scan_end(&scan);
	return unit_due(pen);
}
