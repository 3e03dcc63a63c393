// Entries about homes of members on their way into the views: records with their signatures, what units
// say, letters between programs, lives of stores that have ended.
#include "base/pb.h"
#include "org/custody_chain.h"
#include "org/transfer.h"
#include "sync/view_inside.h"

// What is wrong with a batch is wrong for everyone; a server that is not known here may still come.
static enum err judged(struct reading *reading, enum err err)
{
	if (err != ERR_SIGNATURE && err != ERR_UNAUTHORISED && err != ERR_MALFORMED)
		return err;
	reading->reason = MERGE_CUSTODY;
	return ERR_OK;
}

static bool ours(const struct reading *reading)
{
	return hash_equal(&reading->log->name.device, &reading->view->self->identity.sign_public);
}

static enum err take_batch(struct reading *reading, const Tributary__CustodyBatch *message)
{
	struct view *view = reading->view;
	struct custody_batch batch;
	enum err err = custody_batch_read(message, &batch);
	if (!err)
		err = custody_chain_take(view->txn, &batch, &view->arena);
	if (!err && batch.count && reading->lane == LANE_DOWN && ours(reading))
		err = custody_chain_published(view->txn, &batch.name);
	return err;
}

enum err view_custody_batches(struct reading *reading)
{
	struct view *view = reading->view;
	ProtobufCMessage *message;
	if (!view->author.server || pb_unpack(&tributary__custody__descriptor, reading->entry->payload, &view->arena, &message)) {
		reading->reason = view->author.server ? MERGE_MALFORMED : MERGE_AUTHORITY;
		return ERR_OK;
	}
	const Tributary__Custody *custody = (const Tributary__Custody *)message;
	for (size_t i = 0; i < custody->n_batches && !reading->reason; i++) {
		enum err err = judged(reading, take_batch(reading, custody->batches[i]));
		if (err)
			return err;
	}
	return ERR_OK;
}

enum err view_custody_claims(struct reading *reading)
{
	struct view *view = reading->view;
	ProtobufCMessage *message;
	if (pb_unpack(&tributary__transfer__descriptor, reading->entry->payload, &view->arena, &message)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	const Tributary__Transfer *transfer = (const Tributary__Transfer *)message;
	for (size_t i = 0; i < transfer->n_claims; i++) {
		struct transfer_claim claim;
		enum err err = transfer_claim_read(transfer->claims[i], &claim);
		bool judges = claim.what == TRANSFER_APPROVE || claim.what == TRANSFER_DENY;
		if (err || judges != view->author.server) {
			reading->reason = err ? MERGE_MALFORMED : MERGE_AUTHORITY;
			return ERR_OK;
		}
		claim.unit = view->author.unit;
		claim.incarnation = reading->log->name.incarnation;
		claim.time = reading->entry->time;
		if (transfer_put(view->txn, &claim))
			return view->txn->err;
	}
	return ERR_OK;
}

// ---- Letters ----

// What a unit says to another itself, or a registrar hands on of a unit below it.
static enum err take_handed_on(struct reading *reading, const Tributary__TransferClaim *message)
{
	struct view *view = reading->view;
	struct transfer_claim claim;
	if (transfer_claim_read(message, &claim) || id_is_zero(&claim.unit))
		return ERR_OK; // a letter that nobody honest wrote: it stays a letter
	bool own = id_equal(&claim.unit, &view->author.unit);
	if (!own && !view->author.server)
		return ERR_OK;
	if (!own)
		claim.via = view->author.unit;
	claim.time = reading->entry->time;
	return transfer_put(view->txn, &claim);
}

static enum err take_dossier(struct reading *reading, const Tributary__Dossier *message)
{
	struct view *view = reading->view;
	struct buf bytes = BUF_EMPTY;
	struct id member;
	if (id_read(pb_span(message->member), &member))
		return ERR_OK;
	pb_pack(&message->base, &bytes);
	enum err err = bytes.err;
	if (!err && message->late)
		err = transfer_late_put(view->txn, &member, reading->log->number, reading->entry->seq, buf_span(&bytes));
	else if (!err)
		err = transfer_dossier_put(view->txn, &member, message->epoch, &view->author.unit, buf_span(&bytes));
	buf_free(&bytes);
	return err;
}

enum err view_custody_letter(struct reading *reading)
{
	struct view *view = reading->view;
	struct id to;
	struct span letter;
	ProtobufCMessage *message;
	enum err err = epoch_mail_open(reading->entry->payload, &view->self->identity, &view->arena, &to, &letter);
	if (err || pb_unpack(&tributary__custody_letter__descriptor, letter, &view->arena, &message))
		return err == ERR_BUDGET ? err : ERR_OK; // for others, or nothing that we can read
	const Tributary__CustodyLetter *read = (const Tributary__CustodyLetter *)message;
	for (size_t i = 0; i < read->n_batches; i++) {
		err = take_batch(reading, read->batches[i]);
		if (err == ERR_AGAIN || view->txn->err)
			return err;
	}
	for (size_t i = 0; i < read->n_claims && !view->txn->err; i++)
		take_handed_on(reading, read->claims[i]);
	for (size_t i = 0; i < read->n_dossiers && !view->txn->err; i++)
		take_dossier(reading, read->dossiers[i]);
	return view->txn->err;
}

// ---- Records of persons ----

// Our own records of kinds whose records have one home: who is new is to be entered; what is written of one
// who has gone is to be passed on.
enum err view_custody_changed(struct view *view, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->changes[i];
		const struct pack_kind *kind = pack_kind_by_number(view->pack->pack, change->kind);
		struct custody_entry last;
		struct transfer_claim enter;
		if (!kind || !kind->custody)
			continue;
		view->members = true;
		if (custody_chain_last(view->txn, &change->record, &last) == ERR_OK)
			transfer_mark_due(view->txn, &change->record);
		else if (transfer_find(view->txn, &change->record, 0, TRANSFER_ENTER, &view->self->unit, &enter) == ERR_NOT_FOUND)
			transfer_mark_new(view->txn, &change->record, kind->number);
	}
	return view->txn->err;
}

// ---- Lives ----

enum err view_custody_life(struct reading *reading)
{
	struct view *view = reading->view;
	ProtobufCMessage *message;
	struct id previous;
	if (pb_unpack(&tributary__incarnation__descriptor, reading->entry->payload, &view->arena, &message) ||
	    id_read(pb_span(((Tributary__Incarnation *)message)->previous), &previous)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	custody_chain_life_ended(view->txn, &previous, &view->author.unit);
	return view->txn->err;
}
