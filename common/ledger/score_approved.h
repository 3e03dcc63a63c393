// Scores of what was approved: of each month that has been, the figures of the newest submission that a superior approved
// stand in the place of those of today (docs/model.md, "Scores"). What nobody has approved neither ranks nor pays.
#ifndef TRIBUTARY_LEDGER_SCORE_APPROVED_H
#define TRIBUTARY_LEDGER_SCORE_APPROVED_H

#include "ledger/cell_list.h"
#include "ledger/pack.h"

struct score_approved {
	struct cell_list extra;   // approved less present, of all months from the ledger's first up to the last asked for
	int32_t approved, months; // of the period: so many of its months are approved, of so many
};

// *approved in the arena. `owner`: whose cells are the present ones.
enum err score_approved_load(struct txn *txn, const struct pack *pack, const struct id *unit, const struct cell_owner *owner,
                             struct period period, struct arena *arena, struct score_approved *approved);

#endif
