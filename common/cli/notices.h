// What the node found that a person should know: a store put back, a log closed, entries that were refused.
#ifndef TRIBUTARY_CLI_NOTICES_H
#define TRIBUTARY_CLI_NOTICES_H

#include "cli/command.h"

// Those that came behind `since` (0: all that are kept), oldest first, for --json; owned by the caller.
// Printed as lines, too, where `to` is not NULL. `since` is what notices_last() said then.
json_t *notices_tell(struct command *command, uint64_t since, FILE *to);
uint64_t notices_last(struct command *command); // ms; 0: none

#endif
