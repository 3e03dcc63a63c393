// get: one record, field by field.
#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/refusal.h"
#include "ledger/vote_settle.h"

static const struct output_column columns[] = {
	{ .key = "field", .heading = PHRASE_HEAD_FIELD },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE },
	{ .key = "note", .heading = PHRASE_HEAD_NOTE },
};

// Does some place of the field hold more than one value?
static bool disputed(const struct record *record, uint8_t field)
{
	for (size_t i = 1; i < record->write_count; i++) {
		const struct record_write *a = &record->writes[i - 1], *b = &record->writes[i];
		if (a->field == field && b->field == field && span_equal(a->element, b->element) && !value_equal(&a->value, &b->value))
			return true;
	}
	return false;
}

static bool counted(struct command *command, const struct pack_kind *kind, const struct record *record, struct vote_count *count)
{
	return kind->vote && vote_settle_count(&command->txn, kind, record, &command->arena, count) == ERR_OK;
}

// What the field of the result says against the votes.
static bool contradicts(const struct pack_kind *kind, const struct record *record, const struct vote_count *count)
{
	const struct record_write *typed = kind->vote->result ? record_value(record, kind->vote->result, span_of(NULL, 0)) : NULL;
	return typed && count->result != VOTE_NONE && typed->value.number != vote_option(kind->vote, count->result);
}

static void put_vote(struct command *command, const struct pack_kind *kind, const struct record *record, struct output_table *table)
{
	struct vote_count count;
	if (!counted(command, kind, record, &count))
		return;
	output_text(table, phrase_text(PHRASE_VOTE_RESULT));
	output_text(table, refusal_result(count.result));
	output_text(table, refusal_vote(&command->look, &count));
	if (!contradicts(kind, record, &count))
		return;
	output_text(table, phrase_text(PHRASE_VOTE_RESULT));
	output_text(table, phrase_text(PHRASE_VOTE_CONTRADICTS));
	output_text(table, lookup_title(&kind->by_number[kind->vote->result]->title, ""));
}

static void put_evidence(struct command *command, const struct pack_kind *kind, const struct record *record, struct output_table *table)
{
	struct evidence evidence;
	for (size_t at = 0; evidence_next(command, kind, record, &at, &evidence);) {
		output_text(table, phrase_text(PHRASE_HEAD_EVIDENCE));
		output_text(table, lookup_title(&evidence.field->title, evidence.field->name));
		output_text(table, evidence_text(&evidence));
	}
}

static json_t *vote_json(const struct pack_kind *kind, const struct record *record, const struct vote_count *count)
{
	static const char *const results[] = { [VOTE_NONE] = "none", [VOTE_PASSED] = "passed", [VOTE_FAILED] = "failed",
	                                       [VOTE_NO_QUORUM] = "no_quorum" };
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b}", "result", results[count->result], "expected", (json_int_t)count->expected,
	                 "present", (json_int_t)count->present, "yes", (json_int_t)count->yes, "no", (json_int_t)count->no, "abstain",
	                 (json_int_t)count->abstain, "recused", (json_int_t)count->recused, "uncounted", (json_int_t)count->uncounted,
	                 "contradicted", (int)contradicts(kind, record, count));
}

static json_t *document(struct command *command, const struct pack_kind *kind, const struct record *record,
                        const struct record *shown)
{
	struct vote_count count;
	char hex[ID_TEXT_BYTES];
	id_format(&record->key.record, hex);
	json_t *conflicts = json_array();
	for (size_t i = 0; i < kind->field_count; i++) {
		if (disputed(record, kind->fields[i].number))
			json_array_append_new(conflicts, json_string(kind->fields[i].name));
	}
	json_t *all = json_pack("{s:s,s:s,s:s,s:o,s:o}", "kind", kind->name, "record", hex, "label",
	                        lookup_record_label(&command->look, kind, record), "fields",
	                        lookup_record_json(&command->look, kind, shown), "conflicts", conflicts);
	json_t *evidence = evidence_json(command, kind, shown);
	if (evidence)
		json_object_set_new(all, "evidence", evidence);
	if (counted(command, kind, record, &count))
		json_object_set_new(all, "vote", vote_json(kind, record, &count));
	return all;
}

static int print(struct command *command, const struct pack_kind *kind, const struct record *record, const struct record *shown)
{
	struct output_table *table = command_table(command, "fields", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	char hex[ID_TEXT_BYTES];
	id_format(&record->key.record, hex);
	output_text(table, lookup_title(&kind->title, kind->name));
	output_text(table, hex);
	output_text(table, record_deleted(record) ? phrase_text(PHRASE_DELETED) : NULL);
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = kind->order[i];
		const char *text = lookup_field_text(&command->look, field, shown);
		bool conflict = disputed(record, field->number);
		if (!*text && !conflict)
			continue;
		output_text(table, lookup_title(&field->title, field->name));
		output_text(table, text);
		output_text(table, conflict ? phrase_text(PHRASE_IN_CONFLICT) : field->retired ? phrase_text(PHRASE_RETIRED) : NULL);
	}
	if (kind->vote)
		put_vote(command, kind, record, table);
	put_evidence(command, kind, shown, table);
	return command_table_end(command, table);
}

static int get(struct command *command)
{
	int code = VERB_OK;
	const struct pack_kind *kind = command_kind(command, command->call->arguments[0], &code);
	if (kind)
		code = command_owner(command);
	struct record_key key = { .kind = 0 };
	if (!code)
		code = command_record(command, kind, command->call->arguments[1], &key.record);
	if (code)
		return code;
	struct record record;
	key.kind = kind->number;
	key.unit = command->look.unit;
	enum err err = record_load(&command->txn, &key, &command->arena, &record);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->call->arguments[1]);
	struct record shown = record; // with the result that follows from the votes; the stored one is told beside it
	err = vote_settle(&command->txn, command->pack, &shown, &command->arena);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->call->arguments[1]);
	if (!command->call->json)
		return print(command, kind, &record, &shown);
	return command_done(command, output_document(command->call->out, document(command, kind, &record, &shown)), PHRASE_CANNOT_PRINT, NULL);
}

int get_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, get);
}
