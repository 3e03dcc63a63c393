// The units below one, side by side by a scorecard: computed at the asking from the tallies in force that
// this server holds, which are receipted, and from assessments. Of periods that are over the scores are kept (org/ranking_kept).
#ifndef TRIBUTARY_ORG_RANKING_H
#define TRIBUTARY_ORG_RANKING_H

#include "ledger/cell_list.h"
#include "ledger/score_rank.h"
#include "org/charter.h"

// In whose boundaries: of each period in those of its last day, or in the tree of one day.
struct ranking_tree {
	bool redrawn;
	int32_t day;
};

struct ranking_request {
	struct txn *txn;
	const struct pack *pack;
	const struct pack_scorecard *card; // of units
	struct id unit;                    // whose units are ranked: all below it of the scorecard's kinds
	struct period period;              // one of the scorecard, or a year of one that has weights
	int32_t month;                     // the present one: of a period under way no more can be reported
	struct ranking_tree tree;
	size_t *missing;                   // counts units that moved and whose figures are not held here; may be NULL
	bool anew;                         // nothing that is kept is used (org/ranking_kept)
};

// *ranks in the arena, in order; of a year without awards and consequences, but telling whose award is lost.
enum err ranking_compute(const struct ranking_request *request, struct arena *arena, struct score_rank **ranks, size_t *count);

// One unit's score of a period, not in order with others; `extra` is added to its cells, `scratch` is used up.
enum err ranking_score(const struct ranking_request *request, struct period period, const struct charter_unit *row,
                       const struct cell_list *extra, struct arena *scratch, struct score_rank *rank);

// One's own place for a unit's score: which cells speak for it here, and why it stands apart, if it does.
// `through`: the month that must be reported.
struct ranking_cells {
	struct cell_owner owner;
	struct cell_list extra;     // to be added: of units merged into it, or in other boundaries
	enum score_apart apart;
	size_t missing;             // units of which that is not known here
};
enum err ranking_cells(struct txn *txn, const struct pack *pack, const struct charter_unit *row, int32_t through,
                       const struct ranking_tree *tree, struct arena *arena, struct ranking_cells *cells);

#endif
