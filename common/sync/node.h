// The node: one store taking part in the tree, in both roles at once. Everything that can happen is
// an event; node_step() changes state inside the given transaction; what must be done comes out as
// effects, which the driver carries out after the commit (docs/protocol.md has the session diagram).
//
//	client role: the session with the parent            server role: sessions with those below
//	  CLOSED ──connect──▶ GREETED ──answer──▶ FLOWING ──done──▶ IDLE (live) or CLOSED
//	     ▲                   │                   │                │
//	     └─────── link down, time out, Bye ──────┴────────────────┘
#ifndef TRIBUTARY_SYNC_NODE_H
#define TRIBUTARY_SYNC_NODE_H

#include "base/buf.h"
#include "base/count.h"
#include "base/drbg.h"
#include "base/trace.h"
#include "sync/view.h"

struct share; // sync/share.h

enum node_door {
	NODE_DOOR_SYNC,   // from below, authenticated by CURVE
	NODE_DOOR_PORCH,  // strangers; joining and nothing else
	NODE_DOOR_PARENT, // our session with the server above
};

#define NODE_LINK_PARENT 0          // the one link through NODE_DOOR_PARENT
#define NODE_LINK_EVERY  UINT64_MAX // EVENT_LINK_DOWN: all links through that door
#define NODE_LINK_CARRIED (UINT64_MAX - 1) // no link: what comes and goes in bundles

// Of an event that comes from a bundle, or goes into one (sync/bundle_talk.h), and not over a link.
struct event_carried {
	struct hash holder;   // who made the bundle: its signature was checked
	struct id bundle;
	uint32_t part, piece;
	uint64_t made_ms;     // when, by the holder's clock
	bool outward;         // a message of the reader's, made up here, whose answers go into a bundle for it
	bool again;           // it waited here for what comes before it
};

enum event_kind {
	EVENT_TICK,       // time passed
	EVENT_MESSAGE,    // bytes came on a link
	EVENT_LINK_DOWN,  // a link is gone
	EVENT_CONNECT,    // the parent link may be used: greet. `live`: stay open
	EVENT_CHANGED,    // another process wrote to the store
	EVENT_CARRY,      // the next messages of a bundle for the server above; `live`: they are the first
	EVENT_CARRY_WAITING, // what came in bundles and waited is tried again
	EVENT_MEET,       // the link that is the parent's otherwise leads to a neighbour (`curve`): greet it
};

struct event {
	enum event_kind kind;
	uint64_t now_ms;                 // wall clock, since 1970
	uint8_t seed[DRBG_SEED_BYTES];   // fresh random bytes
	uint64_t link;                   // names a connection for its whole life; never reused
	enum node_door door;
	struct hash curve;               // the peer's authenticated CURVE key (sync and porch doors)
	struct span bytes;               // borrowed for the call
	bool live;
	const struct event_carried *carried; // borrowed for the call; NULL: it came over a link
};

enum effect_kind {
	EFFECT_SEND,      // bytes on a link
	EFFECT_CLOSE,     // drop a link
	EFFECT_DONE,      // the parent session has caught up (err OK) or ended (err, text)
	EFFECT_REJOINED,  // the store began a new incarnation: identity-bound state outside must follow (guard)
};

struct effect {
	enum effect_kind kind;
	uint64_t link;
	enum node_door door;
	enum err err;
	struct span bytes; // owned by the list
	uint64_t come_back_ms; // DONE with ERR_AGAIN: the server above has time for us then and not before; 0: it did not say
};

struct effects; // in order; owned by the caller of node_step

struct effects *effects_new(void);
void effects_free(struct effects *effects);
void effects_clear(struct effects *effects);
size_t effects_count(const struct effects *effects);
const struct effect *effects_at(const struct effects *effects, size_t index);

struct node;

