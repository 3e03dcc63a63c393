// Homes of members: what a unit says, what its store does by itself, and what servers write as registrar
// and witness (org/custody decides; here it becomes entries).
//
//	unit        Enter, Offer, Withdraw, Accept, Refuse, Reaffirm: ENTRY_TRANSFER in `up`; the dossier by letter
//	registrar   records: ENTRY_CUSTODY in `up` for the witness; once it has confirmed them, in `down` for the units
//	witness     its word: ENTRY_CUSTODY in `down`
#ifndef TRIBUTARY_SYNC_PEN_CUSTODY_H
#define TRIBUTARY_SYNC_PEN_CUSTODY_H

#include "org/transfer.h"
#include "sync/pen.h"

// What people ask for. ERR_OK with *refusal CUSTODY_DONE: written. With another: not written, and that is why.
enum err pen_custody_offer(struct pen *pen, const struct id *member, const struct id *to, const char *reason,
                           enum custody_refusal *refusal); // ERR_NOT_FOUND: no such unit
enum err pen_custody_withdraw(struct pen *pen, const struct id *member, enum custody_refusal *refusal);
enum err pen_custody_answer(struct pen *pen, const struct id *member, bool accept, const char *reason,
                            enum custody_refusal *refusal);
// The unit that somebody is to be offered to is not known here: asks the servers above, by its name, code, path or id.
// The refusal tells what came of it so far.
enum err pen_custody_seek(struct pen *pen, const struct id *member, const char *text, enum custody_refusal *refusal);
// What former homes wrote of the member after it had gone: into our ledger, or looked at and left. *count: of them.
enum err pen_custody_late(struct pen *pen, const struct id *member, bool adopt, size_t *count, enum custody_refusal *refusal);
// A server's approval of an offer that waits for it, or its denial.
enum err pen_custody_judge(struct pen *pen, const struct id *member, bool approve, const char *reason,
                           enum custody_refusal *refusal);

// Everything that follows from what came: cheap when nothing did.
enum err pen_custody_due(struct pen *pen);
bool pen_custody_is_due(struct txn *txn);

// Whom an offer is to now: of a unit that was merged, what it became part of. False: it is closed, and nobody came
// after it.
bool pen_custody_addressee(struct txn *txn, const struct id *offered, struct id *now);

// The newest offer of a member that stands open here, with the unit view or not.
enum err pen_custody_open_offer(struct txn *txn, const struct id *member, struct transfer_claim *offer); // ERR_NOT_FOUND

#endif
