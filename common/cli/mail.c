// mail: letters to one other unit, sealed to it.
#include "base/bytes.h"
#include "base/hlc.h"
#include "cli/commands.h"

static int send(struct command *command)
{
	struct id to;
	const char *text = command->call->arguments[1];
	int code = command_unit(command, command->call->arguments[0], &to);
	if (code)
		return code;
	enum err err = pen_mail(&command->pen, &to, span_string(text));
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_SEND, command->call->arguments[0]);
	const char *name = lookup_unit_name(&command->look, &to);
	code = command_commit(command);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:i}", "to", lookup_short(&command->look, &to), "bytes", (int)strlen(text)));
	else if (!code)
		phrase_line(stdout, PHRASE_MAIL_WRITTEN, PHRASE_WITH(name));
	return code;
}

int mail_send_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, send);
}

static const struct output_column columns[] = {
	{ .key = "time", .heading = PHRASE_HEAD_TIME },
	{ .key = "from", .heading = PHRASE_HEAD_FROM },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE },
	{ .key = "text", .heading = PHRASE_HEAD_TEXT },
};

// One letter: MAIL has its place, the log its bytes.
static enum err print_letter(struct command *command, struct output_table *table, struct span place)
{
	struct journal_log log;
	struct entry entry;
	struct charter_device author;
	struct id to;
	struct span letter;
	const uint8_t *at = place.data + LIMIT_ID_BYTES;
	enum err err = place.size == LIMIT_ID_BYTES + 12 ? journal_find_number(&command->txn, bytes_get_u32(at), &log) : ERR_CORRUPT;
	if (!err)
		err = journal_entry(&command->txn, &log, bytes_get_u64(at + 4), &entry);
	if (err)
		return err;
	bool known = charter_device_get(&command->txn, &log.name.device, &author) == ERR_OK;
	err = epoch_mail_open(entry.payload, &command->home.self.identity, &command->arena, &to, &letter);
	output_time(table, hlc_ms(entry.time));
	output_text(table, known ? lookup_unit_name(&command->look, &author.unit) : NULL);
	output_text(table, lookup_device_name(&command->look, &log.name.device));
	output_text(table, err ? NULL : arena_string(&command->arena, letter));
	return ERR_OK;
}

static int list(struct command *command)
{
	struct output_table *table = command_table(command, "letters", columns, sizeof columns / sizeof columns[0]);
	enum err err = table ? ERR_OK : ERR_NOMEM;
	struct scan scan = scan_begin(&command->txn, STORE_MAIL, id_span(&command->look.unit));
	while (!err && scan_next(&scan))
		err = print_letter(command, table, scan.key);
	scan_end(&scan);
	int code = table ? command_table_end(command, table) : VERB_OK;
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int mail_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}
