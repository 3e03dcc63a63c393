// What a registrar decides about the members of its units, and what it hands on of what they say. (pen_office
// writes, confirms and tells the records.)
#include "base/date.h"
#include "sync/pen_away.h"
#include "sync/pen_office.h"

static const struct id *own_unit(const struct pen_office *office)
{
	return &office->pen->self->unit;
}

// ---- Deciding ----

struct case_file {
	struct pen_office *office;
	struct id member;
	struct custody_registrar chain;
	struct custody_notes notes;
	struct transfer_claim offer, answer;
};

static enum err note(struct case_file *file, const struct transfer_claim *claim, enum custody_refusal refusal,
                     const struct custody_record *record, bool *written)
{
	if (refusal) {
		transfer_refused(file->office->pen->txn, claim, refusal);
		return file->office->pen->txn->err;
	}
	*written = true;
	return pen_office_add(file->office, record);
}

// Did the witness refuse an entry of this home before? Then it would again.
static bool refused_before(struct case_file *file, const struct id *home)
{
	bool refused = false;
	struct scan scan = custody_chain_scan(file->office->pen->txn, &file->member);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		refused |= custody_chain_read(&scan, &entry) == ERR_OK && entry.state == CUSTODY_REFUSED && entry.record.epoch == 1 &&
		           id_equal(&entry.record.home, home);
	}
	scan_end(&scan);
	return refused;
}

static enum err take_enter(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	struct custody_record record;
	struct custody_claim enter = transfer_custody_claim(claim);
	if (!pen_office_looks_after(file->office, &claim->unit))
		return ERR_OK;
	if (refused_before(file, &claim->unit))
		return note(file, claim, CUSTODY_HAS_HOME, NULL, written);
	if (file->chain.last.epoch && id_equal(&file->chain.last.home, &claim->unit))
		return ERR_OK; // said by each device of the unit
	enum custody_refusal refusal = custody_registrar_enter(&file->chain, &enter, &file->notes, &record);
	return note(file, claim, refusal, &record, written);
}

static bool withdrawn(struct txn *txn, const struct transfer_claim *offer)
{
	struct transfer_claim claim;
	return transfer_find(txn, &offer->member, offer->epoch, TRANSFER_WITHDRAW, &offer->unit, &claim) == ERR_OK;
}

static enum err take_reaffirm(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	struct custody_record record;
	struct transfer_claim offer;
	struct txn *txn = file->office->pen->txn;
	struct custody_claim said = transfer_custody_claim(claim);
	if (custody_chain_life_is_over(txn, &claim->incarnation, &claim->unit))
		return note(file, claim, CUSTODY_FORMER_LIFE, NULL, written);
	// Another device of the unit asks for a member whom the first has offered: that must be withdrawn first.
	if (!custody_chain_life_is_over(txn, &file->chain.last.incarnation, &claim->unit) &&
	    transfer_find(txn, &file->member, claim->epoch, TRANSFER_OFFER, &claim->unit, &offer) == ERR_OK &&
	    id_equal(&offer.incarnation, &file->chain.last.incarnation) && !withdrawn(txn, &offer))
		return note(file, claim, CUSTODY_OFFERED, NULL, written);
	return note(file, claim, custody_registrar_reaffirm(&file->chain, &said, &file->notes, &record), &record, written);
}

static bool said(struct case_file *file, enum transfer_what what, const struct id *unit)
{
	return transfer_find(file->office->pen->txn, &file->member, file->offer.epoch, what, unit, &file->answer) == ERR_OK;
}

