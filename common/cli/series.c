// series: every number that was issued, series by series, and whether one is missing. Read from the logs themselves:
// a number counts where its entry stands, whatever became of the record since.
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/entries.h"
#include "cli/origin.h"
#include "ledger/series.h"

struct one {
	const struct pack_kind *kind;
	const struct pack_field *field;
	uint32_t log;
	const char *name;          // "A3F2-07C1"
	const char *device;
	uint64_t first, last, count, void_count;
	uint64_t erased;           // entries of its log that are gone, and may have held numbers
};

struct series {
	struct command *command;
	const struct pack_kind *only; // NULL: of all kinds
	struct one *all;              // owned
	size_t count, capacity;
	uint32_t erased_log;          // of the log at hand
	uint64_t erased;
	struct arena scratch;
};

static struct one *find(struct series *series, const struct entries_item *item, const struct pack_kind *kind,
                        const struct pack_field *field, struct span name)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->all[i].log == item->log->number && series->all[i].kind == kind && series->all[i].field == field)
			return &series->all[i];
	if (series->count == series->capacity) {
		size_t capacity = series->capacity ? 2 * series->capacity : 16;
		struct one *all = realloc(series->all, capacity * sizeof *all);
		if (!all)
			return NULL;
		series->all = all;
		series->capacity = capacity;
	}
	struct one *fresh = &series->all[series->count++];
	*fresh = (struct one){ .kind = kind, .field = field, .log = item->log->number,
	                       .name = arena_string(&series->command->arena, name),
	                       .device = lookup_device_name(&series->command->look, &item->log->name.device) };
	return fresh->name ? fresh : NULL;
}

// Does the number still stand on a record that is there?
static enum err stands(struct series *series, const struct id *unit, const struct change *change, const struct pack_field *field,
                       const struct value *number, bool *yes)
{
	struct record_key key = { .unit = *unit, .kind = change->kind, .record = change->record };
	struct record record;
	size_t count;
	arena_reset(&series->scratch);
	enum err err = record_load(&series->command->txn, &key, &series->scratch, &record);
	if (err)
		return err;
	const struct record_write *live = record_writes(&record, field->number, span_of(NULL, 0), &count);
	*yes = false;
	for (size_t i = 0; i < count && !*yes; i++)
		*yes = !record_deleted(&record) && value_equal(&live[i].value, number);
	return ERR_OK;
}

static enum err take(struct series *series, const struct entries_item *item, const struct change *change, const struct pack_kind *kind,
                     const struct change_write *write)
{
	const struct pack_field *field = kind->by_number[write->field];
	struct span name;
	uint64_t number;
	bool there = false;
	if (!field || !field->series || write->pred_count > 0 || write->value.form != VALUE_IS_TEXT
	    || !series_parse(write->value.bytes, &item->log->name.device, &item->log->name.incarnation, &number)
	    || series_split(write->value.bytes, &name, &number))
		return ERR_OK;
	struct one *one = find(series, item, kind, field, name);
	enum err err = one ? stands(series, &item->changes->unit, change, field, &write->value, &there) : ERR_NOMEM;
	if (err)
		return err;
	one->first = one->first && one->first < number ? one->first : number;
	one->last = number > one->last ? number : one->last;
	one->count++;
	one->void_count += !there;
	one->erased = series->erased;
	return ERR_OK;
}

static enum err visit(void *context, const struct entries_item *item)
{
	struct series *series = context;
	enum err err = ERR_OK;
	if (series->erased_log != item->log->number) {
		series->erased_log = item->log->number;
		series->erased = 0;
	}
	series->erased += item->entry->erased;
	if (!item->changes || !id_equal(&item->changes->unit, &series->command->look.unit)
	    || origin_reason(&series->command->txn, (struct dot){ .log = item->log->number, .seq = item->entry->seq }))
		return ERR_OK;
	for (size_t i = 0; i < item->changes->count && !err; i++) {
		const struct change *change = &item->changes->changes[i];
		const struct pack_kind *kind = pack_kind_by_number(series->command->pack, change->kind);
		if (!kind || !kind->has_series || (series->only && kind != series->only))
			continue;
		for (size_t w = 0; w < change->write_count && !err; w++)
			err = take(series, item, change, kind, &change->writes[w]);
	}
	return err;
}

static const struct output_column columns[] = {
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },     { .key = "series", .heading = PHRASE_HEAD_SERIES },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE }, { .key = "first", .heading = PHRASE_HEAD_FIRST, .number = true },
	{ .key = "last", .heading = PHRASE_HEAD_LAST, .number = true },
	{ .key = "count", .heading = PHRASE_HEAD_COUNT, .number = true },
	{ .key = "void", .heading = PHRASE_HEAD_VOID, .number = true },
	{ .key = "holes", .heading = PHRASE_HEAD_HOLES, .number = true },
};

// Numbers from 1 to the last that stand nowhere. Those of erased entries are void, and not missing.
static uint64_t holes(const struct one *one, uint64_t *void_count)
{
	uint64_t absent = one->last - one->count, gone = absent < one->erased ? absent : one->erased;
	*void_count = one->void_count + gone;
	return absent - gone;
}

static int print(struct series *series)
{
	const struct command *command = series->command;
	uint64_t missing = 0, voided;
	struct output_table *table = command_table(command, "series", columns, sizeof columns / sizeof columns[0]);
	for (size_t i = 0; table && i < series->count; i++) {
		const struct one *one = &series->all[i];
		uint64_t absent = holes(one, &voided);
		missing += absent;
		output_text(table, command->call->json ? one->kind->name : lookup_title(&one->kind->title, one->kind->name));
		output_text(table, one->name);
		output_text(table, one->device);
		output_number(table, (int64_t)one->first);
		output_number(table, (int64_t)one->last);
		output_number(table, (int64_t)(one->last - absent));
		output_number(table, (int64_t)voided);
		output_number(table, (int64_t)absent);
	}
	int code = command_table_end(command, table);
	char text[24];
	snprintf(text, sizeof text, "%llu", (unsigned long long)missing);
	if (!code && !command->call->json && series->count)
		phrase_line(stdout, missing ? PHRASE_SERIES_HOLES : PHRASE_SERIES_WHOLE, PHRASE_WITH(text));
	return code ? code : missing ? VERB_FAILED : VERB_OK;
}

static int list_series(struct command *command)
{
	const struct verb_call *call = command->call;
	struct series series = { .command = command };
	int code = VERB_OK;
	if (call->argument_count)
		series.only = command_kind(command, call->arguments[0], &code);
	else if (!command->pack)
		command_kind(command, "", &code); // says so
	if (!code && series.only && !series.only->has_series)
		code = verb_usage(call, PHRASE_NO_SERIES, call->arguments[0]);
	if (!code)
		code = command_owner(command);
	if (code)
		return code;
	arena_init(&series.scratch, LIMIT_DECODE_BYTES);
	enum err err = entries_each(command, visit, &series);
	code = err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : print(&series);
	arena_free(&series.scratch);
	free(series.all);
	return code;
}

int series_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list_series);
}
