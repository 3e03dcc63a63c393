// Healing what the disk has damaged. A log that no longer verifies goes back to before the damage, the store begins
// a new life, so that neither side relies on what it was told before, and the next sessions bring what is
// missing from whoever holds it: a device's own entries from its server, a branch's from its devices.
#ifndef TRIBUTARY_SYNC_HEAL_H
#define TRIBUTARY_SYNC_HEAL_H

#include "sync/self.h"
#include "sync/view.h"

struct heal {
	unsigned logs;     // that were damaged
	uint64_t entries;  // taken out of them, to come again
	uint64_t alone;    // of these, a device's own of which its server has not confirmed that it holds them: lost
};

// Looks at every log; where one is damaged, all of the above. What was computed from it stays as it is, unless some
// of it is lost: then everything is computed anew, so that nobody sees here what nobody else will ever see.
// Nothing changes where nothing is damaged. `incarnation`: random, for the new life.
enum err heal_store(struct view *view, struct self *self, const struct id *incarnation, uint64_t now_ms, struct heal *heal);

// What becomes of a table of which rows are gone.
enum heal_loss {
	HEAL_NEVER, // without it the store is none
	HEAL_VIEW,  // it is made anew from the logs
	HEAL_LOG,   // a log is damaged: it is cut back, and comes again
	HEAL_NEWS,  // what is to be sent is filed anew; what nobody needs is gone
};
enum heal_loss heal_loss(enum store_table table);

// A server's own statements were cut back and have not come again: what it knows of the tree stands on nothing else.
bool heal_lacks_statements(struct txn *txn, const struct self *self);

// Of a store of which rows are gone: damaged logs as above, all that they have is filed to be sent anew. What
// is computed is computed anew, unless it stands (`views_stand`). ERR_GAP: not that of a top server whose own statements are damaged,
// for nobody above has them.
enum err heal_rescued(struct view *view, struct self *self, bool views_stand, const struct id *incarnation, uint64_t now_ms, struct heal *heal);

#endif
