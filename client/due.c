// due: what is still to be done, until when, and what was missed before. Judged by the day asked for;
// what counts is the record's own date.
#include "base/date.h"
#include "client/attach.h"
#include "client/commands.h"
#include "io/machine.h"
#include "ledger/cadence.h"

static const struct output_column columns[] = {
	{ .key = "cadence", .heading = PHRASE_HEAD_CADENCE },
	{ .key = "period", .heading = PHRASE_HEAD_DUE_PERIOD },
	{ .key = "done", .heading = PHRASE_HEAD_DONE, .number = true },
	{ .key = "at_least", .heading = PHRASE_HEAD_AT_LEAST, .number = true },
	{ .key = "left", .heading = PHRASE_HEAD_LEFT, .number = true },
	{ .key = "until", .heading = PHRASE_HEAD_DUE_UNTIL },
	{ .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "missed", .heading = PHRASE_HEAD_MISSED },
	{ .key = "in_a_row", .heading = PHRASE_HEAD_IN_A_ROW, .number = true },
};

enum { MISSED_SHOWN = 12 };

struct due {
	struct command *command;
	struct output_table *table;
	struct cell_owner owner;
	const struct pack_unit_kind *kind;
	int32_t today;
	struct period asked;
	size_t rows;
};

// ---- What is asked ----

static int read_day(struct due *due)
{
	const struct verb_call *call = due->command->call;
	const char *period = verb_value(call, "period"), *day = verb_value(call, "today");
	due->today = machine_today();
	if (day && date_parse(span_string(day), &due->today))
		return verb_usage(call, PHRASE_BAD_DAY, day);
	int32_t month = date_month(due->today);
	due->asked = (struct period){ .first = month, .last = month };
	if (period && period_parse(period, &due->asked))
		return verb_usage(call, PHRASE_BAD_PERIOD, period);
	return VERB_OK;
}

static enum err find_kind(struct due *due)
{
	struct command *command = due->command;
	struct charter_unit row;
	enum err err = charter_unit_get(&command->txn, &command->home.self.unit, &row);
	if (!err)
		due->kind = pack_unit_kind_by_name(command->pack, row.kind);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ---- One row ----

static enum phrase state_of(const struct due *due, int64_t left, int32_t until, const char **name)
{
	*name = left == 0 ? "met" : due->today <= until ? "open" : "over";
	return left == 0 ? PHRASE_DUE_MET : due->today <= until ? PHRASE_DUE_OPEN : PHRASE_DUE_OVER;
}

// "2026-01, 2026-02" and [..]: the periods right before this one that were missed, the latest ones if many.
static void print_missed(struct due *due, const struct pack_cadence *cadence, int32_t before, int32_t row)
{
	int32_t shown = row < MISSED_SHOWN ? row : MISSED_SHOWN;
	struct buf text = BUF_EMPTY;
	json_t *list = json_array();
	if (shown < row)
		buf_string(&text, "… ");
	for (int32_t i = shown; i > 0; i--) {
		char period[PERIOD_TEXT_BYTES];
		period_format(cadence_period(cadence, before - (i - 1) * cadence->every), period);
		buf_string(&text, period);
		buf_string(&text, i > 1 ? ", " : "");
		json_array_append_new(list, json_string(period));
	}
	buf_u8(&text, 0);
	output_value(due->table, row && !text.err ? (const char *)text.data : NULL, list);
	output_number(due->table, row);
	buf_free(&text);
}

static enum err print_period(struct due *due, const struct pack_cadence *cadence, int32_t last)
{
	struct command *command = due->command;
	struct period period = cadence_period(cadence, last);
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	const char *state;
	int64_t done, least = pack_duty_at_least(cadence, due->kind);
	int32_t row, until = cadence_last_day(cadence, period);
	enum err err = cadence_done(&command->txn, &due->owner, cadence, period, &done);
	if (!err)
		err = cadence_missed_in_a_row(&command->txn, &due->owner, cadence, last - cadence->every, &row);
	if (err)
		return err;
	int64_t left = done < least ? least - done : 0;
	enum phrase phrase = state_of(due, left, until, &state);
	period_format(period, text);
	date_format(until, day);
	output_value(due->table, lookup_title(&cadence->title, cadence->name), json_string(cadence->name));
	output_text(due->table, text);
	output_number(due->table, done);
	output_number(due->table, least);
	output_number(due->table, left);
	output_text(due->table, day);
	output_value(due->table, phrase_text(phrase), json_string(state));
	print_missed(due, cadence, last - cadence->every, row);
	due->rows++;
	return ERR_OK;
}

static enum err print_all(struct due *due)
{
	const struct pack *pack = due->command->pack;
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->cadence_count && !err; i++) {
		int32_t first, last;
		if (!pack_duty_at_least(&pack->cadences[i], due->kind))
			continue;
		cadence_within(&pack->cadences[i], due->asked, &first, &last);
		for (; first <= last && !err; first += pack->cadences[i].every) {
			int64_t exempt;
			err = cadence_exempt(&due->command->txn, &due->owner, &pack->cadences[i], first, &exempt);
			if (!err && exempt == 0)
				err = print_period(due, &pack->cadences[i], first);
		}
	}
	return err;
}

// Once a year for everybody who is at a second unit, told at both ends.
static enum err print_notices(struct due *due, enum pack_role role, enum phrase title, const char *name)
{
	int64_t asked, done;
	int32_t year = due->asked.last / 12;
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	const char *state;
	enum err err = attach_notices(due->command, role, year, &asked, &done);
	if (err || !asked)
		return err;
	int32_t until = date_from_civil(year, 12, 31);
	enum phrase phrase = state_of(due, asked - done, until, &state);
	period_format((struct period){ year * 12, year * 12 + 11 }, text);
	date_format(until, day);
	output_value(due->table, phrase_text(title), json_string(name));
	output_text(due->table, text);
	output_number(due->table, done);
	output_number(due->table, asked);
	output_number(due->table, asked - done);
	output_text(due->table, day);
	output_value(due->table, phrase_text(phrase), json_string(state));
	output_value(due->table, NULL, json_array());
	output_number(due->table, 0);
	due->rows++;
	return ERR_OK;
}

static int show(struct command *command)
{
	struct due due = { .command = command, .owner = cell_owner_own(&command->home.self.unit) };
	char day[DATE_TEXT_BYTES];
	int code = read_day(&due);
	if (code)
		return code;
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	due.table = command_table(command, "due", columns, sizeof columns / sizeof columns[0]);
	if (!due.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	date_format(due.today, day);
	output_fact(due.table, "today", json_string(day));
	enum err err = find_kind(&due);
	if (!err)
		err = print_all(&due);
	if (!err)
		err = print_notices(&due, PACK_ROLE_ATTACHMENT, PHRASE_DUE_NOTICES, "notice-attachments");
	if (!err)
		err = print_notices(&due, PACK_ROLE_GUEST, PHRASE_DUE_GUEST_NOTICES, "notice-guests");
	code = command_table_end(command, due.table);
	if (!err && due.rows == 0 && !command->call->json)
		phrase_line(stdout, PHRASE_DUE_NOTHING, NULL);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int due_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