// The pack of the tree says who must approve; the kind is not said on the wire, so any kind's word counts.
static bool approved(struct case_file *file)
{
	struct pen *pen = file->office->pen;
	const struct pack *pack = pen->view.pack->pack;
	// Who is above the receiving unit; out of the tree nobody here is, so those above the home.
	const struct id *side = transfer_goes_out(&file->offer) ? &file->offer.unit : &file->offer.to;
	unsigned needed = 0;
	struct id registrar, witness;
	for (size_t i = 0; pack && i < pack->kind_count; i++)
		needed |= pack->kinds[i].approvals;
	bool enough = true;
	if (needed & PACK_APPROVAL_REGISTRAR)
		enough &= charter_registrar(pen->txn, side, &registrar) == ERR_OK && said(file, TRANSFER_APPROVE, &registrar);
	if ((needed & PACK_APPROVAL_WITNESS) && charter_registrar(pen->txn, side, &registrar) == ERR_OK &&
	    custody_chain_witness(pen->txn, &registrar, &witness) == ERR_OK)
		enough &= said(file, TRANSFER_APPROVE, &witness);
	return enough;
}

// Out of the tree: the home stays, and a letter may go.
static enum err take_offer_out(struct case_file *file, bool *written)
{
	struct custody_record record;
	struct custody_claim offer = transfer_custody_claim(&file->offer);
	if (said(file, TRANSFER_WITHDRAW, &file->offer.unit) || said(file, TRANSFER_DENY, NULL))
		return note(file, &file->offer, custody_registrar_abort(&file->chain, &offer, &file->notes, &record), &record, written);
	file->notes.approved = approved(file);
	return note(file, &file->offer, custody_registrar_letter(&file->chain, &offer, &file->notes, &record), &record, written);
}

static enum err take_returned(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	struct custody_record record;
	struct custody_claim returned = transfer_custody_claim(claim);
	return note(file, claim, custody_registrar_leave(&file->chain, &returned, &file->notes, &record), &record, written);
}

// A letter that is out is called back: only when nobody can be taken in by it any more.
static enum err take_recall(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	struct custody_record record;
	struct custody_claim recall = transfer_custody_claim(claim);
	struct transfer_claim offer;
	if (file->chain.last.cause != CUSTODY_CAUSE_LETTER)
		return ERR_OK; // it counts with its offer
	enum err err = pen_away_offer_of(file->office->pen->txn, &file->member, &claim->unit, &offer);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (file->notes.day <= offer.until)
		return note(file, claim, CUSTODY_LETTER_OUT, NULL, written);
	return note(file, claim, custody_registrar_abort(&file->chain, &recall, &file->notes, &record), &record, written);
}

// By letter from outside: entered by the top, which alone can see that the letter was not used elsewhere in the tree;
// it hands the member over to the home's registrar at once.
static enum err take_admission(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	struct pen *pen = file->office->pen;
	struct custody_record record;
	struct custody_claim enter = transfer_custody_claim(claim);
	enter.home = claim->unit;
	if (!file->office->top || (file->chain.last.epoch && id_equal(&file->chain.last.home, &claim->unit)))
		return ERR_OK;
	if (file->chain.last.epoch) {
		transfer_refused(pen->txn, claim, CUSTODY_REPLAYED);
		return transfer_once(pen->txn, &file->member, claim->epoch, TRANSFER_TOLD, &claim->unit) ?
		       pen_seek_tell(pen, claim, CUSTODY_REPLAYED) : pen->txn->err;
	}
	return note(file, claim, custody_registrar_enter(&file->chain, &enter, &file->notes, &record), &record, written);
}

static enum err take_offer(struct case_file *file, bool *written)
{
	if (transfer_goes_out(&file->offer))
		return take_offer_out(file, written);
	struct pen *pen = file->office->pen;
	struct custody_record record;
	struct custody_claim offer = transfer_custody_claim(&file->offer);
	struct id to;
	bool open = pen_custody_addressee(pen->txn, &file->offer.to, &to);
	if (!open || said(file, TRANSFER_WITHDRAW, &file->offer.unit) || said(file, TRANSFER_REFUSE, &to) ||
	    said(file, TRANSFER_DENY, NULL) || id_equal(&to, &file->offer.unit))
		return note(file, &file->offer, custody_registrar_abort(&file->chain, &offer, &file->notes, &record), &record, written);
	file->notes.approved = approved(file);
	if (!said(file, TRANSFER_ACCEPT, &to))
		return ERR_OK;
	file->notes.successor = !id_equal(&to, &file->offer.to);
	struct transfer_claim accept = file->answer;
	struct custody_claim taken = transfer_custody_accept(&accept);
	if (charter_registrar(pen->txn, &accept.unit, &file->notes.registrar))
		file->notes.registrar = accept.via;
	return note(file, &accept, custody_registrar_commit(&file->chain, &offer, &taken, &file->notes, &record), &record, written);
}

