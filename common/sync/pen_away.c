#include "sync/pen_away.h"

#include "base/date.h"
#include "base/pb.h"
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "sync/pen_dossier.h"
#include "sync/pen_inside.h"

#define ADMITTED_DOMAIN "tributary admitted v1"

static int32_t today(const struct pen *pen)
{
	return date_of_ms(pen->now_ms, 0);
}

static enum err own_view(struct pen *pen, const struct id *member, struct custody_unit *view)
{
	return transfer_unit_view(pen->txn, &pen->self->unit, &pen->self->incarnation, member, view);
}

static struct transfer_claim claim_on(const struct pen *pen, enum transfer_what what, const struct id *member,
                                      const struct custody_unit *view)
{
	return (struct transfer_claim){ .what = what, .member = *member, .epoch = view->epoch, .tail = view->tail,
	                                .unit = pen->self->unit, .incarnation = pen->self->incarnation, .reason = "" };
}

// Another device of the unit keeps the member: this one asks for it.
static bool kept_elsewhere(const struct pen *pen, const struct custody_unit *view)
{
	return view->hold != CUSTODY_NONE && view->hold != CUSTODY_UNVERIFIED && view->epoch &&
	       !id_equal(&view->incarnation, &pen->self->incarnation);
}

static enum err ask_for(struct pen *pen, const struct id *member, const struct custody_unit *view, enum custody_refusal *refusal)
{
	struct transfer_claim claim = claim_on(pen, TRANSFER_REAFFIRM, member, view);
	*refusal = CUSTODY_OTHER_DEVICE;
	return pen_custody_claim(pen, &claim);
}

// ---- Out ----

enum err pen_away_offer(struct pen *pen, const struct id *member, const char *organisation, int32_t until,
                        enum custody_refusal *refusal)
{
	static const struct id outside;
	struct custody_unit view;
	*refusal = CUSTODY_DONE;
	if (!*organisation || strlen(organisation) > LIMIT_TITLE_BYTES)
		return ERR_TOO_LARGE;
	enum err err = own_view(pen, member, &view);
	if (err)
		return err;
	if (kept_elsewhere(pen, &view))
		return ask_for(pen, member, &view, refusal);
	struct transfer_claim claim = claim_on(pen, TRANSFER_OFFER, member, &view);
	*refusal = custody_unit_offer(&view, &outside);
	if (*refusal)
		return ERR_OK;
	claim.reason = organisation;
	claim.until = until;
	return pen_custody_claim(pen, &claim);
}

enum err pen_away_offer_of(struct txn *txn, const struct id *member, const struct id *unit, struct transfer_claim *offer)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = transfer_claims(txn, member, UINT64_MAX);
	while (scan_next(&scan)) {
		struct transfer_claim claim;
		if (transfer_claim_at(&scan, &claim) || !transfer_goes_out(&claim) || !id_equal(&claim.unit, unit))
			continue;
		*offer = claim; // ascending by epoch
		err = ERR_OK;
	}
	scan_end(&scan);
	return txn->err ? txn->err : err;
}

static bool letter_is_out(struct pen *pen, const struct id *member, struct custody_entry *last)
{
	return custody_chain_last(pen->txn, member, last) == ERR_OK && last->record.cause == CUSTODY_CAUSE_LETTER &&
	       id_equal(&last->record.home, &pen->self->unit);
}

bool pen_away_is_good(struct pen *pen, const struct id *member)
{
	struct custody_entry last;
	struct transfer_claim offer;
	return letter_is_out(pen, member, &last) && pen_away_offer_of(pen->txn, member, &pen->self->unit, &offer) == ERR_OK &&
	       today(pen) <= offer.until;
}

// The organisation that the offer names.
static const char *organisation_of(struct pen *pen, const struct transfer_claim *offer, struct arena *arena)
{
	const char *name = NULL;
	struct scan scan = transfer_claims(pen->txn, &offer->member, offer->epoch);
	while (!name && scan_next(&scan)) {
		struct transfer_claim claim;
		if (transfer_claim_at(&scan, &claim) == ERR_OK && transfer_goes_out(&claim) && id_equal(&claim.unit, &offer->unit))
			name = arena_string(arena, transfer_claim_reason(&scan));
	}
	scan_end(&scan);
	return name;
}