// `self` is owned by the caller and outlives the node; the node may change it (joining, a new life).
struct node *node_new(struct self *self, const struct trace *trace);
struct node *node_new_in(struct share *share, struct self *self, const struct trace *trace); // of several in one thread
void node_free(struct node *node);

// Where those who join are told to sync ("tcp://host:port"); a server says it before its porch opens.
void node_announce(struct node *node, const char *sync_address);

// How many bytes of files the disk still has room for; UINT64_MAX, as at first: not known. A server takes no more of files, and goes
// on with what is small.
void node_room(struct node *node, uint64_t for_files);

// Handles one event. ERR_OK, or the failure of the transaction, after which the caller aborts it,
// throws the effects away and calls node_reset(). Nothing that a peer sent makes it fail.
enum err node_step(struct node *node, struct txn *txn, const struct event *event, struct effects *effects);

// After the last event of a batch: what the events together call for (pushes to live sessions, figures
// for the parent). Same contract as node_step.
enum err node_settle(struct node *node, struct txn *txn, uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES],
                     struct effects *effects);

// How long the last batch took to carry out and commit: what a server judges by whether it is full (sync/turns.h).
void node_took(struct node *node, uint64_t batch_ms, uint64_t now_ms);
bool node_busy(const struct node *node);    // an answer of the server above is waited for
size_t node_batch(const struct node *node); // events to carry out together, at most

// Forgets all sessions (a failed commit, a restart of the network side). Peers find out by time-outs.
void node_reset(struct node *node);

uint64_t node_deadline(const struct node *node); // next moment (ms) at which EVENT_TICK is due; UINT64_MAX: none

const struct counters *node_counters(const struct node *node);
size_t node_sessions(const struct node *node);

// Sizes of our own logs, by lane, that the effects so far show to others: what the guard must cover
// before they are sent (log/guard.h).
const uint64_t *node_shown(const struct node *node);

// May a peer with this CURVE key pass the sync door? Asked by ZAP, in a read transaction.
bool node_admits(struct txn *txn, const struct hash *curve);

// A session's progress, for people.
struct node_progress {
	uint64_t entries_to_send;   // not receipted yet
	uint64_t entries_received;
	uint64_t bytes_out, bytes_in;
	uint32_t round_trips;       // answers received
	bool caught_up;
};
struct node_progress node_progress(const struct node *node);

// What became of what was carried, since the node was made.
struct node_carriage {
	uint64_t entries;    // taken in that were not here
	uint64_t set_aside;  // logs of which something was put into quarantine
	uint64_t refused;    // ranges that were not taken, earlier ones missing apart
	uint64_t waiting;    // messages kept until what comes before them is here
	uint64_t lost;       // messages that should wait and had no room
	uint64_t resumed;    // messages that had waited and are taken in now
	uint64_t joined;     // requests to join that were granted
	uint64_t receipts;   // newer ones of the server above
	bool revoked;        // the server above says that this device was
	uint64_t out;        // entries put into messages
	bool more;           // outward: something is left to be said
	bool stale;          // of a former life of the server above, or older than what is known: its word counts no more
};
struct node_carriage node_carriage(const struct node *node);
struct bundle_greeting;
void node_carry_hello(const struct bundle_greeting *greeting, struct buf *bytes); // what a device that stands there would say

// What came of meeting a neighbour (sync/node_near.c), or of cargo in a session with the server above.
struct node_meeting {
	struct hash device;         // who it was; zero: nobody was met
	bool beside;                // of our own unit: entries went themselves
	uint64_t sent, received;    // entries
	uint64_t given, kept;       // parts of bundles: that it has now; that we have now, for others
	uint64_t taken;             // that were for us
	uint64_t refused;           // that one side did not take
	enum err refusal;           // the newest reason
};
struct node_meeting node_meeting(const struct node *node);

// What EVENT_CARRY gave is in files that last: notes how far each log went, for `status`.
enum err node_carry_went(struct node *node, struct txn *txn, uint64_t now_ms);

#endif
