// A session with the server above, as commands start it: what is due is written first (tallies, keys),
// then the loop runs until both sides have what they may have, or until it is stopped.
#ifndef TRIBUTARY_CLI_SYNCING_H
#define TRIBUTARY_CLI_SYNCING_H

#include "io/home.h"
#include "io/loop.h"

struct syncing_result {
	struct node_progress progress;
	struct node_meeting meeting;   // what became of cargo
	uint64_t bytes_in, bytes_out;  // payload
	uint64_t come_back_ms;         // ERR_AGAIN: when the server above has time for us
	double seconds;
};

// ERR_UNREACHABLE: nothing was lost, try again. ERR_NOT_FOUND: this store has no server above it.
enum err syncing_run(struct home *home, bool live, bool quiet, struct syncing_result *result);

// Was this device revoked, as far as it knows: by the charter, or because its last session was refused?
bool syncing_revoked(struct txn *txn, const struct self *self);

// Sealed entries of the unit that this device cannot read yet: another device of the unit has to seal the
// key for it.
uint64_t syncing_sealed(struct txn *txn);
void syncing_tell_sealed(struct txn *txn); // a line on stdout where there are any

// Tallies and keys that are due; nothing due is ERR_OK.
enum err syncing_prepare(struct home *home);

#endif
