// A move is asked about here with the record as it stands, so that whoever types it is told what is missing
// before anything is written. The last word is that of ledger/merge_step, as for everybody else's entries.
#include "sync/pen_flow.h"

#include <stdlib.h>

#include "ledger/series.h"
#include "ledger/vote_settle.h"
#include "sync/steps.h"

static const struct span plain = { .data = NULL, .size = 0 };

bool pen_flow_late(const struct pack_kind *kind, uint8_t field)
{
	return kind->workflow && (field == kind->workflow->state->number || workflow_is_day(kind->workflow, field));
}

static const struct pen_write *write_of(const struct pen_flow *flow, uint8_t field)
{
	for (size_t i = 0; i < flow->count; i++)
		if (flow->writes[i].field == field && flow->writes[i].element.size == 0)
			return &flow->writes[i];
	return NULL;
}

static void add(struct pen_flow *flow, uint8_t field, struct value value)
{
	flow->writes[flow->count++] = (struct pen_write){ .field = field, .value = value };
}

static bool ours(const struct pen_flow *flow)
{
	return id_equal(&flow->record->key.unit, &flow->pen->self->unit);
}

// A record that is only now being made.
static bool begins(const struct pen_flow *flow)
{
	return ours(flow) && flow->record->write_count == 0 && flow->record->unseen_count == 0 && !write_of(flow, 0);
}

// What could not be read is no reason to refuse.
static enum err refuse(struct pen_flow *flow, struct pen_refusal refusal)
{
	if (flow->pen->txn->err)
		return flow->pen->txn->err;
	refusal.kind = flow->kind;
	refusal.nothing_written = true;
	flow->pen->refusal = refusal;
	return refusal.what == PEN_REFUSED_RESULT ? ERR_CONFLICT : ERR_UNAUTHORISED;
}

// ---- The record as it will be ----

static int compare_places(const void *left, const void *right)
{
	const struct record_write *a = left, *b = right;
	return a->field != b->field ? (a->field < b->field ? -1 : 1) : span_compare(a->element, b->element);
}

static bool is_written(const struct pen_flow *flow, const struct record_write *live)
{
	for (size_t i = 0; i < flow->count; i++)
		if (flow->writes[i].field == live->field && span_equal(flow->writes[i].element, live->element))
			return true;
	return false;
}

static enum err overlay(struct pen_flow *flow, struct record *record)
{
	*record = (struct record){ .key = flow->record->key };
	record->writes = arena_array(flow->arena, flow->record->write_count + flow->count, sizeof *record->writes);
	if (!record->writes)
		return ERR_BUDGET;
	for (size_t i = 0; i < flow->record->write_count; i++) {
		const struct record_write *live = &flow->record->writes[i];
		bool shown = i == 0 || compare_places(live - 1, live) != 0; // the best of a place comes first
		if (shown && !is_written(flow, live))
			record->writes[record->write_count++] = *live;
	}
	for (size_t i = 0; i < flow->count; i++)
		record->writes[record->write_count++] = (struct record_write){
			.field = flow->writes[i].field, .element = flow->writes[i].element, .value = flow->writes[i].value };
	if (record->write_count > 1)
		qsort(record->writes, record->write_count, sizeof *record->writes, compare_places);
	return ERR_OK;
}

// ---- Series ----

static bool lives(const struct pen_flow *flow, const struct pen_write *typed)
{
	size_t count;
	const struct record_write *live = record_writes(flow->record, typed->field, plain, &count);
	for (size_t i = 0; i < count; i++)
		if (value_equal(&live[i].value, &typed->value))
			return true;
	return false;
}

static bool due(const struct pen_flow *flow, const struct pack_field *field)
{
	if (!ours(flow) || record_value(flow->record, field->number, plain))
		return false;
	const struct pen_write *when = field->series_when ? write_of(flow, field->series_when) : NULL;
	return field->series_when ? when && when->value.form != VALUE_IS_NONE : begins(flow);
}

static enum err issue(struct pen_flow *flow, const struct pack_kind *kind, const struct pack_field *field)
{
	const struct self *self = flow->pen->self;
	struct journal_writer *writer;
	uint64_t last = 0;
	char *text = arena_alloc(flow->arena, SERIES_TEXT_BYTES);
	enum err err = text ? pen_open(flow->pen, field->lane, &writer) : ERR_BUDGET;
	if (err)
		return err;
	struct series_place place = { .log = writer->log.number, .kind = kind->number, .field = field->number };
	err = series_last(flow->pen->txn, &place, &last);
	if (err)
		return err;
	series_format(&self->identity.sign_public, &self->incarnation, last + 1, text);
	add(flow, field->number, (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(text) });
	return ERR_OK;
}

static void drop(struct pen_flow *flow, const struct pen_write *write)
{
	size_t at = (size_t)(write - flow->writes);
	memmove(&flow->writes[at], &flow->writes[at + 1], (flow->count - at - 1) * sizeof *flow->writes);
	flow->count--;
}

// A number that is there stays; one that is not is issued, whatever stands in its place.
static enum err prepare_numbers(struct pen_flow *flow)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < flow->kind->field_count && !err; i++) {
		const struct pack_field *field = &flow->kind->fields[i];
		const struct pen_write *typed = field->series ? write_of(flow, field->number) : NULL;
		bool there = field->series && record_value(flow->record, field->number, plain);
		if (typed && there && !lives(flow, typed))
			return refuse(flow, (struct pen_refusal){ .what = PEN_REFUSED_NUMBER, .field = field->number });
		if (typed && !there)
			drop(flow, typed);
		if (field->series && (due(flow, field) || (typed && !there && ours(flow))))
			err = issue(flow, flow->kind, field);
	}
	return err;
}

