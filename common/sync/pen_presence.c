// What is told of members at a second unit: each time one of our records changed that others must know of.
#include "sync/pen_presence.h"

#include "base/bytes.h"
#include "base/pb.h"
#include "sync/pen_inside.h"
#include "sync/pen_presence_inside.h"

// ---- Reading our own ----

enum err pen_presence_load(struct presenting *presenting, const struct pack_kind *kind, const struct id *id, struct record *record)
{
	struct record_key key = { .unit = presenting->pen->self->unit, .kind = kind->number, .record = *id };
	return record_load(presenting->pen->txn, &key, presenting->arena, record);
}

bool pen_presence_unit_of(const struct record *record, uint8_t field, struct id *unit)
{
	const struct record_write *write = record_value(record, field, span_of(NULL, 0));
	return write && id_read(write->value.bytes, unit) == ERR_OK;
}

int32_t pen_presence_day_of(const struct record *record, uint8_t field)
{
	const struct record_write *write = record_value(record, field, span_of(NULL, 0));
	return write ? (int32_t)write->value.number : 0;
}

bool pen_presence_exists(const struct record *record)
{
	return record->write_count && !record_deleted(record);
}

// ---- Letters ----

static bool has_device(struct txn *txn, const struct id *unit)
{
	struct hash device;
	struct charter_device row;
	bool any = false;
	struct charter_walk walk = charter_devices(txn, unit);
	while (!any && charter_device_next(&walk, &device))
		any = charter_device_get(txn, &device, &row) == ERR_OK && !row.revoked;
	charter_walk_end(&walk);
	return any;
}

static enum err send(struct presenting *presenting, enum presence_what what, const struct id *first, const struct id *second,
                     const struct id *to, Tributary__PresenceLetter *letter)
{
	struct pen *pen = presenting->pen;
	struct buf bytes = BUF_EMPTY;
	letter->from = pb_bytes(id_span(&pen->self->unit));
	letter->to = pb_bytes(id_span(to));
	pb_pack(&letter->base, &bytes);
	enum err err = bytes.err;
	struct hash name = hash_bytes(HASH_BLAKE2B_256, buf_span(&bytes));
	if (!err && !presence_is_told(pen->txn, what, first, second, &name)) {
		if (has_device(pen->txn, to))
			err = pen_letter_presence(pen, to, buf_span(&bytes));
		else
			presenting->waits = true; // a letter is read by the devices that it is sealed to
		if (!err && !presenting->waits)
			presence_told(pen->txn, what, first, second, &name);
	}
	buf_free(&bytes);
	return err;
}

static Tributary__PresenceField *share(struct presenting *presenting, const struct pack_field *field, const struct value *value)
{
	Tributary__PresenceField *made = arena_alloc(presenting->arena, sizeof *made);
	if (!made)
		return NULL;
	tributary__presence_field__init(made);
	made->name = (char *)(uintptr_t)field->name;
	made->form = value->form;
	made->number = value->form == VALUE_IS_NUMBER ? value->number : 0;
	if (value->form == VALUE_IS_TEXT)
		made->text = (char *)(uintptr_t)arena_string(presenting->arena, value->bytes);
	return made->text ? made : NULL;
}

// What of the member goes along.
static enum err share_fields(struct presenting *presenting, const struct pack_kind *person, const struct record *member,
                             Tributary__PresenceGuest *guest)
{
	guest->fields = arena_array(presenting->arena, person->field_count, sizeof *guest->fields);
	if (!guest->fields)
		return ERR_BUDGET;
	for (size_t i = 0; i < person->field_count; i++) {
		const struct record_write *write = record_value(member, person->fields[i].number, span_of(NULL, 0));
		if (!write || !pack_presence_shared(presenting->pack, &person->fields[i]))
			continue;
		guest->fields[guest->n_fields] = share(presenting, &person->fields[i], &write->value);
		if (!guest->fields[guest->n_fields++])
			return ERR_BUDGET;
	}
	return ERR_OK;
}

