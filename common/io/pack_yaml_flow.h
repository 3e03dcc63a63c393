// Workflows and votes of a pack's YAML, names turned into numbers.
#ifndef TRIBUTARY_IO_PACK_YAML_FLOW_H
#define TRIBUTARY_IO_PACK_YAML_FLOW_H

#include "io/pack_names.h"
#include "io/pack_schema_flow.h"

Tributary__PackWorkflow *pack_yaml_flow_workflow(struct pack_names *names, const struct pack_place *place,
                                                 const struct pack_schema_kind *kind);
Tributary__PackVote *pack_yaml_flow_vote(struct pack_names *names, const struct pack_place *place,
                                         const struct pack_schema_kind *kind);

#endif
