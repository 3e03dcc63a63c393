// Where a write came from and how far it has got: local, sent, received, kept twice, or not accepted.
#ifndef TRIBUTARY_CLI_ORIGIN_H
#define TRIBUTARY_CLI_ORIGIN_H

#include "cli/lookup.h"
#include "cli/phrase.h"
#include "log/journal.h"
#include "sync/self.h"

// From the least safe to the safest.
enum origin_state { ORIGIN_LOCAL, ORIGIN_SENT, ORIGIN_RECEIVED, ORIGIN_KEPT_TWICE, ORIGIN_STATES };

struct origin {
	struct hash device;
	bool own;               // written by this very device
	const char *name;       // of the device, for people
	uint64_t time;          // ms, by the writer's clock
	enum origin_state state;
	enum merge_reason reason; // MERGE_ACCEPTED, or why it was set aside
};

enum err origin_find(struct lookup *look, const struct self *self, struct dot dot, struct origin *origin);
// The state of one place of a log at hand.
enum origin_state origin_state(const struct self *self, const struct journal_log *log, uint64_t seq);
enum merge_reason origin_reason(struct txn *txn, struct dot dot);

const char *origin_name(enum origin_state state);  // "kept_twice", in --json
enum phrase origin_phrase(enum origin_state state);
enum phrase origin_reason_phrase(enum merge_reason reason);

#endif
