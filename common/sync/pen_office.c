// Records of homes as they are written, confirmed and told: batches to the witness, its word, and what has become
// final to everyone whom it concerns.
#include "base/pb.h"
#include "sync/pen_office.h"

enum { FORWARDED_BATCH = 65 };

static const struct id *own_unit(const struct pen_office *office)
{
	return &office->pen->self->unit;
}

bool pen_office_looks_after(const struct pen_office *office, const struct id *unit)
{
	struct id registrar;
	return charter_registrar(office->pen->txn, unit, &registrar) == ERR_OK && id_equal(&registrar, own_unit(office));
}

// ---- Writing ----

static enum err write_batch(struct pen_office *office, const struct custody_batch *batch, enum lane lane)
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
enum err pen_office_flush(struct pen_office *office)
{
	struct custody_batch batch = { .records = span_of(office->records, office->count * CUSTODY_RECORD_BYTES), .count = office->count };
	if (!office->count)
		return ERR_OK;
	batch.name = custody_batch_name(batch.records);
	custody_batch_sign(&batch, &office->pen->self->identity);
	office->count = 0;
	return write_batch(office, &batch, office->top ? LANE_DOWN : LANE_UP);
}

enum err pen_office_add(struct pen_office *office, const struct custody_record *record)
{
	custody_record_layout(record, office->records + office->count++ * CUSTODY_RECORD_BYTES);
	return office->count == CUSTODY_BATCH_RECORDS ? pen_office_flush(office) : ERR_OK;
}

enum err pen_office_letter(struct pen_office *office, const struct id *to, Tributary__CustodyLetter *letter)
{
	struct buf bytes = BUF_EMPTY;
	pb_pack(&letter->base, &bytes);
	enum err err = bytes.err ? bytes.err : pen_letter(office->pen, to, buf_span(&bytes));
	buf_free(&bytes);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ---- Batches ----

// A record that stands on one which has not come here yet: the batch waits for that member's next record.
static bool too_early(struct pen_office *office, const struct custody_batch *batch)
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

static enum err cosign(struct pen_office *office, struct custody_batch *batch)
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

static enum err tell(struct pen_office *office, const struct custody_batch *batch, const struct id *unit)
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
	return err ? err : pen_office_letter(office, unit, &letter);
}

// Both were asked: the unit, and its registrar, which handed its answer on and may have approved.
static enum err tell_asked(struct pen_office *office, const struct custody_batch *batch, const struct id *unit)
{
	struct id registrar;
	enum err err = tell(office, batch, unit);
	if (!err)
		err = charter_registrar(office->pen->txn, unit, &registrar);
	if (!err)
		err = tell(office, batch, &registrar);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// Who was offered the member below another registrar hears of the end of it from us.
static enum err tell_offered(struct pen_office *office, const struct custody_batch *batch, const struct custody_record *record)
{
	enum err err = ERR_OK;
	if (record->cause == CUSTODY_CAUSE_ENTERED || record->cause == CUSTODY_CAUSE_COMMITTED)
		return ERR_OK;
	struct scan scan = transfer_claims(office->pen->txn, &record->member, record->epoch - 1);
	while (!err && scan_next(&scan)) {
		struct transfer_claim claim;
		err = transfer_claim_at(&scan, &claim);
		if (!err && claim.what == TRANSFER_OFFER && !pen_office_looks_after(office, &claim.to))
			err = tell_asked(office, batch, &claim.to);
	}
	scan_end(&scan);
	return err;
}

// All that is known of the member, so that whoever goes on with it can show and check the whole of it.
enum err pen_office_tell_chain(struct pen_office *office, const struct id *member, const struct id *unit)
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
static enum err tell_next(struct pen_office *office, const struct custody_batch *batch, const struct custody_record *record)
{
	const struct id *const whom[] = { &record->registrar, &record->home };
	enum err err = ERR_OK;
	for (size_t i = 0; i < 2 && !err; i++) {
		err = tell(office, batch, whom[i]);
		if (!err)
			err = pen_office_tell_chain(office, &record->member, whom[i]);
	}
	return err;
}

static bool in_our_hands(struct pen_office *office, const struct id *member)
{
	struct custody_entry last;
	return custody_chain_last(office->pen->txn, member, &last) == ERR_OK && id_equal(&last.record.registrar, own_unit(office));
}

static enum err publish(struct pen_office *office, const struct custody_batch *batch, bool published)
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

static enum err batch_due(struct pen_office *office, const struct hash *name)
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

enum err pen_office_batches_due(struct pen_office *office)
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

// What we know last of the member, to a unit that does not read our `down`, and to its registrar.
enum err pen_office_tell_last(struct pen_office *office, const struct id *member, const struct id *unit)
{
	struct custody_entry last;
	struct custody_batch batch;
	bool published;
	enum err err = custody_chain_last(office->pen->txn, member, &last);
	if (!err)
		err = custody_chain_batch(office->pen->txn, &last.batch, &office->arena, &batch, &published);
	return err ? err : tell_asked(office, &batch, unit);
}

