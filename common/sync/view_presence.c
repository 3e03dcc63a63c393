// Letters about members at a second unit on their way into the views, and which of our records concern them.
#include "base/pb.h"
#include "ledger/pack_presence.h"
#include "org/presence.h"
#include "org/statement.h"
#include "sync/view_inside.h"

// ---- Letters ----

static enum err take(struct reading *reading, enum presence_what what, ProtobufCBinaryData attachment,
                     ProtobufCBinaryData activity, const ProtobufCMessage *message)
{
	struct view *view = reading->view;
	struct presence_word word = { .what = what, .unit = view->author.unit, .time = reading->entry->time,
	                              .log = reading->log->id, .seq = reading->entry->seq };
	struct buf bytes = BUF_EMPTY;
	bool whole = id_read(pb_span(attachment), &word.attachment) == ERR_OK &&
	             (what != PRESENCE_ACTIVITY || id_read(pb_span(activity), &word.activity) == ERR_OK);
	if (!whole) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	pb_pack(message, &bytes);
	word.message = buf_span(&bytes);
	enum err err = bytes.err ? bytes.err : presence_put(view->txn, &word);
	buf_free(&bytes);
	return err;
}

static enum err take_all(struct reading *reading, const Tributary__PresenceLetter *letter)
{
	static const ProtobufCBinaryData none;
	enum err err = ERR_OK;
	for (size_t i = 0; i < letter->n_guests && !err && !reading->reason; i++)
		err = take(reading, PRESENCE_GUEST, letter->guests[i]->attachment, none, &letter->guests[i]->base);
	for (size_t i = 0; i < letter->n_answers && !err && !reading->reason; i++)
		err = take(reading, PRESENCE_ANSWER, letter->answers[i]->attachment, none, &letter->answers[i]->base);
	for (size_t i = 0; i < letter->n_activities && !err && !reading->reason; i++)
		err = take(reading, PRESENCE_ACTIVITY, letter->activities[i]->attachment, letter->activities[i]->activity,
		           &letter->activities[i]->base);
	return err;
}

enum err view_presence_letter(struct reading *reading)
{
	struct view *view = reading->view;
	struct id to, from;
	struct span bytes;
	ProtobufCMessage *message;
	enum err err = epoch_mail_open(reading->entry->payload, &view->self->identity, &view->arena, &to, &bytes);
	if (err)
		return err == ERR_BUDGET ? err : ERR_OK; // for another device of ours, or nothing that anyone can read
	err = pb_unpack(&tributary__presence_letter__descriptor, bytes, &view->arena, &message);
	if (err == ERR_BUDGET)
		return err;
	const Tributary__PresenceLetter *letter = (const Tributary__PresenceLetter *)message;
	if (err || id_read(pb_span(letter->from), &from) || id_read(pb_span(letter->to), &to)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	// A sealed box does not say who made it: the letter does, so that nobody passes one on as their own.
	if (!id_equal(&from, &view->author.unit) || !id_equal(&to, &view->self->unit)) {
		reading->reason = MERGE_PRESENCE;
		return ERR_OK;
	}
	return take_all(reading, letter);
}

// ---- Our own records ----

static bool concerns(const struct pack *pack, const struct pack_kind *kind)
{
	return kind->role == PACK_ROLE_ATTACHMENT || kind->role == PACK_ROLE_GUEST || kind == pack_presence_person(pack) ||
	       pack_presence_came(pack, kind);
}

void view_presence_changed(struct view *view, const struct changes *changes)
{
	const struct pack *pack = view->pack->pack;
	for (size_t i = 0; i < changes->count; i++) {
		const struct pack_kind *kind = pack_kind_by_number(pack, changes->changes[i].kind);
		if (kind && concerns(pack, kind))
			presence_mark_record(view->txn, kind->number, &changes->changes[i].record);
	}
}
