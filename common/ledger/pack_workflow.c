// The workflow and the vote of a kind, and its series: decoded and checked.
#include "ledger/pack_check.h"

#include "ledger/vote.h"
#include "ledger/workflow.h"

// ---- Words used by all of them ----

// A plain or keyed field of one type; NULL and refused otherwise.
static const struct pack_field *field_of(struct pack_check *check, const struct pack_place *place, const char *key,
                                         const struct pack_kind *kind, uint32_t number, enum value_type type, bool keyed)
{
	const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? kind->by_number[number] : NULL;
	if (!field)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: the kind has no field %u", key, (unsigned)number);
	else if (field->type != type || field->keyed != keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" must be %s%s", key, field->name,
		                  keyed ? "keyed, of type " : "", value_type_name(type));
	return check->err ? NULL : field;
}

static uint16_t option_of(struct pack_check *check, const struct pack_place *place, const char *key,
                          const struct pack_field *field, uint32_t code)
{
	if (!check->err && !pack_option_by_code(field, code))
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" has no option with code %u", key, field->name,
		                  (unsigned)code);
	return (uint16_t)code;
}

// ---- Workflow ----

// The one entry of a move carries its day, and whoever reads the state must be able to judge it.
static uint8_t day_of(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind,
                      const struct workflow *workflow, uint32_t number)
{
	const struct pack_field *field = number ? field_of(check, place, "day", kind, number, VALUE_DATE, false) : NULL;
	if (field && (field->lane != workflow->state->lane || field->authority != workflow->state->authority))
		pack_check_refuse(check, ERR_MALFORMED, place, "day: field \"%s\" must have the lane and authority of the state",
		                  field->name);
	return (uint8_t)number;
}

// Papers in a private field cannot be seen by those who judge a state that is not.
static bool hidden(const struct workflow *workflow, const struct pack_field *field)
{
	return field->lane == LANE_PRIVATE && workflow->state->lane != LANE_PRIVATE;
}

static void decode_needs(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind,
                         const struct workflow *workflow, const Tributary__PackMove *from, struct workflow_move *to)
{
	uint8_t *needs = pack_check_list(check, place, "needs", from->n_needs, WORKFLOW_NEEDS_MAX, sizeof *needs);
	for (size_t i = 0; !check->err && i < from->n_needs; i++) {
		const struct pack_field *field = from->needs[i] < LIMIT_FIELDS_PER_RECORD ? kind->by_number[from->needs[i]] : NULL;
		if (!field)
			pack_check_refuse(check, ERR_MALFORMED, place, "needs: the kind has no field %u", (unsigned)from->needs[i]);
		else if (hidden(workflow, field))
			pack_check_refuse(check, ERR_MALFORMED, place, "needs: field \"%s\" is private and the state is not", field->name);
		else
			needs[i] = field->number;
	}
	to->need_count = from->n_needs;
	to->needs = needs;
}

static void decode_from(struct pack_check *check, const struct pack_place *place, const struct workflow *workflow,
                        const Tributary__PackMove *from, struct workflow_move *to)
{
	uint16_t *states = pack_check_list(check, place, "states", from->n_from, WORKFLOW_FROM_MAX, sizeof *states);
	if (!check->err && from->n_from == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "from: no state that it leads from");
	for (size_t i = 0; !check->err && i < from->n_from; i++) {
		states[i] = option_of(check, place, "from", workflow->state, from->from[i]);
		if (from->from[i] == from->to)
			pack_check_refuse(check, ERR_MALFORMED, place, "a move leads from one state to another");
	}
	to->from_count = from->n_from;
	to->from = states;
}

static void decode_approvals(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind,
                             const struct workflow *workflow, const Tributary__PackMove *from, struct workflow_move *to)
{
	if (!from->approvals && !from->approval_count)
		return;
	const struct pack_field *field = field_of(check, place, "approvals", kind, from->approvals, VALUE_BOOL, true);
	pack_check_range(check, place, "approvals: count", from->approval_count, 1, WORKFLOW_APPROVALS_MAX);
	pack_check_range(check, place, "approvals: by", from->approval_by, 1, AUTHORITY_END - 1);
	if (field && hidden(workflow, field))
		pack_check_refuse(check, ERR_MALFORMED, place, "approvals: field \"%s\" is private and the state is not", field->name);
	to->approvals = (uint8_t)from->approvals;
	to->approval_count = (uint16_t)from->approval_count;
	to->approval_by = (enum authority)from->approval_by;
}

