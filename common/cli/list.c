// list: the records of a kind, those only that match every FIELD=VALUE given.
#include "base/date.h"
#include "cli/assign.h"
#include "cli/commands.h"
#include "cli/evidence.h"
#include "io/machine.h"
#include "ledger/vote_settle.h"
#include "ledger/workflow.h"
#include "cli/twice.h"

#define LIST_FILTERS_MAX 16

struct list {
	struct command *command;
	const struct pack_kind *kind;
	struct pen_write filters[LIST_FILTERS_MAX];
	size_t filter_count;
	bool overdue;          // those only that stay longer than their state may
	int32_t on;
	struct output_column columns[OUTPUT_COLUMNS_MAX];
	const struct pack_field *fields[OUTPUT_COLUMNS_MAX]; // of the columns from 1 on
	size_t column_count;
	bool evidence;      // the last column tells where the evidence is
	size_t first_field; // of the columns: behind the record, and whose it is where it came from above
};

static int add_filter(struct list *list, const char *text)
{
	if (list->filter_count == LIST_FILTERS_MAX)
		return verb_usage(list->command->call, PHRASE_ARGUMENT_EXTRA, text);
	return assign_parse(list->command, list->kind, text, &list->filters[list->filter_count++]);
}

static bool matches(const struct list *list, const struct record *record)
{
	int32_t until;
	if (list->overdue && (!workflow_until(list->kind->workflow, record, &until) || until >= list->on))
		return false;
	for (size_t i = 0; i < list->filter_count; i++) {
		const struct pen_write *filter = &list->filters[i];
		const struct record_write *write = record_value(record, filter->field, filter->element);
		if (filter->value.form == VALUE_IS_NONE ? write != NULL : !write || !value_equal(&write->value, &filter->value))
			return false;
	}
	return true;
}

static int read_overdue(struct list *list)
{
	const struct verb_call *call = list->command->call;
	const char *on = verb_value(call, "on");
	if (!verb_given(call, "overdue"))
		return on ? verb_usage(call, PHRASE_ON_ALONE, on) : VERB_OK;
	if (!list->kind->workflow)
		return verb_usage(call, PHRASE_NO_WORKFLOW, lookup_title(&list->kind->title, list->kind->name));
	list->overdue = true;
	if (!on)
		list->on = date_of_ms(machine_now_ms(), 0);
	else if (date_parse(span_string(on), &list->on))
		return verb_usage(call, PHRASE_BAD_DATE, on);
	return VERB_OK;
}

// The record, and every field that fits into a line.
static void choose_columns(struct list *list)
{
	list->columns[list->column_count++] = (struct output_column){ .key = "record", .heading = PHRASE_HEAD_RECORD };
	if (list->kind->from_above)
		list->columns[list->column_count++] = (struct output_column){ .key = "owner", .heading = PHRASE_HEAD_OWNER };
	list->first_field = list->column_count;
	list->evidence = evidence_asked(list->kind);
	for (size_t i = 0; i < list->kind->offered && list->column_count + list->evidence < OUTPUT_COLUMNS_MAX; i++) {
		const struct pack_field *field = list->kind->order[i];
		if (field->keyed || field->type == VALUE_LONG_TEXT)
			continue;
		list->fields[list->column_count] = field;
		list->columns[list->column_count++] = (struct output_column){
			.key = field->name,
			.title = lookup_title(&field->title, field->name),
			.number = field->type == VALUE_INTEGER || field->type == VALUE_MONEY,
		};
	}
	if (list->evidence)
		list->columns[list->column_count++] = (struct output_column){ .key = "evidence", .heading = PHRASE_HEAD_EVIDENCE };
}

static json_t *record_json(struct list *list, const struct record *record)
{
	const char *owner = list->kind->from_above ? lookup_short(&list->command->look, &record->key.unit) : NULL;
	json_t *row = json_pack("{s:s,s:s*,s:s,s:o}", "record", lookup_short(&list->command->look, &record->key.record), "owner", owner, "label",
	                 lookup_record_label(&list->command->look, list->kind, record), "fields",
	                 lookup_record_json(&list->command->look, list->kind, record));
	json_t *evidence = list->evidence ? evidence_json(list->command, list->kind, record) : NULL;
	if (row && evidence)
		json_object_set_new(row, "evidence", evidence);
	return row;
}

static void add_row(struct list *list, struct output_table *table, const struct record *record)
{
	struct lookup *look = &list->command->look;
	output_text(table, lookup_short(look, &record->key.record));
	if (list->kind->from_above)
		output_text(table, lookup_unit_name(look, &record->key.unit));
	for (size_t c = list->first_field; c < list->column_count - list->evidence; c++)
		output_text(table, lookup_field_text(look, list->fields[c], record));
	if (list->evidence)
		output_text(table, evidence_line(list->command, look->arena, list->kind, record));
}

// --json: one object with the kind and its records, each as `get` has it.
static void add_json(struct list *list, const struct record *record, bool first)
{
	json_t *row = record_json(list, record);
	fputs(first ? "\n" : ",\n", list->command->call->out);
	if (row)
		json_dumpf(row, list->command->call->out, JSON_COMPACT);
	json_decref(row);
}

// Behind the records: values that must be unique and stand twice.
static enum err end_json(struct list *list)
{
	enum err err;
	json_t *twice = twice_json(list->command, list->kind, &err);
	fputs("\n],\"twice\":", list->command->call->out);
	if (twice)
		json_dumpf(twice, list->command->call->out, JSON_COMPACT);
	fputs(twice ? "}\n" : "[]}\n", list->command->call->out);
	json_decref(twice);
	return err;
}

static int walk(struct list *list)
{
	struct command *command = list->command;
	bool json = command->call->json, first = true;
	struct output_table *table = json ? NULL : command_table(command, "records", list->columns, list->column_count);
	if (!json && !table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	if (json)
		fprintf(command->call->out, "{\"kind\":\"%s\",\"records\":[", list->kind->name);
	struct lookup look = command->look;
	struct lookup_walk walk = lookup_walk_begin(&look, list->kind->number, false);
	enum err settled = ERR_OK;
	while (!settled && lookup_walk_next(&walk)) {
		settled = vote_settle(&command->txn, command->pack, &walk.record, &walk.arena);
		if (settled || !matches(list, &walk.record) || !output_page_takes(json ? command->call->page : NULL))
			continue;
		command->look.arena = &walk.arena; // a row's texts live as long as the row
		if (json)
			add_json(list, &walk.record, first);
		else
			add_row(list, table, &walk.record);
		first = false;
	}
	command->look.arena = &command->arena;
	enum err err = lookup_walk_end(&walk), told = json ? end_json(list) : ERR_OK;
	int code = json ? VERB_OK : command_table_end(command, table);
	if (!json)
		told = twice_print(command, list->kind, list->command->call->out);
	err = err ? err : settled ? settled : told;
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, list->kind->name) : code;
}

int list_records(struct command *command)
{
	const struct verb_call *call = command->call;
	int code = VERB_OK;
	struct list list = { .command = command };
	list.kind = command_kind(command, call->arguments[0], &code);
	if (list.kind)
		code = command_owner(command);
	if (!code)
		code = read_overdue(&list);
	if (!code && verb_given(call, "where"))
		code = add_filter(&list, verb_value(call, "where"));
	for (size_t i = 1; i < call->argument_count && !code; i++)
		code = add_filter(&list, call->arguments[i]);
	if (code)
		return code;
	choose_columns(&list);
	return walk(&list);
}

int list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list_records);
}