// ---- Votes ----

static bool touches(const struct pen_flow *flow, const struct vote *vote)
{
	bool found = false;
	for (size_t i = 0; i < flow->count && !found; i++)
		found = vote_reads(vote, flow->writes[i].field) || (vote->result && flow->writes[i].field == vote->result);
	return found;
}

static enum err prepare_vote(struct pen_flow *flow)
{
	const struct vote *vote = flow->kind->vote;
	struct vote_count count;
	struct record after;
	if (!ours(flow) || !touches(flow, vote))
		return ERR_OK;
	enum err err = overlay(flow, &after);
	if (!err)
		err = vote_settle_count(flow->pen->txn, flow->kind, &after, flow->arena, &count);
	if (err || !vote->result || count.result == VOTE_NONE)
		return err;
	uint16_t option = vote_option(vote, count.result);
	const struct pen_write *typed = write_of(flow, vote->result);
	if (!typed)
		add(flow, vote->result, (struct value){ .form = VALUE_IS_NUMBER, .number = option });
	else if (typed->value.form == VALUE_IS_NUMBER && typed->value.number != option)
		return refuse(flow, (struct pen_refusal){ .what = PEN_REFUSED_RESULT, .field = vote->result, .count = count });
	return ERR_OK;
}

// ---- Moves ----

static void take_days(const struct pen_flow *flow, struct workflow_step *step)
{
	for (size_t i = 0; i < flow->count; i++) {
		const struct pen_write *write = &flow->writes[i];
		if (!workflow_is_day(flow->kind->workflow, write->field) || write->value.form != VALUE_IS_NUMBER)
			continue;
		step->dated[write->field] = true;
		step->day[write->field] = (int32_t)write->value.number;
	}
}

static bool day_alone(const struct pen_flow *flow, uint8_t *field)
{
	for (size_t i = 0; i < flow->count; i++) {
		*field = flow->writes[i].field;
		if (workflow_is_day(flow->kind->workflow, *field) && !lives(flow, &flow->writes[i]))
			return true;
	}
	return false;
}

static enum err ask(struct pen_flow *flow, struct workflow_step *step)
{
	struct steps steps = { .txn = flow->pen->txn, .self = flow->pen->self, .kind = flow->kind, .arena = flow->arena };
	struct record after;
	enum err err = overlay(flow, &after);
	if (!err)
		err = steps_of(&steps, flow->record, &after, step);
	if (!err)
		take_days(flow, step);
	return err;
}

static enum err judge(struct pen_flow *flow, const struct pen_write *state)
{
	struct workflow_verdict verdict = { .fault = WORKFLOW_NO_STATE };
	struct workflow_step *step = arena_array(flow->arena, 1, sizeof *step);
	enum err err = step ? ask(flow, step) : ERR_BUDGET;
	if (err)
		return err;
	if (state->value.form == VALUE_IS_NUMBER) {
		step->to = (uint16_t)state->value.number;
		if (lives(flow, state))
			return ERR_OK; // kept, or the day of its move put right: judged when it is written
		verdict = workflow_judge(flow->kind->workflow, step);
		if (step->base_count == 0 && step->to != flow->kind->workflow->first && !flow->pen->arriving)
			verdict.fault = WORKFLOW_NOT_FIRST;
	}
	flow->move = verdict.move;
	if (verdict.fault == WORKFLOW_FINE)
		return ERR_OK;
	return refuse(flow, (struct pen_refusal){ .what = PEN_REFUSED_STEP, .field = verdict.field, .verdict = verdict });
}

static enum err prepare_move(struct pen_flow *flow)
{
	const struct workflow *workflow = flow->kind->workflow;
	const struct pen_write *state = write_of(flow, workflow->state->number);
	uint8_t field;
	if (!state && begins(flow)) {
		add(flow, workflow->state->number, (struct value){ .form = VALUE_IS_NUMBER, .number = workflow->first });
		state = &flow->writes[flow->count - 1];
	}
	if (state)
		return judge(flow, state);
	if (!day_alone(flow, &field))
		return ERR_OK;
	struct workflow_verdict verdict = { .fault = WORKFLOW_DAY_ALONE, .field = field };
	return refuse(flow, (struct pen_refusal){ .what = PEN_REFUSED_STEP, .field = field, .verdict = verdict });
}

enum err pen_flow_prepare(struct pen_flow *flow, const struct pen_write *writes, size_t count)
{
	size_t room = count + flow->kind->field_count + 2;
	flow->pen->refusal = (struct pen_refusal){ .what = PEN_REFUSED_NOT, .kind = flow->kind };
	flow->writes = arena_array(flow->arena, room, sizeof *flow->writes);
	if (!flow->writes)
		return ERR_BUDGET;
	memcpy(flow->writes, writes, count * sizeof *writes);
	flow->count = count;
	enum err err = flow->kind->has_series ? prepare_numbers(flow) : ERR_OK;
	if (!err && flow->kind->vote)
		err = prepare_vote(flow);
	if (!err && flow->kind->workflow)
		err = prepare_move(flow);
	return err;
}
