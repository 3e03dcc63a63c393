// device list, revoke.
#include "base/pb.h"
#include "server/commands.h"
#include "server/statements.h"

static const struct output_column columns[] = {
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE }, { .key = "label", .heading = PHRASE_HEAD_LABEL },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },     { .key = "server", .heading = PHRASE_HEAD_IS_SERVER },
	{ .key = "since", .heading = PHRASE_HEAD_SINCE },   { .key = "revoked", .heading = PHRASE_HEAD_REVOKED },
};

static void print_device(struct command *command, struct output_table *table, const struct charter_device *row)
{
	char key[HASH_TEXT_BYTES], brief[17], since[DATE_TEXT_BYTES];
	hash_format(&row->device, key);
	memcpy(brief, key, 16);
	brief[16] = '\0';
	date_format(row->since, since);
	output_value(table, brief, json_string(key));
	output_text(table, row->label);
	output_value(table, lookup_unit_path(&command->look, &row->unit), json_string(lookup_short(&command->look, &row->unit)));
	output_bool(table, row->server);
	output_text(table, since);
	output_bool(table, row->revoked);
}

static int list(struct command *command)
{
	struct id unit;
	bool all = !verb_given(command->call, "unit");
	int code = command_unit(command, verb_value(command->call, "unit"), &unit);
	if (code)
		return code;
	struct output_table *table = command_table(command, "devices", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = ERR_OK;
	struct scan scan = scan_begin(&command->txn, STORE_DEVICE, span_of(NULL, 0));
	while (!err && scan_next(&scan)) {
		struct hash key;
		struct charter_device row;
		err = hash_read(scan.key, &key);
		if (!err)
			err = charter_device_get(&command->txn, &key, &row);
		if (!err && (all || id_equal(&row.unit, &unit)))
			print_device(command, table, &row);
	}
	scan_end(&scan);
	code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int device_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- revoke ----

// What this server holds of the device's logs now: it stays valid.
static enum err cutoff(struct command *command, const struct hash *device, Tributary__DeviceRevoked *revoked)
{
	struct arena *arena = &command->arena;
	revoked->cutoff = arena_array(arena, sizeof ((struct charter_device *)0)->cutoff / sizeof(struct charter_cutoff), sizeof *revoked->cutoff);
	if (!revoked->cutoff)
		return ERR_BUDGET;
	for (uint32_t number = 1; revoked->n_cutoff < 16; number++) {
		struct journal_log log;
		struct hash root;
		struct span id, bytes;
		enum err err = journal_find_number(&command->txn, number, &log);
		if (err)
			return err == ERR_NOT_FOUND ? ERR_OK : err;
		if (!hash_equal(&log.name.device, device) || log.peaks.size == 0)
			continue;
		Tributary__Frontier *row = arena_alloc(arena, sizeof *row);
		err = row ? journal_root_at(&command->txn, &log, log.peaks.size, &root) : ERR_BUDGET;
		if (!err)
			err = arena_copy(arena, hash_span(&log.id), &id);
		if (!err)
			err = arena_copy(arena, hash_span(&root), &bytes);
		if (err)
			return err;
		tributary__frontier__init(row);
		row->log = pb_bytes(id);
		row->size = log.peaks.size;
		row->root = pb_bytes(bytes);
		revoked->cutoff[revoked->n_cutoff++] = row;
	}
	return ERR_OK;
}

static enum err state(struct command *command, const struct hash *device, bool keep)
{
	struct statements statements;
	Tributary__DeviceRevoked revoked = TRIBUTARY__DEVICE_REVOKED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	revoked.device = pb_bytes(hash_span(device));
	revoked.reason = (char *)(uintptr_t)verb_value(command->call, "reason");
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED;
	statement.device_revoked = &revoked;
	enum err err = keep ? cutoff(command, device, &revoked) : ERR_OK;
	statements_begin(&statements);
	if (!err)
		err = statements_add(&statements, &statement);
	if (!err)
		err = statements_write(&statements, &command->pen);
	statements_end(&statements);
	return err;
}

static int revoke(struct command *command)
{
	const char *text = command->call->arguments[0], *when = verb_value(command->call, "cutoff");
	struct hash device;
	if (when && strcmp(when, "now") != 0 && strcmp(when, "none") != 0)
		return verb_usage(command->call, PHRASE_BAD_CUTOFF, when);
	enum err err = lookup_device(&command->look, text, &device);
	if (err)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_DEVICE, .where = text,
			.why = err == ERR_NOT_FOUND ? "" : phrase_text(err == ERR_CONFLICT ? PHRASE_SEVERAL : phrase_of_err(err)),
			.remedy = PHRASE_REMEDY_DEVICE });
	const char *name = lookup_device_name(&command->look, &device);
	bool keep = !when || strcmp(when, "now") == 0;
	err = state(command, &device, keep);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_REVOKE, text);
	int code = command_commit(command);
	if (code)
		return code;
	char key[HASH_TEXT_BYTES];
	hash_format(&device, key);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:b,s:s}", "device", key, "revoked", 1, "cutoff", keep ? "now" : "none"));
	else
		phrase_line(stdout, keep ? PHRASE_REVOKED_NOW : PHRASE_REVOKED_NONE, PHRASE_WITH(name));
	return VERB_OK;
}

int device_revoke_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, revoke);
}
