// get: one record, field by field.
#include "cli/commands.h"

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

static json_t *document(struct command *command, const struct pack_kind *kind, const struct record *record)
{
	char hex[ID_TEXT_BYTES];
	id_format(&record->key.record, hex);
	json_t *conflicts = json_array();
	for (size_t i = 0; i < kind->field_count; i++) {
		if (disputed(record, kind->fields[i].number))
			json_array_append_new(conflicts, json_string(kind->fields[i].name));
	}
	return json_pack("{s:s,s:s,s:s,s:o,s:o}", "kind", kind->name, "record", hex, "label",
	                 lookup_record_label(&command->look, kind, record), "fields",
	                 lookup_record_json(&command->look, kind, record), "conflicts", conflicts);
}

static int print(struct command *command, const struct pack_kind *kind, const struct record *record)
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
		const char *text = lookup_field_text(&command->look, field, record);
		bool conflict = disputed(record, field->number);
		if (!*text && !conflict)
			continue;
		output_text(table, lookup_title(&field->title, field->name));
		output_text(table, text);
		output_text(table, conflict ? phrase_text(PHRASE_IN_CONFLICT) : field->retired ? phrase_text(PHRASE_RETIRED) : NULL);
	}
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
	if (!command->call->json)
		return print(command, kind, &record);
	return command_done(command, output_document(stdout, document(command, kind, &record)), PHRASE_CANNOT_PRINT, NULL);
}

int get_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, get);
}
