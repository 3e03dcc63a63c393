// All cells of a unit, whatever they count: they are the same wherever the same entries are, the sums above
// are made of them, and those that follow from others (cadences, restatements) follow from them.
#ifndef TRIBUTARY_TESTS_SIM_CELLS_H
#define TRIBUTARY_TESTS_SIM_CELLS_H

#include "actor.h"

// A unit's own cells, but for who reports, which each device finds for itself when it publishes.
struct hash cells_digest(struct txn *txn, const struct id *unit);

// A unit, by what a device of it has, and the township that each month belongs to.
#define CELLS_MONTHS 3 // from January 2026: those that are published
struct cells_part {
	struct actor *device;  // NULL: what another store says of it counts
	struct actor *said_by;
	const struct id *said_of;
	const struct actor *place[CELLS_MONTHS];
};

// The server's sum over its subtree is made of what these devices have of their units: added up, or the
// least or the greatest. What a unit has when it moves goes with it.
bool cells_sum(struct actor *server, const struct cells_part *parts, size_t count, char *why, size_t size);

// What the device has of its unit's cadences and restatements is what its other figures say.
bool cells_follow(struct actor *device, char *why, size_t size);

// Each month of the unit stands the same in both stores.
bool cells_months_equal(struct actor *a, struct actor *b, const struct id *unit, char *why, size_t size);

#endif
