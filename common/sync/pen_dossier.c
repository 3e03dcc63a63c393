// Dossiers: from records to what travels, and back.
#include "sync/pen_dossier.h"

#include "base/bytes.h"
#include "base/pb.h"
#include "ledger/record.h"
#include "org/custody_chain.h"
#include "sync/pen_inside.h"

enum { DOSSIER_CHANGES_MAX = 4096, LATE = 64 };

// ---- Finding ----

// The kind of which the member is a record here. NULL: none.
static const struct pack_kind *kind_of(struct pen *pen, const struct id *member, struct arena *arena, struct record *record)
{
	const struct pack *pack = pen->view.pack->pack;
	for (size_t i = 0; i < pack->kind_count; i++) {
		struct record_key key = { .unit = pen->self->unit, .kind = pack->kinds[i].number, .record = *member };
		if (pack->kinds[i].custody && record_load(pen->txn, &key, arena, record) == ERR_OK && record->write_count)
			return &pack->kinds[i];
	}
	return NULL;
}

static bool is_of(const struct record *record, const struct pack_kind *kind, const struct id *member)
{
	const struct record_write *write = record_value(record, kind->follows, span_of(NULL, 0));
	return write && !record_deleted(record) && span_equal(write->value.bytes, id_span(member));
}

// ---- Making ----

static bool goes_along(const struct pack_kind *kind, const struct record_write *write)
{
	const struct pack_field *field = kind->by_number[write->field];
	return write->field && field && !field->stays && !field->series && field->authority != AUTHORITY_PARENT &&
	       field->authority != AUTHORITY_ANCESTOR && write->value.form != VALUE_IS_NONE && write->field != kind->arrived &&
	       write->field != kind->left;
}

static bool same_place(const struct record_write *a, const struct record_write *b)
{
	return a->field == b->field && span_equal(a->element, b->element);
}

// The shown value of each place, of writes later than `after`.
static enum err make_changes(struct pen *pen, const struct pack_kind *kind, const struct record *record, uint64_t after,
                             struct arena *arena, struct span *changes)
{
	struct change_write *writes = arena_array(arena, record->write_count, sizeof *writes);
	struct buf payload = BUF_EMPTY;
	size_t count = 0;
	if (!writes)
		return ERR_BUDGET;
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		bool shown = i == 0 || !same_place(write, write - 1);
		if (shown && write->time > after && goes_along(kind, write))
			writes[count++] = (struct change_write){ .field = write->field, .element = write->element, .chain = 1, .value = write->value };
	}
	*changes = span_of(NULL, 0);
	if (!count)
		return ERR_OK;
	struct change change = { .record = record->key.record, .kind = kind->number, .write_count = count, .writes = writes };
	struct changes whole = { .pack_version = pen->view.pack->version, .count = 1, .changes = &change };
	change_encode(&whole, &payload);
	enum err err = payload.err ? payload.err : arena_copy(arena, buf_span(&payload), changes);
	buf_free(&payload);
	return err;
}

struct making {
	struct pen *pen;
	const struct id *member;
	struct arena *arena;
	ProtobufCBinaryData *list;
	size_t count;
	uint64_t after;
	uint64_t newest;           // write that goes along, of those looked at
	enum err err;
};

static void add_record(struct making *making, const struct pack_kind *kind, const struct record *record)
{
	struct span changes;
	making->err = make_changes(making->pen, kind, record, making->after, making->arena, &changes);
	if (making->err || !changes.size)
		return;
	if (making->count == DOSSIER_CHANGES_MAX)
		making->err = ERR_TOO_LARGE;
	else
		making->list[making->count++] = pb_bytes(changes);
}

