// Sums in other boundaries: as if the tree had always been that of one day. They are the sums as they were
// then, and a correction for each unit that stood elsewhere once, found at the asking (DESIGN 8).
#ifndef TRIBUTARY_ORG_CHARTER_BOUNDARY_H
#define TRIBUTARY_ORG_CHARTER_BOUNDARY_H

#include "ledger/cell_list.h"
#include "ledger/pack.h"
#include "org/charter_past.h"

// A unit that stood elsewhere once, or stands below one that did.
struct charter_boundary_unit {
	struct charter_unit row;
	struct charter_lineage lineage;
	bool wanted;             // in the wanted tree it is a part of the sum
};

struct charter_boundary {
	int32_t tree;            // the day whose tree it is to be
	struct id unit;
	struct cell_list cells;  // to be added to the unit's sum as it was then; ascending
	struct charter_boundary_unit *units;
	size_t count, capacity;
	size_t missing;          // units that moved and whose figures are not held here in detail
};

// Fills in the rest for the tree of a day and a unit. Costs the units that moved and their cells. Extremes
// (the least, the greatest) stay as they were.
enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t tree, struct arena *arena,
                          struct charter_boundary *boundary);

// To be added to n of "k of n" (charter_expected_of), for the same day and what was entered up to `known`.
int64_t charter_boundary_expected(const struct charter_boundary *boundary, const struct charter_kinds *kinds, int32_t day,
                                  int32_t known);

// What is to be added to a unit's own tally, for whom only that counts (a ranking), or who sums nothing of it: what the
// units merged into it give, of each month since then, or, with a day, all that they have if they were merged by then;
// less its own where it is merged itself. Ascending. *missing: those of whom nothing is held here.
enum err charter_boundary_parts(struct txn *txn, const struct pack *pack, const struct id *unit, const int32_t *tree,
                                struct arena *arena, struct cell_list *cells, size_t *missing);

#endif
