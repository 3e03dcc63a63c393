// The shape of workflows and votes in a pack's YAML.
#ifndef TRIBUTARY_IO_PACK_SCHEMA_FLOW_H
#define TRIBUTARY_IO_PACK_SCHEMA_FLOW_H

#include <cyaml/cyaml.h>

#include "io/pack_schema.h"

// A role that devices hold.
struct pack_schema_office {
	char *name;
	struct pack_schema_title title;
	bool strict;
};

struct pack_schema_after {
	uint32_t days, months;
};

struct pack_schema_approvals {
	char *field, *by;
	uint32_t count;
};

struct pack_schema_move {
	char *name, *to, *who, *day, *role;
	struct pack_schema_title title, body;
	char **from;
	unsigned from_count;
	char **needs;
	unsigned needs_count;
	struct pack_schema_after after;
	struct pack_schema_approvals *approvals;
};

struct pack_schema_wait {
	char *state;
	uint32_t within;
};

struct pack_schema_workflow {
	char *state, *first, *first_day;
	uint32_t version;
	struct pack_schema_move *moves;
	unsigned moves_count;
	struct pack_schema_wait *waits;
	unsigned waits_count;
};

// "1/2", in one of the two ways.
struct pack_schema_part {
	char *more_than, *at_least;
};

struct pack_schema_rule {
	char *option, *of;
	struct pack_schema_part quorum, majority;
};

struct pack_schema_vote {
	char *meeting, *expected, *present, *votes, *yes, *no, *abstain, *recused, *result, *passed, *failed, *no_quorum, *by;
	struct pack_schema_rule *rules;
	unsigned rules_count;
};

extern const cyaml_schema_field_t pack_schema_flow_workflow[], pack_schema_flow_vote[];

#endif
