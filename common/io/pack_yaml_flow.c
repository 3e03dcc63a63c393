// Names of fields and options become numbers; parts such as 1/2 become two of them.
#include "io/pack_yaml_flow.h"

#include <stdio.h>

#include "ledger/vote.h"

typedef const struct pack_place *where;

static const struct pack_names_word authorities[] = {
	{ "own", AUTHORITY_OWN }, { "parent", AUTHORITY_PARENT }, { "ancestor", AUTHORITY_ANCESTOR }, { "both", AUTHORITY_BOTH },
	{ NULL, 0 },
};

static const struct pack_names_word bases[] = { { "expected", VOTE_OF_EXPECTED }, { "present", VOTE_OF_PRESENT }, { NULL, 0 } };

static uint32_t option(struct pack_names *names, where place, const struct pack_schema_field *field, const char *name)
{
	return field && name ? pack_names_option(names, place, field, name) : 0;
}

// ---- Workflows ----

static uint32_t role_number(struct pack_names *names, where place, const char *role)
{
	for (unsigned i = 0; i < names->from->roles_count; i++)
		if (strcmp(names->from->roles[i].name, role) == 0)
			return i + 1;
	pack_check_refuse(&names->check, ERR_MALFORMED, place, "role: \"%s\" is none of the pack's roles", role);
	return 0;
}

static Tributary__PackMove *put_move(struct pack_names *names, where place, const struct pack_schema_kind *kind,
                                     const struct pack_schema_field *state, const struct pack_schema_move *from)
{
	Tributary__PackMove *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackMove)TRIBUTARY__PACK_MOVE__INIT;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->body_zh = pack_names_text(from->body.zh);
	to->body_en = pack_names_text(from->body.en);
	to->role = from->role ? role_number(names, place, from->role) : 0;
	to->to = option(names, place, state, from->to);
	to->who = pack_names_number(names, place, "who", from->who, authorities);
	to->day = pack_names_field_number(names, place, "day", kind, from->day);
	to->after_days = from->after.days;
	to->after_months = from->after.months;
	to->n_from = from->from_count;
	to->from = pack_names_list(names, from->from_count, sizeof *to->from);
	for (unsigned i = 0; !names->check.err && i < from->from_count; i++)
		to->from[i] = option(names, place, state, from->from[i]);
	to->n_needs = from->needs_count;
	to->needs = pack_names_list(names, from->needs_count, sizeof *to->needs);
	for (unsigned i = 0; !names->check.err && i < from->needs_count; i++)
		to->needs[i] = pack_names_field_number(names, place, "needs", kind, from->needs[i]);
	if (from->approvals) {
		to->approvals = pack_names_field_number(names, place, "approvals", kind, from->approvals->field);
		to->approval_count = from->approvals->count;
		to->approval_by = pack_names_number(names, place, "by", from->approvals->by, authorities);
	}
	return to;
}

Tributary__PackWorkflow *pack_yaml_flow_workflow(struct pack_names *names, where up, const struct pack_schema_kind *kind)
{
	const struct pack_schema_workflow *from = kind->workflow;
	struct pack_place place = { .up = up, .list = "workflow", .name = "state" };
	const struct pack_schema_field *state = pack_names_field(names, &place, "state", kind, from->state);
	Tributary__PackWorkflow *to = pack_names_list(names, 1, sizeof *to);
	if (!to || !state)
		return NULL;
	*to = (Tributary__PackWorkflow)TRIBUTARY__PACK_WORKFLOW__INIT;
	to->state = state->number;
	to->first = option(names, &place, state, from->first);
	to->first_day = pack_names_field_number(names, &place, "first_day", kind, from->first_day);
	to->version = from->version;
	to->n_moves = from->moves_count;
	to->moves = pack_names_list(names, from->moves_count, sizeof *to->moves);
	for (unsigned i = 0; !names->check.err && i < from->moves_count; i++) {
		struct pack_place at = { .up = &place, .list = "moves", .name = from->moves[i].name, .index = i };
		to->moves[i] = put_move(names, &at, kind, state, &from->moves[i]);
	}
	to->n_waits = from->waits_count;
	to->waits = pack_names_list(names, from->waits_count, sizeof *to->waits);
	for (unsigned i = 0; !names->check.err && i < from->waits_count; i++) {
		Tributary__PackWait *wait = to->waits[i] = pack_names_list(names, 1, sizeof *wait);
		if (!wait)
			return NULL;
		*wait = (Tributary__PackWait)TRIBUTARY__PACK_WAIT__INIT;
		wait->state = option(names, &place, state, from->waits[i].state);
		wait->within = from->waits[i].within;
	}
	return to;
}

