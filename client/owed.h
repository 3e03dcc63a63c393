// What the pack asks of this unit at fixed times, period by period: for `due` and for the first screen.
#ifndef TRIBUTARY_CLIENT_OWED_H
#define TRIBUTARY_CLIENT_OWED_H

#include "cli/command.h"
#include "ledger/cadence.h"

enum owed_state { OWED_MET, OWED_OPEN, OWED_OVER, OWED_STATES };

struct owed {
	const struct pack_cadence *cadence;
	struct period period;
	int64_t done, least, left;
	int32_t until;            // day: the last on which something can still be done for it
	int32_t missed_in_a_row;  // periods right before it
	enum owed_state state;
};

const char *owed_state_name(enum owed_state state); // "open"

// The periods of every cadence that belong to the months asked for (cadence_within) and are asked of our unit, in
// the pack's order. A visit that fails ends it.
enum err owed_each(struct command *command, struct period asked, int32_t today,
                   enum err (*visit)(void *context, const struct owed *owed), void *context);

#endif