static enum err take_claim(struct case_file *file, const struct transfer_claim *claim, bool *written)
{
	switch (claim->what) {
	case TRANSFER_ENTER: return take_enter(file, claim, written);
	case TRANSFER_REAFFIRM: return take_reaffirm(file, claim, written);
	case TRANSFER_OFFER: file->offer = *claim; return take_offer(file, written);
	case TRANSFER_RETURNED: return take_returned(file, claim, written);
	case TRANSFER_WITHDRAW: return take_recall(file, claim, written);
	case TRANSFER_ADMIT: return take_admission(file, claim, written);
	case TRANSFER_ACCEPT:
	case TRANSFER_REFUSE:
	case TRANSFER_APPROVE:
	case TRANSFER_DENY:
	case TRANSFER_SETTLED:
	case TRANSFER_SEEK:
	case TRANSFER_TOLD:
	case TRANSFER_WHAT_END: break; // they count with the offer
	}
	return ERR_OK;
}

// All that stands on the last record, confirmations first: they void offers of a former life.
static enum err decide(struct case_file *file, bool *written)
{
	static const enum transfer_what order[] = { TRANSFER_ENTER, TRANSFER_ADMIT, TRANSFER_REAFFIRM, TRANSFER_RETURNED,
	                                            TRANSFER_WITHDRAW, TRANSFER_OFFER };
	struct txn *txn = file->office->pen->txn;
	uint64_t epoch = file->chain.last.epoch;
	enum err err = ERR_OK;
	for (size_t i = 0; i < sizeof order / sizeof order[0] && !*written && !err; i++) {
		struct scan scan = transfer_claims(txn, &file->member, order[i] == TRANSFER_ENTER || order[i] == TRANSFER_ADMIT ? 0 : epoch);
		while (!*written && !err && scan_next(&scan)) {
			struct transfer_claim claim;
			err = transfer_claim_at(&scan, &claim);
			if (!err && claim.what == order[i])
				err = take_claim(file, &claim, written);
		}
		scan_end(&scan);
	}
	return err ? err : txn->err;
}

// ---- Handing on ----

static bool is_answer(const struct transfer_claim *claim)
{
	return claim->what == TRANSFER_ACCEPT || claim->what == TRANSFER_REFUSE || claim->what == TRANSFER_APPROVE ||
	       claim->what == TRANSFER_DENY;
}

// By whom: of an answer, by the registrar of whoever offered; of an admission by letter, by the top.
static bool decided_elsewhere(struct pen_office *office, const struct transfer_claim *claim, struct id *registrar)
{
	struct hash root;
	if (claim->what == TRANSFER_ADMIT)
		return charter_top(office->pen->txn, registrar, &root) == ERR_OK;
	return is_answer(claim) && charter_registrar(office->pen->txn, &claim->home, registrar) == ERR_OK;
}

// Answers of our units to offers that another registrar decides; and those that reached us when the home had
// come under another registrar.
static enum err hand_on(struct pen_office *office, const struct transfer_claim *claim)
{
	struct txn *txn = office->pen->txn;
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__TransferClaim message, *list[] = { &message };
	struct id registrar;
	bool ours = !id_is_zero(&claim->via) || id_equal(&claim->unit, own_unit(office)) || pen_office_looks_after(office, &claim->unit);
	if (!ours || !decided_elsewhere(office, claim, &registrar) || id_equal(&registrar, own_unit(office)) ||
	    !transfer_once(txn, &claim->member, claim->epoch, claim->what, &claim->unit))
		return ERR_OK;
	transfer_claim_message(claim, true, &message);
	letter.claims = list;
	letter.n_claims = 1;
	return pen_office_letter(office, &registrar, &letter);
}

