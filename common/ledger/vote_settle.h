// Results of votes as they follow from the votes that are here. The one that is stored was filled in when votes were entered;
// what another device entered apart, or a change of the attendance, may have overtaken it. Figures, lists and exports go by
// what follows.
//
// Attendance may lie on another record, the meeting's: then a motion's share in the figures goes out and comes in anew
// whenever one of the two changes, and the order in which they come does not matter.
#ifndef TRIBUTARY_LEDGER_VOTE_SETTLE_H
#define TRIBUTARY_LEDGER_VOTE_SETTLE_H

#include "ledger/cell.h"
#include "ledger/pack.h"
#include "ledger/vote.h"

// The count of a motion of this kind (which has votes). VOTE_NONE where its meeting is not here.
enum err vote_settle_count(struct txn *txn, const struct pack_kind *kind, const struct record *motion, struct arena *arena,
                           struct vote_count *count);

// Puts the computed result in the place of the stored one. *record may then hold a list in the arena. Of other kinds,
// and where nothing follows from the votes, nothing changes.
enum err vote_settle(struct txn *txn, const struct pack *pack, struct record *record, struct arena *arena);

// A meeting was saved as `after`: what the motions voted there give moves over.
enum err vote_settle_meeting(struct txn *txn, const struct pack *pack, const struct record *before, const struct record *after,
                             struct cell_batch *cells);

#endif
