// Who is told what. A log goes to those whom its lane names (sync/arrival files it for them); of some logs a peer
// is given all leaves and not all payloads:
//
//	mail    letters to its unit, or for a server to units below it
//	down    of a unit above it: everything. Of another one: statements, and what is said to or of a unit that
//	        stands below the peer now, or of a month at whose end it did
//	up      of a unit below it: everything. Of one that has left: figures, and how the months stood at whose end
//	        it was there, for those months stay the peer's
//
// What is told depends on the tree at the moment of telling: what was withheld may be sent again later (log/journal_fill).
#ifndef TRIBUTARY_SYNC_AUDIENCE_H
#define TRIBUTARY_SYNC_AUDIENCE_H

#include "log/journal.h"
#include "org/charter_past.h"
#include "sync/self.h"

struct audience {
	struct txn *txn;
	struct id unit;   // the peer's
	struct id author; // of the log at hand
};

// Tells which payloads are left out for that device of `unit`; NULL: none.
typedef bool (*audience_withholds)(void *audience, const struct entry *entry);
audience_withholds audience_of(struct audience *audience, struct txn *txn, const struct id *unit, const struct hash *device,
                               const struct journal_log *log);

// Servers below ours that lead to those who stood above the unit once and do not now, as far up as an `up` log goes:
// what the unit writes of its months there is told to them.
#define AUDIENCE_FORMER_MOST 8
size_t audience_former(struct txn *txn, const struct self *self, const struct id *unit, bool server,
                       struct id hops[static AUDIENCE_FORMER_MOST]);

#endif