enum err pen_away_letter(struct pen *pen, const struct id *member, struct arena *arena, struct letter *letter,
                         enum custody_refusal *refusal)
{
	struct custody_entry last;
	struct transfer_claim offer;
	Tributary__Dossier *dossier;
	struct buf bytes = BUF_EMPTY;
	*refusal = letter_is_out(pen, member, &last) ? CUSTODY_DONE : CUSTODY_NO_LETTER;
	if (*refusal)
		return ERR_OK;
	*letter = (struct letter){ .kind = LETTER_OUT, .root_key = pen->self->root_key, .unit = pen->self->unit, .member = *member,
	                           .record = last.digest, .name = "", .day = last.record.day };
	enum err err = pen_away_offer_of(pen->txn, member, &pen->self->unit, &offer);
	if (!err)
		err = pen_dossier_make(pen, member, last.record.epoch, arena, &dossier);
	if (err)
		return err;
	pb_pack(&dossier->base, &bytes);
	err = bytes.err ? bytes.err : arena_copy(arena, buf_span(&bytes), &letter->dossier);
	buf_free(&bytes);
	letter->to = organisation_of(pen, &offer, arena);
	letter->pack = arena_string(arena, span_string(pen->view.pack->pack->name));
	letter->until = offer.until;
	return err ? err : letter->to && letter->pack ? ERR_OK : ERR_BUDGET;
}

// ---- In ----

// A member and its records have ids of their own in each tree that they come into, made from the letter: so a letter
// that is used twice names one member twice, and who comes back with another letter meets no traces of its own.
static struct id id_here(const struct letter *letter, const struct id *id)
{
	enum { DOMAIN_BYTES = sizeof ADMITTED_DOMAIN - 1 };
	uint8_t bytes[DOMAIN_BYTES + LIMIT_HASH_BYTES + LIMIT_ID_BYTES] = ADMITTED_DOMAIN;
	struct id made;
	memcpy(bytes + DOMAIN_BYTES, letter->record.bytes, LIMIT_HASH_BYTES);
	memcpy(bytes + DOMAIN_BYTES + LIMIT_HASH_BYTES, id->bytes, LIMIT_ID_BYTES);
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, span_of(bytes, sizeof bytes));
	memcpy(made.bytes, hash.bytes, LIMIT_ID_BYTES);
	return made;
}

struct adopting {
	const struct letter *letter;
	struct arena *arena;
	struct changes *list;      // decoded
	size_t count;
};

static bool travels(const struct adopting *adopting, struct span bytes)
{
	for (size_t i = 0; i < adopting->count; i++)
		for (size_t c = 0; c < adopting->list[i].count; c++)
			if (span_equal(bytes, id_span(&adopting->list[i].changes[c].record)))
				return true;
	return false;
}

// A reference to something that came along points to it here, too.
static enum err point(const struct adopting *adopting, struct span *bytes)
{
	struct id id;
	if (bytes->size != LIMIT_ID_BYTES || !travels(adopting, *bytes) || id_read(*bytes, &id))
		return ERR_OK;
	id = id_here(adopting->letter, &id);
	return arena_copy(adopting->arena, id_span(&id), bytes);
}

static enum err adopt_change(const struct adopting *adopting, const struct change *from, struct change *to)
{
	struct change_write *writes = arena_array(adopting->arena, from->write_count, sizeof *writes);
	enum err err = writes || !from->write_count ? ERR_OK : ERR_BUDGET;
	*to = *from;
	to->record = id_here(adopting->letter, &from->record);
	to->writes = writes;
	for (size_t i = 0; i < from->write_count && !err; i++) {
		writes[i] = from->writes[i];
		err = point(adopting, &writes[i].element);
		if (!err && writes[i].value.form == VALUE_IS_REFERENCE)
			err = point(adopting, &writes[i].value.bytes);
	}
	return err;
}

