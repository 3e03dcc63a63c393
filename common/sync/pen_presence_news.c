// What letters about members at a second unit make of our records: at the second unit the guest as its home
// branch has it, at home what the member took part in.
#include "base/pb.h"
#include "org/statement.h"
#include "sync/pen_presence_inside.h"

static enum err set(struct presenting *presenting, const struct pack_kind *kind, const struct id *record,
                    const struct pen_write *writes, size_t count)
{
	bool changed;
	return pen_set(presenting->pen, NULL, kind->number, record, writes, count, &changed);
}

static enum err set_deleted(struct presenting *presenting, const struct pack_kind *kind, const struct id *record, bool deleted)
{
	struct pen_write write = { .field = 0, .value = { .form = VALUE_IS_NUMBER, .number = deleted } };
	return set(presenting, kind, record, &write, 1);
}

// ---- At the second unit ----

static struct value day_value(int32_t day)
{
	return day ? (struct value){ .form = VALUE_IS_NUMBER, .number = day } : (struct value){ .form = VALUE_IS_NONE };
}

// As the pack here takes it; what it does not is left out.
static bool shared_value(const struct pack_field *field, const Tributary__PresenceField *from, struct value *value)
{
	*value = (struct value){ .form = (enum value_form)from->form };
	if (value_type_form(field->type) != value->form)
		return false;
	if (value->form == VALUE_IS_NUMBER)
		value->number = from->number;
	else
		value->bytes = span_string(from->text);
	return true;
}

static const struct pack_field *shared_field(const struct pack *pack, const char *name)
{
	const struct pack_kind *person = pack_presence_person(pack);
	for (size_t i = 0; person && i < person->field_count; i++)
		if (strcmp(person->fields[i].name, name) == 0)
			return pack_presence_shared(pack, &person->fields[i]);
	return NULL;
}

static enum err write_shared(struct presenting *presenting, const struct pack_kind *kind, const struct id *id,
                             const Tributary__PresenceGuest *guest)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < guest->n_fields && !err; i++) {
		const struct pack_field *field = shared_field(presenting->pack, guest->fields[i]->name);
		struct pen_write write = { .field = field ? field->number : 0 };
		if (!field || !shared_value(field, guest->fields[i], &write.value))
			continue;
		err = set(presenting, kind, id, &write, 1);
		if (err == ERR_RANGE || err == ERR_UNAUTHORISED)
			err = ERR_OK;
	}
	return err;
}

enum err pen_presence_write_guest(struct presenting *presenting, const struct presence_word *word, bool fresh)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_GUEST);
	struct pack_presence fields = pack_presence_fields(kind);
	struct id home = word->unit, attachment = word->attachment;
	struct span bytes;
	ProtobufCMessage *message;
	enum err err = arena_copy(presenting->arena, word->message, &bytes);
	if (!err)
		err = pb_unpack(&tributary__presence_guest__descriptor, bytes, presenting->arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_OK;
	const Tributary__PresenceGuest *guest = (const Tributary__PresenceGuest *)message;
	const struct pen_write writes[] = {
		{ .field = fields.unit, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&home) } },
		{ .field = fields.date[0], .value = day_value(guest->since) },
		{ .field = fields.date[1], .value = day_value(guest->until) },
	};
	if (guest->ended)
		return set_deleted(presenting, kind, &attachment, true);
	if (fresh)
		err = set_deleted(presenting, kind, &attachment, false);
	if (!err)
		err = set(presenting, kind, &attachment, writes, sizeof writes / sizeof writes[0]);
	return err == ERR_RANGE ? ERR_OK : err ? err : write_shared(presenting, kind, &attachment, guest);
}

static enum err take_up_guest(struct presenting *presenting, const struct id *attachment)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_GUEST);
	struct record record;
	struct presence_word word;
	struct id home;
	if (!kind)
		return ERR_OK;
	enum err err = pen_presence_load(presenting, kind, attachment, &record);
	if (err || !pen_presence_exists(&record) || !pen_presence_unit_of(&record, pack_presence_fields(kind).unit, &home) ||
	    presence_find(presenting->pen->txn, PRESENCE_GUEST, attachment, &home, &word))
		return err ? err : presenting->pen->txn->err;
	return pen_presence_write_guest(presenting, &word, false);
}

// ---- At home ----

