// submissions: how far the units below one are with a month: how many owe it, have submitted it, were in
// time, were approved or returned. One row for each unit below, with all that stands under it.
#include "base/hlc.h"
#include "cli/boundary.h"
#include "io/machine.h"
#include "ledger/period.h"
#include "org/charter_past.h"
#include "server/below.h"
#include "server/commands.h"

#include <stdlib.h>

enum { BY_DAY_DEFAULT = 5, BY_DAY_MOST = 28, COUNTS = 7 };

static const struct output_column columns[] = {
	BELOW_COLUMNS,
	{ .key = "expected", .heading = PHRASE_HEAD_EXPECTED, .number = true },
	{ .key = "submitted", .heading = PHRASE_STATE_SUBMITTED, .number = true },
	{ .key = "on_time", .heading = PHRASE_HEAD_ON_TIME, .number = true },
	{ .key = "late", .heading = PHRASE_HEAD_LATE, .number = true },
	{ .key = "approved", .heading = PHRASE_HEAD_APPROVED, .number = true },
	{ .key = "returned", .heading = PHRASE_HEAD_SENT_BACK, .number = true },
	{ .key = "restated", .heading = PHRASE_HEAD_RESTATED, .number = true },
};

struct submissions {
	struct command *command;
	struct output_table *table;
	struct boundary boundary;
	int32_t today, month, due;   // due: the last day in time
	int64_t expected, submitted, on_time, late, approved, returned, restated; // of the unit at hand and what is below it
};

// A month of which nothing has come is late once its day is over.
static void count_missing(struct submissions *all)
{
	all->late += all->today > all->due;
}

// The first submission tells whether the branch was in time: what it mends afterwards was asked for.
static void count_month(struct submissions *all, const struct period_summary *summary)
{
	if (!summary->first) {
		count_missing(all);
		return;
	}
	bool in_time = date_of_ms(hlc_ms(summary->first), 0) <= all->due;
	all->submitted++;
	all->on_time += in_time;
	all->late += !in_time;
	all->approved += summary->state == PERIOD_APPROVED || summary->state == PERIOD_RESTATED;
	all->returned += summary->state == PERIOD_RETURNED;
	all->restated += summary->state == PERIOD_RESTATED;
}

static enum err count_unit(void *context, const struct charter_unit *row)
{
	struct submissions *all = context;
	struct command *command = all->command;
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(command->pack, row->kind);
	struct period_summary summary;
	// As in every "k of n" (charter_expected_of): who was there on the month's last day, also where it was closed since.
	int32_t end = date_month_end(all->month), today = all->today;
	if (!kind || !kind->ledger || row->since > (end > today ? end : today) || row->closed <= end)
		return ERR_OK;
	enum err err = period_summary_get(&command->txn, &row->unit, all->month, &summary);
	all->expected++;
	if (!err)
		count_month(all, &summary);
	return err;
}

static enum err put_unit(struct submissions *all, const struct charter_unit *row)
{
	all->expected = all->submitted = all->on_time = all->late = all->approved = all->returned = all->restated = 0;
	enum err err = charter_parts_on(&all->command->txn, &row->unit, boundary_day(&all->boundary, all->month), count_unit, all);
	const int64_t counts[COUNTS] = { all->expected, all->submitted, all->on_time, all->late, all->approved, all->returned, all->restated };
	if (err || all->expected == 0)
		return err;
	below_put(all->command, all->table, row);
	for (size_t i = 0; i < COUNTS; i++)
		output_number(all->table, counts[i]);
	return ERR_OK;
}

static int read_request(struct submissions *all, struct id *unit)
{
	struct command *command = all->command;
	const struct verb_call *call = command->call;
	const char *by = verb_value(call, "by-day");
	struct period period;
	char *end = NULL;
	long day = by ? strtol(by, &end, 10) : BY_DAY_DEFAULT;
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (period_parse(call->arguments[0], &period))
		return verb_usage(call, PHRASE_BAD_PERIOD, call->arguments[0]);
	if (period.first != period.last)
		return verb_usage(call, PHRASE_ONE_MONTH, call->arguments[0]);
	if (day < 1 || day > BY_DAY_MOST || (by && (*end || !*by)))
		return verb_usage(call, PHRASE_BAD_COUNT, by);
	all->month = period.first;
	all->due = date_month_end(all->month) + (int32_t)day;
	all->today = machine_today();
	int code = boundary_read(command, &all->boundary);
	return code ? code : below_unit(command, unit);
}

static enum err put_all(struct submissions *all, const struct id *unit)
{
	struct below below;
	enum err err = below_list(all->command, unit, boundary_day(&all->boundary, all->month), &below);
	for (size_t i = 0; !err && i < below.count; i++)
		err = put_unit(all, &below.rows[i]);
	return err;
}

static int show(struct command *command)
{
	struct submissions all = { .command = command };
	char month[PERIOD_TEXT_BYTES], due[DATE_TEXT_BYTES];
	struct id unit;
	int code = read_request(&all, &unit);
	if (code)
		return code;
	all.table = command_table(command, "submissions", columns, sizeof columns / sizeof columns[0]);
	if (!all.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	date_format_month(all.month, month);
	date_format(all.due, due);
	below_facts(command, all.table, &unit);
	boundary_facts(&all.boundary, all.table);
	output_fact(all.table, "month", json_string(month));
	output_fact(all.table, "due", json_string(due));
	enum err err = put_all(&all, &unit);
	code = command_table_end(command, all.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int submissions_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
