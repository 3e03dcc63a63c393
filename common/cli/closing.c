#include "cli/closing.h"

#include "base/date.h"
#include "ledger/figure.h"
#include "ledger/pack_presence.h"
#include "ledger/record.h"
#include "ledger/tally.h"
#include "org/charter_past.h"
#include "org/custody_chain.h"

bool closing_settled(const struct closing *open)
{
	return open->members == 0 && open->guests == 0;
}

void closing_free(struct closing *open)
{
	buf_free(&open->whence);
}

// ---- Guests ----

static bool is_there(const struct record *record, const struct pack_presence *fields, int32_t day)
{
	const struct record_write *until = fields->date[1] ? record_value(record, fields->date[1], span_of(NULL, 0)) : NULL;
	return record->write_count && !record_deleted(record) && (!until || until->value.form != VALUE_IS_NUMBER || until->value.number > day);
}

static void add_whence(struct txn *txn, const struct record *record, const struct pack_presence *fields, struct closing *open)
{
	const struct record_write *write = fields->unit ? record_value(record, fields->unit, span_of(NULL, 0)) : NULL;
	struct charter_unit row;
	struct id home;
	if (!write || id_read(write->value.bytes, &home) || charter_unit_get(txn, &home, &row))
		return;
	size_t size = strlen(row.name);
	for (size_t at = 0; at + size <= open->whence.size; at++) // named once
		if (memcmp(open->whence.data + at, row.name, size) == 0)
			return;
	buf_string(&open->whence, open->whence.size ? ", " : "");
	buf_string(&open->whence, row.name);
}

static enum err count_guests(struct txn *txn, const struct pack_kind *kind, const struct id *unit, int32_t day, struct closing *open)
{
	const struct pack_presence fields = pack_presence_fields(kind);
	struct arena arena;
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	memcpy(prefix, unit->bytes, LIMIT_ID_BYTES);
	prefix[LIMIT_ID_BYTES] = (uint8_t)(kind->number >> 8);
	prefix[LIMIT_ID_BYTES + 1] = (uint8_t)kind->number;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		if (record_key_decode(scan.key, &key) || record_decode(&key, scan.value, &arena, &record) || !is_there(&record, &fields, day))
			continue;
		open->guests++;
		add_whence(txn, &record, &fields, open);
	}
	scan_end(&scan);
	arena_free(&arena);
	return txn->err ? txn->err : open->whence.err;
}

// Where the end of a guest's time is read by the branch alone, its figure tells how many there are, by the month.
static enum err count_by_figure(struct txn *txn, const struct pack *pack, const struct pack_kind *kind, const struct id *unit, int32_t day,
                                struct closing *open)
{
	const struct pack_metric *metric = NULL;
	struct cell_owner owner;
	struct figure *found;
	struct arena arena;
	size_t count;
	for (size_t i = 0; i < pack->metric_count && !metric; i++)
		if (pack->metrics[i].kind == kind && pack->metrics[i].aggregate == METRIC_COUNT && pack->metrics[i].form == METRIC_STOCK)
			metric = &pack->metrics[i];
	if (!metric || tally_sum_owner(txn, unit, &owner))
		return txn->err;
	const struct period month = { date_month(day), date_month(day) };
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = figure_query(txn, pack, &owner, metric, NULL, month, &arena, &found, &count);
	if (!err && count)
		open->guests += found[0].value;
	arena_free(&arena);
	return err;
}

static bool end_is_read(const struct pack_kind *kind)
{
	uint8_t until = pack_presence_fields(kind).date[1];
	return until && kind->by_number[until] && kind->by_number[until]->lane != LANE_PRIVATE;
}

enum err closing_look(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t day, struct closing *open)
{
	enum err err = ERR_OK;
	*open = (struct closing){ .whence = BUF_EMPTY };
	struct scan scan = custody_chain_homes(txn, unit);
	while (scan_next(&scan))
		open->members++;
	scan_end(&scan);
	for (size_t i = 0; pack && i < pack->kind_count && !err; i++)
		if (pack->kinds[i].role == PACK_ROLE_GUEST)
			err = end_is_read(&pack->kinds[i]) ? count_guests(txn, &pack->kinds[i], unit, day, open)
			                                   : count_by_figure(txn, pack, &pack->kinds[i], unit, day, open);
	return err ? err : txn->err;
}

void closing_tell(const struct closing *open, struct buf *text)
{
	char number[24];
	if (open->guests) {
		snprintf(number, sizeof number, "%lld", (long long)open->guests);
		struct buf whence = BUF_EMPTY;
		buf_bytes(&whence, open->whence.data, open->whence.size);
		buf_u8(&whence, '\0');
		phrase_format(text, PHRASE_CLOSING_GUESTS, PHRASE_WITH(number, whence.err || whence.size == 1 ? "–" : (const char *)whence.data));
		buf_free(&whence);
	}
	if (!open->members)
		return;
	buf_string(text, open->guests ? "; " : "");
	snprintf(number, sizeof number, "%lld", (long long)open->members);
	phrase_format(text, PHRASE_CLOSING_MEMBERS, PHRASE_WITH(number));
}

// ---- What was to close ----

struct overdue {
	struct command *command;
	int32_t day;
	json_t *list;
};

static bool was_to_close(struct txn *txn, const struct id *unit, int32_t day, int32_t *until)
{
	struct charter_change change;
	bool found = false;
	struct charter_walk walk = charter_past(txn, unit);
	while (charter_past_next(&walk, &change))
		if (change.what == CHARTER_CLOSED && change.announced && change.day <= day) {
			*until = change.day;
			found = true;
		}
	charter_walk_end(&walk);
	return found;
}

static enum err add_overdue(void *context, const struct charter_unit *row)
{
	struct overdue *overdue = context;
	struct command *command = overdue->command;
	struct closing open;
	char text[DATE_TEXT_BYTES];
	int32_t until;
	if (row->closed != INT32_MAX || !was_to_close(&command->txn, &row->unit, overdue->day, &until))
		return ERR_OK;
	enum err err = closing_look(&command->txn, command->pack, &row->unit, overdue->day, &open);
	date_format(until, text);
	json_t *item = json_pack("{s:s,s:s,s:s,s:I,s:I}", "unit", lookup_short(&command->look, &row->unit), "name", row->name, "until", text,
	                         "members", (json_int_t)open.members, "guests", (json_int_t)open.guests);
	closing_free(&open);
	if (!err && json_array_append_new(overdue->list, item))
		err = ERR_NOMEM;
	return err;
}

json_t *closing_overdue(struct command *command, const struct id *unit, int32_t day, enum err *err)
{
	struct overdue overdue = { .command = command, .day = day, .list = json_array() };
	*err = overdue.list ? charter_subtree(&command->txn, unit, add_overdue, &overdue) : ERR_NOMEM;
	return overdue.list;
}

void closing_overdue_print(const json_t *overdue, FILE *out)
{
	size_t i;
	const json_t *item;
	json_array_foreach(overdue, i, item) {
		char members[24], guests[24];
		snprintf(members, sizeof members, "%lld", (long long)json_integer_value(json_object_get(item, "members")));
		snprintf(guests, sizeof guests, "%lld", (long long)json_integer_value(json_object_get(item, "guests")));
		phrase_line(out, PHRASE_CLOSING_OVERDUE, PHRASE_WITH(json_string_value(json_object_get(item, "name")),
		            json_string_value(json_object_get(item, "until")), guests, members));
	}
}