static enum err tell_guest(struct presenting *presenting, const struct pack_kind *kind, const struct record *record)
{
	struct pack_presence fields = pack_presence_fields(kind);
	const struct pack_kind *person = pack_presence_person(presenting->pack);
	Tributary__PresenceLetter letter = TRIBUTARY__PRESENCE_LETTER__INIT;
	Tributary__PresenceGuest guest = TRIBUTARY__PRESENCE_GUEST__INIT, *list[] = { &guest };
	struct id member, to, none = { { 0 } };
	struct record own;
	if (!pen_presence_unit_of(record, fields.member, &member) || !pen_presence_unit_of(record, fields.unit, &to))
		return ERR_OK; // half of it is to come
	presence_mark_news(presenting->pen->txn, &record->key.record); // what could not be judged may be now
	guest.attachment = pb_bytes(id_span(&record->key.record));
	guest.since = pen_presence_day_of(record, fields.date[0]);
	guest.until = pen_presence_day_of(record, fields.date[1]);
	guest.ended = record_deleted(record);
	letter.guests = list;
	letter.n_guests = 1;
	enum err err = pen_presence_load(presenting, person, &member, &own);
	if (!err && !guest.ended)
		err = share_fields(presenting, person, &own, &guest);
	return err ? err : send(presenting, PRESENCE_GUEST, &record->key.record, &none, &to, &letter);
}

// A member has changed: what was shared is, too.
static enum err tell_guests_of(struct presenting *presenting, const struct id *member)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ATTACHMENT);
	struct pack_presence fields = pack_presence_fields(kind);
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	enum err err = ERR_OK;
	memcpy(prefix, presenting->pen->self->unit.bytes, LIMIT_ID_BYTES);
	bytes_put_u16(prefix + LIMIT_ID_BYTES, kind->number);
	struct scan scan = scan_begin(presenting->pen->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (!err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		struct id whose;
		err = record_key_decode(scan.key, &key);
		if (!err)
			err = record_load(presenting->pen->txn, &key, presenting->arena, &record);
		if (!err && pen_presence_exists(&record) && pen_presence_unit_of(&record, fields.member, &whose) && id_equal(&whose, member))
			err = tell_guest(presenting, kind, &record);
	}
	scan_end(&scan);
	return err;
}

// ---- From the second unit ----

static const char *shown(struct presenting *presenting, const struct record *record, const struct pack_field *field)
{
	const struct record_write *write = field ? record_value(record, field->number, span_of(NULL, 0)) : NULL;
	const char *text = "";
	if (!write || value_format(field, &write->value, presenting->arena, &text))
		return "";
	return text;
}

// Whose guest it is, as a live record of ours has it.
static bool find_guest(struct presenting *presenting, const struct id *attachment, struct id *home)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_GUEST);
	struct presence_word word;
	struct record record;
	return pen_presence_load(presenting, kind, attachment, &record) == ERR_OK && pen_presence_exists(&record) &&
	       pen_presence_unit_of(&record, pack_presence_fields(kind).unit, home) &&
	       presence_find(presenting->pen->txn, PRESENCE_GUEST, attachment, home, &word) == ERR_OK;
}

static enum err tell_one(struct presenting *presenting, const struct pack_kind *kind, const struct record *record,
                         const struct record_write *who)
{
	Tributary__PresenceLetter letter = TRIBUTARY__PRESENCE_LETTER__INIT;
	Tributary__PresenceActivity activity = TRIBUTARY__PRESENCE_ACTIVITY__INIT, *list[] = { &activity };
	struct pack_presence fields = pack_presence_fields(kind);
	struct id attachment, home;
	if (id_read(who->element, &attachment) || !find_guest(presenting, &attachment, &home))
		return ERR_OK; // entered by hand: there is nobody to tell
	activity.attachment = pb_bytes(id_span(&attachment));
	activity.activity = pb_bytes(id_span(&record->key.record));
	activity.came = !record_deleted(record) && who->value.form == VALUE_IS_NUMBER && who->value.number != 0;
	activity.day = pen_presence_day_of(record, fields.date[0]);
	activity.kind = (char *)(uintptr_t)(*kind->title.zh ? kind->title.zh : kind->name);
	activity.topic = (char *)(uintptr_t)shown(presenting, record, kind->label ? kind->by_number[kind->label] : NULL);
	letter.activities = list;
	letter.n_activities = 1;
	return send(presenting, PRESENCE_ACTIVITY, &record->key.record, &attachment, &home, &letter);
}

static enum err tell_activity(struct presenting *presenting, const struct pack_kind *kind, const struct record *record)
{
	uint8_t came = pack_presence_came(presenting->pack, kind)->number;
	enum err err = ERR_OK;
	for (size_t i = 0; i < record->write_count && !err; i++) {
		const struct record_write *write = &record->writes[i], *before = i ? write - 1 : NULL;
		bool best = !before || before->field != write->field || !span_equal(before->element, write->element);
		if (write->field == came && best)
			err = tell_one(presenting, kind, record, write);
	}
	return err;
}

