// The rules of workflows. Everything a verdict depends on stands in the step that is judged.
#include "ledger/workflow.h"

#include "base/date.h"

static const char *const fault_names[] = {
#define WORKFLOW_NAME(name, text) [WORKFLOW_##name] = #name,
	WORKFLOW_FAULTS(WORKFLOW_NAME)
#undef WORKFLOW_NAME
	[WORKFLOW_FINE] = "FINE",
};

const char *workflow_fault_name(enum workflow_fault fault)
{
	return (unsigned)fault <= WORKFLOW_FINE ? fault_names[fault] : "?";
}

const struct workflow_move *workflow_move_by_name(const struct workflow *workflow, const char *name)
{
	for (size_t i = 0; i < workflow->move_count; i++) {
		const struct workflow_move *move = &workflow->moves[i];
		if (strcmp(move->name, name) == 0 || (*name && (strcmp(move->title.zh, name) == 0 || strcmp(move->title.en, name) == 0)))
			return move;
	}
	return NULL;
}

bool workflow_leads_from(const struct workflow_move *move, uint16_t state)
{
	for (size_t i = 0; i < move->from_count; i++)
		if (move->from[i] == state)
			return true;
	return false;
}

bool workflow_is_day(const struct workflow *workflow, uint8_t field)
{
	bool found = field && workflow->first_day == field;
	for (size_t i = 0; i < workflow->move_count && !found; i++)
		found = field && workflow->moves[i].day == field;
	return found;
}

// Moves are given their distance from the end, nearest first.
const struct workflow_move *workflow_toward(const struct workflow *workflow, uint16_t from, uint16_t to)
{
	unsigned distance[WORKFLOW_MOVES_MAX] = { 0 };
	const struct workflow_move *moves = workflow->moves;
	for (unsigned far = 1; far <= workflow->move_count; far++)
		for (size_t i = 0; i < workflow->move_count; i++) {
			bool leads = far == 1 && moves[i].to == to;
			for (size_t j = 0; j < workflow->move_count && !leads; j++)
				leads = far > 1 && distance[j] == far - 1 && workflow_leads_from(&moves[j], moves[i].to);
			if (!leads || distance[i])
				continue;
			distance[i] = far;
			if (workflow_leads_from(&moves[i], from))
				return &moves[i];
		}
	return NULL;
}

// The same day so many months later, or the last one of that month where it has no such day.
static int32_t months_later(int32_t day, unsigned months)
{
	int32_t year, month, of_month;
	date_to_civil(day, &year, &month, &of_month);
	int32_t index = year * 12 + (month - 1) + (int32_t)months;
	int32_t last = date_month_end(index), first = date_from_civil(index / 12, index % 12 + 1, 1);
	return first + of_month - 1 < last ? first + of_month - 1 : last;
}

int32_t workflow_earliest(const struct workflow_move *move, int32_t day)
{
	return months_later(day, move->after_months) + move->after_days;
}

static unsigned approvals_of(const struct workflow_move *move, const struct workflow_step *step)
{
	unsigned count = 0;
	for (size_t i = 0; i < step->approval_count; i++) {
		const struct workflow_approval *one = &step->approvals[i];
		bool counts = one->field == move->approvals && authority_allows(move->approval_by, one->author);
		for (size_t j = 0; j < i && counts; j++) // each element once
			counts = step->approvals[j].field != one->field || !span_equal(step->approvals[j].element, one->element)
			         || !authority_allows(move->approval_by, step->approvals[j].author);
		count += counts;
	}
	return count;
}

static void judge_day(const struct workflow_move *move, const struct workflow_base *base, const struct workflow_step *step,
                      struct workflow_verdict *verdict)
{
	verdict->field = move->day;
	if (!step->dated[move->day]) {
		verdict->fault = WORKFLOW_DAY_MISSING;
		return;
	}
	bool waits = move->after_days || move->after_months;
	if (!base->dated) {
		verdict->fault = waits ? WORKFLOW_DAY_MISSING : WORKFLOW_FINE;
		return;
	}
	verdict->earliest = workflow_earliest(move, base->day);
	verdict->fault = step->day[move->day] < verdict->earliest ? WORKFLOW_TOO_EARLY : WORKFLOW_FINE;
}

