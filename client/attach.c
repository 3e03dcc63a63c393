// attach, detach, attachments: members of this branch at a second unit.
#include <stdio.h>

#include "base/bytes.h"
#include "client/attach.h"
#include "client/commands.h"
#include "io/file.h"
#include "io/machine.h"

enum phrase attach_refusal(enum pen_presence_refusal refusal)
{
	static const enum phrase phrases[] = {
		[PEN_PRESENCE_DONE] = PHRASE_PRESENCE_DONE,
#define REFUSAL_PHRASE(name, text) [PEN_PRESENCE_##name] = PHRASE_PRESENCE_##name,
		PEN_PRESENCE_REFUSALS(REFUSAL_PHRASE)
#undef REFUSAL_PHRASE
	};
	return phrases[refusal];
}

// ---- attach, detach ----

struct attaching {
	struct command *command;
	struct output_table *table;
	struct id unit;
	int32_t from, until;
	bool detach;
	size_t done, refused;
};

static const struct output_column done_columns[] = {
	{ .key = "member", .heading = PHRASE_HEAD_MEMBER }, { .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "done", .heading = PHRASE_HEAD_RESULT },   { .key = "why", .heading = PHRASE_HEAD_REASON },
};

static int attach_one(struct attaching *attaching, const char *text)
{
	struct command *command = attaching->command;
	const struct pack_kind *person = pack_presence_person(command->pack);
	enum pen_presence_refusal refusal = PEN_PRESENCE_NO_KINDS;
	struct id member = { { 0 } };
	enum err err = ERR_OK;
	char hex[ID_TEXT_BYTES];
	int code = person ? command_record(command, person, text, &member) : VERB_OK;
	if (code)
		return code;
	if (person && attaching->detach)
		err = pen_presence_detach(&command->pen, &member, &attaching->unit, attaching->until, &refusal);
	else if (person)
		err = pen_presence_attach(&command->pen, &member, &attaching->unit, attaching->from, attaching->until, &refusal);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_ATTACH, text);
	attaching->done += !refusal;
	attaching->refused += refusal != PEN_PRESENCE_DONE;
	id_format(&member, hex);
	output_value(attaching->table, lookup_short(&command->look, &member), json_string(hex));
	output_text(attaching->table, text);
	output_bool(attaching->table, !refusal);
	output_value(attaching->table, phrase_text(attach_refusal(refusal)), json_string(pen_presence_refusal_name(refusal)));
	return VERB_OK;
}

static int attach_file(struct attaching *attaching, const char *path)
{
	struct buf text = BUF_EMPTY;
	int code = command_done(attaching->command, file_read(path, LIMIT_PACK_BYTES, &text), PHRASE_CANNOT_READ, path);
	buf_u8(&text, '\0');
	for (char *line = code || text.err ? NULL : strtok((char *)text.data, "\r\n"); line && !code; line = strtok(NULL, "\r\n"))
		code = attach_one(attaching, line);
	buf_free(&text);
	return code;
}

static int read_day(const struct verb_call *call, const char *option, int32_t *day)
{
	const char *text = verb_value(call, option);
	return text && date_parse(span_string(text), day) ? verb_usage(call, PHRASE_BAD_DATE, text) : VERB_OK;
}

static int attach_all(struct attaching *attaching)
{
	struct command *command = attaching->command;
	const struct verb_call *call = command->call;
	const char *file = verb_value(call, "file");
	int code = command_unit(command, verb_value(call, "to"), &attaching->unit);
	if (!code && !attaching->detach)
		code = read_day(call, "from", &attaching->from);
	if (!code)
		code = read_day(call, "until", &attaching->until);
	if (!code && !command->pack)
		code = verb_fail(call, &(struct verb_failure){ .err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (!code && !call->argument_count && !file)
		code = verb_usage(call, PHRASE_ATTACH_NOBODY, NULL);
	if (code)
		return code;
	attaching->table = command_table_held(command, "members", done_columns, sizeof done_columns / sizeof done_columns[0]);
	if (!attaching->table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	for (size_t i = 0; i < call->argument_count && !code; i++)
		code = attach_one(attaching, call->arguments[i]);
	if (!code && file)
		code = attach_file(attaching, file);
	code = command_table_commit(command, attaching->table, code);
	return code ? code : attaching->refused ? VERB_CONFLICT : VERB_OK;
}

static int attach(struct command *command)
{
	return attach_all(&(struct attaching){ .command = command });
}

static int detach(struct command *command)
{
	return attach_all(&(struct attaching){ .command = command, .detach = true, .until = machine_today() });
}

int attach_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, attach); }
int attach_detach_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, detach); }

// ---- attachments ----

static const struct output_column list_columns[] = {
	{ .key = "attachment", .heading = PHRASE_HEAD_ATTACHMENT }, { .key = "member", .heading = PHRASE_HEAD_MEMBER },
	{ .key = "unit", .heading = PHRASE_HEAD_SECOND_UNIT },      { .key = "from", .heading = PHRASE_HEAD_SINCE },
	{ .key = "until", .heading = PHRASE_HEAD_LAST_DAY },        { .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "activities", .heading = PHRASE_HEAD_ELSEWHERE, .number = true },
};

void attach_day_cell(struct output_table *table, int32_t day)
{
	char text[DATE_TEXT_BYTES];
	date_format(day, text);
	output_text(table, day ? text : NULL);
}

void attach_unit_cell(struct command *command, struct output_table *table, const struct id *unit)
{
	char hex[ID_TEXT_BYTES];
	id_format(unit, hex);
	output_value(table, lookup_unit_path(&command->look, unit), json_string(hex));
}

