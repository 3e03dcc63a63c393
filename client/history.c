// history: every value that a record ever had, who wrote it, when, and how far it has got. Read from
// the logs themselves; what others may not read is not here either.
#include <stdlib.h>

#include "base/hlc.h"
#include "client/commands.h"
#include "cli/origin.h"

enum { ENTRY_ARENA_BYTES = 32 * 1024 * 1024 };

struct history_row {
	uint64_t time;     // hybrid logical
	uint32_t chain;
	const struct pack_field *field; // NULL: the record itself
	struct span element;
	struct value value;
	struct dot dot;
	const char *device;
	enum origin_state state;
};

struct history {
	struct command *command;
	const struct pack_kind *kind;
	const struct pack_field *only; // NULL: all fields
	struct record record;          // as it is now
	struct arena entry;            // scratch of one entry
	struct history_row *rows;      // owned
	size_t count, capacity;
};

static enum err keep(struct history *history, const struct history_row *row)
{
	if (history->count == history->capacity) {
		size_t capacity = history->capacity ? history->capacity * 2 : 64;
		struct history_row *rows = realloc(history->rows, capacity * sizeof *rows);
		if (!rows)
			return ERR_NOMEM;
		history->rows = rows;
		history->capacity = capacity;
	}
	struct history_row *kept = &history->rows[history->count++];
	*kept = *row;
	enum err err = arena_copy(&history->command->arena, row->element, &kept->element);
	return err ? err : arena_copy(&history->command->arena, row->value.bytes, &kept->value.bytes);
}

static enum err take(struct history *history, const struct journal_log *log, const struct entry *entry, const struct change *change)
{
	enum err err = ERR_OK;
	struct command *command = history->command;
	for (size_t i = 0; i < change->write_count && !err; i++) {
		const struct change_write *write = &change->writes[i];
		const struct pack_field *field = write->field ? history->kind->by_number[write->field] : NULL;
		if (history->only && field != history->only)
			continue;
		err = keep(history, &(struct history_row){
			.time = entry->time, .chain = write->chain, .field = field, .element = write->element, .value = write->value,
			.dot = { .log = log->number, .seq = entry->seq },
			.device = lookup_device_name(&command->look, &log->name.device),
			.state = origin_state(&command->home.self, log, entry->seq) });
	}
	return err;
}

// The changes inside an entry, opened where it is sealed and the key is here.
static bool read_changes(struct history *history, const struct id *unit, const struct journal_log *log,
                         const struct entry *entry, struct changes *changes)
{
	uint32_t kind = entry->kind;
	struct span payload = entry->payload;
	arena_reset(&history->entry);
	if (entry->erased)
		return false;
	if (kind == ENTRY_SEALED &&
	    epoch_open(&history->command->txn, unit, &log->id, entry->seq, entry->payload, &history->entry, &kind, &payload))
		return false;
	return kind == ENTRY_CHANGES && change_decode(payload, &history->entry, changes) == ERR_OK;
}

static enum err read_log(struct history *history, const struct journal_log *log)
{
	struct charter_device author;
	struct txn *txn = &history->command->txn;
	if (charter_device_get(txn, &log->name.device, &author))
		return ERR_OK; // not enrolled: none of its entries counted
	struct entry entry;
	enum err err = ERR_OK;
	struct journal_reader reader = journal_reader_begin(txn, log, 0, log->peaks.size);
	while (!err && journal_reader_next(&reader, &entry)) {
		struct changes changes;
		if (!read_changes(history, &author.unit, log, &entry, &changes))
			continue;
		for (size_t i = 0; i < changes.count && !err; i++) {
			if (id_equal(&changes.changes[i].record, &history->record.key.record))
				err = take(history, log, &entry, &changes.changes[i]);
		}
	}
	enum err end = journal_reader_end(&reader);
	return err ? err : end;
}

static enum err read_logs(struct history *history)
{
	struct txn *txn = &history->command->txn;
	enum err err = ERR_OK;
	for (uint32_t number = 1; !err; number++) {
		struct journal_log log;
		err = journal_find_number(txn, number, &log);
		if (!err)
			err = read_log(history, &log);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int older(const void *left, const void *right)
{
	const struct history_row *a = left, *b = right;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->chain > b->chain) - (a->chain < b->chain);
}

static bool live(const struct history *history, const struct history_row *row)
{
	for (size_t i = 0; i < history->record.write_count; i++) {
		const struct record_write *write = &history->record.writes[i];
		if (dot_equal(write->dot, row->dot) && write->field == (row->field ? row->field->number : 0) &&
		    span_equal(write->element, row->element))
			return true;
	}
	return false;
}

static const struct output_column columns[] = {
	{ .key = "time", .heading = PHRASE_HEAD_TIME },     { .key = "field", .heading = PHRASE_HEAD_FIELD },
	{ .key = "element", .heading = PHRASE_HEAD_ELEMENT }, { .key = "value", .heading = PHRASE_HEAD_VALUE },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE }, { .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "standing", .heading = PHRASE_HEAD_STANDING },
};

static void print_row(struct history *history, struct output_table *table, const struct history_row *row)
{
	struct lookup *look = &history->command->look;
	enum merge_reason reason = origin_reason(look->txn, row->dot);
	bool in_force = live(history, row);
	output_time(table, hlc_ms(row->time));
	output_text(table, !row->field ? phrase_text(PHRASE_DELETED)
	                   : history->command->call->json ? row->field->name : lookup_title(&row->field->title, row->field->name));
	output_text(table, row->element.size ? lookup_element(look, row->field, row->element) : NULL);
	if (row->field)
		output_value(table, lookup_text(look, row->field, &row->value), lookup_json(look, row->field, &row->value));
	else
		output_bool(table, row->value.number != 0);
	output_text(table, row->device);
	output_value(table, phrase_text(origin_phrase(row->state)), json_string(origin_name(row->state)));
	if (reason)
		output_value(table, phrase_text(origin_reason_phrase(reason)), json_string(merge_reason_name(reason)));
	else
		output_value(table, phrase_text(in_force ? PHRASE_STANDING_NOW : PHRASE_STANDING_REPLACED),
		             json_string(in_force ? "now" : "replaced"));
}

static int print(struct history *history)
{
	qsort(history->rows, history->count, sizeof *history->rows, older);
	struct output_table *table = command_table(history->command, "history", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; table && i < history->count; i++)
		print_row(history, table, &history->rows[i]);
	return command_table_end(history->command, table);
}

static int history_show(struct command *command)
{
	const struct verb_call *call = command->call;
	int code = VERB_OK;
	struct history history = { .command = command };
	struct record_key key = { .unit = command->look.unit };
	history.kind = command_kind(command, call->arguments[0], &code);
	if (history.kind && call->argument_count > 2)
		history.only = command_field(command, history.kind, call->arguments[2], &code);
	if (!code)
		code = command_record(command, history.kind, call->arguments[1], &key.record);
	if (code)
		return code;
	key.kind = history.kind->number;
	key.unit = command->look.unit;
	enum err err = record_load(&command->txn, &key, &command->arena, &history.record);
	arena_init(&history.entry, ENTRY_ARENA_BYTES);
	if (!err)
		err = read_logs(&history);
	code = err ? command_fail(command, err, PHRASE_CANNOT_READ, call->arguments[1]) : print(&history);
	arena_free(&history.entry);
	free(history.rows);
	return code;
}

int history_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, history_show);
}
