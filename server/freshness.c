// freshness: how long ago this server heard of each unit below one, how far its figures reach, how many of
// those under it report, and whose clock is wrong. By this server's own clock.
#include "base/hlc.h"
#include "cli/figures_standing.h"
#include "io/machine.h"
#include "server/below.h"
#include "server/commands.h"
#include "server/sight.h"
#include "sync/heard.h"
#include "ledger/tally.h"

enum { SILENT_DAYS = 30, DAY_MS = 24 * 60 * 60 * 1000, MINUTE_MS = 60 * 1000, CLOCK_SLACK_MS = 5 * MINUTE_MS };

static const struct output_column columns[] = {
	BELOW_COLUMNS,
	{ .key = "last_heard", .heading = PHRASE_HEAD_LAST_HEARD },
	{ .key = "days", .heading = PHRASE_HEAD_DAYS, .number = true },
	{ .key = "through", .heading = PHRASE_HEAD_THROUGH },
	{ .key = "silent", .heading = PHRASE_HEAD_UNHEARD, .number = true },
	{ .key = "reporting", .heading = PHRASE_HEAD_REPORTING, .number = true },
	{ .key = "expected", .heading = PHRASE_HEAD_EXPECTED, .number = true },
	{ .key = "clock_ahead", .heading = PHRASE_HEAD_CLOCK_AHEAD, .number = true },
	{ .key = "clock_behind", .heading = PHRASE_HEAD_CLOCK_BEHIND, .number = true },
	{ .key = "seen", .heading = PHRASE_HEAD_SEEN },
};

struct freshness {
	struct command *command;
	struct output_table *table;
	struct boundary boundary;
	int32_t day;          // whose tree lists the units
	struct period period; // whose k of n is told
	uint64_t now;
	struct sight sight;
	int32_t today;
	int64_t silent;       // of the row at hand: units under it that are looked for and were not heard for long
	uint64_t heard;       // the newest word of any of them
	int64_t ahead, behind; // minutes: the clocks of their devices that are furthest off, as they tell
};

// A unit's own figures, or what its server sums: what came last tells.
static enum err newest_chain(struct txn *txn, const struct id *unit, struct tally_chain *newest)
{
	enum err err = ERR_OK;
	*newest = (struct tally_chain){ .log = 0 };
	for (unsigned rollup = 0; rollup < 2 && !err; rollup++) {
		struct tally_chain chain;
		bool provisional;
		err = tally_in_force(txn, unit, rollup != 0, &chain, &provisional);
		if (!err && chain.time > newest->time)
			*newest = chain;
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

// Who is looked for: those that keep a ledger, and servers; as far as this server is who hears them.
static enum err listen(void *context, const struct charter_unit *row)
{
	struct freshness *freshness = context;
	struct command *command = freshness->command;
	const struct pack_unit_kind *kind = command->pack ? pack_unit_kind_by_name(command->pack, row->kind) : NULL;
	uint64_t heard = 0;
	bool there = row->since <= freshness->today && freshness->today < row->closed, waited = (kind && kind->ledger) || !hash_is_zero(&row->server);
	enum err err = there && waited ? heard_last(&command->txn, &row->unit, &heard) : ERR_OK;
	int64_t ahead = 0, behind = 0;
	if (!err && there && waited)
		err = heard_clock_last(&command->txn, &row->unit, &ahead, &behind);
	freshness->ahead = ahead > freshness->ahead ? ahead : freshness->ahead;
	freshness->behind = behind > freshness->behind ? behind : freshness->behind;
	freshness->heard = heard > freshness->heard ? heard : freshness->heard;
	bool lately = heard && (heard > freshness->now || freshness->now - heard < (uint64_t)SILENT_DAYS * DAY_MS);
	freshness->silent += there && waited && !lately && sight_holds_row(command, &freshness->sight, row);
	return err;
}

static void put_heard(struct freshness *freshness, uint64_t heard)
{
	output_time(freshness->table, heard);
	if (heard && heard <= freshness->now)
		output_number(freshness->table, (int64_t)((freshness->now - heard) / DAY_MS));
	else
		output_text(freshness->table, NULL);
}

static void put_minutes(struct output_table *table, int64_t minutes)
{
	if (minutes)
		output_number(table, minutes);
	else
		output_text(table, NULL);
}

// Devices tell their clock when they greet. Also: what a unit wrote later than it was heard was written by a clock that is ahead. heard_note() may be one step old.
static void put_clock(struct freshness *freshness, const struct tally_chain *chain, uint64_t heard)
{
	uint64_t wrote = hlc_ms(chain->time), most = heard + HEARD_STEP_MS;
	most = most < freshness->now ? most : freshness->now;
	int64_t ahead = heard && wrote > most + CLOCK_SLACK_MS ? (int64_t)((wrote - most) / MINUTE_MS) : 0;
	put_minutes(freshness->table, ahead > freshness->ahead ? ahead : freshness->ahead);
	put_minutes(freshness->table, freshness->behind);
}

static enum err put_unit(struct freshness *freshness, const struct charter_unit *row)
{
	struct command *command = freshness->command;
	struct boundary_sight sight;
	struct figures_standing standing;
	struct tally_chain chain;
	char month[PERIOD_TEXT_BYTES];
	freshness->heard = 0;
	freshness->silent = freshness->ahead = freshness->behind = 0;
	enum err err = charter_subtree_on(&command->txn, &row->unit, freshness->day, listen, freshness);
	if (!err)
		err = newest_chain(&command->txn, &row->unit, &chain);
	if (!err)
		err = boundary_of(&freshness->boundary, &row->unit, &sight);
	if (!err)
		err = figures_standing_count(&freshness->boundary, &sight, freshness->period, &standing);
	if (err)
		return err;
	date_format_month(chain.through, month);
	below_put(command, freshness->table, row);
	put_heard(freshness, freshness->heard);
	output_text(freshness->table, chain.log ? month : NULL);
	output_number(freshness->table, freshness->silent);
	output_number(freshness->table, standing.reporting);
	output_number(freshness->table, standing.expected);
	put_clock(freshness, &chain, freshness->heard);
	output_bool(freshness->table, sight_holds(command, &row->unit));
	return ERR_OK;
}

static int show(struct command *command)
{
	struct freshness freshness = { .command = command, .now = machine_now_ms(), .today = machine_today() };
	struct below below;
	struct id unit;
	int32_t month = date_month(machine_today()) - 1; // the last full one
	const char *period = verb_value(command->call, "period");
	freshness.period = (struct period){ .first = month, .last = month };
	if (period && period_parse(period, &freshness.period))
		return verb_usage(command->call, PHRASE_BAD_PERIOD, period);
	int code = boundary_read(command, &freshness.boundary);
	if (!code)
		code = below_unit(command, &unit);
	if (code)
		return code;
	// Who was heard is a question of now, unless a period is named.
	freshness.day = boundary_day(&freshness.boundary, period ? freshness.period.last : month + 1);
	enum err err = below_list(command, &unit, freshness.day, &below);
	freshness.table = err ? NULL : command_table(command, "freshness", columns, sizeof columns / sizeof columns[0]);
	if (!freshness.table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	below_facts(command, freshness.table, &unit);
	boundary_facts(&freshness.boundary, freshness.table);
	for (size_t i = 0; !err && i < below.count; i++)
		err = put_unit(&freshness, &below.rows[i]);
	code = command_table_end(command, freshness.table);
	boundary_tell(&freshness.boundary);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int freshness_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