static enum err adopt_changes(const struct adopting *adopting, const struct changes *from, ProtobufCBinaryData *to)
{
	struct changes made = *from;
	struct change *list = arena_array(adopting->arena, from->count, sizeof *list);
	struct buf payload = BUF_EMPTY;
	struct span kept = span_of(NULL, 0);
	enum err err = list ? ERR_OK : ERR_BUDGET;
	for (size_t i = 0; i < from->count && !err; i++)
		err = adopt_change(adopting, &from->changes[i], &list[i]);
	made.changes = list;
	if (!err)
		change_encode(&made, &payload);
	if (!err)
		err = payload.err ? payload.err : arena_copy(adopting->arena, buf_span(&payload), &kept);
	buf_free(&payload);
	*to = pb_bytes(kept);
	return err;
}

static enum err decode_all(struct adopting *adopting, const Tributary__Dossier *dossier)
{
	adopting->list = arena_array(adopting->arena, dossier->n_changes, sizeof *adopting->list);
	enum err err = adopting->list || !dossier->n_changes ? ERR_OK : ERR_BUDGET;
	for (; adopting->count < dossier->n_changes && !err; adopting->count++)
		err = change_decode(pb_span(dossier->changes[adopting->count]), adopting->arena, &adopting->list[adopting->count]);
	return err;
}

// Another ledger's fields mean nothing here: of it the name alone is taken over.
static enum err only_the_name(struct pen *pen, const struct letter *letter, struct arena *arena, Tributary__Dossier *dossier)
{
	const struct pack *pack = pen->view.pack->pack;
	const struct pack_kind *kind = NULL;
	for (size_t i = 0; i < pack->kind_count && !kind; i++)
		kind = pack->kinds[i].custody ? &pack->kinds[i] : NULL;
	if (!kind)
		return ERR_NOT_FOUND;
	struct change_write write = { .field = kind->label, .chain = 1, .value = { .form = VALUE_IS_TEXT, .bytes = span_string(letter->name) } };
	struct change change = { .record = letter->member, .kind = kind->number, .write_count = 1, .writes = &write };
	struct changes whole = { .pack_version = pen->view.pack->version, .count = 1, .changes = &change };
	ProtobufCBinaryData *list = arena_array(arena, 1, sizeof *list);
	struct adopting adopting = { .letter = letter, .arena = arena };
	dossier->n_changes = 1;
	dossier->changes = list;
	return list ? adopt_changes(&adopting, &whole, list) : ERR_BUDGET;
}

static enum err adopt(struct pen *pen, const struct letter *letter, struct arena *arena, Tributary__Dossier *made)
{
	struct adopting adopting = { .letter = letter, .arena = arena };
	ProtobufCMessage *message;
	if (strcmp(letter->pack, pen->view.pack->pack->name) != 0)
		return only_the_name(pen, letter, arena, made);
	enum err err = pb_unpack(&tributary__dossier__descriptor, letter->dossier, arena, &message);
	if (!err)
		err = decode_all(&adopting, (const Tributary__Dossier *)message);
	if (err)
		return err;
	made->n_changes = adopting.count;
	made->changes = arena_array(arena, adopting.count + 1, sizeof *made->changes);
	err = made->changes ? ERR_OK : ERR_BUDGET;
	for (size_t i = 0; i < adopting.count && !err; i++)
		err = adopt_changes(&adopting, &adopting.list[i], &made->changes[i]);
	return err;
}

// What came with it is kept as a letter to ourselves until the member is ours.
static enum err keep_dossier(struct pen *pen, const struct letter *letter, const struct id *member)
{
	Tributary__CustodyLetter own = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__Dossier dossier = TRIBUTARY__DOSSIER__INIT, *list[] = { &dossier };
	struct buf bytes = BUF_EMPTY;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	dossier.member = pb_bytes(id_span(member));
	enum err err = adopt(pen, letter, &arena, &dossier);
	own.n_dossiers = 1;
	own.dossiers = list;
	if (!err) {
		pb_pack(&own.base, &bytes);
		err = bytes.err ? bytes.err : pen_letter(pen, &pen->self->unit, buf_span(&bytes));
	}
	buf_free(&bytes);
	arena_free(&arena);
	return err;
}

