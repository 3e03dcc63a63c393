// How months stand: state, revision, verdict, remarks.
#include "cli/months.h"

#include "base/hlc.h"

static const struct output_column columns[] = {
	{ .key = "unit_name", .machine = true },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "month", .heading = PHRASE_HEAD_MONTH },
	{ .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "revision", .heading = PHRASE_HEAD_REVISION, .number = true },
	{ .key = "submitted", .heading = PHRASE_HEAD_SUBMITTED },
	{ .key = "reason", .heading = PHRASE_HEAD_REASON },
	{ .key = "verdict", .heading = PHRASE_HEAD_VERDICT },
	{ .key = "by", .heading = PHRASE_HEAD_BY },
	{ .key = "text", .heading = PHRASE_HEAD_TEXT },
	{ .key = "remarks", .heading = PHRASE_HEAD_REMARKS },
	{ .key = "restated", .heading = PHRASE_HEAD_RESTATED },
};

int months_read(const struct command *command, const char *text, struct period *months)
{
	return period_parse(text, months) ? verb_usage(command->call, PHRASE_BAD_PERIOD, text) : VERB_OK;
}

enum phrase months_state_phrase(enum period_state state)
{
	static const enum phrase phrases[PERIOD_STATES] = {
		[PERIOD_OPEN] = PHRASE_STATE_OPEN,           [PERIOD_CLOSED] = PHRASE_STATE_CLOSED,
		[PERIOD_SUBMITTED] = PHRASE_STATE_SUBMITTED, [PERIOD_RETURNED] = PHRASE_STATE_RETURNED,
		[PERIOD_APPROVED] = PHRASE_STATE_APPROVED,   [PERIOD_RESTATED] = PHRASE_STATE_RESTATED,
	};
	return state < PERIOD_STATES ? phrases[state] : PHRASE_NONE;
}

const char *months_state_text(const struct command *command, int32_t month)
{
	struct period_summary summary;
	if (period_summary_get(command->look.txn, &command->look.unit, month, &summary))
		return "";
	return phrase_text(months_state_phrase(summary.state));
}

struct output_table *months_table(struct command *command, bool units)
{
	size_t first = units ? 0 : 2;
	return command_table(command, "periods", columns + first, sizeof columns / sizeof columns[0] - first);
}

// ---- Remarks ----

// "meetings_held", "meeting.topic": what programs call it; what the pack here does not know, by its numbers.
static const char *place_name(struct command *command, const struct period_remark *remark, bool machine)
{
	char text[2 * LIMIT_TITLE_BYTES + 2];
	const struct pack *pack = command->pack;
	const struct pack_metric *metric = pack && remark->metric ? pack_metric_by_number(pack, remark->metric) : NULL;
	const struct pack_kind *kind = pack && remark->kind ? pack_kind_by_number(pack, remark->kind) : NULL;
	const struct pack_field *field = kind ? kind->by_number[remark->field] : NULL;
	if (metric)
		return machine ? metric->name : lookup_title(&metric->title, metric->name);
	if (!kind)
		snprintf(text, sizeof text, "%u", (unsigned)(remark->metric ? remark->metric : remark->kind));
	else
		snprintf(text, sizeof text, "%s%s%s", machine ? kind->name : lookup_title(&kind->title, kind->name), field ? "." : "",
		         !field ? "" : machine ? field->name : lookup_title(&field->title, field->name));
	const char *kept = arena_string(&command->arena, span_string(text));
	return kept ? kept : "?";
}

static const char *kept_text(struct command *command, struct span text)
{
	const char *kept = arena_string(&command->arena, text);
	return kept ? kept : "";
}

static void print_remarks(struct command *command, struct output_table *table, const struct period_said *said)
{
	struct buf text = BUF_EMPTY;
	json_t *all = json_array();
	for (size_t i = 0; said && i < said->review.remark_count; i++) {
		const struct period_remark *remark = &said->review.remarks[i];
		const char *words = kept_text(command, remark->text);
		buf_string(&text, text.size ? "; " : "");
		buf_string(&text, place_name(command, remark, false));
		buf_string(&text, phrase_text(PHRASE_COLON));
		buf_string(&text, words);
		json_array_append_new(all, json_pack("{s:s,s:s}", "on", place_name(command, remark, true), "text", words));
	}
	output_value(table, text.size && !text.err ? kept_text(command, buf_span(&text)) : NULL, all);
	buf_free(&text);
}

// ---- Rows ----

