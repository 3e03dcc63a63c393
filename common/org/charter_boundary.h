// A unit's figures where the sums that are kept here do not tell all of them, found at the asking (DESIGN 8): in other
// boundaries, as if the tree had always been that of one day; and of months in which it was not summed here, for it
// stood elsewhere or another server sums it. Both are corrections to the sums, from tallies that are held.
#ifndef TRIBUTARY_ORG_CHARTER_BOUNDARY_H
#define TRIBUTARY_ORG_CHARTER_BOUNDARY_H

#include "ledger/cell_list.h"
#include "ledger/pack.h"
#include "org/charter_past.h"

struct charter_boundary_request {
	struct id unit;
	struct id server;        // whose sums they are; zero: those of the unit's own server, as it published them
	bool redrawn;            // in the tree of one day; else each month in that of its last day
	int32_t tree;            // the day
};

// A unit that stood elsewhere once, or stands below one that did.
struct charter_boundary_unit {
	struct charter_unit row;
	struct charter_lineage lineage;
};

struct charter_boundary {
	struct charter_boundary_request request;
	struct cell_list cells;  // to be added to the sum, or to stand for it (extremes); ascending
	struct charter_boundary_unit *units;
	size_t count, capacity;
	size_t missing;          // units that moved and whose figures are not held here in detail
};

// As it was then: costs the unit's own places, and the cells of what is not summed here. In other boundaries also the units
// that moved and their cells. Where extremes (the least, the greatest) are concerned, all parts' cells of
// them (org/charter_extremes).
enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct charter_boundary_request *request,
                          struct arena *arena, struct charter_boundary *boundary);

// To be added to n of "k of n" (charter_expected_of), for the same day and what was entered up to `known`.
int64_t charter_boundary_expected(const struct charter_boundary *boundary, const struct charter_kinds *kinds, int32_t day,
                                  int32_t known);

// The same for whom the unit's own tally alone counts (a ranking): what the units merged into it give; less its own where
// it is merged itself.
enum err charter_boundary_parts(struct txn *txn, const struct pack *pack, const struct charter_boundary_request *request,
                                struct arena *arena, struct charter_boundary *boundary);

#endif