static struct workflow_verdict judge_move(const struct workflow_move *move, const struct workflow_base *base,
                                          const struct workflow_step *step)
{
	struct workflow_verdict verdict = { .fault = WORKFLOW_FINE, .move = move, .from = base->state, .to = step->to };
	if (!authority_allows(move->who, step->author)) {
		verdict.fault = WORKFLOW_WHO;
		return verdict;
	}
	if (move->office && !(step->offices & 1u << (move->office->number - 1))) {
		verdict.fault = WORKFLOW_ROLE;
		return verdict;
	}
	for (size_t i = 0; i < move->need_count && !step->correction; i++)
		if (!step->filled[move->needs[i]]) {
			verdict.fault = WORKFLOW_NEEDS;
			verdict.field = move->needs[i];
			return verdict;
		}
	verdict.have = move->approvals ? approvals_of(move, step) : 0;
	if (verdict.have < move->approval_count && !step->correction) {
		verdict.fault = WORKFLOW_APPROVALS;
		verdict.field = move->approvals;
		return verdict;
	}
	if (move->day)
		judge_day(move, base, step, &verdict);
	return verdict;
}

static struct workflow_verdict judge_first(const struct workflow *workflow, const struct workflow_step *step)
{
	struct workflow_verdict verdict = { .fault = WORKFLOW_FINE, .to = step->to };
	if (step->to != workflow->first && workflow->travels)
		return verdict; // the pen refuses it but where a member arrives (sync/pen_flow)
	if (step->to != workflow->first)
		verdict.fault = WORKFLOW_NOT_FIRST;
	else if (workflow->first_day && !step->dated[workflow->first_day]) {
		verdict.fault = WORKFLOW_DAY_MISSING;
		verdict.field = workflow->first_day;
	}
	return verdict;
}

struct workflow_verdict workflow_judge(const struct workflow *workflow, const struct workflow_step *step)
{
	if (step->base_count == 0)
		return judge_first(workflow, step);
	struct workflow_verdict best = { .fault = WORKFLOW_NO_MOVE, .from = step->bases[0].state, .to = step->to };
	for (size_t m = 0; m < workflow->move_count; m++) {
		const struct workflow_move *move = &workflow->moves[m];
		for (size_t b = 0; b < step->base_count && move->to == step->to; b++) {
			if (!workflow_leads_from(move, step->bases[b].state))
				continue;
			struct workflow_verdict verdict = judge_move(move, &step->bases[b], step);
			if (verdict.fault > best.fault)
				best = verdict;
		}
	}
	return best;
}

// ---- A record as it is now ----

static const struct span plain = { .data = NULL, .size = 0 };

uint16_t workflow_state(const struct workflow *workflow, const struct record *record)
{
	const struct record_write *write = record_value(record, workflow->state->number, plain);
	return write ? (uint16_t)write->value.number : 0;
}

static void take_day(const struct record *record, uint8_t field, bool *found, int32_t *day)
{
	const struct record_write *write = field ? record_value(record, field, plain) : NULL;
	if (!write || (*found && write->value.number <= *day))
		return;
	*found = true;
	*day = (int32_t)write->value.number;
}

bool workflow_since(const struct workflow *workflow, const struct record *record, int32_t *day)
{
	uint16_t state = workflow_state(workflow, record);
	bool found = false;
	for (size_t i = 0; i < workflow->move_count; i++)
		if (workflow->moves[i].to == state)
			take_day(record, workflow->moves[i].day, &found, day);
	if (state == workflow->first && !found)
		take_day(record, workflow->first_day, &found, day);
	return found;
}

bool workflow_until(const struct workflow *workflow, const struct record *record, int32_t *day)
{
	uint16_t state = workflow_state(workflow, record);
	for (size_t i = 0; i < workflow->wait_count; i++)
		if (workflow->waits[i].state == state && workflow_since(workflow, record, day)) {
			*day += workflow->waits[i].within;
			return true;
		}
	return false;
}