static void print_nothing(struct command *command, struct output_table *table)
{
	for (unsigned i = 0; i < 3; i++)
		output_text(table, NULL);
	print_remarks(command, table, NULL);
}

// The entry of a verdict is read where something was said with it.
static enum err print_verdict(struct command *command, struct output_table *table, const struct period_summary *summary)
{
	static const char *const names[PERIOD_VERDICT_END] = { [PERIOD_APPROVE] = "approved", [PERIOD_RETURN] = "returned" };
	struct period_said said = { .replaced = false };
	struct charter_device author;
	struct arena arena;
	if (!summary->said_place.log) {
		print_nothing(command, table);
		return ERR_OK;
	}
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = summary->speaks ? period_state_verdict(&command->txn, summary->said_place, &arena, &said) : ERR_OK;
	enum phrase shown = summary->disputed ? PHRASE_VERDICT_DISPUTED
	                    : summary->verdict == PERIOD_APPROVE ? PHRASE_STATE_APPROVED : PHRASE_STATE_RETURNED;
	output_value(table, phrase_text(shown), json_string(summary->disputed ? "disputed" : names[summary->verdict]));
	bool known = charter_device_get(&command->txn, &summary->said_by, &author) == ERR_OK;
	output_text(table, known ? lookup_unit_name(&command->look, &author.unit) : NULL);
	output_text(table, said.review.text.size ? kept_text(command, said.review.text) : NULL);
	print_remarks(command, table, &said);
	arena_free(&arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err; // it cannot be read here
}

// Most submissions give no reason; of one that does, its entry tells.
static enum err print_reason(struct command *command, struct output_table *table, const struct period_summary *summary)
{
	struct period_taken taken = { .reasoned = false };
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = summary->reasoned ? period_state_step(&command->txn, summary->newest_place, &arena, &taken) : ERR_OK;
	output_text(table, !err && taken.step.reason.size ? kept_text(command, taken.step.reason) : NULL);
	arena_free(&arena);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err owner_of(struct command *command, const struct id *unit, struct cell_owner *owner)
{
	*owner = cell_owner_own(unit);
	return command->home.self.server ? tally_sum_owner(&command->txn, unit, owner) : ERR_OK;
}

static enum err print_row(struct command *command, struct output_table *table, const struct id *unit,
                          const struct period_summary *summary, bool units, bool restated)
{
	char text[PERIOD_TEXT_BYTES];
	date_format_month(summary->month, text);
	if (units) {
		const char *name = lookup_unit_name(&command->look, unit);
		output_value(table, NULL, json_string(name));
		output_value(table, name, json_string(lookup_short(&command->look, unit)));
	}
	output_text(table, text);
	output_value(table, phrase_text(months_state_phrase(summary->state)), json_string(period_state_name(summary->state)));
	if (summary->newest)
		output_number(table, summary->revision);
	else
		output_text(table, NULL);
	output_time(table, summary->newest ? hlc_ms(summary->newest) : 0);
	enum err err = print_reason(command, table, summary);
	if (!err)
		err = print_verdict(command, table, summary);
	if (!err)
		output_bool(table, restated);
	return err;
}

enum err months_row(struct command *command, struct output_table *table, const struct id *unit,
                    const struct period_summary *summary, bool units)
{
	struct cell_owner owner;
	bool restated = false;
	enum err err = owner_of(command, unit, &owner);
	if (!err && summary->based && command->pack)
		err = period_restate_any(&command->txn, command->pack, &owner, summary->month, &restated);
	return err ? err : print_row(command, table, unit, summary, units, restated);
}

static enum err count_returned(void *context, const struct period_summary *summary)
{
	uint64_t *count = context;
	*count += summary->state == PERIOD_RETURNED;
	return ERR_OK;
}

enum err months_returned(struct command *command, uint64_t *count)
{
	*count = 0;
	return period_summary_each(&command->txn, &command->look.unit, (struct period){ .first = 0, .last = INT32_MAX }, count_returned, count);
}

int months_guard(struct command *command)
{
	const char *reason = verb_value(command->call, "reason");
	char text[PERIOD_TEXT_BYTES];
	int32_t month = 0;
	enum err err = pen_period_guard(&command->pen, reason ? span_string(reason) : span_of(NULL, 0), &month);
	if (!err)
		return VERB_OK;
	date_format_month(month, text);
	if (err != ERR_CONFLICT)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, text);
	return verb_fail(command->call, &(struct verb_failure){
		.err = err, .what = PHRASE_MONTH_HELD, .where = text, .why = months_state_text(command, month), .remedy = PHRASE_REMEDY_REASON });
}
