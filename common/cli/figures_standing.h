// How a unit's figures stand: how many units report, as of when, by which version of the pack.
#ifndef TRIBUTARY_CLI_FIGURES_STANDING_H
#define TRIBUTARY_CLI_FIGURES_STANDING_H

#include "cli/boundary.h"

struct figures_standing {
	int64_t reporting, expected;  // k of n, at the period's end or in the present month, if that is earlier; expected < 0: not known here
	uint64_t as_of;               // ms; of the newest tally that went in; 0: none did
	uint32_t revision;            // of the unit's tally in force; of a sum, of all that went in, added up
	uint32_t pack_least, pack_most; // versions of the pack that went in; they differ where a unit has not the newest yet
	bool provisional;             // two devices' tallies stand side by side
};

// Of a server: k of n alone, which costs nothing that grows with the tree; the rest stays 0.
enum err figures_standing_count(const struct boundary *boundary, const struct boundary_sight *sight, struct period period,
                                struct figures_standing *standing);
enum err figures_standing_of(const struct boundary *boundary, const struct boundary_sight *sight, struct period period,
                             struct figures_standing *standing);

#endif
