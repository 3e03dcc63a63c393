// export: the records of a kind as a spreadsheet, with headings that import understands.
#include "client/export.h"

#include "client/commands.h"
#include "io/file.h"
#include "ledger/vote_settle.h"

static void put_text(struct buf *out, bool first, const char *text)
{
	csv_put(out, first, span_string(text));
}

static enum err rows(struct command *command, const struct pack_kind *kind, struct buf *out, size_t *count)
{
	struct lookup look = command->look;
	lookup_bulk(&look);
	struct lookup_walk walk = lookup_walk_begin(&look, kind->number, false);
	enum err settled = ERR_OK;
	while (!settled && lookup_walk_next(&walk)) {
		look.arena = &walk.arena;
		settled = vote_settle(&command->txn, command->pack, &walk.record, &walk.arena);
		put_text(out, true, lookup_short(&look, &walk.record.key.record));
		for (size_t i = 0; i < kind->field_count; i++)
			put_text(out, false, lookup_field_text(&look, kind->order[i], &walk.record));
		csv_end_row(out);
		++*count;
	}
	enum err err = lookup_walk_end(&walk);
	lookup_bulk_end(&look);
	return err ? err : settled ? settled : out->err;
}

enum err export_table(struct command *command, const struct pack_kind *kind, struct buf *out, size_t *count)
{
	*count = 0;
	csv_begin(out);
	put_text(out, true, phrase_text(PHRASE_HEAD_RECORD));
	for (size_t i = 0; i < kind->field_count; i++)
		put_text(out, false, lookup_title(&kind->order[i]->title, kind->order[i]->name));
	csv_end_row(out);
	return rows(command, kind, out, count);
}

static int export(struct command *command)
{
	int code = VERB_OK;
	const char *path = verb_value(command->call, "out");
	const struct pack_kind *kind = command_kind(command, command->call->arguments[0], &code);
	if (!kind)
		return code;
	struct buf out = BUF_EMPTY;
	size_t count = 0;
	enum err err = export_table(command, kind, &out, &count);
	if (!err && path)
		err = file_write(path, 0600, buf_span(&out));
	else if (!err && fwrite(out.data, 1, out.size, command->call->out) != out.size)
		err = ERR_IO;
	buf_free(&out);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE_FILE, path);
	char number[24];
	snprintf(number, sizeof number, "%zu", count);
	if (path && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:I}", "kind", kind->name, "file", path, "records", (json_int_t)count));
	else if (path)
		phrase_line(stdout, PHRASE_EXPORT_DONE, PHRASE_WITH(number, path));
	return VERB_OK;
}

int export_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, export);
}
