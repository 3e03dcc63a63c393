// unit add, list, show: the tree as this server has it.
#include <stdlib.h>

#include "base/pb.h"
#include "org/charter_past.h"
#include "server/around.h"
#include "server/commands.h"
#include "server/statements.h"

// ---- add ----

// The day on which a temporary unit is to close: INT32_MAX of others.
static int read_until(const struct verb_call *call, int32_t since, int32_t *until)
{
	const char *day = verb_value(call, "until"), *days = verb_value(call, "for");
	char *end;
	*until = INT32_MAX;
	if (day && (date_parse(span_string(day), until) || *until <= since))
		return verb_usage(call, PHRASE_BAD_DATE, day);
	if (!days)
		return VERB_OK;
	long count = strtol(days, &end, 10);
	if (*end || end == days || count < 1 || count > 3650)
		return verb_usage(call, PHRASE_LETTER_BAD_DAYS, days);
	*until = since + (int32_t)count;
	return VERB_OK;
}

// Told beforehand: its server says it again on that day, unless somebody is left in it (server/announce).
static enum err add_closing(struct statements *statements, const struct id *unit, int32_t until)
{
	int32_t since = statements->effective;
	Tributary__Statement *statement = arena_alloc(&statements->arena, sizeof *statement);
	Tributary__UnitChanged *changed = arena_alloc(&statements->arena, sizeof *changed);
	struct span id;
	if (!statement || !changed || arena_copy(&statements->arena, id_span(unit), &id))
		return ERR_BUDGET;
	tributary__statement__init(statement);
	tributary__unit_changed__init(changed);
	changed->unit = pb_bytes(id);
	changed->closed = true;
	statement->what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED;
	statement->unit_changed = changed;
	statement->announced = true;
	statements->effective = until;
	enum err err = statements_add(statements, statement);
	statements->effective = since;
	return err;
}

static int write_unit(struct command *command, struct statements_unit *unit)
{
	struct statements statements;
	int32_t until = INT32_MAX;
	statements_begin(&statements);
	int code = statements_since(&statements, command->call);
	if (!code)
		code = read_until(command->call, statements.effective, &until);
	if (code) {
		statements_end(&statements);
		return code;
	}
	unit->unit = pen_new_id(&command->pen);
	enum err err = statements_add_unit(&statements, unit);
	if (!err && until != INT32_MAX)
		err = add_closing(&statements, &unit->unit, until);
	if (!err)
		err = statements_write(&statements, &command->pen);
	statements_end(&statements);
	return command_done(command, err, PHRASE_CANNOT_ADD_UNIT, unit->name);
}

static int add(struct command *command)
{
	const struct verb_call *call = command->call;
	const char *kind_text = verb_value(call, "kind");
	struct statements_unit unit = { .name = verb_value(call, "name"), .code = verb_value(call, "code") };
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){ .err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(command->pack, kind_text);
	if (!kind)
		return verb_usage(call, PHRASE_NO_UNIT_KIND, kind_text);
	unit.kind = kind->name;
	int code = command_unit(command, verb_value(call, "parent"), &unit.parent);
	if (!code)
		code = write_unit(command, &unit);
	if (code)
		return code;
	const char *title = lookup_title(&kind->title, kind->name);
	code = command_commit(command);
	if (code)
		return code;
	char hex[ID_TEXT_BYTES];
	id_format(&unit.unit, hex);
	if (call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s}", "unit", hex, "name", unit.name, "kind", kind->name));
	else
		phrase_line(stdout, PHRASE_UNIT_ADDED, PHRASE_WITH(title, unit.name, hex));
	return VERB_OK;
}

int unit_add_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, add);
}

// ---- list ----

static const struct output_column list_columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },  { .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },  { .key = "code", .heading = PHRASE_HEAD_CODE },
	{ .key = "parent", .heading = PHRASE_HEAD_PARENT }, { .key = "server", .heading = PHRASE_HEAD_HAS_SERVER },
};

struct listing {
	struct command *command;
	struct output_table *table;
	struct arena arena; // of one row
	int32_t day;        // INT32_MAX: now
};

static const char *kind_text(const struct command *command, const char *name)
{
	const struct pack_unit_kind *kind = command->pack ? pack_unit_kind_by_name(command->pack, name) : NULL;
	return kind ? lookup_title(&kind->title, kind->name) : name;
}