// All that a unit ever held is told to the home branch of a guest whom it has taken in: a new home hears it, too.
static enum err mark_activities(struct presenting *presenting)
{
	struct pen *pen = presenting->pen;
	for (size_t i = 0; i < presenting->pack->kind_count; i++) {
		const struct pack_kind *kind = &presenting->pack->kinds[i];
		uint8_t prefix[LIMIT_ID_BYTES + 2];
		if (!pack_presence_came(presenting->pack, kind))
			continue;
		memcpy(prefix, pen->self->unit.bytes, LIMIT_ID_BYTES);
		bytes_put_u16(prefix + LIMIT_ID_BYTES, kind->number);
		struct scan scan = scan_begin(pen->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
		while (scan_next(&scan)) {
			struct record_key key;
			if (record_key_decode(scan.key, &key) == ERR_OK)
				presence_mark_record(pen->txn, kind->number, &key.record);
		}
		scan_end(&scan);
	}
	return pen->txn->err;
}

static enum err tell_answer(struct presenting *presenting, const struct pack_kind *kind, const struct record *record)
{
	Tributary__PresenceLetter letter = TRIBUTARY__PRESENCE_LETTER__INIT;
	Tributary__PresenceAnswer answer = TRIBUTARY__PRESENCE_ANSWER__INIT, *list[] = { &answer };
	struct presence_word word;
	struct id home, none = { { 0 } };
	uint64_t before = presenting->pen->written;
	if (!pen_presence_unit_of(record, pack_presence_fields(kind).unit, &home) ||
	    presence_find(presenting->pen->txn, PRESENCE_GUEST, &record->key.record, &home, &word))
		return presenting->pen->txn->err;
	answer.attachment = pb_bytes(id_span(&record->key.record));
	answer.accepted = !record_deleted(record);
	letter.answers = list;
	letter.n_answers = 1;
	enum err err = send(presenting, PRESENCE_ANSWER, &record->key.record, &none, &home, &letter);
	bool told = presenting->pen->written > before;
	return err || !told || !answer.accepted ? err : mark_activities(presenting);
}

// ---- What is due ----

static enum err tell(struct presenting *presenting, uint16_t number, const struct id *id)
{
	const struct pack_kind *kind = pack_kind_by_number(presenting->pack, number);
	struct record record;
	if (!kind)
		return ERR_OK;
	enum err err = pen_presence_load(presenting, kind, id, &record);
	if (err || !record.write_count)
		return err;
	if (kind->role == PACK_ROLE_ATTACHMENT)
		return tell_guest(presenting, kind, &record);
	if (kind->role == PACK_ROLE_GUEST)
		return tell_answer(presenting, kind, &record);
	if (pack_presence_came(presenting->pack, kind))
		return tell_activity(presenting, kind, &record);
	return kind == pack_presence_person(presenting->pack) ? tell_guests_of(presenting, id) : ERR_OK;
}

static enum err take_up_news(struct presenting *presenting)
{
	enum err err = ERR_OK;
	struct scan scan = presence_news(presenting->pen->txn);
	while (!err && scan_next(&scan)) {
		struct id attachment = presence_news_at(&scan);
		err = pen_presence_take_up(presenting, &attachment);
		presence_news_done(presenting->pen->txn, &attachment);
		arena_reset(presenting->arena);
	}
	scan_end(&scan);
	return err;
}

static enum err tell_changed(struct presenting *presenting)
{
	enum err err = ERR_OK;
	struct scan scan = presence_records(presenting->pen->txn);
	while (!err && scan_next(&scan)) {
		uint16_t kind;
		struct id record;
		presence_record_at(&scan, &kind, &record);
		presenting->waits = false;
		presence_record_done(presenting->pen->txn, kind, &record);
		err = tell(presenting, kind, &record);
		if (presenting->waits)
			presence_mark_record(presenting->pen->txn, kind, &record);
		arena_reset(presenting->arena);
	}
	scan_end(&scan);
	return err;
}

bool pen_presence_is_due(struct txn *txn)
{
	struct scan records = presence_records(txn), news = presence_news(txn);
	bool any = scan_next(&records) || scan_next(&news);
	scan_end(&records);
	scan_end(&news);
	return any;
}

enum err pen_presence_due(struct pen *pen)
{
	struct arena arena;
	struct presenting presenting = { .pen = pen, .pack = pen->view.pack->pack, .arena = &arena };
	if (!presenting.pack || id_is_zero(&pen->self->unit))
		return ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = take_up_news(&presenting);
	if (!err)
		err = tell_changed(&presenting);
	if (!err)
		err = take_up_news(&presenting); // attachments that are here now
	arena_free(&arena);
	return err;
}
