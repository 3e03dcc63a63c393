// missed: which units did not do what is asked of them, how often in a row; and those of which it is not
// known, because they have not reported so far. By what the units themselves published.
#include "base/date.h"
#include "cli/compliance.h"
#include "io/machine.h"
#include "ledger/tally.h"
#include "server/commands.h"
#include "server/sight.h"

#include <stdlib.h>

static const struct output_column columns[] = {
	{ .key = "unit_name", .machine = true },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "cadence", .heading = PHRASE_HEAD_CADENCE },
	{ .key = "period", .heading = PHRASE_HEAD_DUE_PERIOD },
	{ .key = "done", .heading = PHRASE_HEAD_DONE, .number = true },
	{ .key = "at_least", .heading = PHRASE_HEAD_AT_LEAST, .number = true },
	{ .key = "in_a_row", .heading = PHRASE_HEAD_IN_A_ROW, .number = true },
	{ .key = "reported", .heading = PHRASE_HEAD_REPORTED },
};

struct missed {
	struct command *command;
	struct output_table *table;
	struct boundary boundary;
	struct period asked; // without --period: everything up to now
	bool named;          // a period: also of units that were closed since
	int32_t least_row;
	const struct pack_cadence *only; // NULL: all
	int32_t today;
	int32_t last[PACK_CADENCES_MAX]; // of each cadence: the last month of its last period that counts here; 0: there is none
	int32_t day[PACK_CADENCES_MAX];  // on which a unit must have been there for it
	struct sight sight;
	int64_t unseen;
	size_t rows;
};

// ---- Periods ----

// The last period that ends within the months asked for and is over: nothing can be done for it any more.
static bool last_period(const struct missed *missed, const struct pack_cadence *cadence, int32_t *last)
{
	struct period period = cadence_period(cadence, missed->asked.last);
	while (period.last > missed->asked.last || cadence_last_day(cadence, period) >= missed->today)
		period = cadence_period(cadence, period.first - 1);
	*last = period.last;
	return period.last >= missed->asked.first && period.last >= cadence_first(cadence).last;
}

static void find_periods(struct missed *missed)
{
	const struct pack *pack = missed->command->pack;
	for (size_t i = 0; i < pack->cadence_count; i++) {
		int32_t last;
		bool there = last_period(missed, &pack->cadences[i], &last);
		missed->last[i] = there ? last : 0;
		missed->day[i] = there ? compliance_day(last) : 0;
	}
}

// ---- One unit ----

static void print_row(struct missed *missed, const struct charter_unit *row, const struct pack_cadence *cadence,
                      int32_t last, int64_t done, int64_t least, int32_t in_a_row, bool reported)
{
	struct lookup *look = &missed->command->look;
	char text[PERIOD_TEXT_BYTES];
	period_format(cadence_period(cadence, last), text);
	output_value(missed->table, NULL, json_string(lookup_unit_name(look, &row->unit)));
	output_value(missed->table, lookup_unit_path(look, &row->unit), json_string(lookup_short(look, &row->unit)));
	output_value(missed->table, lookup_title(&cadence->title, cadence->name), json_string(cadence->name));
	output_text(missed->table, text);
	output_number(missed->table, done);
	output_number(missed->table, least);
	output_number(missed->table, in_a_row);
	output_bool(missed->table, reported);
	missed->rows++;
}

// Of a row that is not on the page nothing more is read than that it is there.
static enum err look_at(struct missed *missed, const struct charter_unit *row, size_t place,
                        const struct pack_unit_kind *kind, const struct tally_chain *chain)
{
	struct txn *txn = &missed->command->txn;
	const struct pack_cadence *cadence = &missed->command->pack->cadences[place];
	const struct cell_owner owner = cell_owner_log(chain->log); // log 0 has no cells
	int32_t last = missed->last[place], in_a_row;
	int64_t done, least;
	if (!last || missed->day[place] < row->since || (missed->named ? date_month_end(last) : missed->today) >= row->closed)
		return ERR_OK;
	enum err err = cadence_missed_in_a_row(txn, &owner, cadence, last, &in_a_row); // 0: met, or not asked for
	if (err || in_a_row < missed->least_row || !output_row_wanted(missed->table))
		return err;
	err = cadence_done(txn, &owner, cadence, cadence_period(cadence, last), &done);
	if (!err)
		err = cadence_asked(txn, &owner, cadence, kind, cadence_period(cadence, last), &least);
	if (!err && least == 0) // of how many is not known: it has not reported
		least = pack_duty_at_least(cadence, kind);
	if (!err)
		print_row(missed, row, cadence, last, done, least, in_a_row, chain->log && chain->through >= last);
	return err;
}