// ---- Votes ----

static void put_part(struct pack_names *names, where place, const char *key, const struct pack_schema_part *from, uint32_t *part,
                     uint32_t *whole, int *exact)
{
	char end;
	const char *text = from->more_than ? from->more_than : from->at_least;
	*exact = from->at_least != NULL;
	if (!text || (from->more_than && from->at_least))
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: expected more_than or at_least", key);
	else if (sscanf(text, "%4u/%4u%c", part, whole, &end) != 2)
		pack_check_refuse(&names->check, ERR_MALFORMED, place, "%s: \"%s\", expected a part such as 1/2", key, text);
}

static Tributary__PackVoteRule *put_rule(struct pack_names *names, where place, const struct pack_schema_field *by,
                                         const struct pack_schema_rule *from)
{
	Tributary__PackVoteRule *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackVoteRule)TRIBUTARY__PACK_VOTE_RULE__INIT;
	to->option = option(names, place, by, from->option);
	to->of = pack_names_number(names, place, "of", from->of, bases);
	put_part(names, place, "quorum", &from->quorum, &to->quorum_part, &to->quorum_whole, &to->quorum_exact);
	put_part(names, place, "majority", &from->majority, &to->majority_part, &to->majority_whole, &to->majority_exact);
	return to;
}

static const struct pack_schema_field *maybe_field(struct pack_names *names, where place, const char *key,
                                                   const struct pack_schema_kind *kind, const char *name)
{
	return name ? pack_names_field(names, place, key, kind, name) : NULL;
}

Tributary__PackVote *pack_yaml_flow_vote(struct pack_names *names, where up, const struct pack_schema_kind *kind)
{
	const struct pack_schema_vote *from = kind->vote;
	struct pack_place place = { .up = up, .list = "vote", .name = "votes" };
	const struct pack_schema_field *votes = pack_names_field(names, &place, "votes", kind, from->votes);
	const struct pack_schema_field *meeting = maybe_field(names, &place, "meeting", kind, from->meeting);
	const struct pack_schema_field *result = maybe_field(names, &place, "result", kind, from->result);
	const struct pack_schema_field *by = maybe_field(names, &place, "by", kind, from->by);
	const struct pack_schema_kind *there = meeting ? pack_names_kind(names, &place, "meeting", meeting->refers) : kind;
	Tributary__PackVote *to = pack_names_list(names, 1, sizeof *to);
	if (!to || names->check.err)
		return NULL;
	*to = (Tributary__PackVote)TRIBUTARY__PACK_VOTE__INIT;
	to->votes = votes->number;
	to->meeting = meeting ? meeting->number : 0;
	to->expected = pack_names_field_number(names, &place, "expected", there, from->expected);
	to->present = pack_names_field_number(names, &place, "present", there, from->present);
	to->yes = option(names, &place, votes, from->yes);
	to->no = option(names, &place, votes, from->no);
	to->abstain = option(names, &place, votes, from->abstain);
	to->recused = pack_names_field_number(names, &place, "recused", kind, from->recused);
	to->result = result ? result->number : 0;
	to->passed = option(names, &place, result, from->passed);
	to->failed = option(names, &place, result, from->failed);
	to->no_quorum = option(names, &place, result, from->no_quorum);
	to->by = by ? by->number : 0;
	to->n_rules = from->rules_count;
	to->rules = pack_names_list(names, from->rules_count, sizeof *to->rules);
	for (unsigned i = 0; !names->check.err && i < from->rules_count; i++) {
		struct pack_place at = { .up = &place, .list = "rules", .name = "", .index = i };
		to->rules[i] = put_rule(names, &at, by, &from->rules[i]);
	}
	return to;
}
