// close, submit, reopen, period: what a unit does with its months, and how they stand.
#include "base/hlc.h"
#include "cli/months.h"
#include "client/commands.h"
#include "io/machine.h"

static struct span reason_of(const struct command *command)
{
	const char *text = verb_value(command->call, "reason");
	return text ? span_string(text) : span_of(NULL, 0);
}

static int refused(const struct command *command, enum err err, int32_t month, enum phrase what, enum phrase remedy)
{
	char text[PERIOD_TEXT_BYTES];
	date_format_month(month, text);
	if (err == ERR_CONFLICT || err == ERR_USAGE)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CONFLICT, .what = what, .where = text, .why = months_state_text(command, month),
			.remedy = err == ERR_USAGE ? PHRASE_REMEDY_REASON : remedy });
	return command_fail(command, err, what, text);
}

// ---- One step for each month ----

struct step {
	enum phrase done, refused, remedy;
	enum err (*take)(struct command *command, int32_t month, struct span reason, uint32_t *revision);
};

static enum err take_close(struct command *command, int32_t month, struct span reason, uint32_t *revision)
{
	(void)reason;
	(void)revision;
	return pen_period_close(&command->pen, month);
}

static enum err take_submit(struct command *command, int32_t month, struct span reason, uint32_t *revision)
{
	return pen_period_submit(&command->pen, month, reason, revision);
}

static enum err take_reopen(struct command *command, int32_t month, struct span reason, uint32_t *revision)
{
	(void)revision;
	return pen_period_reopen(&command->pen, month, reason);
}

static const struct step close_step = { PHRASE_PERIOD_CLOSED, PHRASE_CANNOT_CLOSE, PHRASE_REMEDY_PERIOD, take_close };
static const struct step submit_step = { PHRASE_PERIOD_SUBMITTED, PHRASE_CANNOT_SUBMIT, PHRASE_REMEDY_RESUBMIT, take_submit };
static const struct step reopen_step = { PHRASE_PERIOD_REOPENED, PHRASE_CANNOT_REOPEN, PHRASE_REMEDY_REOPEN, take_reopen };

static void tell(const struct command *command, const struct step *step, int32_t month, uint32_t revision)
{
	char text[PERIOD_TEXT_BYTES], number[16];
	date_format_month(month, text);
	snprintf(number, sizeof number, "%u", (unsigned)revision);
	if (!command->call->json)
		phrase_line(stdout, step->done, PHRASE_WITH(text, number));
}

static int take(struct command *command, const struct step *step)
{
	struct period months = { .first = 0 };
	struct span reason = reason_of(command);
	int code = months_read(command, command->call->arguments[0], &months);
	json_t *all = json_array();
	uint32_t revisions[12] = { 0 };
	for (int32_t month = months.first; month <= months.last && !code; month++) {
		enum err err = step->take(command, month, reason, &revisions[month - months.first]);
		char text[PERIOD_TEXT_BYTES];
		date_format_month(month, text);
		if (err)
			code = refused(command, err, month, step->refused, step->remedy);
		else
			json_array_append_new(all, json_pack("{s:s,s:I}", "month", text, "revision",
			                                     (json_int_t)revisions[month - months.first]));
	}
	if (!code)
		code = command_commit(command);
	for (int32_t month = months.first; month <= months.last && !code; month++)
		tell(command, step, month, revisions[month - months.first]);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:O}", "done", command->call->verb->name, "periods", all));
	json_decref(all);
	return code;
}

static int close_months(struct command *command) { return take(command, &close_step); }
static int submit_months(struct command *command) { return take(command, &submit_step); }
static int reopen_months(struct command *command) { return take(command, &reopen_step); }

int period_close_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, close_months); }
int period_submit_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, submit_months); }
int period_reopen_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, reopen_months); }

// ---- How they stand ----

struct showing {
	struct command *command;
	struct output_table *table;
};

static enum err print_month(struct showing *showing, int32_t month)
{
	struct command *command = showing->command;
	struct period_summary summary;
	enum err err = period_summary_get(&command->txn, &command->look.unit, month, &summary);
	return err ? err : months_row(command, showing->table, &command->look.unit, &summary, false);
}

// Those before the present month of which there is anything.
static enum err print_former(void *context, const struct period_summary *summary)
{
	struct showing *showing = context;
	return months_row(showing->command, showing->table, &showing->command->look.unit, summary, false);
}

static int show(struct command *command)
{
	struct period months = { .first = 0 };
	const char *text = command->call->argument_count ? command->call->arguments[0] : NULL;
	int code = text ? months_read(command, text, &months) : VERB_OK;
	if (code)
		return code;
	struct output_table *table = months_table(command, false);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	struct showing showing = { .command = command, .table = table };
	int32_t now = date_month(machine_today());
	enum err err = ERR_OK;
	for (int32_t month = months.first; text && month <= months.last && !err; month++)
		err = print_month(&showing, month);
	if (!text)
		err = period_summary_each(&command->txn, &command->look.unit, (struct period){ .first = 0, .last = now - 1 },
		                          print_former, &showing);
	if (!text && !err)
		err = print_month(&showing, now);
	code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int period_show_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
