// Results of votes as they follow from the votes. The stored one is filled in when votes are entered; what another device
// entered apart, or a change of the attendance, may have overtaken it.
#ifndef TRIBUTARY_CLI_SETTLED_H
#define TRIBUTARY_CLI_SETTLED_H

#include "cli/command.h"

// Puts the computed result in the place of the stored one. *record may then hold a list in the arena. Of other kinds,
// and where nothing follows from the votes, nothing changes.
enum err settled_record(struct command *command, const struct pack_kind *kind, struct record *record, struct arena *arena);

#endif
