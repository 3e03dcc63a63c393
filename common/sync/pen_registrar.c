// What a server writes about homes: as the registrar the records of the members of its units, as the
// witness its word on those of the registrars below it, and what these have become final for everyone.
#include "base/date.h"
#include "base/pb.h"
#include "org/custody_chain.h"
#include "sync/pen_custody.h"
#include "sync/pen_inside.h"

enum { FORWARDED_BATCH = 65 };

struct office {
	struct pen *pen;
	struct arena arena;       // of one member or batch
	uint8_t records[CUSTODY_BATCH_RECORDS * CUSTODY_RECORD_BYTES];
	size_t count;
	bool top;                 // nobody above: what is written is final
};

static const struct id *own_unit(const struct office *office)
{
	return &office->pen->self->unit;
}

static bool is_registrar_of(const struct office *office, const struct id *unit)
{
	struct id registrar;
	return charter_registrar(office->pen->txn, unit, &registrar) == ERR_OK && id_equal(&registrar, own_unit(office));
}

// ---- Writing ----

static enum err write_batch(struct office *office, const struct custody_batch *batch, enum lane lane)
{
	struct pen *pen = office->pen;
	Tributary__CustodyBatch *message;
	Tributary__Custody custody = TRIBUTARY__CUSTODY__INIT;
	enum err err = custody_batch_message(batch, &office->arena, &message);
	if (err)
		return err;
	custody.batches = &message;
	custody.n_batches = 1;
	buf_clear(&pen->scratch);
	pb_pack(&custody.base, &pen->scratch);
	return pen->scratch.err ? pen->scratch.err : pen_entry(pen, lane, ENTRY_CUSTODY, buf_span(&pen->scratch), NULL);
}

// The witness sees them first; without one they are final, and everyone below does.
static enum err flush(struct office *office)
{
	struct custody_batch batch = { .records = span_of(office->records, office->count * CUSTODY_RECORD_BYTES), .count = office->count };
	if (!office->count)
		return ERR_OK;
	batch.name = custody_batch_name(batch.records);
	custody_batch_sign(&batch, &office->pen->self->identity);
	office->count = 0;
	return write_batch(office, &batch, office->top ? LANE_DOWN : LANE_UP);
}

static enum err add(struct office *office, const struct custody_record *record)
{
	custody_record_layout(record, office->records + office->count++ * CUSTODY_RECORD_BYTES);
	return office->count == CUSTODY_BATCH_RECORDS ? flush(office) : ERR_OK;
}

// ---- Deciding ----

struct case_file {
	struct office *office;
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
	return add(file->office, record);
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
	if (!is_registrar_of(file->office, &claim->unit))
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
	unsigned needed = 0;
	struct id registrar, witness;
	for (size_t i = 0; pack && i < pack->kind_count; i++)
		needed |= pack->kinds[i].approvals;
	bool enough = true;
	if (needed & PACK_APPROVAL_REGISTRAR)
		enough &= charter_registrar(pen->txn, &file->offer.to, &registrar) == ERR_OK && said(file, TRANSFER_APPROVE, &registrar);
	if ((needed & PACK_APPROVAL_WITNESS) && charter_registrar(pen->txn, &file->offer.to, &registrar) == ERR_OK &&
	    custody_chain_witness(pen->txn, &registrar, &witness) == ERR_OK)
		enough &= said(file, TRANSFER_APPROVE, &witness);
	return enough;
}

static bool closed(struct case_file *file, const struct id *unit, struct charter_unit *row)
{
	return charter_unit_get(file->office->pen->txn, unit, row) == ERR_OK && row->closed != INT32_MAX;
}

// Whom the offer is to now: of a unit that was merged, what it became part of. False: it is closed, and nobody
// came after it.
static bool addressee(struct case_file *file, struct id *to)
{
	struct charter_unit row;
	*to = file->offer.to;
	for (unsigned i = 0; i < LIMIT_TREE_LEVELS && closed(file, to, &row); i++) {
		if (!row.merged)
			return false;
		*to = row.parent;
	}
	return true;
}

