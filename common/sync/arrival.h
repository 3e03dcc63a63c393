// What came when, and for whom. Every range that this store takes in or writes gets the next
// arrival number, filed under the audience below it that may read it; a client's cursor is such a
// number, so a session costs what changed and never what exists (DESIGN 10). What the parent lacks
// is kept beside it.
//
//	ARRIVAL  audience kind u8 ‖ unit id[16] ‖ number u64 → log number u32 ‖ what u8 ‖ from u64 ‖ to u64
//	PENDING  log number u32 → nothing: the parent has not receipted all of it
//	META "arrival" → last number given
//	META "lost/" ‖ from u64 → to u64: numbers in (from, to] were given before this store was put back
#ifndef TRIBUTARY_SYNC_ARRIVAL_H
#define TRIBUTARY_SYNC_ARRIVAL_H

#include "log/journal.h"
#include "sync/self.h"

enum audience_kind {
	AUDIENCE_UNIT = 1, // devices of one unit
	AUDIENCE_DOWN = 2, // everybody below this server (unit id zero)
	AUDIENCE_MAIL = 3, // the unit to which letters go next: its own devices, or the server below that leads there
};

enum arrival_what { ARRIVAL_ENTRIES = 1, ARRIVAL_RECEIPT = 2 }; // a receipt of a tier above ours

struct arrival {
	uint64_t number;
	uint32_t log;
	enum arrival_what what;
	uint64_t from, to; // entries; of a receipt: 0, tier
};

enum err arrival_last(struct txn *txn, uint64_t *number);

// Is a client's cursor one that we gave and still stand by? One beyond our last number was given by a
// store that this one was put back from: the numbers up to it are given up, so that none means two things.
enum err arrival_stands(struct txn *txn, uint64_t cursor, bool *stands);

// Entries [from, to) of a log came or were written: files them for those below, and marks them for
// the parent when it may read them.
enum err arrival_entries(struct txn *txn, const struct self *self, const struct journal_log *log, uint64_t from, uint64_t to);
enum err arrival_receipt(struct txn *txn, const struct self *self, const struct journal_log *log, unsigned tier);

// May the parent of this store read the log? (lane, depth; DESIGN 4)
bool arrival_goes_up(struct txn *txn, const struct self *self, const struct journal_log *log);
enum err arrival_pending_set(struct txn *txn, uint32_t log, bool pending);

// The arrivals that a device of `unit` may see, after `cursor`, ascending by number.
#define ARRIVAL_AUDIENCES 3
struct arrival_walk {
	struct scan scan[ARRIVAL_AUDIENCES];
	bool live[ARRIVAL_AUDIENCES]; // scan stands on an item not given out yet
};
struct arrival_walk arrival_walk_begin(struct txn *txn, const struct id *unit, uint64_t cursor);
bool arrival_walk_next(struct arrival_walk *walk, struct arrival *item);
void arrival_walk_end(struct arrival_walk *walk);

#endif
