// What people ask for about members at a second unit, judged before it is written.
#include "base/bytes.h"
#include "base/pb.h"
#include "sync/pen_presence_inside.h"

const char *pen_presence_refusal_name(enum pen_presence_refusal refusal)
{
	static const char *const names[] = {
		[PEN_PRESENCE_DONE] = "DONE",
#define REFUSAL_NAME(name, text) [PEN_PRESENCE_##name] = #name,
		PEN_PRESENCE_REFUSALS(REFUSAL_NAME)
#undef REFUSAL_NAME
	};
	return names[refusal];
}

// ---- At home ----

static bool is_here(struct presenting *presenting, const struct id *member)
{
	const struct pack_kind *person = pack_presence_person(presenting->pack);
	struct record record;
	return pen_presence_load(presenting, person, member, &record) == ERR_OK && pen_presence_exists(&record) &&
	       !(person->left && record_value(&record, person->left, span_of(NULL, 0)));
}

// The attachment of a member to a unit, the latest if there are several.
static enum err find_attachment(struct presenting *presenting, const struct id *member, const struct id *to, struct id *found)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ATTACHMENT);
	struct pack_presence fields = pack_presence_fields(kind);
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	enum err err = ERR_OK, result = ERR_NOT_FOUND;
	memcpy(prefix, presenting->pen->self->unit.bytes, LIMIT_ID_BYTES);
	bytes_put_u16(prefix + LIMIT_ID_BYTES, kind->number);
	struct scan scan = scan_begin(presenting->pen->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (!err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		struct id whose, where;
		err = record_key_decode(scan.key, &key);
		if (!err)
			err = record_load(presenting->pen->txn, &key, presenting->arena, &record);
		if (err || !pen_presence_exists(&record) || !pen_presence_unit_of(&record, fields.member, &whose) ||
		    !pen_presence_unit_of(&record, fields.unit, &where) || !id_equal(&whose, member) || !id_equal(&where, to))
			continue;
		*found = key.record;
		result = ERR_OK;
	}
	scan_end(&scan);
	return err ? err : result;
}

static enum err attach(struct presenting *presenting, const struct id *member, const struct id *to, int32_t from, int32_t until)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ATTACHMENT);
	struct pack_presence fields = pack_presence_fields(kind);
	struct id attachment;
	bool changed;
	enum err err = find_attachment(presenting, member, to, &attachment);
	if (err == ERR_NOT_FOUND)
		attachment = pen_new_id(presenting->pen);
	else if (err)
		return err;
	struct pen_write writes[] = {
		{ .field = fields.member, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(member) } },
		{ .field = fields.unit, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(to) } },
		{ .field = fields.date[0], .value = { .form = VALUE_IS_NUMBER, .number = from } },
		{ .field = fields.date[1], .value = { .form = until ? VALUE_IS_NUMBER : VALUE_IS_NONE, .number = until } },
	};
	return pen_set(presenting->pen, NULL, kind->number, &attachment, writes, sizeof writes / sizeof writes[0], &changed);
}

enum err pen_presence_attach(struct pen *pen, const struct id *member, const struct id *to, int32_t from, int32_t until,
                             enum pen_presence_refusal *refusal)
{
	struct arena arena;
	struct charter_unit row;
	struct presenting presenting = { .pen = pen, .pack = pen->view.pack->pack, .arena = &arena };
	enum err err = charter_unit_get(pen->txn, to, &row);
	*refusal = PEN_PRESENCE_DONE;
	if (err)
		return err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (!presenting.pack || !pack_presence_person(presenting.pack))
		*refusal = PEN_PRESENCE_NO_KINDS;
	else if (id_equal(to, &pen->self->unit))
		*refusal = PEN_PRESENCE_OWN_UNIT;
	else if (row.closed <= from)
		*refusal = PEN_PRESENCE_CLOSED;
	else if (until && until < from)
		*refusal = PEN_PRESENCE_DAYS;
	else if (!is_here(&presenting, member))
		*refusal = PEN_PRESENCE_NOT_HERE;
	else
		err = attach(&presenting, member, to, from, until);
	arena_free(&arena);
	return err;
}

