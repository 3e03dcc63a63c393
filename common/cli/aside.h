// Entries of this very device that were set aside: each is told with the record and the move, number or field that it is
// about, the rule that it breaks, and what to do.
#ifndef TRIBUTARY_CLI_ASIDE_H
#define TRIBUTARY_CLI_ASIDE_H

#include "cli/command.h"

// [{time, reason, lane, kind, record, label, why, todo}], oldest first; put on lines of `to` as well where that is not NULL.
json_t *aside_own(struct command *command, FILE *to);

#endif
