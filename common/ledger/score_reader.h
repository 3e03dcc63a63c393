// What a score is computed from, read out of a store: cells of a unit (its own, those of its tally in
// force, or a sum) and the assessments among its records.
#ifndef TRIBUTARY_LEDGER_SCORE_READER_H
#define TRIBUTARY_LEDGER_SCORE_READER_H

#include "ledger/cell_list.h"
#include "ledger/score.h"

struct score_store {
	struct txn *txn;
	const struct pack *pack;
	struct cell_owner owner; // whose cells
	struct id unit;          // whose records
	const struct cell_list *extra; // cells added to the owner's (ledger/score_approved); NULL: none
	struct arena *arena;
};

// Valid as long as `store` is.
struct score_reader score_reader_of(struct score_store *store);

// The record in which a period is assessed: the same one for everybody who does, so that those who do
// not know of each other write into one.
struct id score_reader_record(uint16_t kind, struct period period);

#endif
