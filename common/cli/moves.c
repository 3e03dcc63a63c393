// moves: where a record stands in its workflow, how it came there, and what the next moves need.
#include "base/date.h"
#include "base/hlc.h"
#include "cli/entries.h"
#include "cli/flow.h"
#include "cli/origin.h"
#include "cli/refusal.h"
#include "org/charter_role.h"
#include "sync/steps.h"

// ---- moves: what is possible now ----

struct standing {
	struct command *command;
	const struct pack_kind *kind;
	struct record record;
	struct workflow_step step;
	struct output_table *past;
	json_t *history;
};

static const struct output_column next_columns[] = {
	{ .key = "move", .heading = PHRASE_HEAD_MOVE }, { .key = "to", .heading = PHRASE_HEAD_TO },
	{ .key = "who", .heading = PHRASE_HEAD_WHO },   { .key = "missing", .heading = PHRASE_HEAD_MISSING },
};

// What the move lacks: its own day is for whoever makes it to write.
static const char *lacks(struct standing *standing, const struct workflow_move *move, bool *possible)
{
	struct workflow_step *step = &standing->step;
	step->to = move->to;
	*possible = true;
	struct workflow one = *standing->kind->workflow; // this move alone, where several lead to one state
	one.moves = move;
	one.move_count = 1;
	struct workflow_verdict verdict = workflow_judge(&one, step);
	if (verdict.fault == WORKFLOW_FINE)
		return "";
	*possible = verdict.fault == WORKFLOW_DAY_MISSING;
	const char *text = refusal_step(&standing->command->look, standing->kind, &verdict);
	if (!*possible || step->base_count == 0 || !step->bases[0].dated || !(move->after_days || move->after_months))
		return text;
	verdict.fault = WORKFLOW_TOO_EARLY;
	verdict.earliest = workflow_earliest(move, step->bases[0].day);
	return refusal_step(&standing->command->look, standing->kind, &verdict);
}

