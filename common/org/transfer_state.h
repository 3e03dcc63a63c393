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

// Members by the records here: how many came to units at or below `unit` from elsewhere or left them for
// elsewhere, each unit for itself, and how many are there.
struct transfer_balance {
	int64_t came, left, members;
};
enum err transfer_state_balance(struct txn *txn, const struct id *unit, struct transfer_balance *balance);
enum err transfer_state_balance_own(struct txn *txn, const struct id *unit, struct transfer_balance *balance); // of that unit alone

#endif
