// silent: units of which this server has heard nothing for a while, by its own clock. Longest first.
#include "base/date.h"
#include "cli/boundary.h"
#include "io/machine.h"
#include "ledger/tally.h"
#include "server/commands.h"
#include "server/sight.h"
#include "sync/heard.h"

#include <stdlib.h>

enum { DAYS_DEFAULT = 30, DAYS_MOST = 36500, DAY_MS = 24 * 60 * 60 * 1000 };

static const struct output_column columns[] = {
	{ .key = "unit_name", .machine = true },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "last_heard", .heading = PHRASE_HEAD_LAST_HEARD },
	{ .key = "days", .heading = PHRASE_HEAD_DAYS, .number = true },
	{ .key = "through", .heading = PHRASE_HEAD_THROUGH },
};

struct quiet {
	struct id unit;
	uint64_t heard;  // 0: never
	int32_t through; // month that its figures vouch for; 0: none
};

struct silent {
	struct command *command;
	struct boundary boundary;
	uint64_t now, least_ms;
	struct quiet *list;  // in the command's arena
	size_t count, room;
	int64_t unseen;
	struct sight sight;
	int32_t today;
};

static bool is_looked_for(const struct silent *silent, const struct charter_unit *row)
{
	const struct pack *pack = silent->command->pack;
	const struct pack_unit_kind *kind = pack ? pack_unit_kind_by_name(pack, row->kind) : NULL;
	bool there = row->since <= silent->today && silent->today < row->closed;
	return there && !id_equal(&row->unit, &silent->command->home.self.unit) && ((kind && kind->ledger) || !hash_is_zero(&row->server));
}

static enum err add(struct silent *silent, struct quiet quiet)
{
	if (silent->count == silent->room) {
		size_t room = silent->room ? 2 * silent->room : 64;
		struct quiet *list = arena_array(&silent->command->arena, room, sizeof *list);
		if (!list)
			return ERR_BUDGET;
		if (silent->count)
			memcpy(list, silent->list, silent->count * sizeof *list);
		silent->list = list;
		silent->room = room;
	}
	silent->list[silent->count++] = quiet;
	return ERR_OK;
}

static enum err visit(void *context, const struct charter_unit *row)
{
	struct silent *silent = context;
	struct txn *txn = &silent->command->txn;
	struct quiet quiet = { .unit = row->unit };
	struct tally_chain chain;
	bool provisional;
	if (!is_looked_for(silent, row))
		return ERR_OK;
	if (!sight_holds_row(silent->command, &silent->sight, row)) {
		silent->unseen++;
		return ERR_OK;
	}
	enum err err = heard_last(txn, &row->unit, &quiet.heard);
	bool lately = quiet.heard && (quiet.heard > silent->now || silent->now - quiet.heard < silent->least_ms);
	if (err || (lately && silent->least_ms))
		return err;
	err = tally_in_force(txn, &row->unit, !hash_is_zero(&row->server), &chain, &provisional);
	if (err && err != ERR_NOT_FOUND)
		return err;
	quiet.through = err ? 0 : chain.through;
	return add(silent, quiet);
}

static int longest_first(const void *left, const void *right)
{
	const struct quiet *a = left, *b = right;
	if (a->heard != b->heard)
		return a->heard < b->heard ? -1 : 1;
	return memcmp(a->unit.bytes, b->unit.bytes, sizeof a->unit.bytes);
}

static void print_row(struct silent *silent, struct output_table *table, const struct quiet *quiet)
{
	struct lookup *look = &silent->command->look;
	char month[PERIOD_TEXT_BYTES];
	output_value(table, NULL, json_string(lookup_unit_name(look, &quiet->unit)));
	output_value(table, lookup_unit_path(look, &quiet->unit), json_string(lookup_short(look, &quiet->unit)));
	output_time(table, quiet->heard);
	if (quiet->heard && quiet->heard <= silent->now)
		output_number(table, (int64_t)((silent->now - quiet->heard) / DAY_MS));
	else
		output_text(table, NULL);
	date_format_month(quiet->through, month);
	output_text(table, quiet->through ? month : NULL);
}

static int print(struct silent *silent)
{
	struct command *command = silent->command;
	struct output_table *table = command_table(command, "silent", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	boundary_facts(&silent->boundary, table);
	output_fact(table, "days", json_integer((json_int_t)(silent->least_ms / DAY_MS)));
	output_fact(table, "unseen", json_integer(silent->unseen));
	for (size_t i = 0; i < silent->count; i++)
		if (output_row_wanted(table))
			print_row(silent, table, &silent->list[i]);
	int code = command_table_end(command, table);
	if (!code && !command->call->json && silent->count == 0)
		phrase_line(stdout, PHRASE_SILENT_NONE, NULL);
	if (!code && !command->call->json)
		sight_tell(silent->unseen);
	return code;
}

static int show(struct command *command)
{
	struct silent silent = { .command = command, .now = machine_now_ms(), .today = machine_today() };
	const char *days = verb_value(command->call, "days");
	char *end = NULL;
	struct id unit;
	long number = days ? strtol(days, &end, 10) : DAYS_DEFAULT;
	if (number < 0 || number > DAYS_MOST || (days && (*end || !*days)))
		return verb_usage(command->call, PHRASE_BAD_COUNT, days);
	silent.least_ms = (uint64_t)number * DAY_MS;
	int code = boundary_read(command, &silent.boundary);
	if (!code)
		code = command_unit(command, verb_value(command->call, "unit"), &unit);
	if (code)
		return code;
	int32_t day = boundary_day(&silent.boundary, date_month(machine_today())); // then: now
	enum err err = charter_subtree_on(&command->txn, &unit, day, visit, &silent);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	if (silent.count > 1)
		qsort(silent.list, silent.count, sizeof *silent.list, longest_first);
	return print(&silent);
}

int silent_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