// Calls `visit` with each record of the unit that belongs to the member.
static void each_following(struct making *making, void (*visit)(struct making *making, const struct pack_kind *kind,
                                                                const struct record *record))
{
	const struct pack *pack = making->pen->view.pack->pack;
	for (size_t i = 0; i < pack->kind_count && !making->err; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		uint8_t prefix[LIMIT_ID_BYTES + 2];
		if (!kind->follows)
			continue;
		memcpy(prefix, making->pen->self->unit.bytes, LIMIT_ID_BYTES);
		bytes_put_u16(prefix + LIMIT_ID_BYTES, kind->number);
		struct scan scan = scan_begin(making->pen->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
		while (!making->err && scan_next(&scan)) {
			struct record_key key;
			struct record record;
			struct span value;
			making->err = arena_copy(making->arena, scan.value, &value);
			if (!making->err)
				making->err = record_key_decode(scan.key, &key);
			if (!making->err)
				making->err = record_decode(&key, value, making->arena, &record);
			if (!making->err && is_of(&record, kind, making->member))
				visit(making, kind, &record);
		}
		scan_end(&scan);
	}
}

static enum err make(struct making *making, uint64_t epoch, bool late, Tributary__Dossier **dossier)
{
	struct record own;
	const struct pack_kind *kind = kind_of(making->pen, making->member, making->arena, &own);
	Tributary__Dossier *made = arena_alloc(making->arena, sizeof *made);
	struct id *member = arena_alloc(making->arena, sizeof *member);
	making->list = arena_array(making->arena, DOSSIER_CHANGES_MAX, sizeof *making->list);
	if (!made || !member || !making->list)
		return ERR_BUDGET;
	if (!kind)
		return ERR_NOT_FOUND;
	add_record(making, kind, &own);
	each_following(making, add_record);
	*member = *making->member;
	tributary__dossier__init(made);
	made->member = pb_bytes(id_span(member));
	made->epoch = epoch;
	made->late = late;
	made->changes = making->list;
	made->n_changes = making->count;
	*dossier = made;
	return making->err;
}

enum err pen_dossier_make(struct pen *pen, const struct id *member, uint64_t epoch, struct arena *arena,
                          Tributary__Dossier **dossier)
{
	struct making making = { .pen = pen, .member = member, .arena = arena };
	return make(&making, epoch, false, dossier);
}

// ---- Leaving ----

static enum err set_number(struct pen *pen, const struct pack_kind *kind, const struct id *record, uint8_t field,
                           const int64_t *number)
{
	struct pen_write write = { .field = field };
	bool changed;
	if (number)
		write.value = (struct value){ .form = VALUE_IS_NUMBER, .number = *number };
	return pen_set(pen, NULL, kind->number, record, &write, 1, &changed);
}

// What was written after the offer did not go along.
static void find_newest(struct making *making, const struct pack_kind *kind, const struct record *record)
{
	for (size_t i = 0; i < record->write_count; i++)
		if (goes_along(kind, &record->writes[i]) && record->writes[i].time > making->newest)
			making->newest = record->writes[i].time;
}

static enum err send_late(struct pen *pen, const struct custody_entry *now, const struct transfer_claim *offer,
                          uint64_t newest, struct arena *arena)
{
	struct making making = { .pen = pen, .member = &now->record.member, .arena = arena, .after = offer->time };
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__Dossier *dossier;
	struct id once = { { 0 } };
	struct buf bytes = BUF_EMPTY;
	bytes_put_u64(once.bytes, newest);
	if (newest <= offer->time || !transfer_once(pen->txn, &now->record.member, offer->epoch, LATE, &once))
		return ERR_OK;
	enum err err = make(&making, now->record.epoch, true, &dossier);
	if (err || !dossier->n_changes)
		return err;
	letter.dossiers = &dossier;
	letter.n_dossiers = 1;
	pb_pack(&letter.base, &bytes);
	err = bytes.err ? bytes.err : pen_letter(pen, &now->record.home, buf_span(&bytes));
	buf_free(&bytes);
	return err == ERR_NOT_FOUND ? ERR_OK : err; // a home that is not known here: beyond what letters reach
}

// Our last offer: the one that was taken up.
static enum err last_offer(struct pen *pen, const struct id *member, struct transfer_claim *offer)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = transfer_claims(pen->txn, member, UINT64_MAX);
	while (scan_next(&scan)) {
		struct transfer_claim claim;
		if (transfer_claim_at(&scan, &claim) || claim.what != TRANSFER_OFFER || !id_equal(&claim.unit, &pen->self->unit))
			continue;
		*offer = claim;
		err = ERR_OK;
	}
	scan_end(&scan);
	return err;
}

static void remove_record(struct making *making, const struct pack_kind *kind, const struct record *record)
{
	static const int64_t gone = 1;
	making->err = set_number(making->pen, kind, &record->key.record, 0, &gone);
}

static enum err leave(struct pen *pen, const struct id *member, struct arena *arena)
{
	struct making making = { .pen = pen, .member = member, .arena = arena };
	struct custody_entry now, taken;
	struct transfer_claim offer;
	struct record own;
	const struct pack_kind *kind = kind_of(pen, member, arena, &own);
	if (!kind || last_offer(pen, member, &offer) || custody_chain_last(pen->txn, member, &now))
		return pen->txn->err;
	// The record that took the offer up; later ones, where only they are here.
	if (custody_chain_at(pen->txn, member, offer.epoch + 1, &taken) || id_equal(&taken.record.home, &pen->self->unit))
		taken = now; // or only later ones are here, or a letter was out in between
	find_newest(&making, kind, &own);
	each_following(&making, find_newest);
	enum err err = making.err ? making.err : send_late(pen, &now, &offer, making.newest, arena);
	if (err || record_deleted(&own) || !kind->left || record_value(&own, kind->left, span_of(NULL, 0)))
		return err;
	int64_t day = taken.record.day;
	err = set_number(pen, kind, member, kind->left, &day);
	if (!err)
		each_following(&making, remove_record);
	return err ? err : making.err;
}

