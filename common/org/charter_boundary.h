// Sums in other boundaries: as if the tree had always been that of one day. They are the sums as they were
// then, and a correction for each unit that stood elsewhere once, found at the asking (DESIGN 8).
#ifndef TRIBUTARY_ORG_CHARTER_BOUNDARY_H
#define TRIBUTARY_ORG_CHARTER_BOUNDARY_H

#include "ledger/cell_list.h"
#include "ledger/pack.h"
#include "org/charter_past.h"

struct charter_boundary {
	int32_t tree;            // the day whose tree it is to be
	int32_t on, known;       // n: as of this day, of units entered up to that one
	struct cell_list cells;  // to be added to the unit's cells; in no order, and a cell may come twice
	int64_t expected;        // to be added to n of "k of n"
	size_t missing;          // units that moved and whose figures are not held here in detail
};

// Fills in cells, expected and missing for a unit. Costs the units that moved and their cells. Extremes
// (the least, the greatest) stay as they were.
enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct id *unit, struct arena *arena,
                          struct charter_boundary *boundary);

#endif
