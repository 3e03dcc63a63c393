// form: what can be recorded: the kinds of the ledger, or the fields of one kind with what each expects.
#include "cli/titles.h"
#include "client/commands.h"
#include "client/form_field.h"
#include "ledger/pack_form.h"

static const struct output_column kind_columns[] = {
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },
	{ .key = "title", .heading = PHRASE_HEAD_NAME },
	{ .key = "lane", .heading = PHRASE_HEAD_LANE },
	{ .key = "fields", .heading = PHRASE_HEAD_FIELDS, .number = true },
};

static const struct output_column field_columns[] = {
	{ .key = "field", .heading = PHRASE_HEAD_FIELD },
	{ .key = "title", .heading = PHRASE_HEAD_NAME },
	{ .key = "group", .heading = PHRASE_HEAD_GROUP },
	{ .key = "type", .heading = PHRASE_HEAD_TYPE },
	{ .key = "required", .heading = PHRASE_HEAD_REQUIRED },
	{ .key = "lane", .heading = PHRASE_HEAD_LANE },
	{ .key = "expected", .heading = PHRASE_HEAD_WANTED },
	{ .key = "hint", .heading = PHRASE_HEAD_NOTE },
	{ .key = "about", .heading = PHRASE_NONE }, // --json alone
};

enum { FIELD_COLUMNS = sizeof field_columns / sizeof field_columns[0] };

static int show_kinds(struct command *command)
{
	struct output_table *table = command_table(command, "kinds", kind_columns, sizeof kind_columns / sizeof kind_columns[0]);
	for (size_t i = 0; table && i < command->pack->kind_count; i++) {
		const struct pack_kind *kind = &command->pack->kinds[i];
		if (kind->retired)
			continue;
		output_text(table, kind->name);
		output_text(table, lookup_title(&kind->title, kind->name));
		output_text(table, lane_name(kind->lane));
		output_number(table, (int64_t)kind->offered);
	}
	return command_table_end(command, table);
}

// A set is "{key}", a map "{key: type}".
static void output_type(struct output_table *table, const struct pack_field *field)
{
	char text[64];
	const char *type = value_type_name(field->type);
	bool set = field->keyed && field->type == VALUE_BOOL;
	if (field->keyed && !set)
		snprintf(text, sizeof text, "{key: %s}", type);
	output_text(table, set ? "{key}" : field->keyed ? text : type);
}

static json_t *about_kind(const struct command *command, const struct pack_kind *kind)
{
	json_t *of = form_field_kind(kind);
	json_object_set_new(of, "persons", json_boolean(kind == titles_persons(command->pack)));
	return of;
}

static int show_fields(struct command *command, const struct pack_kind *kind)
{
	bool json = command->call->json;
	struct output_table *table = command_table(command, "fields", field_columns, FIELD_COLUMNS - !json);
	if (table && json)
		output_fact(table, "of", about_kind(command, kind));
	for (size_t i = 0; table && i < kind->offered; i++) {
		const struct pack_field *field = kind->order[i];
		const char *hint = lookup_title(&field->hint, "");
		const struct title *group = pack_form_title(command->pack, kind, field);
		output_text(table, field->name);
		output_text(table, lookup_title(&field->title, field->name));
		output_text(table, group ? lookup_title(group, "") : NULL);
		output_type(table, field);
		output_bool(table, field->required);
		output_text(table, lane_name(field->lane));
		output_text(table, lookup_expected(&command->look, field));
		output_text(table, *hint ? hint : NULL);
		if (json)
			output_value(table, NULL, form_field_about(&command->look, field));
	}
	return command_table_end(command, table);
}

static int form(struct command *command)
{
	int code = VERB_OK;
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (command->call->argument_count == 0)
		return show_kinds(command);
	const struct pack_kind *kind = command_kind(command, command->call->arguments[0], &code);
	return kind ? show_fields(command, kind) : code;
}

int form_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, form);
}