static enum err list_row(void *context, const struct charter_unit *row)
{
	struct listing *listing = context;
	struct lookup look = listing->command->look;
	if (listing->day != INT32_MAX && (row->since > listing->day || row->closed <= listing->day))
		return ERR_OK;
	arena_reset(&listing->arena);
	look.arena = &listing->arena;
	output_text(listing->table, lookup_short(&look, &row->unit));
	output_text(listing->table, row->name);
	output_value(listing->table, kind_text(listing->command, row->kind), json_string(row->kind));
	output_text(listing->table, row->code[0] ? row->code : NULL);
	output_value(listing->table, id_is_zero(&row->parent) ? NULL : lookup_unit_name(&look, &row->parent),
	             id_is_zero(&row->parent) ? NULL : json_string(lookup_short(&look, &row->parent)));
	output_bool(listing->table, !hash_is_zero(&row->server));
	return ERR_OK;
}

static int list(struct command *command)
{
	struct id top;
	int32_t day = INT32_MAX;
	const char *on = verb_value(command->call, "on");
	int code = command_unit(command, verb_value(command->call, "parent"), &top);
	if (code)
		return code;
	if (on && date_parse(span_string(on), &day))
		return verb_usage(command->call, PHRASE_BAD_DATE, on);
	struct listing listing = { .command = command };
	listing.table = command_table(command, "units", list_columns, sizeof list_columns / sizeof list_columns[0]);
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	arena_init(&listing.arena, 1024 * 1024);
	listing.day = day;
	enum err err = on ? charter_subtree_on(&command->txn, &top, day, list_row, &listing)
	                  : charter_subtree(&command->txn, &top, list_row, &listing);
	arena_free(&listing.arena);
	code = command_table_end(command, listing.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int unit_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- show ----

static const struct output_column show_columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },   { .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "path", .heading = PHRASE_HEAD_PATH },   { .key = "kind", .heading = PHRASE_HEAD_KIND },
	{ .key = "code", .heading = PHRASE_HEAD_CODE },   { .key = "since", .heading = PHRASE_HEAD_SINCE },
	{ .key = "closed", .heading = PHRASE_HEAD_CLOSED }, { .key = "children", .heading = PHRASE_HEAD_CHILDREN },
	{ .key = "devices", .heading = PHRASE_HEAD_DEVICES }, { .key = "server", .heading = PHRASE_HEAD_HAS_SERVER },
};

static int64_t count_children(struct txn *txn, const struct id *unit)
{
	struct id child;
	int64_t count = 0;
	struct charter_walk walk = charter_children(txn, unit);
	while (charter_child_next(&walk, &child))
		count++;
	charter_walk_end(&walk);
	return count;
}

static int64_t count_devices(struct txn *txn, const struct id *unit)
{
	struct hash device;
	int64_t count = 0;
	struct charter_walk walk = charter_devices(txn, unit);
	while (charter_device_next(&walk, &device))
		count++;
	charter_walk_end(&walk);
	return count;
}

static void output_day(struct output_table *table, int32_t day)
{
	char text[DATE_TEXT_BYTES];
	if (day == INT32_MAX) {
		output_text(table, NULL);
		return;
	}
	date_format(day, text);
	output_text(table, text);
}

static int show(struct command *command)
{
	struct charter_unit row;
	struct id unit;
	int code = command_unit(command, command->call->arguments[0], &unit);
	if (code)
		return code;
	enum err err = charter_unit_get(&command->txn, &unit, &row);
	struct output_table *table = command_sheet(command, show_columns, sizeof show_columns / sizeof show_columns[0]);
	if (err || !table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, command->call->arguments[0]);
	output_fact(table, "trail", around_trail(command, &unit));
	output_fact(table, "below", around_below(command, &unit));
	output_text(table, lookup_short(&command->look, &unit));
	output_text(table, row.name);
	output_text(table, lookup_unit_path(&command->look, &unit));
	output_value(table, kind_text(command, row.kind), json_string(row.kind));
	output_text(table, row.code[0] ? row.code : NULL);
	output_day(table, row.since);
	output_day(table, row.closed);
	output_number(table, count_children(&command->txn, &unit));
	output_number(table, count_devices(&command->txn, &unit));
	output_bool(table, !hash_is_zero(&row.server));
	return command_table_end(command, table);
}

int unit_show_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
