// file want: asks for the originals of a record, or takes that back.
#include "cli/filing.h"
#include "io/machine.h"
#include "sync/file_want.h"
#include "sync/piece.h"

struct wanting {
	struct command *command;
	const struct pack_kind *kind;
	const struct pack_field *only; // NULL: all files of the record
	bool back;
	uint64_t wanted, whole;
};

static enum err want_file(struct wanting *wanting, const struct id *unit, const struct hash *file)
{
	struct command *command = wanting->command;
	struct piece_file here;
	struct file_want want = { .unit = *unit, .file = *file, .asker = command->home.self.identity.sign_public, .since_ms = machine_now_ms() };
	if (wanting->back)
		return file_want_drop(&command->txn, unit, file);
	if (piece_look(&command->txn, unit, file, &here) == ERR_OK && here.whole) {
		wanting->whole++;
		return ERR_OK;
	}
	wanting->wanted++;
	return file_want_put(&command->txn, &want);
}

static enum err want_record(struct wanting *wanting, const struct record *record)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < record->write_count && !err; i++) {
		const struct record_write *write = &record->writes[i];
		const struct pack_field *field = wanting->kind->by_number[write->field];
		struct hash file;
		if (!field || field->type != VALUE_ATTACHMENT || (wanting->only && field != wanting->only) ||
		    write->value.form != VALUE_IS_REFERENCE || hash_read(write->value.bytes, &file))
			continue;
		err = want_file(wanting, &record->key.unit, &file);
	}
	return err;
}

static void tell(const struct wanting *wanting)
{
	char wanted[24], whole[24];
	const struct verb_call *call = wanting->command->call;
	snprintf(wanted, sizeof wanted, "%llu", (unsigned long long)wanting->wanted);
	snprintf(whole, sizeof whole, "%llu", (unsigned long long)wanting->whole);
	if (call->json)
		output_document(call->out, json_pack("{s:I,s:I,s:b}", "wanted", (json_int_t)wanting->wanted, "whole", (json_int_t)wanting->whole,
		                                     "withdrawn", (int)wanting->back));
	else
		phrase_line(stdout, wanting->back ? PHRASE_FILE_WANT_BACK : PHRASE_FILE_WANTED, PHRASE_WITH(wanted, whole));
}

// All records of a kind.
static enum err want_kind(struct wanting *wanting, const struct pack_kind *kind)
{
	struct lookup_walk walk = lookup_walk_begin(&wanting->command->look, kind->number, false);
	enum err err = ERR_OK;
	wanting->kind = kind;
	while (!err && lookup_walk_next(&walk))
		err = want_record(wanting, &walk.record);
	enum err ended = lookup_walk_end(&walk);
	return err ? err : ended;
}

static int want_all(struct wanting *wanting)
{
	struct command *command = wanting->command;
	const struct pack_kind *only = NULL;
	enum err err = ERR_OK;
	int code = command_owner(command);
	if (!code && command->call->argument_count > 0)
		only = command_kind(command, command->call->arguments[0], &code);
	for (size_t k = 0; !code && command->pack && k < command->pack->kind_count && !err; k++)
		if (!only || only == &command->pack->kinds[k])
			err = want_kind(wanting, &command->pack->kinds[k]);
	return code ? code : command_done(command, err, PHRASE_CANNOT_READ, command->home.dir);
}

static int want_one(struct wanting *wanting)
{
	struct command *command = wanting->command;
	char **arguments = command->call->arguments;
	struct record record;
	struct record_key key = { .kind = 0 };
	int code = VERB_OK;
	wanting->kind = command_kind(command, arguments[0], &code);
	if (!code)
		code = command_owner(command);
	if (!code)
		code = command_record(command, wanting->kind, arguments[1], &key.record);
	if (!code && command->call->argument_count > 2)
		wanting->only = command_field(command, wanting->kind, arguments[2], &code);
	if (!code && wanting->only && wanting->only->type != VALUE_ATTACHMENT)
		code = verb_usage(command->call, PHRASE_NO_FILE_FIELD, arguments[2]);
	if (code)
		return code;
	key.unit = command->look.unit;
	key.kind = wanting->kind->number;
	enum err err = record_load(&command->txn, &key, &command->arena, &record);
	return command_done(command, err ? err : want_record(wanting, &record), PHRASE_CANNOT_READ, arguments[1]);
}

static int want(struct command *command)
{
	struct wanting wanting = { .command = command, .back = verb_given(command->call, "withdraw") };
	enum err err = command_begin(command, STORE_WRITE);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	int code = command->call->argument_count > 1 ? want_one(&wanting) : want_all(&wanting);
	if (code)
		command_abort(command);
	else
		code = command_commit(command);
	if (!code)
		tell(&wanting);
	return code;
}

int filing_want_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, want);
}