// Can somebody who may make the move write the state at all?
static bool may_write(enum authority who, enum authority state)
{
	for (enum relation relation = RELATION_OWN; relation <= RELATION_ANCESTOR; relation++)
		if (authority_allows(who, relation) && authority_allows(state, relation))
			return true;
	return false;
}

static void decode_move(struct pack_check *check, const struct pack *pack, const struct pack_place *place, const struct pack_kind *kind,
                        const struct workflow *workflow, const Tributary__PackMove *from, struct workflow_move *to)
{
	uint32_t who = from->who ? from->who : AUTHORITY_OWN;
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "who", who, 1, AUTHORITY_END - 1);
	if (from->role > pack->office_count)
		pack_check_refuse(check, ERR_MALFORMED, place, "role: the pack has no role %u", (unsigned)from->role);
	pack_check_range(check, place, "after: days", from->after_days, 0, WORKFLOW_AFTER_MAX);
	pack_check_range(check, place, "after: months", from->after_months, 0, WORKFLOW_AFTER_MAX / 30);
	if (check->err)
		return;
	*to = (struct workflow_move){
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.body = pack_check_title(check, place, from->body_zh, from->body_en, false),
		.office = from->role ? &pack->offices[from->role - 1] : NULL,
		.to = option_of(check, place, "to", workflow->state, from->to),
		.who = (enum authority)who,
		.day = day_of(check, place, kind, workflow, from->day),
		.after_days = (uint16_t)from->after_days,
		.after_months = (uint16_t)from->after_months,
	};
	if (!check->err && !may_write((enum authority)who, workflow->state->authority))
		pack_check_refuse(check, ERR_MALFORMED, place, "who: \"%s\" may not write the state, whose authority is %s",
		                  authority_name((enum authority)who), authority_name(workflow->state->authority));
	if (!check->err && !to->day && (to->after_days || to->after_months))
		pack_check_refuse(check, ERR_MALFORMED, place, "after: the move needs a day");
	decode_from(check, place, workflow, from, to);
	decode_needs(check, place, kind, workflow, from, to);
	decode_approvals(check, place, kind, workflow, from, to);
}

static void decode_moves(struct pack_check *check, const struct pack *pack, const struct pack_place *place, const struct pack_kind *kind,
                         const Tributary__PackWorkflow *from, struct workflow *to)
{
	struct workflow_move *moves = pack_check_list(check, place, "moves", from->n_moves, WORKFLOW_MOVES_MAX, sizeof *moves);
	struct pack_word *words = pack_check_list(check, place, "moves", from->n_moves, WORKFLOW_MOVES_MAX, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < from->n_moves; i++) {
		struct pack_place at = { .up = place, .list = "moves", .name = from->moves[i]->name, .index = i };
		decode_move(check, pack, &at, kind, to, from->moves[i], &moves[i]);
		words[3 * i] = (struct pack_word){ .text = from->moves[i]->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = from->moves[i]->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = from->moves[i]->title_en, .owner = i };
	}
	pack_check_words(check, place, words, 3 * from->n_moves);
	to->move_count = from->n_moves;
	to->moves = moves;
}

// Between two moves there is a time only where both have a day.
static bool has_day(const struct workflow *workflow, uint16_t state)
{
	if (state == workflow->first && !workflow->first_day)
		return false;
	for (size_t i = 0; i < workflow->move_count; i++)
		if (workflow->moves[i].to == state && !workflow->moves[i].day)
			return false;
	return true;
}

static void check_days(struct pack_check *check, const struct pack_place *place, const struct workflow *workflow)
{
	for (size_t i = 0; !check->err && i < workflow->move_count; i++) {
		const struct workflow_move *move = &workflow->moves[i];
		struct pack_place at = { .up = place, .list = "moves", .name = move->name, .index = i };
		for (size_t f = 0; f < move->from_count && (move->after_days || move->after_months); f++)
			if (!has_day(workflow, move->from[f]))
				pack_check_refuse(check, ERR_MALFORMED, &at, "after: whatever leads to \"%s\" needs a day",
				                  pack_option_by_code(workflow->state, move->from[f])->name);
	}
	for (size_t i = 0; !check->err && i < workflow->wait_count; i++)
		if (!has_day(workflow, workflow->waits[i].state))
			pack_check_refuse(check, ERR_MALFORMED, place, "waits: whatever leads to \"%s\" needs a day",
			                  pack_option_by_code(workflow->state, workflow->waits[i].state)->name);
}