// One record for each member at each activity, whoever of us makes it and however often it is told.
static struct id elsewhere_id(const struct presence_word *word)
{
	static const char domain[] = "tributary elsewhere v1";
	uint8_t bytes[sizeof domain - 1 + 3 * LIMIT_ID_BYTES], *at = bytes + sizeof domain - 1;
	struct id id;
	memcpy(bytes, domain, sizeof domain - 1);
	memcpy(at, word->attachment.bytes, LIMIT_ID_BYTES);
	memcpy(at + LIMIT_ID_BYTES, word->unit.bytes, LIMIT_ID_BYTES);
	memcpy(at + 2 * LIMIT_ID_BYTES, word->activity.bytes, LIMIT_ID_BYTES);
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, span_of(bytes, sizeof bytes));
	memcpy(id.bytes, hash.bytes, sizeof id.bytes);
	return id;
}

struct heard {
	struct id member, unit;
	const Tributary__PresenceActivity *activity;
};

// Against our own attachment: whose it is, where, and when.
static enum presence_refusal judge(struct presenting *presenting, const struct presence_word *word, struct heard *heard)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ATTACHMENT);
	struct pack_presence fields = kind ? pack_presence_fields(kind) : (struct pack_presence){ .member = 0 };
	struct record record;
	if (!kind || pen_presence_load(presenting, kind, &word->attachment, &record) || !pen_presence_exists(&record) ||
	    !pen_presence_unit_of(&record, fields.member, &heard->member) || !pen_presence_unit_of(&record, fields.unit, &heard->unit))
		return PRESENCE_UNKNOWN;
	int32_t until = pen_presence_day_of(&record, fields.date[1]);
	if (!id_equal(&heard->unit, &word->unit))
		return PRESENCE_UNIT;
	bool within = heard->activity->day >= pen_presence_day_of(&record, fields.date[0]) && (!until || heard->activity->day <= until);
	return !heard->activity->came || within ? PRESENCE_COUNTS : PRESENCE_DAY;
}

static enum err write_elsewhere(struct presenting *presenting, const struct pack_kind *kind, const struct id *id,
                                const struct heard *heard)
{
	struct pack_presence fields = pack_presence_fields(kind);
	const struct pen_write writes[] = {
		{ .field = fields.member, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&heard->member) } },
		{ .field = fields.unit, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&heard->unit) } },
		{ .field = fields.date[0], .value = day_value(heard->activity->day) },
		{ .field = fields.text[0], .value = { .form = VALUE_IS_TEXT, .bytes = span_string(heard->activity->kind) } },
		{ .field = fields.text[1], .value = { .form = VALUE_IS_TEXT, .bytes = span_string(heard->activity->topic) } },
	};
	size_t count = sizeof writes / sizeof writes[0] - (*heard->activity->topic ? 0 : 1);
	return set(presenting, kind, id, writes, count);
}

static enum err take_up_activity(struct presenting *presenting, const struct presence_word *word, enum presence_refusal *refusal)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ACTIVITY_ELSEWHERE);
	struct heard heard;
	struct id id = elsewhere_id(word);
	struct span bytes;
	struct record record;
	ProtobufCMessage *message;
	enum err err = arena_copy(presenting->arena, word->message, &bytes);
	if (!err)
		err = pb_unpack(&tributary__presence_activity__descriptor, bytes, presenting->arena, &message);
	if (err || !kind)
		return err;
	heard.activity = (const Tributary__PresenceActivity *)message;
	*refusal = judge(presenting, word, &heard);
	if (!*refusal && (!statement_text_fits(heard.activity->kind, LIMIT_TITLE_BYTES) || !*heard.activity->kind))
		*refusal = PRESENCE_VALUE;
	if (!*refusal)
		err = pen_presence_load(presenting, kind, &id, &record);
	if (*refusal || err)
		return err;
	if (!heard.activity->came)
		return pen_presence_exists(&record) ? set_deleted(presenting, kind, &id, true) : ERR_OK;
	err = write_elsewhere(presenting, kind, &id, &heard);
	if (!err && record_deleted(&record))
		err = set_deleted(presenting, kind, &id, false);
	if (err == ERR_RANGE || err == ERR_TOO_LARGE) {
		*refusal = PRESENCE_VALUE;
		err = ERR_OK;
	}
	return err;
}

static enum err take_up_activities(struct presenting *presenting, const struct id *attachment)
{
	enum err err = ERR_OK;
	struct scan scan = presence_words(presenting->pen->txn, PRESENCE_ACTIVITY, attachment);
	while (!err && scan_next(&scan)) {
		struct presence_word word;
		enum presence_refusal refusal = PRESENCE_COUNTS;
		err = presence_read(&scan, &word);
		if (!err)
			err = take_up_activity(presenting, &word, &refusal);
		if (!err)
			presence_judged(presenting->pen->txn, &word, refusal);
	}
	scan_end(&scan);
	return err;
}

enum err pen_presence_take_up(struct presenting *presenting, const struct id *attachment)
{
	struct id at = *attachment;
	enum err err = take_up_guest(presenting, &at);
	return err ? err : take_up_activities(presenting, &at);
}
