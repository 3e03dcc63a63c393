// Who this store is: read from META once, and handed to everything that writes or judges.
#ifndef TRIBUTARY_SYNC_SELF_H
#define TRIBUTARY_SYNC_SELF_H

#include "base/store.h"
#include "log/guard.h"
#include "log/identity.h"

struct self {
	struct identity identity;
	struct id incarnation;    // present life of the store
	struct id unit;           // zero before joining
	bool server;
	struct hash root_key;     // of the tree; zero before joining
	// The server above; zero where there is none (a top server, or not joined).
	struct hash parent_key;   // its signing key
	struct hash parent_curve;
	char parent_address[LIMIT_ADDRESS_BYTES]; // "tcp://host:port" of its sync endpoint
};

// META "self". ERR_NOT_FOUND: a new store. The identity is not in the store (io/home keeps its
// seed) and is filled in by the caller before or after.
enum err self_load(struct txn *txn, struct self *self);
enum err self_save(struct txn *txn, const struct self *self);

// What the store says of itself, to be judged against the guard file (log/guard.h).
enum err self_guard(struct txn *txn, const struct self *self, const struct hash *machine, struct guard *guard);

enum self_reborn { SELF_RESTORED = 1, SELF_FORKED = 3 }; // as in proto/store.proto

// Begins a new life: a fresh incarnation, remembered, with an Incarnation entry in each lane in which
// the former one had written, naming its last known head. `reason` as in proto/store.proto.
enum err self_reincarnate(struct txn *txn, struct self *self, const struct id *incarnation, unsigned reason, uint64_t now_ms);

#endif