static void decode_waits(struct pack_check *check, const struct pack_place *place, const Tributary__PackWorkflow *from,
                         struct workflow *to)
{
	struct workflow_wait *waits = pack_check_list(check, place, "waits", from->n_waits, WORKFLOW_MOVES_MAX, sizeof *waits);
	for (size_t i = 0; !check->err && i < from->n_waits; i++) {
		waits[i].state = option_of(check, place, "waits", to->state, from->waits[i]->state);
		pack_check_range(check, place, "waits: within", from->waits[i]->within, 1, WORKFLOW_AFTER_MAX);
		waits[i].within = (uint16_t)from->waits[i]->within;
	}
	to->wait_count = from->n_waits;
	to->waits = waits;
}

static void decode_workflow(struct pack_check *check, const struct pack *pack, const struct pack_place *up,
                            const Tributary__PackWorkflow *from, struct pack_kind *kind)
{
	struct pack_place place = { .up = up, .list = "workflow", .name = "state" };
	struct workflow *to = pack_check_list(check, &place, "workflows", 1, 1, sizeof *to);
	const struct pack_field *state = to ? field_of(check, &place, "state", kind, from->state, VALUE_OPTION, false) : NULL;
	if (!state)
		return;
	to->state = state;
	to->first = option_of(check, &place, "first", state, from->first);
	to->first_day = day_of(check, &place, kind, to, from->first_day);
	to->version = from->version;
	to->travels = kind->follows != 0;
	if (!check->err && !authority_allows(state->authority, RELATION_OWN))
		pack_check_refuse(check, ERR_MALFORMED, &place, "state: the unit itself must be able to write the first one");
	decode_moves(check, pack, &place, kind, from, to);
	decode_waits(check, &place, from, to);
	if (!check->err)
		check_days(check, &place, to);
	kind->workflow = to;
}

// ---- Votes ----

// Attendance is a set of persons, or a number.
static void attendance(struct pack_check *check, const struct pack_place *place, const char *key, const struct pack_kind *kind,
                       uint32_t number, uint8_t *to, bool *keyed)
{
	const struct pack_field *field = number < LIMIT_FIELDS_PER_RECORD ? kind->by_number[number] : NULL;
	if (!field)
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: kind \"%s\" has no field %u", key, kind->name, (unsigned)number);
	else if (field->type != (field->keyed ? VALUE_BOOL : VALUE_INTEGER))
		pack_check_refuse(check, ERR_MALFORMED, place, "%s: field \"%s\" must be keyed, of type bool, or an integer", key,
		                  field->name);
	if (check->err)
		return;
	*to = field->number;
	*keyed = field->keyed;
}

static struct vote_part decode_part(struct pack_check *check, const struct pack_place *place, uint32_t part, uint32_t whole, bool exact)
{
	pack_check_range(check, place, "a part: the whole", whole, 1, VOTE_WHOLE_MAX);
	pack_check_range(check, place, "a part", part, 0, whole);
	return (struct vote_part){ .part = (uint16_t)part, .whole = (uint16_t)whole, .exact = exact };
}

static void decode_rules(struct pack_check *check, const struct pack_place *place, const struct pack_field *by,
                         const Tributary__PackVote *from, struct vote *to)
{
	struct vote_rule *rules = pack_check_list(check, place, "rules", from->n_rules, VOTE_RULES_MAX, sizeof *rules);
	if (!check->err && (from->n_rules == 0 || (!by && from->n_rules > 1)))
		pack_check_refuse(check, ERR_MALFORMED, place, by ? "rules: there is none" : "rules: exactly one without by:");
	for (size_t i = 0; !check->err && i < from->n_rules; i++) {
		const Tributary__PackVoteRule *rule = from->rules[i];
		struct pack_place at = { .up = place, .list = "rules", .name = "", .index = i };
		pack_check_range(check, &at, "of", rule->of, VOTE_OF_EXPECTED, VOTE_OF_PRESENT);
		rules[i] = (struct vote_rule){
			.option = by ? option_of(check, &at, "option", by, rule->option) : 0,
			.quorum = decode_part(check, &at, rule->quorum_part, rule->quorum_whole, rule->quorum_exact),
			.majority = decode_part(check, &at, rule->majority_part, rule->majority_whole, rule->majority_exact),
			.base = (enum vote_base)rule->of,
		};
		for (size_t j = 0; j < i; j++)
			if (rules[j].option == rules[i].option)
				pack_check_refuse(check, ERR_MALFORMED, &at, "a second rule for the same option");
	}
	to->rule_count = from->n_rules;
	to->rules = rules;
}

