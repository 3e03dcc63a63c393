// Steps and verdicts of periods, questions and answers: whose word counts, and where it is kept.
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "org/ranking_kept.h"
#include "sync/view_inside.h"

// A decoder's answer: what is not well formed, or too much for any reader, is set aside.
static bool is_bad(struct reading *reading, enum err *err)
{
	if (*err != ERR_MALFORMED && *err != ERR_BUDGET)
		return *err != ERR_OK;
	reading->reason = MERGE_MALFORMED;
	*err = ERR_OK;
	return true;
}

static struct dot place_of(const struct reading *reading)
{
	return (struct dot){ .log = reading->log->number, .seq = reading->entry->seq };
}

static struct period_event event_of(const struct reading *reading)
{
	return (struct period_event){ .dot = place_of(reading), .place = { .log = reading->log->id, .seq = reading->entry->seq },
	                              .device = reading->log->name.device, .time = reading->entry->time };
}

enum err view_period_step(struct reading *reading)
{
	struct view *view = reading->view;
	const struct id *unit = &view->author.unit;
	struct period_step step;
	enum err err = period_step_decode(reading->entry->payload, &view->arena, &step);
	if (is_bad(reading, &err))
		return err;
	if (!view_entry_standing(view, unit, unit)->concerns)
		return ERR_OK;
	struct period_event event = event_of(reading);
	err = period_state_add_step(view->txn, unit, &step, &event);
	return err || !view->self->server ? err : ranking_kept_stale(view->txn, view->pack->pack, unit, step.month);
}

// Does a superior speak to a unit that concerns us? *reason where it is none. One that once was a superior is heard as
// well: it may not have known that the unit was leaving, and what it said before stays said.
static enum err hear(struct reading *reading, const struct id *unit, bool *concerns)
{
	struct view *view = reading->view;
	struct charter_unit row;
	*concerns = false;
	reading->passed = reading->of && !id_equal(reading->of, unit);
	if (reading->passed)
		return ERR_OK;
	const struct view_standing *standing = view_entry_standing(view, &view->author.unit, unit);
	*concerns = standing->concerns;
	if (!*concerns)
		return view_pass_over(reading, unit);
	if (charter_unit_get(view->txn, unit, &row) == ERR_NOT_FOUND)
		return ERR_AGAIN;
	enum relation relation = reading->own ? charter_relation(view->txn, &view->author.unit, unit) : standing->relation;
	bool above = relation == RELATION_PARENT || relation == RELATION_ANCESTOR;
	if (!above || !view->author.server) {
		reading->reason = MERGE_AUTHORITY;
		*concerns = false;
	}
	return ERR_OK;
}

enum err view_period_review(struct reading *reading)
{
	struct view *view = reading->view;
	struct period_review review;
	bool concerns = false;
	enum err err = period_review_decode(reading->entry->payload, &view->arena, &review);
	if (is_bad(reading, &err))
		return err;
	err = hear(reading, &review.unit, &concerns);
	struct period_event event = event_of(reading);
	if (!err && concerns)
		err = period_state_add_review(view->txn, &review, &event);
	return err || !concerns || !view->self->server ? err : ranking_kept_stale(view->txn, view->pack->pack, &review.unit, review.month);
}

enum err view_period_request(struct reading *reading)
{
	struct view *view = reading->view;
	struct inquiry_request request;
	bool concerns = false;
	enum err err = inquiry_request_decode(reading->entry->payload, &view->arena, &request);
	if (is_bad(reading, &err))
		return err;
	err = hear(reading, &request.unit, &concerns);
	return err || !concerns ? err : inquiry_add(view->txn, &request.unit, &request.id, place_of(reading), ENTRY_REQUEST);
}

enum err view_period_reply(struct reading *reading)
{
	struct view *view = reading->view;
	const struct id *unit = &view->author.unit;
	struct inquiry_reply reply;
	enum err err = inquiry_reply_decode(reading->entry->payload, &view->arena, &reply);
	if (is_bad(reading, &err))
		return err;
	if (!view_entry_standing(view, unit, unit)->concerns)
		return ERR_OK;
	return inquiry_add(view->txn, unit, &reply.request, place_of(reading), ENTRY_REPLY);
}
