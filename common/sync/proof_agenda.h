// Which logs lead to a figure, one after another: the charter on the way, then tallies, and the entries that these were
// computed from. Found a little at a time, in the order in which a proof holds them; nothing of it is kept but where it stands.
#ifndef TRIBUTARY_SYNC_PROOF_AGENDA_H
#define TRIBUTARY_SYNC_PROOF_AGENDA_H

#include "sync/proof.h"

// Entries [0, to) of a log.
struct proof_agenda_log {
	struct journal_log log;
	uint64_t to;
	bool charter;             // all of it is shown; of the others what the figure is computed from
};

// A frontier that is gone through: of our own sums, or of one below that stands in another's frontier.
struct proof_agenda_sum {
	struct tally_frontier *frontier;
	size_t count, at;
};

enum proof_agenda_stage { PROOF_AGENDA_CHARTER, PROOF_AGENDA_FIGURE, PROOF_AGENDA_SUMS, PROOF_AGENDA_UNITS, PROOF_AGENDA_END };

struct proof_agenda {
	struct txn *txn;
	const struct self *self;
	struct view_pack *pack;
	const struct proof_claim *claim;
	struct id registrar;      // of the claim's unit: where its figures are summed
	bool sealed;              // nobody above can compute it: no entries are shown
	struct arena arena;
	enum proof_agenda_stage stage;
	uint32_t passed;          // log number: where the walk over all logs stands
	struct proof_agenda_sum sums[LIMIT_TREE_LEVELS];
	size_t depth;
	struct proof_agenda_sum entries; // of the tally gone by last, in the registrar's own lane
	struct proof_agenda_log ready;
	bool is_ready;
	enum err err;
};

void proof_agenda_init(struct proof_agenda *agenda, struct txn *txn, const struct self *self, struct view_pack *pack,
                       const struct proof_claim *claim, const struct id *registrar);
void proof_agenda_free(struct proof_agenda *agenda);

// One look further. False: there is nothing more (agenda->err tells whether it went wrong).
bool proof_agenda_look(struct proof_agenda *agenda);
// What a look found. NULL: nothing.
const struct proof_agenda_log *proof_agenda_take(struct proof_agenda *agenda);

#endif
