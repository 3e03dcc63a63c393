// How a month stands, from its steps and verdicts: a pure function of their set, whatever order they came in.
#include <stdlib.h>

#include "ledger/period_inside.h"

static int compare_events(const struct period_event *a, const struct period_event *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	int order = memcmp(a->device.bytes, b->device.bytes, sizeof a->device.bytes);
	if (order == 0)
		order = memcmp(a->place.log.bytes, b->place.log.bytes, sizeof a->place.log.bytes);
	return order ? order : (a->place.seq > b->place.seq) - (a->place.seq < b->place.seq);
}

static int compare_steps(const void *left, const void *right)
{
	const struct period_taken *a = left, *b = right;
	if (a->step.step != b->step.step)
		return a->step.step < b->step.step ? -1 : 1;
	return compare_events(&a->event, &b->event);
}

static int compare_verdicts(const void *left, const void *right)
{
	const struct period_said *a = left, *b = right;
	return compare_events(&a->event, &b->event);
}

// ---- Verdicts ----

static int compare_places(const struct period_place *a, const struct period_place *b)
{
	int order = memcmp(a->log.bytes, b->log.bytes, sizeof a->log.bytes);
	return order ? order : (a->seq > b->seq) - (a->seq < b->seq);
}

static bool same_place(const struct period_place *a, const struct period_place *b)
{
	return compare_places(a, b) == 0;
}

static int by_place(const void *left, const void *right)
{
	const struct period_said *a = left, *b = right;
	return compare_places(&a->event.place, &b->event.place);
}

// The verdicts stand by place. One that names another on the same submission replaces it.
static void mark_replaced_by(struct period_standing *standing, const struct period_said *newer)
{
	for (size_t i = 0; i < newer->review.replaces_count; i++) {
		const struct period_said wanted = { .event = { .place = newer->review.replaces[i] } };
		struct period_said *older = bsearch(&wanted, standing->verdicts, standing->verdict_count, sizeof wanted, by_place);
		if (older && older != newer && same_place(&newer->review.submission, &older->review.submission))
			older->replaced = true;
	}
}

static void mark_replaced(struct period_standing *standing)
{
	if (standing->verdict_count < 2)
		return;
	qsort(standing->verdicts, standing->verdict_count, sizeof *standing->verdicts, by_place);
	for (size_t i = 0; i < standing->verdict_count; i++)
		mark_replaced_by(standing, &standing->verdicts[i]);
	qsort(standing->verdicts, standing->verdict_count, sizeof *standing->verdicts, compare_verdicts);
}

// What is left of a submission's verdicts: one that returns it outweighs those that approve.
static void judge(const struct period_standing *standing, struct period_taken *taken)
{
	bool said[PERIOD_VERDICT_END] = { false };
	for (size_t i = 0; i < standing->verdict_count; i++) {
		const struct period_said *verdict = &standing->verdicts[i];
		if (!verdict->replaced && same_place(&verdict->review.submission, &taken->event.place))
			said[verdict->review.verdict] = true;
	}
	taken->verdict = said[PERIOD_RETURN] ? PERIOD_RETURN : said[PERIOD_APPROVE] ? PERIOD_APPROVE : PERIOD_NO_VERDICT;
	taken->disputed = said[PERIOD_RETURN] && said[PERIOD_APPROVE];
}

const struct period_said *period_judge_verdict(const struct period_standing *standing)
{
	const struct period_said *found = NULL;
	for (size_t i = 0; standing->last && i < standing->verdict_count; i++) {
		const struct period_said *said = &standing->verdicts[i];
		if (!said->replaced && said->review.verdict == standing->last->verdict &&
		    same_place(&said->review.submission, &standing->last->event.place))
			found = said;
	}
	return found;
}

// ---- The month ----

static enum period_state state_of(const struct period_standing *standing)
{
	const struct period_taken *phase = NULL;
	if (standing->base)
		return hash_equal(&standing->last->figures, &standing->base->figures) ? PERIOD_APPROVED : PERIOD_RESTATED;
	for (size_t i = 0; i < standing->step_count; i++)
		if (standing->steps[i].step.act != PERIOD_EXPLAIN)
			phase = &standing->steps[i];
	if (!phase || phase->step.act == PERIOD_REOPEN)
		return PERIOD_OPEN;
	if (phase->step.act == PERIOD_CLOSE)
		return PERIOD_CLOSED;
	return phase->verdict == PERIOD_RETURN ? PERIOD_RETURNED : PERIOD_SUBMITTED;
}

void period_judge(struct period_standing *standing)
{
	if (standing->step_count > 1)
		qsort(standing->steps, standing->step_count, sizeof *standing->steps, compare_steps);
	mark_replaced(standing);
	for (size_t i = 0; i < standing->step_count; i++) {
		struct period_taken *taken = &standing->steps[i];
		standing->step = taken->step.step;
		if (taken->step.act != PERIOD_SUBMIT)
			continue;
		judge(standing, taken);
		standing->last = taken;
		standing->revision = taken->step.revision > standing->revision ? taken->step.revision : standing->revision;
		if (taken->verdict == PERIOD_APPROVE && !standing->base)
			standing->base = taken;
	}
	standing->state = state_of(standing);
}