static enum err take_offer(struct case_file *file, bool *written)
{
	struct pen *pen = file->office->pen;
	struct custody_record record;
	struct custody_claim offer = transfer_custody_claim(&file->offer);
	struct id to;
	bool open = addressee(file, &to);
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
	case TRANSFER_WITHDRAW:
	case TRANSFER_ACCEPT:
	case TRANSFER_REFUSE:
	case TRANSFER_APPROVE:
	case TRANSFER_DENY:
	case TRANSFER_SEEK:
	case TRANSFER_TOLD:
	case TRANSFER_WHAT_END: break; // they count with the offer
	}
	return ERR_OK;
}

// All that stands on the last record, confirmations first: they void offers of a former life.
static enum err decide(struct case_file *file, bool *written)
{
	static const enum transfer_what order[] = { TRANSFER_ENTER, TRANSFER_REAFFIRM, TRANSFER_OFFER };
	struct txn *txn = file->office->pen->txn;
	uint64_t epoch = file->chain.last.epoch;
	enum err err = ERR_OK;
	for (size_t i = 0; i < sizeof order / sizeof order[0] && !*written && !err; i++) {
		struct scan scan = transfer_claims(txn, &file->member, order[i] == TRANSFER_ENTER ? 0 : epoch);
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

static enum err send_letter(struct office *office, const struct id *to, Tributary__CustodyLetter *letter)
{
	struct buf bytes = BUF_EMPTY;
	pb_pack(&letter->base, &bytes);
	enum err err = bytes.err ? bytes.err : pen_letter(office->pen, to, buf_span(&bytes));
	buf_free(&bytes);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// Answers of our units to offers that another registrar decides; and those that reached us when the home had
// come under another registrar.
static enum err hand_on(struct office *office, const struct transfer_claim *claim)
{
	struct txn *txn = office->pen->txn;
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__TransferClaim message, *list[] = { &message };
	struct id registrar;
	bool ours = !id_is_zero(&claim->via) || id_equal(&claim->unit, own_unit(office)) || is_registrar_of(office, &claim->unit);
	if (!ours || !is_answer(claim) || charter_registrar(txn, &claim->home, &registrar) || id_equal(&registrar, own_unit(office)) ||
	    !transfer_once(txn, &claim->member, claim->epoch, claim->what, &claim->unit))
		return ERR_OK;
	transfer_claim_message(claim, true, &message);
	letter.claims = list;
	letter.n_claims = 1;
	return send_letter(office, &registrar, &letter);
}

static enum err hand_on_answers(struct office *office, const struct id *member)
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

// ---- Batches ----

// A record that stands on one which has not come here yet: the batch waits for that member's next record.
static bool too_early(struct office *office, const struct custody_batch *batch)
{
	struct txn *txn = office->pen->txn;
	bool early = false;
	for (size_t i = 0; i < batch->count && !early; i++) {
		struct custody_record record;
		struct custody_entry last = { .record.epoch = 0 };
		if (custody_batch_record(batch, i, &record) || txn->err)
			return false;
		custody_chain_last(txn, &record.member, &last);
		early = record.epoch > last.record.epoch + 1;
		if (early)
			custody_chain_park(txn, &batch->name, &record.member);
	}
	return early;
}

static enum err cosign(struct office *office, struct custody_batch *batch)
{
	struct txn *txn = office->pen->txn;
	if (too_early(office, batch))
		return txn->err;
	for (size_t i = 0; i < batch->count; i++) {
		struct custody_record record;
		struct custody_entry last;
		struct custody_witness witness = { .last.epoch = 0 };
		enum err err = custody_batch_record(batch, i, &record);
		if (!err)
			err = custody_chain_last(txn, &record.member, &last);
		if (!err)
			witness.last = last.record;
		if (err && err != ERR_NOT_FOUND)
			return err;
		if (custody_witness_cosign(&witness, &record.writer, &record) == CUSTODY_DONE)
			custody_batch_confirm(batch, i);
	}
	custody_batch_cosign(batch, &office->pen->self->identity);
	struct custody_batch word = *batch;
	word.records = span_of(NULL, 0);
	word.count = 0;
	return write_batch(office, &word, LANE_DOWN);
}

static enum err tell(struct office *office, const struct custody_batch *batch, const struct id *unit)
{
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__CustodyBatch *message;
	struct id once;
	memcpy(once.bytes, batch->name.bytes, sizeof once.bytes);
	if (!transfer_once(office->pen->txn, &once, 0, FORWARDED_BATCH, unit))
		return ERR_OK;
	enum err err = custody_batch_message(batch, &office->arena, &message);
	letter.batches = &message;
	letter.n_batches = 1;
	return err ? err : send_letter(office, unit, &letter);
}

// Who was offered the member below another registrar hears of the end of it from us.
static enum err tell_offered(struct office *office, const struct custody_batch *batch, const struct custody_record *record)
{
	enum err err = ERR_OK;
	if (record->cause == CUSTODY_CAUSE_ENTERED || record->cause == CUSTODY_CAUSE_COMMITTED)
		return ERR_OK;
	struct scan scan = transfer_claims(office->pen->txn, &record->member, record->epoch - 1);
	while (!err && scan_next(&scan)) {
		struct transfer_claim claim;
		err = transfer_claim_at(&scan, &claim);
		if (!err && claim.what == TRANSFER_OFFER && !is_registrar_of(office, &claim.to))
			err = tell(office, batch, &claim.to);
	}
	scan_end(&scan);
	return err;
}

// All that is known of the member, so that whoever goes on with it can show and check the whole of it.
static enum err tell_chain(struct office *office, const struct id *member, const struct id *unit)
{
	enum err err = ERR_OK;
	struct scan scan = custody_chain_scan(office->pen->txn, member);
	while (!err && scan_next(&scan)) {
		struct custody_entry entry;
		struct custody_batch batch;
		bool published;
		err = custody_chain_read(&scan, &entry);
		if (!err && entry.state == CUSTODY_FINAL)
			err = custody_chain_batch(office->pen->txn, &entry.batch, &office->arena, &batch, &published);
		if (!err && entry.state == CUSTODY_FINAL)
			err = tell(office, &batch, unit);
	}
	scan_end(&scan);
	return err;
}

// The record has given the member into other hands: its new registrar is told, and its home, which may hear of it
// before that one publishes it. This record first: by it they see that the others concern them.
static enum err tell_next(struct office *office, const struct custody_batch *batch, const struct custody_record *record)
{
	const struct id *const whom[] = { &record->registrar, &record->home };
	enum err err = ERR_OK;
	for (size_t i = 0; i < 2 && !err; i++) {
		err = tell(office, batch, whom[i]);
		if (!err)
			err = tell_chain(office, &record->member, whom[i]);
	}
	return err;
}

static bool in_our_hands(struct office *office, const struct id *member)
{
	struct custody_entry last;
	return custody_chain_last(office->pen->txn, member, &last) == ERR_OK && id_equal(&last.record.registrar, own_unit(office));
}

static enum err publish(struct office *office, const struct custody_batch *batch, bool published)
{
	bool concerns = false;
	enum err err = ERR_OK;
	for (size_t i = 0; i < batch->count && !err; i++) {
		struct custody_record record;
		err = custody_batch_record(batch, i, &record);
		bool final = office->top || custody_batch_confirms(batch, i);
		bool writer = !err && id_equal(&record.writer, own_unit(office));
		bool next = !err && id_equal(&record.registrar, own_unit(office));
		concerns |= final && (writer || next || (!err && in_our_hands(office, &record.member)));
		if (!err && final && writer && !next)
			err = tell_next(office, batch, &record);
		if (!err && final && writer)
			err = tell_offered(office, batch, &record);
	}
	return err || published || !concerns ? err : write_batch(office, batch, LANE_DOWN);
}

static enum err batch_due(struct office *office, const struct hash *name)
{
	struct txn *txn = office->pen->txn;
	struct custody_batch batch;
	struct custody_record first;
	struct id witness;
	bool published;
	arena_reset(&office->arena);
	enum err err = custody_chain_batch(txn, name, &office->arena, &batch, &published);
	if (err || !batch.count)
		return err;
	err = custody_batch_record(&batch, 0, &first);
	if (err)
		return err;
	bool restoring = txn_has(txn, STORE_META, span_string("custody restoring"));
	bool ours = custody_chain_witness(txn, &first.writer, &witness) == ERR_OK && id_equal(&witness, own_unit(office));
	if (!batch.witnessed && ours && !restoring)
		err = cosign(office, &batch);
	bool final = batch.witnessed || (office->top && id_equal(&first.writer, own_unit(office)));
	return err || !final ? err : publish(office, &batch, published);
}

static enum err batches_due(struct office *office)
{
	enum err err = ERR_OK;
	struct scan scan = custody_chain_news(office->pen->txn);
	while (!err && scan_next(&scan)) {
		struct hash name;
		if (scan.key.size != 1 + LIMIT_HASH_BYTES || hash_read(span_of(scan.key.data + 1, LIMIT_HASH_BYTES), &name))
			continue;
		err = batch_due(office, &name);
		if (!err)
			custody_chain_news_done(office->pen->txn, &name);
	}
	scan_end(&scan);
	return err;
}

// ---- Units that come and go ----

// What we know last of the member, to a unit that does not read our `down`.
static enum err tell_last(struct office *office, const struct id *member, const struct id *unit)
{
	struct custody_entry last;
	struct custody_batch batch;
	bool published;
	enum err err = custody_chain_last(office->pen->txn, member, &last);
	if (!err)
		err = custody_chain_batch(office->pen->txn, &last.batch, &office->arena, &batch, &published);
	return err ? err : tell(office, &batch, unit);
}

// Who offered the member or was offered it, and has moved away or never was below us, cannot read in our `down`
// that this is decided. (Who is the home now is told by its registrar.)
static enum err tell_parties(struct case_file *file)
{
	const struct custody_record *last = &file->chain.last;
	struct office *office = file->office;
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
			if (!id_equal(&party[i], &last->home) && !is_registrar_of(office, &party[i]))
				err = tell_last(office, &file->member, &party[i]);
	}
	scan_end(&scan);
	return err;
}

// The home has come under another registrar: that one writes the next record.
static enum err hand_over(struct case_file *file)
{
	struct custody_record record;
	struct office *office = file->office;
	if (!file->chain.last.epoch || charter_registrar(office->pen->txn, &file->chain.last.home, &file->notes.registrar) ||
	    custody_registrar_hand_over(&file->chain, &file->notes, &record))
		return office->pen->txn->err;
	enum err err = tell_chain(office, &file->member, &record.home); // it reads another `down` from now on
	return err ? err : add(office, &record);
}

static enum err member_due(struct office *office, const struct id *member, bool *later)
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

static enum err members_due(struct office *office)
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
	return err ? err : flush(office);
}

enum err pen_registrar_due(struct pen *pen)
{
	struct office office = { .pen = pen };
	struct id witness;
	office.top = custody_chain_witness(pen->txn, &pen->self->unit, &witness) == ERR_NOT_FOUND;
	arena_init(&office.arena, LIMIT_DECODE_BYTES);
	enum err err = batches_due(&office);
	if (!err)
		err = members_due(&office);
	arena_free(&office.arena);
	return err;
}
