// role grant, withdraw, list: which devices hold which roles of the pack.
#include "base/date.h"
#include "base/pb.h"
#include "org/charter_role.h"
#include "server/commands.h"
#include "server/statements.h"

// ---- list ----

static const struct output_column columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },   { .key = "role", .heading = PHRASE_HEAD_ROLE },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE }, { .key = "since", .heading = PHRASE_HEAD_SINCE },
};

static const char *title_of(const struct command *command, const char *role)
{
	const struct pack_office *office = command->pack ? pack_office_by_name(command->pack, role) : NULL;
	return office ? lookup_title(&office->title, role) : role;
}

// A statement that counts: no other one outdoes it.
static bool in_force(struct command *command, const struct charter_role *row)
{
	struct charter_role best;
	return row->granted && charter_role_holds(&command->txn, &row->unit, &row->device, row->role, &best) && best.rank == row->rank;
}

static void print_role(struct command *command, struct output_table *table, const struct charter_role *row)
{
	char key[HASH_TEXT_BYTES], since[DATE_TEXT_BYTES];
	hash_format(&row->device, key);
	date_format(row->since, since);
	output_value(table, lookup_unit_path(&command->look, &row->unit), json_string(lookup_short(&command->look, &row->unit)));
	output_value(table, title_of(command, row->role), json_string(row->role));
	output_value(table, lookup_device_name(&command->look, &row->device), json_string(key));
	output_text(table, since);
}

static int list(struct command *command)
{
	struct id unit;
	struct charter_role row;
	bool all = !verb_given(command->call, "unit");
	int code = command_unit(command, verb_value(command->call, "unit"), &unit);
	if (code)
		return code;
	struct output_table *table = command_table(command, "roles", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	struct charter_walk walk = charter_role_walk(&command->txn, all ? NULL : &unit);
	while (charter_role_next(&walk, &row))
		if (in_force(command, &row))
			print_role(command, table, &row);
	charter_walk_end(&walk);
	code = command_table_end(command, table);
	return command->txn.err ? command_fail(command, command->txn.err, PHRASE_CANNOT_READ, NULL) : code;
}

int role_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- grant, withdraw ----

// What is asked for.
struct asked {
	struct hash device;
	struct charter_device row;
	const struct pack_office *office;
	const char *name; // of the device
	bool granted;
};

// What this server holds of the logs of the unit's devices: it lies before the statement.
static enum err cutoff(struct command *command, const struct id *unit, Tributary__RoleStated *stated)
{
	struct arena *arena = &command->arena;
	stated->cutoff = arena_array(arena, CHARTER_ROLE_CUTOFFS, sizeof *stated->cutoff);
	if (!stated->cutoff)
		return ERR_BUDGET;
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		struct charter_device author;
		struct span id;
		enum err err = journal_find_number(&command->txn, number, &log);
		if (err)
			return err == ERR_NOT_FOUND ? ERR_OK : err;
		if (log.peaks.size == 0 || log.name.lane == LANE_MAIL || log.name.lane == LANE_FILE || charter_device_get(&command->txn, &log.name.device, &author)
		    || !id_equal(&author.unit, unit))
			continue;
		if (stated->n_cutoff == CHARTER_ROLE_CUTOFFS)
			return ERR_TOO_LARGE;
		Tributary__Frontier *row = arena_alloc(arena, sizeof *row);
		err = row ? arena_copy(arena, hash_span(&log.id), &id) : ERR_BUDGET;
		if (err)
			return err;
		tributary__frontier__init(row);
		row->log = pb_bytes(id);
		row->size = log.peaks.size;
		stated->cutoff[stated->n_cutoff++] = row;
	}
}

static enum err state(struct command *command, const struct asked *asked)
{
	struct statements statements;
	Tributary__RoleStated stated = TRIBUTARY__ROLE_STATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	stated.device = pb_bytes(hash_span(&asked->device));
	stated.role = (char *)(uintptr_t)asked->office->name;
	stated.rank = charter_role_rank(&command->txn, &asked->row.unit, asked->office->name) + 1;
	statement.what_case = asked->granted ? TRIBUTARY__STATEMENT__WHAT_ROLE_GRANTED : TRIBUTARY__STATEMENT__WHAT_ROLE_WITHDRAWN;
	statement.role_granted = &stated; // of the union, whichever it is
	enum err err = cutoff(command, &asked->row.unit, &stated);
	statements_begin(&statements);
	if (!err)
		err = statements_add(&statements, &statement);
	if (!err)
		err = statements_write(&statements, &command->pen);
	statements_end(&statements);
	return err;
}

static int find(struct command *command, struct asked *asked)
{
	const struct verb_call *call = command->call;
	const char *text = call->arguments[0];
	struct id unit;
	int code = command_unit(command, verb_value(call, "unit"), &unit);
	if (code)
		return code;
	enum err err = lookup_device_of(&command->look, verb_given(call, "unit") ? &unit : NULL, text, &asked->device);
	if (err)
		return verb_fail(call, &(struct verb_failure){
			.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_DEVICE, .where = text,
			.why = err == ERR_NOT_FOUND ? "" : phrase_text(err == ERR_CONFLICT ? PHRASE_SEVERAL : phrase_of_err(err)),
			.remedy = PHRASE_REMEDY_DEVICE });
	err = charter_device_get(&command->txn, &asked->device, &asked->row);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, text);
	asked->name = lookup_device_name(&command->look, &asked->device);
	asked->office = command->pack ? pack_office_by_name(command->pack, call->arguments[1]) : NULL;
	return asked->office ? VERB_OK : verb_fail(call, &(struct verb_failure){
		.err = ERR_USAGE, .what = PHRASE_NO_SUCH_ROLE, .where = call->arguments[1], .why = "", .remedy = PHRASE_REMEDY_ROLE });
}

static void tell(struct command *command, const struct asked *asked)
{
	char key[HASH_TEXT_BYTES];
	hash_format(&asked->device, key);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:b}", "device", key, "role", asked->office->name, "granted", (int)asked->granted));
	else
		phrase_line(stdout, asked->granted ? PHRASE_ROLE_GRANTED : PHRASE_ROLE_WITHDRAWN,
		            PHRASE_WITH(asked->name, title_of(command, asked->office->name)));
}

// Stated again it would say nothing new.
static int change(struct command *command, bool granted)
{
	struct asked asked = { .granted = granted };
	struct charter_role row;
	int code = find(command, &asked);
	if (code)
		return code;
	bool holds = charter_role_holds(&command->txn, &asked.row.unit, &asked.device, asked.office->name, &row);
	if (!granted && !holds)
		return verb_fail(command->call, &(struct verb_failure){ .err = ERR_NOT_FOUND, .what = PHRASE_ROLE_NOT_HELD,
		                 .where = command->call->arguments[0], .why = "", .remedy = PHRASE_NONE });
	enum err err = granted && holds ? ERR_OK : state(command, &asked);
	if (err)
		return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_CANNOT_STATE_ROLE,
		                 .where = command->call->arguments[0], .remedy = PHRASE_NONE,
		                 .why = phrase_text(err == ERR_UNAUTHORISED ? PHRASE_ROLE_BEYOND : phrase_of_err(err)) });
	code = command_commit(command);
	if (!code)
		tell(command, &asked);
	return code;
}

static int grant(struct command *command)
{
	return change(command, true);
}

static int withdraw(struct command *command)
{
	return change(command, false);
}

int role_grant_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, grant);
}

int role_withdraw_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, withdraw);
}
