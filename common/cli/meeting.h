// Meeting somebody who is not the server above: a neighbour on the LAN, or another server. And who was met, which
// addresses led to whom, and what is still here alone.
#ifndef TRIBUTARY_CLI_MEETING_H
#define TRIBUTARY_CLI_MEETING_H

#include "cli/command.h"
#include "io/loop.h"

#define MEETING_GIVE_UP_MS 4000

struct meeting {
	struct hash device, curve;
	char address[LIMIT_ADDRESS_BYTES];   // "tcp://host:port"
	struct node_meeting result;
	uint64_t bytes_in, bytes_out;        // payload
};

// Calls it, until both have said all. ERR_UNREACHABLE; ERR_UNAUTHORISED.
enum err meeting_run(struct home *home, struct meeting *meeting, bool quiet);

// "HOST:PORT/DEVICE" as typed in, DEVICE being a name or the beginning of a key; without it, the only other device of
// the own unit. ERR_MALFORMED; ERR_NOT_FOUND, ERR_CONFLICT: of the device. Needs a transaction.
enum err meeting_read(struct command *command, const char *text, struct meeting *meeting);

// META "neighbour/" ‖ device[32] → time u64 ‖ address: where a neighbour was met last.
struct meeting_met {
	struct hash device;
	uint64_t time_ms;
	char address[LIMIT_ADDRESS_BYTES];
};
void meeting_note(struct home *home, const struct meeting *meeting);
size_t meeting_list(struct txn *txn, struct meeting_met *list, size_t most);

// Entries written here: without a receipt of the server above; and those of them that nobody else has either.
struct meeting_standing {
	uint64_t open, alone;
};
struct meeting_standing meeting_standing(struct txn *txn, const struct self *self);

// What was handed to whom and is not acknowledged: one object each; and lines on stdout.
json_t *meeting_handed(struct command *command, bool print);
json_t *meeting_cargo(struct command *command, bool print); // what is carried for others

int meeting_cargo_run(const struct verb_call *call);

#endif
