// A session by bundle: what the node has for the one that it writes to, message by message, into files; and
// what came in files, as if it came over a link.
//
//	device                                    stick                          server
//	bundle out:  Hello, Hello, …  ──────────▶  up, sealed to the server ────▶ bundle in: verify, keep, apply, file
//	                                                                         what it refused waits to be told
//	bundle in    ◀── down, sealed to the device ◀── Answer, Answer, …          bundle out --for: as to a client that
//	  receipts, entries; the cursor moves                                    stands where the Hello said
//
// A Hello in a bundle has one frame and no successor: each stands for itself, and so does each Answer, which says
// what cursor it goes on from and of which life of the reader's store its short names are. So parts
// may come in any order and any number of times; what comes before its time waits in the store. A bundle
// up stands on receipts alone: what was not acknowledged goes again. The first enrolment is the same with a
// Join before the Hello, and Joined before the Answers.
#ifndef TRIBUTARY_SYNC_BUNDLE_TALK_H
#define TRIBUTARY_SYNC_BUNDLE_TALK_H

#include "sync/bundle_out.h"
#include "sync/driver.h"
#include "sync/join.h"

// The store at work, and the machine that it stands on.
struct bundle_host {
	struct store *store;
	struct self *self;
	const char *sync_address;   // told to those who join; "": none
	uint64_t now_ms;
	enum err (*guard)(void *context, const struct self *self, const uint64_t shown[LANE_END]); // as in sync/driver.h
	void *context;
};

struct bundle_talk {
	struct bundle_host host;
	struct bundle_port port;
	struct node *node;
	struct driver driver;
	struct bundle_out out;
	bool writing;
	struct bundle_head head;    // of the part being taken in
	enum err refused;           // why the node would have closed the session
};

// Of `port`, who only takes in needs the randomness alone.
enum err bundle_talk_open(struct bundle_talk *talk, const struct bundle_host *host, const struct bundle_port *port);
void bundle_talk_close(struct bundle_talk *talk);

// All that the server above lacks and can be read here. ERR_NOT_FOUND: there is none above.
enum err bundle_talk_up(struct bundle_talk *talk, uint64_t part_most);
// All that a device below is to be told. ERR_NOT_FOUND: it is not known here; ERR_UNAUTHORISED: it was revoked and
// nothing came from it.
enum err bundle_talk_down(struct bundle_talk *talk, const struct hash *device, uint64_t part_most);
// A newcomer's request. Needs no store of its own but its identity and life.
enum err bundle_talk_join(const struct bundle_port *port, const struct enrol_invitation *invitation, const struct self *self,
                          const char *label, uint64_t now_ms);

// A part whose head verifies and that is sealed to us. ERR_UNAUTHORISED: its holder has nothing to tell this store.
enum err bundle_talk_part(struct bundle_talk *talk, const struct bundle_head *head);
// One message of it. ERR_OK also where it was refused (talk->refused, node_carriage); else a failure of the store.
enum err bundle_talk_piece(struct bundle_talk *talk, uint32_t piece, struct span message);
enum err bundle_talk_part_over(struct bundle_talk *talk); // notes that it was here
// After the last part of all that is there: what waited is tried again.
enum err bundle_talk_over(struct bundle_talk *talk);

#endif