// Devices of our unit that hold the role, by their names.
static const char *holders(struct standing *standing, const struct pack_office *office, json_t *all)
{
	struct command *command = standing->command;
	const struct id *unit = &command->home.self.unit;
	struct charter_role row;
	struct hash device;
	struct buf text = BUF_EMPTY;
	struct charter_walk walk = charter_devices(&command->txn, unit);
	while (charter_device_next(&walk, &device)) {
		if (!charter_role_holds(&command->txn, unit, &device, office->name, &row))
			continue;
		const char *name = lookup_device_name(&command->look, &device);
		json_array_append_new(all, json_string(name));
		buf_bytes(&text, " ", text.size ? 1 : 0);
		buf_bytes(&text, name, strlen(name));
	}
	charter_walk_end(&walk);
	const char *kept = text.err ? NULL : arena_string(&command->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : "";
}

// A role, and who holds it here.
static const char *who_holds(struct standing *standing, const struct pack_office *office)
{
	struct command *command = standing->command;
	json_t *all = json_array();
	const char *names = holders(standing, office, all), *title = lookup_title(&office->title, office->name);
	json_decref(all);
	if (!*names && (office->strict || charter_role_rank(&command->txn, &command->home.self.unit, office->name)))
		return title;
	struct buf text = BUF_EMPTY;
	phrase_format(&text, *names ? PHRASE_WHO_HOLDS : PHRASE_WHO_ANYBODY, PHRASE_WITH(title, names));
	const char *kept = text.err ? NULL : arena_string(&command->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : title;
}

static const char *who_makes(struct standing *standing, const struct workflow_move *move)
{
	static const enum phrase phrases[AUTHORITY_END] = {
		[AUTHORITY_OWN] = PHRASE_WHO_OWN, [AUTHORITY_PARENT] = PHRASE_WHO_PARENT,
		[AUTHORITY_ANCESTOR] = PHRASE_WHO_ANCESTOR, [AUTHORITY_BOTH] = PHRASE_WHO_BOTH,
	};
	if (move->office)
		return who_holds(standing, move->office);
	return *move->body.zh || *move->body.en ? lookup_title(&move->body, "") : phrase_text(phrases[move->who]);
}

static json_t *next_move(struct standing *standing, const struct workflow_move *move)
{
	bool possible;
	const char *missing = lacks(standing, move, &possible);
	json_t *all = json_array();
	if (move->office)
		holders(standing, move->office, all);
	return json_pack("{s:s,s:s,s:s,s:s?,s:o,s:b,s:s}", "move", move->name, "to", flow_state_name(standing->kind, move->to), "who",
	                 authority_name(move->who), "role", move->office ? move->office->name : NULL, "holders", all,
	                 "possible", (int)possible, "missing", missing);
}

static bool leads_on(const struct standing *standing, const struct workflow_move *move)
{
	for (size_t i = 0; i < standing->step.base_count; i++)
		if (workflow_leads_from(move, standing->step.bases[i].state))
			return true;
	return false;
}

static json_t *next_json(struct standing *standing)
{
	const struct workflow *workflow = standing->kind->workflow;
	json_t *all = json_array();
	for (size_t i = 0; i < workflow->move_count; i++)
		if (leads_on(standing, &workflow->moves[i]))
			json_array_append_new(all, next_move(standing, &workflow->moves[i]));
	return all;
}

static int print_next(struct standing *standing)
{
	const struct workflow *workflow = standing->kind->workflow;
	struct output_table *table = command_table(standing->command, "moves", next_columns, sizeof next_columns / sizeof next_columns[0]);
	for (size_t i = 0; table && i < workflow->move_count; i++) {
		const struct workflow_move *move = &workflow->moves[i];
		bool possible;
		if (!leads_on(standing, move))
			continue;
		output_text(table, lookup_title(&move->title, move->name));
		output_text(table, flow_state_title(standing->kind, move->to));
		output_text(table, who_makes(standing, move));
		output_text(table, lacks(standing, move, &possible));
	}
	return command_table_end(standing->command, table);
}

// ---- moves: what was ----

static const struct output_column past_columns[] = {
	{ .key = "time", .heading = PHRASE_HEAD_TIME },   { .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "day", .heading = PHRASE_HEAD_DAY },     { .key = "device", .heading = PHRASE_HEAD_DEVICE },
	{ .key = "note", .heading = PHRASE_HEAD_NOTE },
};

static const struct change_write *write_of(const struct change *change, uint8_t field)
{
	for (size_t i = 0; i < change->write_count; i++)
		if (change->writes[i].field == field && change->writes[i].element.size == 0)
			return &change->writes[i];
	return NULL;
}

static const char *day_of(const struct standing *standing, const struct change *change, char text[static DATE_TEXT_BYTES])
{
	for (size_t i = 0; i < change->write_count; i++)
		if (workflow_is_day(standing->kind->workflow, change->writes[i].field) && change->writes[i].value.form == VALUE_IS_NUMBER) {
			date_format((int32_t)change->writes[i].value.number, text);
			return text;
		}
	return "";
}

// Of a move that was set aside: what it lacks.
static const char *why_not(struct standing *standing, enum merge_reason reason, struct dot dot)
{
	struct command *command = standing->command;
	struct workflow_verdict verdict;
	bool known = reason == MERGE_STEP && view_explain(&command->txn, &command->home.self, &command->home.pack, dot, &verdict) == ERR_OK;
	return known ? refusal_step(&command->look, standing->kind, &verdict) : reason ? phrase_text(origin_reason_phrase(reason)) : "";
}

static void put_past(struct standing *standing, const struct entries_item *item, const struct change *change, uint16_t state)
{
	struct lookup *look = &standing->command->look;
	char day[DATE_TEXT_BYTES];
	struct dot dot = { .log = item->log->number, .seq = item->entry->seq };
	enum merge_reason reason = origin_reason(look->txn, dot);
	const char *device = lookup_device_name(look, &item->log->name.device), *when = day_of(standing, change, day);
	if (standing->history) {
		json_array_append_new(standing->history, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s}", "time", (json_int_t)hlc_ms(item->entry->time), "state",
		                      flow_state_name(standing->kind, state), "day", when, "device", device, "not_accepted",
		                      reason ? merge_reason_name(reason) : "", "why", why_not(standing, reason, dot)));
		return;
	}
	output_time(standing->past, hlc_ms(item->entry->time));
	output_text(standing->past, flow_state_title(standing->kind, state));
	output_text(standing->past, when);
	output_text(standing->past, device);
	output_text(standing->past, why_not(standing, reason, dot));
}

