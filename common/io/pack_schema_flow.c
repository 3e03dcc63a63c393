// libcyaml's tables of workflows and votes.
#include "io/pack_schema_flow.h"
#include "io/pack_schema_words.h"

// ---- Workflows ----

static const cyaml_schema_field_t after_fields[] = {
	MAYBE_NUMBER("days", struct pack_schema_after, days),
	MAYBE_NUMBER("months", struct pack_schema_after, months),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t approvals_fields[] = {
	TEXT("field", struct pack_schema_approvals, field),
	NUMBER("count", struct pack_schema_approvals, count),
	TEXT("by", struct pack_schema_approvals, by),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t move_fields[] = {
	TEXT("name", struct pack_schema_move, name),
	TITLE("title", struct pack_schema_move, title),
	CYAML_FIELD_MAPPING("body", CYAML_FLAG_OPTIONAL, struct pack_schema_move, body, title_fields),
	MAYBE("role", struct pack_schema_move, role),
	LIST("from", struct pack_schema_move, from, word),
	TEXT("to", struct pack_schema_move, to),
	MAYBE("who", struct pack_schema_move, who),
	LIST("needs", struct pack_schema_move, needs, word),
	MAYBE("day", struct pack_schema_move, day),
	CYAML_FIELD_MAPPING("after", CYAML_FLAG_OPTIONAL, struct pack_schema_move, after, after_fields),
	CYAML_FIELD_MAPPING_PTR("approvals", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct pack_schema_move, approvals,
	                        approvals_fields),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t move = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_move, move_fields),
};

static const cyaml_schema_field_t wait_fields[] = {
	TEXT("state", struct pack_schema_wait, state),
	NUMBER("within", struct pack_schema_wait, within),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t wait = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_wait, wait_fields),
};

const cyaml_schema_field_t pack_schema_flow_workflow[] = {
	TEXT("state", struct pack_schema_workflow, state),
	TEXT("first", struct pack_schema_workflow, first),
	MAYBE("first_day", struct pack_schema_workflow, first_day),
	MAYBE_NUMBER("version", struct pack_schema_workflow, version),
	LIST("moves", struct pack_schema_workflow, moves, move),
	LIST("waits", struct pack_schema_workflow, waits, wait),
	CYAML_FIELD_END,
};

// ---- Votes ----

static const cyaml_schema_field_t part_fields[] = {
	MAYBE("more_than", struct pack_schema_part, more_than),
	MAYBE("at_least", struct pack_schema_part, at_least),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
	MAYBE("option", struct pack_schema_rule, option),
	CYAML_FIELD_MAPPING("quorum", CYAML_FLAG_DEFAULT, struct pack_schema_rule, quorum, part_fields),
	CYAML_FIELD_MAPPING("majority", CYAML_FLAG_DEFAULT, struct pack_schema_rule, majority, part_fields),
	TEXT("of", struct pack_schema_rule, of),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pack_schema_rule, rule_fields),
};

const cyaml_schema_field_t pack_schema_flow_vote[] = {
	MAYBE("meeting", struct pack_schema_vote, meeting),
	TEXT("expected", struct pack_schema_vote, expected),
	TEXT("present", struct pack_schema_vote, present),
	TEXT("votes", struct pack_schema_vote, votes),
	TEXT("yes", struct pack_schema_vote, yes),
	TEXT("no", struct pack_schema_vote, no),
	MAYBE("abstain", struct pack_schema_vote, abstain),
	MAYBE("recused", struct pack_schema_vote, recused),
	MAYBE("result", struct pack_schema_vote, result),
	MAYBE("passed", struct pack_schema_vote, passed),
	MAYBE("failed", struct pack_schema_vote, failed),
	MAYBE("no_quorum", struct pack_schema_vote, no_quorum),
	MAYBE("by", struct pack_schema_vote, by),
	LIST("rules", struct pack_schema_vote, rules, rule),
	CYAML_FIELD_END,
};
