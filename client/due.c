// due: what is still to be done, until when, and what was missed before. Judged by the day asked for;
// what counts is the record's own date.
#include "base/date.h"
#include "client/commands.h"
#include "client/owed.h"
#include "io/machine.h"

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

// ---- One row ----

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

static enum err print_owed(void *context, const struct owed *owed)
{
	static const enum phrase states[OWED_STATES] = {
		[OWED_MET] = PHRASE_DUE_MET, [OWED_OPEN] = PHRASE_DUE_OPEN, [OWED_OVER] = PHRASE_DUE_OVER,
	};
	struct due *due = context;
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	period_format(owed->period, text);
	date_format(owed->until, day);
	output_value(due->table, lookup_title(&owed->cadence->title, owed->cadence->name), json_string(owed->cadence->name));
	output_text(due->table, text);
	output_number(due->table, owed->done);
	output_number(due->table, owed->least);
	output_number(due->table, owed->left);
	output_text(due->table, day);
	output_value(due->table, phrase_text(states[owed->state]), json_string(owed_state_name(owed->state)));
	print_missed(due, owed->cadence, owed->period.last - owed->cadence->every, owed->missed_in_a_row);
	due->rows++;
	return ERR_OK;
}

static int show(struct command *command)
{
	struct due due = { .command = command };
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
	enum err err = owed_each(command, due.asked, due.today, print_owed, &due);
	code = command_table_end(command, due.table);
	if (!err && due.rows == 0 && !command->call->json)
		phrase_line(stdout, PHRASE_DUE_NOTHING, NULL);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int due_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
