// Cargo: bundles (sync/bundle.h) that this store carries for others, sealed to their readers, until it meets
// somebody who leads on to them; and what this store handed to whom of its own.
//
//	CARGO 'C' ‖ reader[32] ‖ holder[32] ‖ bundle[16] ‖ part u32 →
//	          only for[32] ‖ from[32] ‖ came u64 ‖ way u8 ‖ the part as it came
//	      'V' ‖ holder[32]                → from[32]: who brought its cargo last, and takes back what answers it
//	      'D' ‖ holder[32] ‖ bundle[16]   → to[32] ‖ time u64: handed on; the newest few of each holder
//	      'H' ‖ carrier[32] ‖ log u32     → size u64: so far it has been handed what is written here
//	      'B' ‖ carrier[32]               → bundle[16] ‖ time u64 ‖ whole u8 ‖ to[32] ‖ to time u64: the newest handed to it
//	META "cargo" → bytes of all parts held u64
#ifndef TRIBUTARY_SYNC_CARGO_H
#define TRIBUTARY_SYNC_CARGO_H

#include "org/charter.h"
#include "sync/bundle.h"
#include "sync/self.h"

enum {
	CARGO_PART_BYTES = 1024 * 1024,                    // aimed at, of what is made here
	CARGO_PART_MOST = LIMIT_MESSAGE_BYTES - 4096,      // goes into one message
	CARGO_PART_LEAST_CHARGE = 4096,                    // what the smallest counts as
	CARGO_HELD_MOST = 256 * 1024 * 1024,               // in all
	CARGO_OF_ONE_MOST = 64 * 1024 * 1024,              // of one holder
	CARGO_MADE_MOST = 32 * 1024 * 1024,                // at one meeting; the rest at the next
	CARGO_REMEMBERED = 16,                             // bundles of one holder that were handed on
	CARGO_PATIENCE_DAYS = 14,                          // what is not acknowledged by then is handed over anew
};

struct cargo_place {
	struct hash reader, holder;
	struct id bundle;
	uint32_t part;
};

struct cargo_item {
	struct cargo_place place;
	struct hash only;        // goes to nobody else; zero: to whoever leads on
	struct hash from;        // who brought it
	uint64_t came_ms;
	enum bundle_way way;
	struct span part;        // borrowed
};

enum err cargo_put(struct txn *txn, const struct cargo_item *item); // ERR_BUDGET: no room; there already: ERR_OK
enum err cargo_delete(struct txn *txn, const struct cargo_place *place);
bool cargo_any(struct txn *txn);
uint64_t cargo_bytes(struct txn *txn);

// All that is held, behind *after (NULL: from the beginning).
struct cargo_walk {
	struct scan scan;
	struct cargo_place after;
	bool skip;
};
struct cargo_walk cargo_walk_begin(struct txn *txn, const struct cargo_place *after);
bool cargo_walk_next(struct cargo_walk *walk, struct cargo_item *item); // borrowed until the next write
void cargo_walk_end(struct cargo_walk *walk);
bool cargo_any_of(struct txn *txn, const struct hash *holder, const struct id *bundle); // is a part of it here?

// Is it on the way to its reader when it goes to that peer?
struct cargo_peer {
	struct hash device;
	struct id unit;
	bool server;
};
bool cargo_goes(struct txn *txn, const struct self *self, const struct cargo_item *item, const struct cargo_peer *peer);

enum err cargo_came_by(struct txn *txn, const struct hash *holder, const struct hash *from);

// Of a holder's bundles: that all parts of one went on to somebody, and what there is to be told it.
struct cargo_on {
	struct id bundle;
	struct hash to;          // zero: it is still here
	uint64_t time_ms;
};
enum err cargo_went_on(struct txn *txn, const struct hash *holder, const struct cargo_on *on);
size_t cargo_tell(struct txn *txn, const struct hash *holder, struct cargo_on list[static 2 * CARGO_REMEMBERED]);

// ---- What was handed to whom of our own ----

struct cargo_handed {
	struct hash carrier;
	struct id bundle;        // zero: a device of our own unit, which has the entries themselves
	uint64_t time_ms;
	bool whole;              // all parts of it
	struct hash to;          // what the carrier says: whom it handed it to; zero: it has it still
	uint64_t to_ms;
};
enum err cargo_handed_put(struct txn *txn, const struct cargo_handed *handed);
enum err cargo_handed_get(struct txn *txn, const struct hash *carrier, struct cargo_handed *handed); // ERR_NOT_FOUND
enum err cargo_handed_size(struct txn *txn, const struct hash *carrier, uint32_t log, uint64_t size);
// The carrier has nothing of ours: all of it goes anew.
enum err cargo_handed_forget(struct txn *txn, const struct hash *self, const struct hash *carrier);
uint64_t cargo_handed_log(struct txn *txn, const struct hash *carrier, uint32_t log); // size; 0: nothing
// Entries of ours with that carrier which the server has not acknowledged.
uint64_t cargo_handed_open(struct txn *txn, const struct hash *carrier, const struct hash *server);
struct scan cargo_handed_all(struct txn *txn);
enum err cargo_handed_read(const struct scan *scan, struct cargo_handed *handed);

#endif
