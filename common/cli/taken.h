// Values that must be unique within the unit, and the record that has one already (ledger/unique).
#ifndef TRIBUTARY_CLI_TAKEN_H
#define TRIBUTARY_CLI_TAKEN_H

#include "cli/command.h"

// The first of these writes whose value another record of the unit has: its field, and that record named
// (label and id, in the look-up's arena). ERR_NOT_FOUND: none.
enum err taken_find(struct lookup *look, const struct pack_kind *kind, const struct id *record,
                    const struct pen_write *writes, size_t count, const struct pack_field **field, const char **other);

// The same, told as a refusal. VERB_OK: none is taken.
int taken_check(struct command *command, const struct pack_kind *kind, const struct id *record,
                const struct pen_write *writes, size_t count);

#endif
