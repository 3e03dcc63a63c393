// resolve: the decision on a conflict, an entry like any other: it replaces all values that are live.
#include "cli/assign.h"
#include "cli/refusal.h"
#include "client/commands.h"
#include "cli/origin.h"

// The best of the live values that this device wrote, or that another did; NULL: there is none.
static const struct record_write *choose(struct command *command, const struct record_write *writes, size_t count, bool mine)
{
	for (size_t i = 0; i < count; i++) {
		struct origin origin;
		if (!origin_find(&command->look, &command->home.self, writes[i].dot, &origin) && origin.own == mine)
			return &writes[i];
	}
	return NULL;
}

static int decide(struct command *command, const struct pack_field *field, const struct record_write *writes, size_t count,
                  const char *text, struct value *value)
{
	bool mine = strcmp(text, "mine") == 0;
	if (!mine && strcmp(text, "theirs") != 0)
		return assign_value(command, field, span_string(text), value);
	const struct record_write *write = choose(command, writes, count, mine);
	if (!write)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = mine ? PHRASE_NO_MINE : PHRASE_NO_THEIRS,
			.where = lookup_title(&field->title, field->name), .why = "", .remedy = PHRASE_REMEDY_RESOLVE });
	*value = write->value;
	return VERB_OK;
}

static int resolve(struct command *command)
{
	char **arguments = command->call->arguments;
	int code = VERB_OK;
	struct record_key key = { .unit = command->look.unit };
	struct record record;
	const struct pack_field *field;
	struct pen_write write = { .lane = 0 };
	const struct pack_kind *kind = command_kind(command, arguments[0], &code);
	if (kind)
		code = command_record(command, kind, arguments[1], &key.record);
	if (!code)
		code = assign_place(command, kind, span_string(arguments[2]), &field, &write.element);
	if (!code && field->keyed && write.element.size == 0)
		code = assign_bad_form(command, field);
	if (code)
		return code;
	key.kind = kind->number;
	key.unit = command->look.unit;
	write.field = field->number;
	enum err err = record_load(&command->txn, &key, &command->arena, &record);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, arguments[1]);
	size_t count;
	const struct record_write *writes = record_writes(&record, field->number, write.element, &count);
	code = decide(command, field, writes, count, arguments[3], &write.value);
	if (code)
		return code;
	bool changed;
	err = pen_set(&command->pen, &key.unit, kind->number, &key.record, &write, 1, &changed);
	if (err && command->pen.refusal.what)
		return refusal_fail(command, err);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, lookup_title(&field->title, field->name));
	const char *text = lookup_text(&command->look, field, &write.value);
	json_t *value = lookup_json(&command->look, field, &write.value);
	code = command_commit(command);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:O,s:b}", "record", arguments[1], "field", field->name, "value", value,
		                                  "changed", (int)changed));
	else if (!code)
		phrase_line(stdout, PHRASE_RESOLVE_DONE, PHRASE_WITH(lookup_title(&field->title, field->name), text));
	json_decref(value);
	return code;
}

int resolve_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, resolve);
}
