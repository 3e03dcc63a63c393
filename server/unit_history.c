// unit history: a unit's changes in the order of their days, each with the entry that says so.
#include "org/charter_past.h"
#include "server/commands.h"

static const struct output_column columns[] = {
	{ .key = "from", .heading = PHRASE_HEAD_TREE_EFFECTIVE },     { .key = "change", .heading = PHRASE_HEAD_TREE_CHANGE },
	{ .key = "to", .heading = PHRASE_HEAD_TREE_TO },              { .key = "announced", .heading = PHRASE_HEAD_TREE_ANNOUNCED },
	{ .key = "by", .heading = PHRASE_HEAD_TREE_STATED_BY },       { .key = "entry", .heading = PHRASE_HEAD_TREE_ENTRY },
};

static const enum phrase phrases[CHARTER_CHANGE_END] = {
	[CHARTER_CREATED] = PHRASE_TREE_CREATED, [CHARTER_MOVED] = PHRASE_TREE_MOVED,
	[CHARTER_MERGED] = PHRASE_TREE_MERGED,   [CHARTER_SPLIT] = PHRASE_TREE_SPLIT,
	[CHARTER_RENAMED] = PHRASE_TREE_RENAMED, [CHARTER_CLOSED] = PHRASE_TREE_CLOSED,
};

struct history {
	struct command *command;
	struct charter_change *list;
	size_t count, capacity;
};

static enum err keep(struct history *history, const struct charter_change *change)
{
	if (history->count == history->capacity) {
		size_t more = history->capacity ? 2 * history->capacity : 16;
		struct charter_change *list = arena_array(&history->command->arena, more, sizeof *list);
		if (!list)
			return ERR_BUDGET;
		if (history->count)
			memcpy(list, history->list, history->count * sizeof *list);
		history->list = list;
		history->capacity = more;
	}
	size_t at = history->count++;
	for (; at > 0 && history->list[at - 1].day > change->day; at--)
		history->list[at] = history->list[at - 1];
	history->list[at] = *change;
	return ERR_OK;
}

static enum err gather(struct history *history, const struct id *unit)
{
	struct txn *txn = &history->command->txn;
	struct charter_unit row;
	struct charter_change change;
	enum err err = charter_unit_get(txn, unit, &row);
	if (!err && !row.past) { // nothing but its beginning
		change = (struct charter_change){ .unit = *unit, .what = CHARTER_CREATED, .place = row.place, .day = row.since, .to = row.parent };
		memcpy(change.name, row.name, sizeof change.name);
		return keep(history, &change);
	}
	struct charter_walk walk = charter_past(txn, unit);
	while (!err && charter_past_next(&walk, &change))
		err = keep(history, &change);
	charter_walk_end(&walk);
	return err ? err : txn->err;
}

static void show(const struct history *history, const struct charter_change *change, struct output_table *table)
{
	struct command *command = history->command;
	struct journal_log log;
	char day[DATE_TEXT_BYTES], hex[HASH_TEXT_BYTES], entry[HASH_TEXT_BYTES + 24];
	date_format(change->day, day);
	output_text(table, day);
	output_value(table, phrase_text(phrases[change->what]), json_string(charter_change_name(change->what)));
	if (change->name[0])
		output_text(table, change->name);
	else
		output_text(table, id_is_zero(&change->to) ? NULL : lookup_unit_name(&command->look, &change->to));
	output_bool(table, change->announced);
	output_text(table, id_is_zero(&change->author) ? NULL : lookup_unit_name(&command->look, &change->author));
	if (journal_find_number(&command->txn, change->place.log, &log) == ERR_OK) {
		hash_format(&log.id, hex);
		snprintf(entry, sizeof entry, "%.16s:%llu", hex, (unsigned long long)change->place.seq);
		output_text(table, entry);
	} else {
		output_text(table, NULL);
	}
}

static int tell(struct command *command)
{
	struct history history = { .command = command };
	struct id unit;
	int code = command_unit(command, command->call->arguments[0], &unit);
	if (code)
		return code;
	enum err err = gather(&history, &unit);
	struct output_table *table = command_table(command, "history", columns, sizeof columns / sizeof columns[0]);
	if (err || !table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, command->call->arguments[0]);
	for (size_t i = 0; i < history.count; i++)
		show(&history, &history.list[i], table);
	return command_table_end(command, table);
}

int unit_history_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, tell);
}
