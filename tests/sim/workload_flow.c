// What goes step by step: moves of workflows, months closed, submitted and judged, themes that come down.
#include "base/date.h"
#include "ledger/workflow.h"
#include "workload_inside.h"

// ---- Records with a workflow ----

// Between two states that live side by side, the one that is shown is kept.
static void keep_state(struct command *command)
{
	struct record_key key = { .unit = command->owner, .kind = command->kind->number, .record = command->record };
	struct record record;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (record_load(&command->writing.txn, &key, &arena, &record) == ERR_OK) {
		uint16_t state = workflow_state(command->kind->workflow, &record);
		if (state)
			workload_number(command, command->kind->workflow->state->name, state);
	}
	arena_free(&arena);
}

static void decide_state(struct command *command, bool fresh)
{
	if (fresh && !command->fresh)
		keep_state(command);
}

void workload_flow_issue(struct command *command, bool fresh)
{
	if (fresh || random_chance(command->random, 300))
		workload_text(command, "what", false);
	if (fresh)
		workload_number(command, "collected", workload_day(command));
	if (random_chance(command->random, 300))
		workload_number(command, "level", (int64_t)random_between(command->random, 1, 5));
	if (random_chance(command->random, 300))
		workload_number(command, "visit", (int64_t)random_below(command->random, 50));
	decide_state(command, fresh);
}

void workload_flow_points(struct command *command, bool fresh)
{
	if (fresh) {
		struct id member = workload_member(command);
		workload_refer(command, "member", &member);
		workload_number(command, "date", workload_day(command));
		workload_number(command, "sort", (int64_t)random_between(command->random, 1, 6));
	}
	if (fresh || random_chance(command->random, 500))
		workload_number(command, "points", (int64_t)random_below(command->random, 4000) - 1000);
	workload_text(command, "what", true);
	decide_state(command, fresh);
}

void workload_flow_order(struct command *command, bool fresh)
{
	if (fresh || random_chance(command->random, 300))
		workload_text(command, "lecture", false);
	if (fresh)
		workload_number(command, "ordered", workload_day(command));
	decide_state(command, fresh);
}

// ---- Moves ----

static void fill_need(struct command *command, uint8_t number)
{
	const struct pack_field *field = command->kind->by_number[number];
	if (value_type_form(field->type) == VALUE_IS_TEXT)
		workload_text(command, field->name, field->lane == LANE_PRIVATE);
	else if (value_type_form(field->type) == VALUE_IS_NUMBER)
		workload_number(command, field->name, 1 + (int64_t)random_below(command->random, 3));
}

static void make_move(struct command *command, const struct workflow *workflow, const struct workflow_move *move)
{
	workload_number(command, workflow->state->name, move->to);
	if (move->day)
		workload_number(command, command->kind->by_number[move->day]->name, workload_day(command));
	for (size_t i = 0; i < move->need_count; i++)
		if (move->needs[i] != move->day && !random_chance(command->random, 100)) // now and then it is forgotten
			fill_need(command, move->needs[i]);
}

// Any move that leads on from where the record stands; one time in six any at all. Who may not make it is told so by the pen.
static enum err move_on(struct command *command, const struct record *record)
{
	const struct workflow *workflow = command->kind->workflow;
	const struct workflow_move *chosen = NULL;
	uint64_t count = 0;
	uint16_t state = workflow_state(workflow, record);
	bool any = random_chance(command->random, 160);
	for (size_t i = 0; i < workflow->move_count; i++)
		if ((any || workflow_leads_from(&workflow->moves[i], state)) && random_below(command->random, ++count) == 0)
			chosen = &workflow->moves[i];
	if (!chosen)
		return ERR_NOT_FOUND;
	make_move(command, workflow, chosen);
	return workload_set(command);
}

enum err workload_flow_move(struct command *command)
{
	static const char *const kinds[] = { "issue", "lecture_order", "points" };
	struct record_key key;
	struct record record;
	struct arena arena;
	size_t most = command->actor->server ? 2 : 3; // points never leave the branch
	command->kind = pack_kind_by_name(command->pack, kinds[random_below(command->random, most)]);
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = record_load(&command->writing.txn, &key, &arena, &record);
	if (!err)
		err = move_on(command, &record);
	arena_free(&arena);
	return err;
}

// ---- Months ----

static struct span some_reason(struct command *command)
{
	bool given = random_chance(command->random, 500);
	return given ? span_string("counted again") : span_of(NULL, 0);
}

enum err workload_flow_month(struct command *command)
{
	struct pen *pen = &command->writing.pen;
	int32_t month = workload_month(command);
	struct span reason = some_reason(command);
	uint32_t revision;
	switch (random_below(command->random, 4)) {
	case 0: return pen_period_close(pen, month);
	case 1: return pen_period_reopen(pen, month, reason);
	default: return pen_period_submit(pen, month, reason, &revision);
	}
}

enum err workload_flow_review(struct command *command)
{
	uint32_t revision;
	struct period_review review = { .unit = command->owner, .month = workload_month(command) };
	bool approved = random_chance(command->random, 600);
	review.verdict = approved ? PERIOD_APPROVE : PERIOD_RETURN;
	if (!approved)
		review.text = span_string("please look again");
	return pen_period_review(&command->writing.pen, &review, &revision);
}

// ---- What comes down ----

enum err workload_flow_theme(struct command *command)
{
	struct record_key key;
	command->owner = command->actor->self.unit;
	command->kind = pack_kind_by_name(command->pack, "theme");
	if (random_chance(command->random, 300) && workload_find(command, false, &key)) {
		command->record = key.record;
		workload_text(command, "content", false);
		return workload_set(command);
	}
	command->record = pen_new_id(&command->writing.pen);
	command->fresh = true;
	workload_text(command, "title", false);
	workload_number(command, "begins", workload_day(command));
	workload_number(command, "ends", workload_day(command));
	return workload_set(command);
}

// Any theme that has come down to us, whoever gave it.
static bool find_theme(struct command *command, struct id *found)
{
	uint16_t kind = pack_kind_by_name(command->pack, "theme")->number;
	uint64_t count = 0;
	struct scan scan = scan_begin(&command->writing.txn, STORE_RECORD, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct record_key key;
		if (record_key_decode(scan.key, &key) == ERR_OK && key.kind == kind && random_below(command->random, ++count) == 0)
			*found = key.record;
	}
	scan_end(&scan);
	return count > 0;
}

enum err workload_flow_campaign(struct command *command)
{
	struct id theme;
	if (!find_theme(command, &theme))
		return ERR_NOT_FOUND;
	command->kind = pack_kind_by_name(command->pack, "activity_day");
	command->record = pen_new_id(&command->writing.pen);
	command->fresh = true;
	workload_number(command, "date", workload_day(command));
	workload_text(command, "theme", false);
	workload_refer(command, "campaign", &theme);
	return workload_set(command);
}
