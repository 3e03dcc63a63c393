// Which units a server has tallies of. What they publish travels so many servers up and no further;
// beyond that only sums are known (DESIGN 4).
#ifndef TRIBUTARY_SERVER_SIGHT_H
#define TRIBUTARY_SERVER_SIGHT_H

#include "cli/command.h"
#include "org/charter.h"

bool sight_holds(struct command *command, const struct id *unit);

// The same in a walk: units of one parent are all seen or none is, so it is looked up once for them. Begin with zeros.
struct sight {
	struct id parent;
	bool known, holds;
};
bool sight_holds_row(struct command *command, struct sight *sight, const struct charter_unit *row);

// Prints how many units lie beyond it, where there are any.
void sight_tell(int64_t unseen);

#endif
