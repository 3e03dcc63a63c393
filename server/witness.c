// witness: what registrars below have written about homes and waits for this server's word.
#include "cli/command.h"
#include "org/custody_chain.h"
#include "server/commands.h"
#include "sync/pen_custody.h"

static const struct output_column columns[] = {
	{ .key = "batch", .heading = PHRASE_HEAD_BATCH },
	{ .key = "registrar", .heading = PHRASE_HEAD_REGISTRAR },
	{ .key = "records", .heading = PHRASE_HEAD_RECORDS, .number = true },
	{ .key = "confirmed", .heading = PHRASE_HEAD_CONFIRMED, .number = true },
};

// Batches that wait for this server's word, before it is given.
static enum err waiting(struct command *command, struct hash **names, size_t *count)
{
	size_t capacity = 0;
	enum err err = ERR_OK;
	*names = NULL;
	*count = 0;
	struct scan scan = custody_chain_news(&command->txn);
	while (!err && scan_next(&scan)) {
		if (*count == capacity) {
			capacity = capacity ? 2 * capacity : 64;
			struct hash *longer = arena_array(&command->arena, capacity, sizeof *longer);
			if (longer && *count)
				memcpy(longer, *names, *count * sizeof *longer);
			*names = longer;
			err = longer ? ERR_OK : ERR_BUDGET;
		}
		if (!err && scan.key.size == 1 + LIMIT_HASH_BYTES)
			err = hash_read(span_of(scan.key.data + 1, LIMIT_HASH_BYTES), &(*names)[(*count)++]);
	}
	scan_end(&scan);
	return err;
}

static enum err show_batch(struct command *command, struct output_table *table, const struct hash *name)
{
	struct custody_batch batch;
	struct custody_record first;
	char hex[HASH_TEXT_BYTES], brief[17];
	bool published;
	enum err err = custody_chain_batch(&command->txn, name, &command->arena, &batch, &published);
	if (err || !batch.count || !batch.witnessed || !hash_equal(&batch.witness, &command->home.self.identity.sign_public))
		return err;
	err = custody_batch_record(&batch, 0, &first);
	int64_t confirmed = 0;
	for (size_t i = 0; i < batch.count; i++)
		confirmed += custody_batch_confirms(&batch, i);
	hash_format(name, hex);
	memcpy(brief, hex, 16);
	brief[16] = '\0';
	output_value(table, brief, json_string(hex));
	output_text(table, lookup_unit_path(&command->look, &first.writer));
	output_number(table, (int64_t)batch.count);
	output_number(table, confirmed);
	return err;
}

static int witness(struct command *command)
{
	struct hash *names;
	size_t count;
	enum err err = waiting(command, &names, &count);
	if (!err)
		err = pen_custody_due(&command->pen);
	struct output_table *table = command_table(command, "batches", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	for (size_t i = 0; i < count && !err; i++)
		err = show_batch(command, table, &names[i]);
	int code = command_done(command, err, PHRASE_CANNOT_WRITE, NULL);
	if (!code)
		code = command_commit(command);
	int printed = command_table_end(command, table);
	return code ? code : printed;
}

int witness_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, witness);
}
