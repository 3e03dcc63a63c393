// Verdicts turned into sentences that name the missing step, field or day.
#include "cli/refusal.h"

#include <inttypes.h>

#include "base/date.h"

enum { NUMBER_BYTES = 24 };

static const char *say(struct lookup *look, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS])
{
	struct buf text = BUF_EMPTY;
	phrase_format(&text, phrase, with);
	const char *kept = text.err ? NULL : arena_string(look->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : "?";
}

static const char *state_name(const struct pack_kind *kind, uint16_t code)
{
	const struct pack_option *option = pack_option_by_code(kind->workflow->state, code);
	return option ? lookup_title(&option->title, option->name) : "?";
}

static const char *field_name(const struct pack_kind *kind, uint8_t number)
{
	const struct pack_field *field = kind->by_number[number];
	return field ? lookup_title(&field->title, field->name) : "?";
}

static const char *who_name(const struct workflow_move *move)
{
	static const enum phrase phrases[AUTHORITY_END] = {
		[AUTHORITY_OWN] = PHRASE_WHO_OWN, [AUTHORITY_PARENT] = PHRASE_WHO_PARENT,
		[AUTHORITY_ANCESTOR] = PHRASE_WHO_ANCESTOR, [AUTHORITY_BOTH] = PHRASE_WHO_BOTH,
	};
	return phrase_text(phrases[move->who]);
}

const char *refusal_step(struct lookup *look, const struct pack_kind *kind, const struct workflow_verdict *verdict)
{
	const struct workflow *workflow = kind->workflow;
	const struct workflow_move *move = verdict->move;
	const char *title = move ? lookup_title(&move->title, move->name) : "";
	char needed[NUMBER_BYTES], have[NUMBER_BYTES], day[DATE_TEXT_BYTES];
	switch (verdict->fault) {
	case WORKFLOW_NO_STATE: return say(look, PHRASE_STEP_NO_STATE, PHRASE_WITH(field_name(kind, workflow->state->number)));
	case WORKFLOW_DAY_ALONE: return say(look, PHRASE_STEP_DAY_ALONE, PHRASE_WITH(field_name(kind, verdict->field)));
	case WORKFLOW_NOT_FIRST:
		return say(look, PHRASE_STEP_NOT_FIRST, PHRASE_WITH(state_name(kind, workflow->first), state_name(kind, verdict->to)));
	case WORKFLOW_NO_MOVE:
		move = workflow_toward(workflow, verdict->from, verdict->to);
		return say(look, move ? PHRASE_STEP_MISSING : PHRASE_STEP_NO_MOVE,
		           PHRASE_WITH(state_name(kind, verdict->from), state_name(kind, verdict->to),
		                       move ? lookup_title(&move->title, move->name) : ""));
	case WORKFLOW_WHO: return say(look, PHRASE_STEP_WHO, PHRASE_WITH(title, who_name(move)));
	case WORKFLOW_ROLE:
		return say(look, PHRASE_STEP_ROLE, PHRASE_WITH(title, lookup_title(&move->office->title, move->office->name)));
	case WORKFLOW_NEEDS: return say(look, PHRASE_STEP_NEEDS, PHRASE_WITH(title, field_name(kind, verdict->field)));
	case WORKFLOW_APPROVALS:
		snprintf(needed, sizeof needed, "%u", move->approval_count);
		snprintf(have, sizeof have, "%u", verdict->have);
		return say(look, PHRASE_STEP_APPROVALS, PHRASE_WITH(title, needed, have, field_name(kind, verdict->field)));
	case WORKFLOW_DAY_MISSING:
		return move ? say(look, PHRASE_STEP_DAY_MISSING, PHRASE_WITH(title, field_name(kind, verdict->field)))
		            : say(look, PHRASE_STEP_FIRST_DAY, PHRASE_WITH(field_name(kind, verdict->field)));
	case WORKFLOW_TOO_EARLY:
		date_format(verdict->earliest, day);
		return say(look, PHRASE_STEP_TOO_EARLY, PHRASE_WITH(title, day));
	case WORKFLOW_FINE: break;
	}
	return "";
}

const char *refusal_vote(struct lookup *look, const struct vote_count *count)
{
	char texts[6][NUMBER_BYTES];
	const int64_t numbers[] = { count->expected, count->present, count->yes, count->no, count->abstain, count->recused };
	for (size_t i = 0; i < 6; i++)
		snprintf(texts[i], sizeof texts[i], "%" PRId64, numbers[i]);
	const char *votes = say(look, PHRASE_VOTE_VOTES, PHRASE_WITH(texts[2], texts[3], texts[4], texts[5]));
	return say(look, PHRASE_VOTE_FIGURES, PHRASE_WITH(texts[0], texts[1], votes));
}

const char *refusal_result(enum vote_result result)
{
	static const enum phrase phrases[] = { [VOTE_NONE] = PHRASE_VOTE_NONE, [VOTE_PASSED] = PHRASE_VOTE_PASSED,
	                                       [VOTE_FAILED] = PHRASE_VOTE_FAILED, [VOTE_NO_QUORUM] = PHRASE_VOTE_NO_QUORUM };
	return phrase_text(phrases[result]);
}

const char *refusal_text(struct lookup *look, const struct pen_refusal *refusal)
{
	switch (refusal->what) {
	case PEN_REFUSED_STEP: return refusal_step(look, refusal->kind, &refusal->verdict);
	case PEN_REFUSED_NUMBER: return say(look, PHRASE_NUMBER_ISSUED, PHRASE_WITH(field_name(refusal->kind, refusal->field)));
	case PEN_REFUSED_RESULT:
		return say(look, PHRASE_RESULT_DIFFERS, PHRASE_WITH(refusal_result(refusal->count.result), refusal_vote(look, &refusal->count)));
	case PEN_REFUSED_NOT: break;
	}
	return "";
}

int refusal_fail(struct command *command, enum err err)
{
	static const enum phrase remedies[] = { [PEN_REFUSED_NOT] = PHRASE_NONE, [PEN_REFUSED_STEP] = PHRASE_REMEDY_MOVES,
	                                        [PEN_REFUSED_NUMBER] = PHRASE_REMEDY_NUMBER, [PEN_REFUSED_RESULT] = PHRASE_REMEDY_RESULT };
	const struct pen_refusal *refusal = &command->pen.refusal;
	return verb_fail(command->call, &(struct verb_failure){
		.err = err, .what = PHRASE_REFUSED, .where = lookup_title(&refusal->kind->title, refusal->kind->name),
		.why = refusal_text(&command->look, refusal), .remedy = remedies[refusal->what] });
}
