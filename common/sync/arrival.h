// What came when, and for whom. Every range that this store takes in or writes gets the next
// arrival number, filed under the audience below it that may read it; a client's cursor is such a
// number, so a session costs what changed and never what exists (DESIGN 10). What the parent lacks
// is kept beside it.
//
// A number alone does not say of which history it is: a server put back to an earlier moment gives
// the same numbers again, to other things. So each carries a mark, a running hash of all that came up
// to it, and a cursor is a number with its mark.
//
//	ARRIVAL  audience kind u8 ‖ unit id[16] ‖ number u64 → log number u32 ‖ what u8 ‖ from u64 ‖ to u64 ‖ mark u32
//	PENDING  log number u32 → nothing: the parent has not receipted all of it
//	META "arrival" → last number given u64 ‖ running hash u64; the mark is its first half
#ifndef TRIBUTARY_SYNC_ARRIVAL_H
#define TRIBUTARY_SYNC_ARRIVAL_H

#include "base/arena.h"
#include "log/journal.h"
#include "sync/self.h"

enum audience_kind {
	AUDIENCE_UNIT = 1, // devices of one unit
	AUDIENCE_DOWN = 2, // everybody below this server (unit id zero)
	AUDIENCE_MAIL = 3, // the unit to which letters go next: its own devices, or the server below that leads there
	AUDIENCE_MAIL_FILED = 4, // nobody: how much of each log has been filed for such a unit
	AUDIENCE_MAIL_AWAY = 6, // nobody: how much of each log has letters to such a unit that went up, for it is not below us
	AUDIENCE_SHOWN = 5, // nobody: to whom, beside those who see it anyway, a unit's charter is shown
};

enum arrival_what {
	ARRIVAL_ENTRIES = 1,
	ARRIVAL_RECEIPT = 2, // of a tier above ours
	ARRIVAL_AGAIN = 3,   // entries that may have been sent before, when payloads of theirs were withheld
	ARRIVAL_HELD = 4,    // a file that was asked for is whole here: `from` is a piece of it
};

struct arrival {
	uint64_t number;
	uint32_t log;
	enum arrival_what what;
	uint64_t from, to; // entries; of a receipt: 0, tier
	uint32_t mark;     // of all arrivals up to this one
};

// Up to where a client holds what concerns it.
struct arrival_cursor {
	uint64_t number;   // 0: nothing yet
	uint32_t mark;
};

enum err arrival_last(struct txn *txn, uint64_t *number);

// Is it a cursor that we gave to devices of this unit, in the history that this store has?
bool arrival_stands(struct txn *txn, const struct id *unit, struct arrival_cursor cursor);

// Entries [from, to) of a log came or were written: files them for those below, and marks them for
// the parent when it may read them.
enum err arrival_entries(struct txn *txn, const struct self *self, const struct journal_log *log, uint64_t from, uint64_t to);
// What was held of them without payloads has been given to us: whoever below may read it now is sent it again.
enum err arrival_filled(struct txn *txn, const struct self *self, const struct journal_log *log, uint64_t from, uint64_t to);
// A file of the unit that was asked for is whole here; its devices are told.
enum err arrival_held(struct txn *txn, const struct id *unit, const struct journal_log *log, uint64_t seq);
enum err arrival_receipt(struct txn *txn, const struct self *self, const struct journal_log *log, unsigned tier);

// All of a log for one unit below: it may see now what it could not see before.
enum err arrival_added(struct txn *txn, const struct journal_log *log, const struct id *unit);

// From now on what the servers of `author` say of the tree is shown to `hop`, the server below us on the way to
// somebody who has to do with one of its units; what they have said so far with it.
//	ARRIVAL  AUDIENCE_SHOWN ‖ author's unit[16] ‖ n u64 → hop[16]
enum err arrival_show(struct txn *txn, const struct self *self, const struct id *author, const struct id *hop);

// The unit through which a letter travels next: the addressee where we are its registrar, else the
// server below us on the way. False: not below us; it goes up.
bool arrival_hop(struct txn *txn, const struct self *self, const struct id *to, struct id *hop);

// The unit `moved` stands elsewhere: letters to it and to those below it that were filed for `hop` (a unit, or the server
// on the way to it) are filed for whoever is on the way now. Costs the mail logs that have letters for it.
enum err arrival_mail_moved(struct txn *txn, const struct self *self, const struct id *hop, const struct id *moved, struct arena *arena);

// May the parent of this store read the log? (lane, depth; DESIGN 4)
bool arrival_goes_up(struct txn *txn, const struct self *self, const struct journal_log *log);
enum err arrival_pending_set(struct txn *txn, uint32_t log, bool pending);

// The arrivals that a device of `unit` may see, behind the number `after`, ascending.
#define ARRIVAL_AUDIENCES 3
struct arrival_walk {
	struct scan scan[ARRIVAL_AUDIENCES];
	bool live[ARRIVAL_AUDIENCES]; // scan stands on an item not given out yet
};
struct arrival_walk arrival_walk_begin(struct txn *txn, const struct id *unit, uint64_t after);
bool arrival_walk_next(struct arrival_walk *walk, struct arrival *item);
void arrival_walk_end(struct arrival_walk *walk);

#endif
