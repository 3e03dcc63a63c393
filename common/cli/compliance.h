// How many units met a cadence, of how many: k from cells, n from the tree, when it is asked.
#ifndef TRIBUTARY_CLI_COMPLIANCE_H
#define TRIBUTARY_CLI_COMPLIANCE_H

#include "cli/boundary.h"
#include "ledger/cadence.h"

struct compliance {
	int64_t met, expected; // added up over the periods of the cadence that were asked for and have begun
};

// Of a unit and what is below it (a server), or of our own unit (a device); in any boundaries.
enum err compliance_of(const struct boundary *boundary, const struct boundary_sight *sight, const struct pack_cadence *cadence,
                       struct period asked, struct compliance *compliance);

// The day on which units are counted that owe a period: as for all figures, today, or the period's last
// day where that is still to come.
int32_t compliance_day(int32_t last);

#endif