static enum err visit_past(void *context, const struct entries_item *item)
{
	struct standing *standing = context;
	const struct record_key *key = &standing->record.key;
	if (!item->changes || !id_equal(&item->changes->unit, &key->unit))
		return ERR_OK;
	for (size_t i = 0; i < item->changes->count; i++) {
		const struct change *change = &item->changes->changes[i];
		const struct change_write *state = write_of(change, standing->kind->workflow->state->number);
		if (change->kind == key->kind && id_equal(&change->record, &key->record) && state && state->value.form == VALUE_IS_NUMBER)
			put_past(standing, item, change, (uint16_t)state->value.number);
	}
	return ERR_OK;
}

// ---- moves ----

static int print(struct standing *standing)
{
	struct command *command = standing->command;
	const struct workflow *workflow = standing->kind->workflow;
	uint16_t state = workflow_state(workflow, &standing->record);
	int32_t day;
	char text[DATE_TEXT_BYTES];
	phrase_line(stdout, PHRASE_MOVES_STANDS,
	            PHRASE_WITH(lookup_title(&standing->kind->title, standing->kind->name),
	                        lookup_record_label(&command->look, standing->kind, &standing->record), flow_state_title(standing->kind, state)));
	if (workflow_since(workflow, &standing->record, &day)) {
		date_format(day, text);
		phrase_line(stdout, PHRASE_MOVES_SINCE, PHRASE_WITH(text));
	}
	if (workflow_until(workflow, &standing->record, &day)) {
		date_format(day, text);
		phrase_line(stdout, PHRASE_MOVES_UNTIL, PHRASE_WITH(text));
	}
	standing->past = command_table(command, "history", past_columns, sizeof past_columns / sizeof past_columns[0]);
	enum err err = standing->past ? entries_each(command, visit_past, standing) : ERR_NOMEM;
	int code = command_table_end(command, standing->past);
	if (!code)
		code = command_done(command, err, PHRASE_CANNOT_READ, NULL);
	return code ? code : print_next(standing);
}

static void set_day(json_t *object, const char *key, bool there, int32_t day)
{
	char text[DATE_TEXT_BYTES];
	if (there)
		date_format(day, text);
	json_object_set_new(object, key, there ? json_string(text) : json_null());
}

static int print_json(struct standing *standing)
{
	struct command *command = standing->command;
	const struct workflow *workflow = standing->kind->workflow;
	char hex[ID_TEXT_BYTES];
	int32_t day = 0;
	id_format(&standing->record.key.record, hex);
	standing->history = json_array();
	enum err err = entries_each(command, visit_past, standing);
	json_t *all = json_pack("{s:s,s:s,s:s}", "kind", standing->kind->name, "record", hex, "state",
	                        flow_state_name(standing->kind, workflow_state(workflow, &standing->record)));
	bool there = workflow_since(workflow, &standing->record, &day);
	set_day(all, "since", there, day);
	there = workflow_until(workflow, &standing->record, &day);
	set_day(all, "until", there, day);
	json_object_set_new(all, "moves", next_json(standing));
	json_object_set_new(all, "history", standing->history);
	if (!err)
		err = output_document(command->call->out, all);
	else
		json_decref(all);
	return command_done(command, err, PHRASE_CANNOT_PRINT, NULL);
}

static int moves(struct command *command)
{
	struct standing standing = { .command = command };
	struct record_key key = { .unit = command->look.unit };
	int code = flow_find(command, &standing.kind, &key.record);
	if (code)
		return code;
	key.unit = command->look.unit;
	key.kind = standing.kind->number;
	struct steps steps = { .txn = &command->txn, .self = &command->home.self, .kind = standing.kind, .arena = &command->arena };
	enum err err = record_load(&command->txn, &key, &command->arena, &standing.record);
	if (!err)
		err = steps_of(&steps, &standing.record, &standing.record, &standing.step);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->call->arguments[1]);
	return command->call->json ? print_json(&standing) : print(&standing);
}

int moves_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, moves);
}