enum err pen_dossier_leave(struct pen *pen, const struct id *member)
{
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = leave(pen, member, &arena);
	arena_free(&arena);
	return err;
}

// ---- Arriving ----

static enum err write_change(struct pen *pen, const struct change *change, struct arena *arena)
{
	const struct pack_kind *kind = pack_kind_by_number(pen->view.pack->pack, change->kind);
	struct pen_write *writes = arena_array(arena, change->write_count + 1, sizeof *writes);
	struct record here;
	size_t count = 0;
	bool changed;
	if (!kind || !writes)
		return kind ? ERR_BUDGET : ERR_OK; // a newer pack's: the dossier stays here, and is read again with it
	struct record_key key = { .unit = pen->self->unit, .kind = kind->number, .record = change->record };
	if (record_load(pen->txn, &key, arena, &here) == ERR_OK && record_deleted(&here)) // it went away with the member once
		writes[count++] = (struct pen_write){ .value = { .form = VALUE_IS_NUMBER } };
	for (size_t i = 0; i < change->write_count; i++)
		if (kind->by_number[change->writes[i].field])
			writes[count++] = (struct pen_write){
				.field = change->writes[i].field, .element = change->writes[i].element, .value = change->writes[i].value };
	enum err err = pen_set(pen, NULL, kind->number, &change->record, writes, count, &changed);
	return err == ERR_RANGE || err == ERR_UNAUTHORISED ? ERR_OK : err; // what this pack does not take is left in the dossier
}

static enum err write_dossier(struct pen *pen, struct span bytes, struct arena *arena)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__dossier__descriptor, bytes, arena, &message);
	const Tributary__Dossier *dossier = (const Tributary__Dossier *)message;
	for (size_t i = 0; !err && i < dossier->n_changes; i++) {
		struct changes changes;
		err = change_decode(pb_span(dossier->changes[i]), arena, &changes);
		for (size_t c = 0; !err && c < changes.count; c++)
			err = write_change(pen, &changes.changes[c], arena);
		if (err == ERR_MALFORMED)
			err = ERR_OK; // the former home's own fault: the rest counts
	}
	return err == ERR_MALFORMED ? ERR_OK : err;
}

// When the member came to us, and what came with it.
static enum err find_arrival(struct pen *pen, const struct id *member, struct arena *arena, struct span *dossier, int32_t *day)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = custody_chain_scan(pen->txn, member);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		struct transfer_claim offer;
		struct span found;
		if (custody_chain_read(&scan, &entry) || entry.state != CUSTODY_FINAL ||
		    !id_equal(&entry.record.home, &pen->self->unit))
			continue;
		bool by_letter = entry.record.cause == CUSTODY_CAUSE_ENTERED; // what it held we keep as a letter to ourselves
		if (entry.record.cause != CUSTODY_CAUSE_COMMITTED && !by_letter)
			continue;
		offer = (struct transfer_claim){ .epoch = 0, .unit = pen->self->unit };
		if (!by_letter && transfer_find(pen->txn, member, entry.record.epoch - 1, TRANSFER_OFFER, NULL, &offer))
			continue;
		if (transfer_dossier(pen->txn, member, offer.epoch, &offer.unit, &found))
			continue;
		err = arena_copy(arena, found, dossier);
		*day = entry.record.day;
	}
	scan_end(&scan);
	return pen->txn->err ? pen->txn->err : err;
}

static enum err arrive(struct pen *pen, const struct id *member, struct arena *arena)
{
	struct record own;
	struct span dossier;
	int32_t day = 0;
	const struct pack_kind *kind = kind_of(pen, member, arena, &own);
	bool here = kind && (!kind->left || !record_value(&own, kind->left, span_of(NULL, 0)));
	if (here)
		return ERR_OK;
	enum err err = find_arrival(pen, member, arena, &dossier, &day);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	pen->arriving = true;
	err = write_dossier(pen, dossier, arena);
	pen->arriving = false;
	kind = err ? NULL : kind_of(pen, member, arena, &own);
	if (!kind)
		return err;
	int64_t number = day;
	if (kind->arrived)
		err = set_number(pen, kind, member, kind->arrived, &number);
	if (!err && kind->left)
		err = set_number(pen, kind, member, kind->left, NULL);
	return err;
}

enum err pen_dossier_adopt(struct pen *pen, struct span dossier)
{
	struct arena arena;
	struct span copy;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = arena_copy(&arena, dossier, &copy);
	pen->arriving = true;
	if (!err)
		err = write_dossier(pen, copy, &arena);
	pen->arriving = false;
	arena_free(&arena);
	return err;
}

enum err pen_dossier_arrive(struct pen *pen, const struct id *member)
{
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = arrive(pen, member, &arena);
	arena_free(&arena);
	return err;
}