// Neither heard of here nor ever: of one that has left, what it said while it was here stays.
static bool is_unseen(struct missed *missed, const struct charter_unit *row)
{
	struct command *command = missed->command;
	struct tally_chain chain;
	bool provisional;
	return !sight_holds_row(command, &missed->sight, row) && tally_in_force(&command->txn, &row->unit, false, &chain, &provisional) != ERR_OK;
}

static enum err count_unseen(void *context, const struct charter_unit *row)
{
	struct missed *missed = context;
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(missed->command->pack, row->kind);
	missed->unseen += kind && kind->ledger && is_unseen(missed, row);
	return ERR_OK;
}

static enum err visit(void *context, const struct charter_unit *row)
{
	struct missed *missed = context;
	struct command *command = missed->command;
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(command->pack, row->kind);
	struct tally_chain chain = { .log = 0 };
	bool provisional;
	if (!kind || !kind->ledger || output_page_done(missed->table) || is_unseen(missed, row))
		return ERR_OK;
	enum err err = tally_in_force(&command->txn, &row->unit, false, &chain, &provisional);
	if (err == ERR_NOT_FOUND)
		chain.log = 0, err = ERR_OK;
	for (size_t i = 0; i < command->pack->cadence_count && !err; i++) {
		const struct pack_cadence *cadence = &command->pack->cadences[i];
		if (pack_duty_at_least(cadence, kind) && (!missed->only || missed->only == cadence))
			err = look_at(missed, row, i, kind, &chain);
	}
	return err;
}

// ---- What is asked ----

static int read_request(struct missed *missed, struct id *unit)
{
	struct command *command = missed->command;
	const struct verb_call *call = command->call;
	const char *period = verb_value(call, "period"), *row = verb_value(call, "in-a-row"), *name = verb_value(call, "cadence");
	missed->named = period != NULL;
	missed->today = machine_today();
	missed->asked = (struct period){ .first = CELL_MONTH_MIN, .last = date_month(missed->today) };
	if (period && period_parse(period, &missed->asked))
		return verb_usage(call, PHRASE_BAD_PERIOD, period);
	char *end = NULL;
	long number = row ? strtol(row, &end, 10) : 1;
	if (number < 1 || number > CADENCE_ROW_MAX || (row && *end))
		return verb_usage(call, PHRASE_BAD_COUNT, row);
	missed->least_row = (int32_t)number;
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (name && !(missed->only = pack_duty_cadence(command->pack, name)))
		return verb_usage(call, PHRASE_NO_CADENCE, name);
	int code = boundary_read(command, &missed->boundary);
	return code ? code : command_unit(command, verb_value(call, "unit"), unit);
}

static int show(struct command *command)
{
	struct missed missed = { .command = command };
	char text[PERIOD_TEXT_BYTES];
	struct id unit;
	int code = read_request(&missed, &unit);
	if (code)
		return code;
	missed.table = command_table(command, "missed", columns, sizeof columns / sizeof columns[0]);
	if (!missed.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	find_periods(&missed);
	period_format(missed.asked, text);
	output_fact(missed.table, "period", missed.named ? json_string(text) : json_null());
	boundary_facts(&missed.boundary, missed.table);
	int32_t day = boundary_day(&missed.boundary, missed.asked.last);
	enum err err = charter_parts_on(&command->txn, &unit, day, count_unseen, &missed);
	output_fact(missed.table, "unseen", json_integer(missed.unseen));
	if (!err)
		err = charter_parts_on(&command->txn, &unit, day, visit, &missed);
	code = command_table_end(command, missed.table);
	if (!err && !command->call->json && missed.rows == 0)
		phrase_line(stdout, PHRASE_MISSED_NONE, NULL);
	if (!err && !command->call->json)
		sight_tell(missed.unseen);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int missed_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