static void decode_result(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind,
                          const Tributary__PackVote *from, struct vote *to)
{
	const struct pack_field *result = from->result ? field_of(check, place, "result", kind, from->result, VALUE_OPTION, false) : NULL;
	if (!result)
		return;
	to->result = result->number;
	to->passed = option_of(check, place, "passed", result, from->passed);
	to->failed = option_of(check, place, "failed", result, from->failed);
	to->no_quorum = option_of(check, place, "no_quorum", result, from->no_quorum);
}

// The meeting's kind may stand behind the motion's: all kinds are decoded by now.
static void decode_vote(struct pack_check *check, const struct pack *pack, const struct pack_place *up,
                        const Tributary__PackVote *from, struct pack_kind *kind)
{
	struct pack_place place = { .up = up, .list = "vote", .name = "votes" };
	struct vote *to = pack_check_list(check, &place, "votes", 1, 1, sizeof *to);
	const struct pack_field *votes = to ? field_of(check, &place, "votes", kind, from->votes, VALUE_OPTION, true) : NULL;
	const struct pack_field *meeting = votes && from->meeting ? field_of(check, &place, "meeting", kind, from->meeting, VALUE_RECORD, false) : NULL;
	const struct pack_field *by = votes && from->by ? field_of(check, &place, "by", kind, from->by, VALUE_OPTION, false) : NULL;
	const struct pack_kind *where = meeting ? pack_kind_by_number(pack, meeting->refers) : kind;
	if (check->err)
		return;
	to->votes = votes->number;
	to->meeting = meeting ? meeting->number : 0;
	to->by = by ? by->number : 0;
	to->yes = option_of(check, &place, "yes", votes, from->yes);
	to->no = option_of(check, &place, "no", votes, from->no);
	to->abstain = from->abstain ? option_of(check, &place, "abstain", votes, from->abstain) : 0;
	attendance(check, &place, "expected", where, from->expected, &to->expected, &to->expected_keyed);
	attendance(check, &place, "present", where, from->present, &to->present, &to->present_keyed);
	if (from->recused && field_of(check, &place, "recused", kind, from->recused, VALUE_BOOL, true))
		to->recused = (uint8_t)from->recused;
	decode_result(check, &place, kind, from, to);
	decode_rules(check, &place, by, from, to);
	kind->vote = to;
}

// ---- Series ----

static void check_series(struct pack_check *check, const struct pack_place *up, struct pack_kind *kind)
{
	for (size_t i = 0; !check->err && i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		struct pack_place place = { .up = up, .list = "fields", .name = field->name, .index = i };
		if (!field->series)
			continue;
		kind->has_series = true;
		if (field->type != VALUE_TEXT || field->keyed || field->minimum || field->maximum || field->required)
			pack_check_refuse(check, ERR_MALFORMED, &place, "series: a plain text field without bounds, not required: "
			                  "the device fills it in");
		else if (field->authority != AUTHORITY_OWN || field->lane == LANE_DOWN)
			pack_check_refuse(check, ERR_MALFORMED, &place, "series: numbers are issued by the unit itself, not in lane down");
		else if (field->series_when && (!kind->by_number[field->series_when] || kind->by_number[field->series_when]->keyed
		                                || field->series_when == field->number))
			pack_check_refuse(check, ERR_MALFORMED, &place, "series_when: another plain field of the kind");
	}
}

void pack_check_flows(struct pack_check *check, const Tributary__Pack *from, const struct pack *pack, struct pack_kind *kinds)
{
	for (size_t i = 0; !check->err && i < pack->kind_count; i++) {
		struct pack_place place = { .up = NULL, .list = "kinds", .name = kinds[i].name, .index = i };
		check_series(check, &place, &kinds[i]);
		if (!check->err && from->kinds[i]->workflow)
			decode_workflow(check, pack, &place, from->kinds[i]->workflow, &kinds[i]);
		if (!check->err && from->kinds[i]->vote)
			decode_vote(check, pack, &place, from->kinds[i]->vote, &kinds[i]);
	}
}
