// ask: for one record that a unit below has not shared, with the reason; and the trace of what was asked.
#include "cli/inquiries.h"
#include "server/commands.h"

// What was typed is a record that is known here, by label or id, or an id, or else a description of it.
static enum err find_record(struct command *command, const struct pack_kind *kind, const char *text, struct inquiry_request *request)
{
	enum err err = lookup_record(&command->look, kind, text, &request->record);
	if (err && err != ERR_NOT_FOUND && err != ERR_CONFLICT)
		return err;
	if (err && id_parse(text, &request->record) != ERR_OK) {
		request->record = (struct id){ .bytes = { 0 } };
		request->description = span_string(text);
	}
	return ERR_OK;
}

static int ask(struct command *command)
{
	const struct verb_call *call = command->call;
	const char *why = verb_value(call, "why");
	int code = VERB_OK;
	if (call->argument_count < 2 || !why || !*why || !verb_given(call, "unit"))
		return verb_usage(call, call->argument_count < 2 ? PHRASE_ARGUMENT_MISSING : PHRASE_OPTION_MISSING,
		                  call->argument_count < 2 ? call->verb->arguments : verb_given(call, "unit") ? "why" : "unit");
	const struct pack_kind *kind = command_kind(command, call->arguments[0], &code);
	if (kind)
		code = command_owner(command);
	if (code)
		return code;
	struct inquiry_request request = { .unit = command->look.unit, .kind = kind->number, .why = span_string(why) };
	enum err err = find_record(command, kind, call->arguments[1], &request);
	if (!err)
		err = pen_inquiry_ask(&command->pen, &request);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_ASK, lookup_unit_name(&command->look, &command->look.unit));
	const char *name = lookup_unit_name(&command->look, &command->look.unit), *id = lookup_short(&command->look, &request.id);
	code = command_commit(command);
	if (!code && call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s}", "request", id, "unit", lookup_short(&command->look, &request.unit),
		                                  "kind", kind->name));
	else if (!code)
		phrase_line(stdout, PHRASE_ASKED, PHRASE_WITH(name, lookup_title(&kind->title, kind->name), id));
	return code;
}

struct listing {
	struct command *command;
	struct output_table *table;
};

static enum err list_unit(void *context, const struct charter_unit *row)
{
	struct listing *listing = context;
	return inquiries_rows(listing->command, listing->table, &row->unit, &listing->command->home.self.unit);
}

static int list(struct command *command)
{
	int code = command_owner(command);
	if (code)
		return code;
	const struct id unit = command->look.unit;
	struct listing listing = { .command = command, .table = inquiries_table(command) };
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = charter_subtree(&command->txn, &unit, list_unit, &listing);
	code = command_table_end(command, listing.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int ask_run(const struct verb_call *call)
{
	return verb_given(call, "list") ? command_run(call, COMMAND_READ, list) : command_run(call, COMMAND_WRITE, ask);
}