static enum err hand_on_answers(struct pen_office *office, const struct id *member)
{
	enum err err = ERR_OK;
	struct scan scan = transfer_claims(office->pen->txn, member, UINT64_MAX);
	while (!err && scan_next(&scan)) {
		struct transfer_claim claim;
		err = transfer_claim_at(&scan, &claim);
		if (!err)
			err = hand_on(office, &claim);
	}
	scan_end(&scan);
	return err;
}

// ---- Units that come and go ----

// Who offered the member or was offered it, and has moved away or never was below us, cannot read in our `down`
// that this is decided. (Who is the home now is told by its registrar.)
static enum err tell_parties(struct case_file *file)
{
	const struct custody_record *last = &file->chain.last;
	struct pen_office *office = file->office;
	enum err err = ERR_OK;
	if (!id_equal(&last->writer, own_unit(office)) && !id_equal(&last->registrar, own_unit(office)))
		return ERR_OK;
	struct scan scan = transfer_claims(office->pen->txn, &file->member, UINT64_MAX);
	while (!err && scan_next(&scan)) {
		struct transfer_claim claim;
		err = transfer_claim_at(&scan, &claim);
		if (err || claim.epoch >= last->epoch || (claim.what != TRANSFER_OFFER && claim.what != TRANSFER_ACCEPT))
			continue;
		const struct id party[] = { claim.unit, claim.what == TRANSFER_OFFER ? claim.to : claim.unit };
		for (size_t i = 0; i < 2 && !err; i++)
			if (!id_is_zero(&party[i]) && !id_equal(&party[i], &last->home) && !pen_office_looks_after(office, &party[i]))
				err = pen_office_tell_last(office, &file->member, &party[i]);
	}
	scan_end(&scan);
	return err;
}

// The home has come under another registrar: that one writes the next record.
static enum err hand_over(struct case_file *file)
{
	struct custody_record record;
	struct pen_office *office = file->office;
	if (!file->chain.last.epoch || charter_registrar(office->pen->txn, &file->chain.last.home, &file->notes.registrar) ||
	    custody_registrar_hand_over(&file->chain, &file->notes, &record))
		return office->pen->txn->err;
	enum err err = pen_office_tell_chain(office, &file->member, &record.home); // it reads another `down` from now on
	return err ? err : pen_office_add(office, &record);
}

static enum err member_due(struct pen_office *office, const struct id *member, bool *later)
{
	struct pen *pen = office->pen;
	struct case_file file = { .office = office, .member = *member };
	bool written = false;
	enum err err = hand_on_answers(office, member);
	if (!err)
		err = pen_seek_due(pen, member);
	if (!err)
		err = transfer_registrar_view(pen->txn, own_unit(office), member, &file.chain);
	*later = !err && file.chain.restoring;
	if (err || file.chain.restoring || file.chain.waiting)
		return err;
	err = tell_parties(&file);
	if (err || (file.chain.last.epoch && !id_equal(&file.chain.last.registrar, own_unit(office))))
		return err;
	file.notes = (struct custody_notes){ .approved = true, .registrar = *own_unit(office), .day = date_of_ms(pen->now_ms, 0) };
	err = decide(&file, &written);
	return err || written ? err : hand_over(&file);
}

static enum err members_due(struct pen_office *office)
{
	enum err err = ERR_OK;
	struct scan scan = transfer_due(office->pen->txn);
	while (!err && scan_next(&scan)) {
		struct id member = transfer_due_member(&scan);
		bool later;
		arena_reset(&office->arena);
		err = member_due(office, &member, &later);
		if (!err && !later)
			transfer_due_done(office->pen->txn, &member);
	}
	scan_end(&scan);
	return err ? err : pen_office_flush(office);
}

enum err pen_registrar_due(struct pen *pen)
{
	struct pen_office office = { .pen = pen };
	struct id witness;
	office.top = custody_chain_witness(pen->txn, &pen->self->unit, &witness) == ERR_NOT_FOUND;
	arena_init(&office.arena, LIMIT_DECODE_BYTES);
	enum err err = pen_office_batches_due(&office);
	if (!err)
		err = members_due(&office);
	arena_free(&office.arena);
	return err;
}