static enum err detach(struct presenting *presenting, const struct id *member, const struct id *to, int32_t until,
                       enum pen_presence_refusal *refusal)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_ATTACHMENT);
	struct pack_presence fields = pack_presence_fields(kind);
	struct id attachment;
	struct record record;
	bool changed;
	enum err err = find_attachment(presenting, member, to, &attachment);
	if (err == ERR_NOT_FOUND)
		*refusal = PEN_PRESENCE_NOT_THERE;
	if (!err)
		err = pen_presence_load(presenting, kind, &attachment, &record);
	if (err)
		return *refusal ? ERR_OK : err;
	// Before it began: it never was.
	bool never = until < pen_presence_day_of(&record, fields.date[0]);
	struct pen_write write = { .field = never ? 0 : fields.date[1], .value = { .form = VALUE_IS_NUMBER, .number = never ? 1 : until } };
	return pen_set(presenting->pen, NULL, kind->number, &attachment, &write, 1, &changed);
}

enum err pen_presence_detach(struct pen *pen, const struct id *member, const struct id *to, int32_t until,
                             enum pen_presence_refusal *refusal)
{
	struct arena arena;
	struct presenting presenting = { .pen = pen, .pack = pen->view.pack->pack, .arena = &arena };
	enum err err = ERR_OK;
	*refusal = PEN_PRESENCE_DONE;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (!presenting.pack || !pack_presence_person(presenting.pack))
		*refusal = PEN_PRESENCE_NO_KINDS;
	else
		err = detach(&presenting, member, to, until, refusal);
	arena_free(&arena);
	return err;
}

// ---- At the second unit ----

static enum err read_ended(const struct presence_word *guest, struct arena *arena, bool *ended)
{
	struct span bytes;
	ProtobufCMessage *message;
	enum err err = arena_copy(arena, guest->message, &bytes);
	if (!err)
		err = pb_unpack(&tributary__presence_guest__descriptor, bytes, arena, &message);
	*ended = !err && ((const Tributary__PresenceGuest *)message)->ended;
	return err == ERR_MALFORMED ? ERR_OK : err;
}

enum err pen_presence_guest(struct txn *txn, const struct pack *pack, const struct id *unit, const struct presence_word *guest,
                            struct arena *arena, enum pen_presence_state *state)
{
	const struct pack_kind *kind = pack_kind_by_role(pack, PACK_ROLE_GUEST);
	struct record_key key = { .unit = *unit, .kind = kind ? kind->number : 0, .record = guest->attachment };
	struct record record;
	struct id home;
	bool ended;
	enum err err = read_ended(guest, arena, &ended);
	*state = ended ? PEN_PRESENCE_ENDED : PEN_PRESENCE_OPEN;
	if (err || !kind || ended)
		return err;
	err = record_load(txn, &key, arena, &record);
	if (!err && pen_presence_unit_of(&record, pack_presence_fields(kind).unit, &home) && id_equal(&home, &guest->unit))
		*state = record_deleted(&record) ? PEN_PRESENCE_REFUSED : PEN_PRESENCE_ACCEPTED;
	return err;
}

static enum err answer(struct presenting *presenting, const struct presence_word *guest, bool accept)
{
	const struct pack_kind *kind = pack_kind_by_role(presenting->pack, PACK_ROLE_GUEST);
	struct id home = guest->unit, attachment = guest->attachment;
	bool changed;
	const struct pen_write refused[] = {
		{ .field = 0, .value = { .form = VALUE_IS_NUMBER, .number = 1 } },
		{ .field = pack_presence_fields(kind).unit, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&home) } },
	};
	if (accept)
		return pen_presence_write_guest(presenting, guest, true);
	return pen_set(presenting->pen, NULL, kind->number, &attachment, refused, sizeof refused / sizeof refused[0], &changed);
}

enum err pen_presence_answer(struct pen *pen, const struct presence_word *guest, bool accept, enum pen_presence_refusal *refusal)
{
	struct arena arena;
	struct presenting presenting = { .pen = pen, .pack = pen->view.pack->pack, .arena = &arena };
	bool ended;
	*refusal = PEN_PRESENCE_DONE;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = read_ended(guest, &arena, &ended);
	if (!presenting.pack || !pack_kind_by_role(presenting.pack, PACK_ROLE_GUEST))
		*refusal = PEN_PRESENCE_NO_KINDS;
	else if (ended)
		*refusal = PEN_PRESENCE_TAKEN_BACK;
	else if (!err)
		err = answer(&presenting, guest, accept);
	arena_free(&arena);
	return err;
}
