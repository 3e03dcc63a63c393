// Words for the states of a workflow, and the record that a verb on one is about.
#ifndef TRIBUTARY_CLI_FLOW_H
#define TRIBUTARY_CLI_FLOW_H

#include "cli/commands.h"

const char *flow_state_title(const struct pack_kind *kind, uint16_t code); // for people
const char *flow_state_name(const struct pack_kind *kind, uint16_t code);  // as the pack has it; "" for none

// The kind and the record that the command's first two arguments name. VERB_OK, or the exit code, told.
int flow_find(struct command *command, const struct pack_kind **kind, struct id *record);

#endif