int32_t attach_day_of(const struct record *record, uint8_t field)
{
	const struct record_write *write = record_value(record, field, span_of(NULL, 0));
	return write ? (int32_t)write->value.number : 0;
}

// Its answer, unless the unit is no more or the time is over.
static const char *state_of(struct command *command, const struct record *record, const struct id *unit, enum phrase *phrase)
{
	struct presence_word word;
	struct charter_unit row;
	ProtobufCMessage *message;
	uint8_t last = pack_presence_fields(pack_kind_by_role(command->pack, PACK_ROLE_ATTACHMENT)).date[1];
	int32_t until = attach_day_of(record, last);
	*phrase = PHRASE_ATTACH_CLOSED;
	if (charter_unit_get(&command->txn, unit, &row) == ERR_OK && row.closed <= machine_today())
		return "closed";
	*phrase = PHRASE_ATTACH_OVER;
	if (until && until < machine_today())
		return "over";
	*phrase = PHRASE_ATTACH_WAITING;
	if (presence_find(&command->txn, PRESENCE_ANSWER, &record->key.record, unit, &word) ||
	    pb_unpack(&tributary__presence_answer__descriptor, word.message, &command->arena, &message))
		return "waiting";
	bool accepted = ((const Tributary__PresenceAnswer *)message)->accepted;
	*phrase = accepted ? PHRASE_ATTACH_ACCEPTED : PHRASE_ATTACH_REFUSED;
	return accepted ? "accepted" : "refused";
}

// What was told of it: how often the member took part, as far as it counts.
static int64_t count_activities(struct command *command, const struct id *attachment)
{
	int64_t count = 0;
	struct scan scan = presence_words(&command->txn, PRESENCE_ACTIVITY, attachment);
	while (scan_next(&scan)) {
		struct presence_word word;
		ProtobufCMessage *message;
		if (presence_read(&scan, &word) || presence_refusal(&command->txn, &word) ||
		    pb_unpack(&tributary__presence_activity__descriptor, word.message, &command->arena, &message))
			continue;
		count += ((const Tributary__PresenceActivity *)message)->came;
	}
	scan_end(&scan);
	return count;
}

static void list_one(struct command *command, struct output_table *table, const struct record *record)
{
	struct pack_presence fields = pack_presence_fields(pack_kind_by_role(command->pack, PACK_ROLE_ATTACHMENT));
	const struct pack_field *member = pack_kind_by_role(command->pack, PACK_ROLE_ATTACHMENT)->by_number[fields.member];
	const struct record_write *who = record_value(record, fields.member, span_of(NULL, 0));
	const struct record_write *where = record_value(record, fields.unit, span_of(NULL, 0));
	struct id unit = { { 0 } };
	char hex[ID_TEXT_BYTES];
	enum phrase phrase;
	if (!who || !where || id_read(where->value.bytes, &unit))
		return;
	const char *state = state_of(command, record, &unit, &phrase);
	id_format(&record->key.record, hex);
	output_value(table, lookup_short(&command->look, &record->key.record), json_string(hex));
	output_text(table, lookup_text(&command->look, member, &who->value));
	attach_unit_cell(command, table, &unit);
	attach_day_cell(table, attach_day_of(record, fields.date[0]));
	attach_day_cell(table, attach_day_of(record, fields.date[1]));
	output_value(table, phrase_text(phrase), json_string(state));
	output_number(table, count_activities(command, &record->key.record));
}

static const enum phrase why_phrases[] = {
	[PRESENCE_COUNTS] = PHRASE_NONE,
#define WHY_PHRASE(name, text) [PRESENCE_##name] = PHRASE_PRESENCE_WHY_##name,
	PRESENCE_REFUSALS(WHY_PHRASE)
#undef WHY_PHRASE
};

// Letters on activities that do not count here, each with its reason.
static json_t *not_counted(struct command *command, bool print)
{
	json_t *all = json_array();
	struct scan scan = presence_words(&command->txn, PRESENCE_ACTIVITY, NULL);
	while (scan_next(&scan)) {
		struct presence_word word;
		char hex[ID_TEXT_BYTES], attachment[ID_TEXT_BYTES];
		if (presence_read(&scan, &word) || !presence_refusal(&command->txn, &word))
			continue;
		enum presence_refusal why = presence_refusal(&command->txn, &word);
		id_format(&word.unit, hex);
		id_format(&word.attachment, attachment);
		json_array_append_new(all, json_pack("{s:s,s:s,s:s}", "unit", hex, "attachment", attachment, "why", presence_refusal_name(why)));
		if (print)
			phrase_line(stdout, PHRASE_ATTACH_NOT_COUNTED,
			            PHRASE_WITH(lookup_unit_name(&command->look, &word.unit), phrase_text(why_phrases[why])));
	}
	scan_end(&scan);
	return all;
}

static int list(struct command *command)
{
	const struct pack_kind *kind = command->pack ? pack_kind_by_role(command->pack, PACK_ROLE_ATTACHMENT) : NULL;
	if (!kind)
		return verb_usage(command->call, PHRASE_PRESENCE_NO_KINDS, NULL);
	struct output_table *table = command_table(command, "attachments", list_columns, sizeof list_columns / sizeof list_columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(table, "not_counted", not_counted(command, false));
	struct lookup_walk walk = lookup_walk_begin(&command->look, kind->number, false);
	while (lookup_walk_next(&walk))
		list_one(command, table, &walk.record);
	enum err err = lookup_walk_end(&walk);
	int code = command_table_end(command, table);
	if (!command->call->json)
		json_decref(not_counted(command, true));
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int attach_list_run(const struct verb_call *call) { return command_run(call, COMMAND_READ, list); }