static enum custody_refusal may_admit(struct pen *pen, const struct letter *letter, const struct id *member)
{
	struct custody_entry last;
	struct transfer_claim before;
	struct charter_unit row;
	if (letter->kind != LETTER_OUT)
		return CUSTODY_FORGED;
	if (hash_equal(&letter->root_key, &pen->self->root_key))
		return CUSTODY_SAME_TREE;
	if (today(pen) > letter->until)
		return CUSTODY_EXPIRED;
	if (charter_unit_get(pen->txn, &pen->self->unit, &row) == ERR_OK && row.closed != INT32_MAX)
		return CUSTODY_CLOSED;
	bool used = custody_chain_last(pen->txn, member, &last) == ERR_OK ||
	            transfer_find(pen->txn, member, 0, TRANSFER_ADMIT, NULL, &before) == ERR_OK;
	return used ? CUSTODY_REPLAYED : CUSTODY_DONE;
}

enum err pen_away_admit(struct pen *pen, const struct letter *letter, struct id *member, enum custody_refusal *refusal)
{
	*member = id_here(letter, &letter->member);
	*refusal = may_admit(pen, letter, member);
	if (*refusal)
		return ERR_OK;
	if (!pen->view.pack->pack)
		return ERR_AGAIN;
	struct transfer_claim claim = { .what = TRANSFER_ADMIT, .member = *member, .tail = letter->record, .to = pen->self->unit,
	                                .reason = "" };
	enum err err = pen_custody_claim(pen, &claim);
	return err ? err : keep_dossier(pen, letter, member);
}

// ---- The slip ----

enum err pen_away_slip(struct pen *pen, const struct id *member, struct letter *slip, enum custody_refusal *refusal)
{
	struct transfer_claim admit;
	struct custody_entry last;
	*refusal = CUSTODY_DONE;
	enum err err = transfer_find(pen->txn, member, 0, TRANSFER_ADMIT, &pen->self->unit, &admit);
	if (err == ERR_NOT_FOUND)
		*refusal = CUSTODY_NO_LETTER;
	else if (!err && custody_chain_last(pen->txn, member, &last))
		*refusal = CUSTODY_UNRECORDED;
	else if (!err && !id_equal(&last.record.home, &pen->self->unit))
		*refusal = CUSTODY_NOT_HERE;
	if (err || *refusal)
		return *refusal ? ERR_OK : err;
	*slip = (struct letter){ .kind = LETTER_SLIP, .root_key = pen->self->root_key, .unit = pen->self->unit, .member = *member,
	                         .record = last.digest, .to = "", .name = "", .pack = "", .day = today(pen), .answers = admit.tail };
	return ERR_OK;
}

struct answered {
	struct pen *pen;
	const struct letter *slip;
	struct id member;
	bool found;
};

// A letter stands on one record of the chain; should the store have been restored since, others have followed it.
static enum err look_at(void *context, const struct transfer_state *state)
{
	struct answered *answered = context;
	struct pen *pen = answered->pen;
	if (!transfer_goes_out(&state->offer) || !id_equal(&state->offer.unit, &pen->self->unit))
		return ERR_OK;
	struct scan scan = custody_chain_scan(pen->txn, &state->offer.member);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		if (custody_chain_read(&scan, &entry) || entry.record.cause != CUSTODY_CAUSE_LETTER ||
		    !hash_equal(&entry.digest, &answered->slip->answers))
			continue;
		answered->found = true;
		answered->member = state->offer.member;
	}
	scan_end(&scan);
	return pen->txn->err;
}

enum err pen_away_returned(struct pen *pen, const struct letter *slip, struct id *member, enum custody_refusal *refusal)
{
	struct answered answered = { .pen = pen, .slip = slip };
	struct custody_entry last;
	struct custody_unit view;
	*refusal = CUSTODY_WRONG_SLIP;
	if (slip->kind != LETTER_SLIP)
		return ERR_OK;
	enum err err = transfer_state_each(pen->txn, look_at, &answered);
	if (err || !answered.found)
		return err;
	*member = answered.member;
	*refusal = letter_is_out(pen, member, &last) ? CUSTODY_DONE : CUSTODY_VOID;
	if (*refusal)
		return ERR_OK;
	err = own_view(pen, member, &view);
	if (err)
		return err;
	if (kept_elsewhere(pen, &view))
		return ask_for(pen, member, &view, refusal);
	struct transfer_claim claim = claim_on(pen, TRANSFER_RETURNED, member, &view);
	claim.home = pen->self->unit;
	return pen_custody_claim(pen, &claim);
}
