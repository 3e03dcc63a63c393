// The same value twice: which, and in which records.
#include "cli/twice.h"

#include "ledger/unique.h"

struct gathering {
	struct command *command;
	const struct pack_kind *only;
	json_t *values;
	json_t *records; // of the value at hand
};

static enum err gather(void *context, const struct unique_clash *clash)
{
	struct gathering *gathering = context;
	struct command *command = gathering->command;
	struct lookup *look = &command->look;
	struct record_key key = { .unit = look->unit, .kind = clash->kind->number, .record = clash->record };
	struct record record;
	if (gathering->only && gathering->only != clash->kind)
		return ERR_OK;
	enum err err = record_load(look->txn, &key, &command->arena, &record);
	const struct record_write *shown = err ? NULL : record_value(&record, clash->field->number, span_of(NULL, 0));
	if (err || !shown)
		return err ? err : ERR_CORRUPT; // the index says that it is there
	if (clash->first) {
		gathering->records = json_array();
		json_array_append_new(gathering->values, json_pack("{s:s,s:s,s:s,s:s,s:o}", "kind", clash->kind->name, "field",
		                      clash->field->name, "title", lookup_title(&clash->field->title, clash->field->name), "value",
		                      lookup_text(look, clash->field, &shown->value), "records", gathering->records));
	}
	json_array_append_new(gathering->records, json_pack("{s:s,s:s}", "record", lookup_short(look, &clash->record), "label",
	                      lookup_record_label(look, clash->kind, &record)));
	return ERR_OK;
}

json_t *twice_json(struct command *command, const struct pack_kind *kind, enum err *err)
{
	struct gathering gathering = { .command = command, .only = kind, .values = json_array() };
	*err = gathering.values ? unique_each(command->look.txn, command->pack, &command->look.unit, gather, &gathering)
	                        : ERR_NOMEM;
	if (*err) {
		json_decref(gathering.values);
		return NULL;
	}
	return gathering.values;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static void print_value(const json_t *value, FILE *to)
{
	struct buf names = BUF_EMPTY;
	const json_t *records = json_object_get(value, "records");
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);
		buf_string(&names, i ? phrase_text(PHRASE_COMMA) : "");
		phrase_format(&names, PHRASE_RECORD_NAMED, PHRASE_WITH(text_of(record, "label"), text_of(record, "record")));
	}
	buf_u8(&names, '\0');
	if (!names.err)
		phrase_line(to, PHRASE_TWICE, PHRASE_WITH(text_of(value, "title"), text_of(value, "value"), (const char *)names.data));
	buf_free(&names);
}

enum err twice_print(struct command *command, const struct pack_kind *kind, FILE *to)
{
	enum err err;
	json_t *values = twice_json(command, kind, &err);
	for (size_t i = 0; i < json_array_size(values); i++)
		print_value(json_array_get(values, i), to);
	json_decref(values);
	return err;
}
