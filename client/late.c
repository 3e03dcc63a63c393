// transfer late: what a former home wrote of a member after it had gone; to be taken over, or left.
#include "base/pb.h"
#include "cli/transfers.h"
#include "client/commands.h"
#include "org/custody_chain.h"
#include "sync/pen_custody.h"

static const struct output_column columns[] = {
	{ .key = "member", .heading = PHRASE_HEAD_MEMBER }, { .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },     { .key = "record", .heading = PHRASE_HEAD_RECORD },
	{ .key = "field", .heading = PHRASE_HEAD_FIELD },   { .key = "here", .heading = PHRASE_HEAD_HERE },
	{ .key = "late", .heading = PHRASE_HEAD_WRITTEN_LATE },
};

struct late {
	struct command *command;
	struct output_table *table;
	struct id member;
	const char *name;
};

static void print_write(struct late *late, const struct pack_kind *kind, const struct record *here, const struct change_write *write)
{
	struct lookup *look = &late->command->look;
	const struct pack_field *field = kind->by_number[write->field];
	char member[ID_TEXT_BYTES], record[ID_TEXT_BYTES];
	if (!field)
		return;
	const struct record_write *ours = record_value(here, write->field, write->element);
	id_format(&late->member, member);
	id_format(&here->key.record, record);
	output_value(late->table, lookup_short(look, &late->member), json_string(member));
	output_text(late->table, late->name);
	output_value(late->table, lookup_title(&kind->title, kind->name), json_string(kind->name));
	output_value(late->table, lookup_short(look, &here->key.record), json_string(record));
	output_value(late->table, lookup_title(&field->title, field->name), json_string(field->name));
	if (ours)
		output_value(late->table, lookup_text(look, field, &ours->value), lookup_json(look, field, &ours->value));
	else
		output_text(late->table, NULL);
	output_value(late->table, lookup_text(look, field, &write->value), lookup_json(look, field, &write->value));
}

static enum err print_change(struct late *late, const struct change *change)
{
	struct command *command = late->command;
	const struct pack_kind *kind = command->pack ? pack_kind_by_number(command->pack, change->kind) : NULL;
	struct record here;
	if (!kind)
		return ERR_OK;
	struct record_key key = { .unit = command->home.self.unit, .kind = kind->number, .record = change->record };
	enum err err = record_load(&command->txn, &key, &command->arena, &here);
	for (size_t i = 0; i < change->write_count && !err; i++)
		print_write(late, kind, &here, &change->writes[i]);
	return err;
}

static enum err print_dossier(struct late *late, struct span bytes)
{
	struct arena *arena = &late->command->arena;
	ProtobufCMessage *message;
	struct changes changes;
	enum err err = pb_unpack(&tributary__dossier__descriptor, bytes, arena, &message);
	const Tributary__Dossier *dossier = (const Tributary__Dossier *)message;
	for (size_t i = 0; !err && i < dossier->n_changes; i++) {
		err = change_decode(pb_span(dossier->changes[i]), arena, &changes);
		for (size_t c = 0; !err && c < changes.count; c++)
			err = print_change(late, &changes.changes[c]);
	}
	return err == ERR_MALFORMED ? ERR_OK : err; // its writer's own fault
}

static enum err print_member(struct late *late, const struct id *member)
{
	struct command *command = late->command;
	enum err err = ERR_OK;
	late->member = *member;
	late->name = transfers_name(command, member);
	struct scan scan = transfer_late(&command->txn, member);
	while (!err && scan_next(&scan)) {
		struct span copy;
		if (transfer_is_settled(&command->txn, &command->home.self.unit, member, scan.value))
			continue;
		err = arena_copy(&command->arena, scan.value, &copy);
		if (!err)
			err = print_dossier(late, copy);
	}
	scan_end(&scan);
	return err;
}

static int list(struct command *command)
{
	struct late late = { .command = command };
	struct id member;
	enum err err = ERR_OK;
	const bool one = command->call->argument_count > 0;
	int code = one ? transfers_member(command, command->call->arguments[0], &member) : VERB_OK;
	late.table = code ? NULL : command_table(command, "late", columns, sizeof columns / sizeof columns[0]);
	if (!late.table)
		return code ? code : command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	if (one)
		err = print_member(&late, &member);
	struct scan scan = custody_chain_homes(&command->txn, &command->home.self.unit);
	while (!one && !err && scan_next(&scan)) {
		struct id each = custody_chain_home_member(&scan);
		err = print_member(&late, &each);
	}
	scan_end(&scan);
	code = command_table_end(command, late.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

static int settle(struct command *command)
{
	struct id member;
	char hex[ID_TEXT_BYTES], number[24];
	size_t count;
	enum custody_refusal refusal;
	const bool adopt = verb_given(command->call, "adopt");
	const char *text = command->call->argument_count ? command->call->arguments[0] : NULL;
	if (!text || adopt == verb_given(command->call, "discard"))
		return verb_usage(command->call, PHRASE_LATE_ONE_OF, NULL);
	int code = transfers_member(command, text, &member);
	if (code)
		return code;
	enum err err = pen_custody_late(&command->pen, &member, adopt, &count, &refusal);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, text);
	if (refusal)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CONFLICT, .what = PHRASE_CANNOT_TRANSFER, .where = text, .why = phrase_text(transfers_refusal(refusal)),
		.remedy = PHRASE_TRANSFER_UNCHANGED });
	code = command_commit(command);
	id_format(&member, hex);
	snprintf(number, sizeof number, "%zu", count);
	if (!code && command->call->json)
		output_document(stdout, json_pack("{s:s,s:b,s:I}", "member", hex, "adopted", (int)adopt, "letters", (json_int_t)count));
	else if (!code)
		phrase_line(stdout, adopt ? PHRASE_LATE_ADOPTED : PHRASE_LATE_DISCARDED, PHRASE_WITH(text, number));
	return code;
}

int late_run(const struct verb_call *call)
{
	bool decides = verb_given(call, "adopt") || verb_given(call, "discard");
	return command_run(call, decides ? COMMAND_WRITE : COMMAND_READ, decides ? settle : list);
}
