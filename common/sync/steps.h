// What a record, as it stands, says for the moves of its workflow: to whoever asks which are possible, and to
// the pen before it writes one.
#ifndef TRIBUTARY_SYNC_STEPS_H
#define TRIBUTARY_SYNC_STEPS_H

#include "sync/self.h"
#include "log/journal.h"
#include "ledger/workflow.h"

struct steps {
	struct txn *txn;
	const struct self *self;
	const struct pack_kind *kind;    // has a workflow
	struct arena *arena;
};

// The states of `before`, and what is filled in and approved `after` (the same where nothing is being written). Of
// the move itself: who makes it; its days and where it leads are the caller's to say.
enum err steps_of(struct steps *steps, const struct record *before, const struct record *after, struct workflow_step *step);

// Live writes of the record that a move rests on: at most `most`, each entry once.
size_t steps_evidence(struct steps *steps, const struct workflow_move *move, const struct record *record,
                      const struct record_write **found, size_t most);

#endif
