// How far a transfer has come, as one store knows it.
#ifndef TRIBUTARY_ORG_TRANSFER_STATE_H
#define TRIBUTARY_ORG_TRANSFER_STATE_H

#include "org/transfer.h"

//        name        in --json
#define TRANSFER_STATES(X)             \
	X(OPEN,      "open")            \
	X(ACCEPTED,  "accepted")        \
	X(REFUSED,   "refused")         \
	X(WITHDRAWN, "withdrawn")       \
	X(LETTER,    "letter")          \
	X(COMMITTED, "committed")       \
	X(ABORTED,   "aborted")         \
	X(VOID,      "void")

enum transfer_progress {
#define TRANSFER_STATE_ENUM(name, text) TRANSFER_IS_##name,
	TRANSFER_STATES(TRANSFER_STATE_ENUM)
#undef TRANSFER_STATE_ENUM
	TRANSFER_IS_END
};

struct transfer_state {
	struct transfer_claim offer;  // out of the tree: `to` is zero; by letter into it: `what` is ADMIT, `unit` zero
	enum transfer_progress progress;
	enum custody_refusal refusal; // why the registrar has not decided, where it is known here
	int32_t day;                  // of the record that decided it; 0: none yet
};

const char *transfer_state_name(enum transfer_progress progress); // "open"
bool transfer_state_is_open(enum transfer_progress progress);

// Calls `visit` with every offer that is known here (also by its acceptance alone), by member and epoch.
enum err transfer_state_each(struct txn *txn, enum err (*visit)(void *context, const struct transfer_state *state), void *context);

// Whose home is at or below `unit` by the records here, and in the hands of its registrar or of one below it: what other
// registrars have written since need not have come here.
enum err transfer_state_known(struct txn *txn, const struct id *unit, int64_t *members);
// Is it such a record? `registrar`: of the unit, from charter_registrar().
bool transfer_state_is_known(struct txn *txn, const struct id *unit, const struct id *registrar, const struct custody_record *last);
bool transfer_state_is_own(const struct id *unit, const struct id *registrar, const struct custody_record *last); // of that unit alone

// Conservation (DESIGN 9) at a server: counted + not_taken_up − not_let_go = known, none of them below 0. A tally says
// how many members its unit's ledger holds, and how many it knew by the records when it said so.
//	not_taken_up  whom the records here, or those that a unit knew, give to units that do not count them yet
//	not_let_go    whom units count, or knew, though the records here do not give them to these units (any more, or yet)
// Sums of units, so of those on their way in and out at one time the difference is seen.
struct transfer_terms {
	int64_t counted, not_taken_up, not_let_go, known;
	bool conserved;           // the ledgers hold whom the records that their units knew give to them
};
enum err transfer_state_terms(struct txn *txn, const struct id *unit, struct transfer_terms *terms);

#endif
