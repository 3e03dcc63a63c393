// What the node found that a person should know: a store put back, a log closed, entries that were refused.
#ifndef TRIBUTARY_CLI_NOTICES_H
#define TRIBUTARY_CLI_NOTICES_H

#include "cli/command.h"

#define NOTICES_SHOWN 5 // lines that people get; the rest is counted

// Those that came behind `since` (0: all that are kept), newest first, for --json; owned by the caller.
// The newest are printed as lines, too, where `to` is not NULL. `since` is what notices_last() said then.
json_t *notices_tell(struct command *command, uint64_t since, FILE *to);
uint64_t notices_last(struct command *command); // ms; 0: none

// "3, the last 2026-03-05 14:07:59: …"; NULL: there is none.
const char *notices_brief(struct command *command);

// What the core says in English, in the user's language where the catalogue has it; else as it is.
const char *notices_text(const char *english);

#endif
