// All cells of a unit, whatever they count: they are the same wherever the same entries are, the sums above
// are made of them, and those that follow from others (cadences, restatements) follow from them.
#ifndef TRIBUTARY_TESTS_SIM_CELLS_H
#define TRIBUTARY_TESTS_SIM_CELLS_H

#include "actor.h"

// A unit's own cells, but for who reports, which each device finds for itself when it publishes.
struct hash cells_digest(struct txn *txn, const struct id *unit);

// The server's sum over its subtree, of the months that are published, is made of what these devices have
// of their units: added up, or the least or the greatest.
bool cells_sum(struct actor *server, struct actor *const *devices, size_t count, char *why, size_t size);

// What the device has of its unit's cadences and restatements is what its other figures say.
bool cells_follow(struct actor *device, char *why, size_t size);

// Each month of the unit stands the same in both stores.
bool cells_months_equal(struct actor *a, struct actor *b, const struct id *unit, char *why, size_t size);

#endif
