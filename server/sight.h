// Which units a server has tallies of. What they publish travels so many servers up and no further;
// beyond that only sums are known (DESIGN 4).
#ifndef TRIBUTARY_SERVER_SIGHT_H
#define TRIBUTARY_SERVER_SIGHT_H

#include "cli/command.h"

bool sight_holds(struct command *command, const struct id *unit);

// Prints how many units lie beyond it, where there are any.
void sight_tell(int64_t unseen);

#endif
