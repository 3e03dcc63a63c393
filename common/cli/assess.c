// An assessment is a record of the unit that is assessed: one per period and kind, with the same id
// whoever writes it, so that those who assess without knowing of each other write into one record.
#include "cli/assess.h"

#include "cli/score.h"
#include "ledger/score_reader.h"

struct assessing {
	struct command *command;
	struct score_asked asked;
	struct charter_unit unit;
	enum relation relation; // ours to it
};

// "order=9.5" → the item and hundredths of a point.
static int parse(struct assessing *assessing, const char *text, const struct pack_score_item **item, int64_t *points)
{
	struct command *command = assessing->command;
	const struct pack_field amount = { .name = "", .title = { .zh = "", .en = "" }, .type = VALUE_MONEY };
	const char *equal = strchr(text, '=');
	struct value value;
	if (!equal)
		return verb_usage(command->call, PHRASE_SCORE_BAD_POINTS, text);
	const char *name = arena_string(&command->arena, span_of(text, (size_t)(equal - text)));
	*item = name ? pack_score_item_by_name(assessing->asked.card, name) : NULL;
	if (!*item || (*item)->rule != SCORE_ASSESSED)
		return verb_usage(command->call, PHRASE_NO_SCORE_ITEM, name);
	if (!authority_allows((*item)->level, assessing->relation))
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_UNAUTHORISED, .what = PHRASE_SCORE_NOT_ASSESSOR, .where = name, .why = "" });
	if (value_parse(&amount, span_string(equal + 1), &command->arena, &value) || value.form != VALUE_IS_NUMBER)
		return verb_usage(command->call, PHRASE_SCORE_BAD_POINTS, text);
	*points = value.number;
	return VERB_OK;
}

// The points in the field's own measure; the pack bounds it, and whole points are whole.
static int measure(struct assessing *assessing, const struct pack_score_item *item, int64_t points, const char *text,
                   struct value *value)
{
	const struct pack_field *field = item->kind->by_number[item->field];
	int64_t unit = field->type == VALUE_INTEGER ? PACK_SCORE_POINT : 1;
	*value = (struct value){ .form = VALUE_IS_NUMBER, .number = points / unit };
	if (points % unit == 0 && value->number >= field->minimum && value->number <= field->maximum)
		return VERB_OK;
	return verb_fail(assessing->command->call, &(struct verb_failure){
		.err = ERR_RANGE, .what = PHRASE_CANNOT_WRITE, .where = text,
		.why = lookup_expected(&assessing->command->look, field) });
}

static int write_item(struct assessing *assessing, const struct pack_score_item *item, struct value points, bool *changed)
{
	struct command *command = assessing->command;
	struct period period = assessing->asked.period;
	struct id record = score_reader_record(item->kind->number, period);
	const struct pen_write writes[] = {
		{ .field = item->month, .value = { .form = VALUE_IS_NUMBER, .number = period.last } },
		{ .field = item->field, .value = points },
	};
	bool fresh;
	enum err err = pen_set(&command->pen, &assessing->unit.unit, item->kind->number, &record, writes, 2, &fresh);
	*changed |= fresh;
	return command_done(command, err, PHRASE_CANNOT_WRITE, lookup_title(&item->title, item->name));
}

static int prepare(struct assessing *assessing)
{
	struct command *command = assessing->command;
	const struct verb_call *call = command->call;
	struct id unit;
	int code = command_unit(command, verb_value(call, "unit"), &unit);
	if (!code)
		code = score_card(command, call->arguments[0], &assessing->asked);
	if (!code)
		code = score_asked_period(command, &assessing->asked);
	if (code)
		return code;
	if (assessing->asked.card->points || assessing->asked.year)
		return verb_usage(call, PHRASE_SCORE_OTHER_PERIOD, call->arguments[0]);
	enum err err = charter_unit_get(&command->txn, &unit, &assessing->unit);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	assessing->relation = charter_relation(&command->txn, &command->home.self.unit, &unit);
	return pack_score_for(assessing->asked.card, assessing->unit.kind)
	           ? VERB_OK : verb_usage(call, PHRASE_SCORE_NOT_FOR_UNIT, lookup_unit_name(&command->look, &unit));
}

static void tell(const struct assessing *assessing, bool changed)
{
	struct command *command = assessing->command;
	const struct score_asked *asked = &assessing->asked;
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s,s:b}", "scorecard", asked->card->name, "unit",
		                                  lookup_short(&command->look, &assessing->unit.unit), "period", asked->text,
		                                  "changed", (int)changed));
	else
		phrase_line(stdout, PHRASE_SCORE_ASSESSED, PHRASE_WITH(assessing->unit.name, asked->text));
}

static int assess(struct command *command)
{
	const struct verb_call *call = command->call;
	struct assessing assessing = { .command = command };
	bool changed = false;
	int code = prepare(&assessing);
	for (size_t i = 1; i < call->argument_count && !code; i++) {
		const struct pack_score_item *item = NULL;
		struct value value = { .form = VALUE_IS_NONE };
		int64_t points = 0;
		code = parse(&assessing, call->arguments[i], &item, &points);
		if (!code)
			code = measure(&assessing, item, points, call->arguments[i], &value);
		if (!code)
			code = write_item(&assessing, item, value, &changed);
	}
	if (!code)
		code = command_commit(command);
	if (!code)
		tell(&assessing, changed);
	return code;
}

int assess_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, assess);
}
