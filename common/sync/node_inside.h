// What the files of the node share among themselves: its state, which is small on purpose. All that
// must survive stands in the store; what stands here is sessions, which may be forgotten at any time.
#ifndef TRIBUTARY_SYNC_NODE_INSIDE_H
#define TRIBUTARY_SYNC_NODE_INSIDE_H

#include "base/buf.h"
#include "base/hashed.h"
#include "sync/arrival.h"
#include "sync/bundle_row.h"
#include "sync/cargo.h"
#include "sync/frame.h"
#include "sync/message.h"
#include "sync/node.h"
#include "sync/node_sent.h"
#include "sync/pace.h"
#include "sync/pen.h"
#include "sync/share.h"
#include "sync/turns.h"

#define NODE_TALLY_SPACING_MS 500 // between two publications of figures in a live session

// Cargo in a session, of either side: in turn, one part at a time.
struct node_haul {
	struct cargo_peer peer;
	bool begun;              // what became of its bundles was told
	bool sought;             // what is held was looked through, up to `at`
	bool giving;             // a part is with the peer and not answered: the one at `at`
	bool owed;               // the peer is told what became of its part
	bool refused;            // a part that was given was not taken
	bool any;                // the last message of the peer had something in it
	struct cargo_place at;
	struct id bundle;        // of the part that came
	uint32_t part;
	enum err err;            // what became of it
};

// A session with a neighbour (node_near.c), of either side.
struct node_near {
	bool active;
	bool beside;             // a device of our own unit
	bool greeted, told;      // its standings are here; receipts were told it
	unsigned rounds;         // a peer cannot keep us beginning anew
	struct node_sent *sent;  // how far it has each log
	struct node_wants *wants; // originals that it asks for; NULL: none
	struct node_haul haul;
};

// A session with a device or server below us.
struct node_session {
	uint64_t link; // key
	struct hash curve;
	struct hash device;
	struct id unit;
	struct id incarnation;   // of the client's store
	bool client_is_server;
	bool revoked;            // may still hand in what it has; is told that, and nothing more
	bool live;
	bool told_incarnation;   // it knows our present life
	uint64_t want_turn;      // what is asked for was told as of then (sync/file_want)
	bool awaits_next;        // an answer said "more"; the client's Next comes before anything else
	bool outward;            // its answers go into a bundle
	uint64_t cursor, small;  // arrivals up to here have been sent, and of what is no file up to there
	struct { uint64_t number, at; } again; // an arrival that is sent again, and how far it was (sync/arrival)
	unsigned dictionary;     // newest that both have
	size_t room;             // packed bytes that an answer may bring
	struct pace_way way;     // how well what it is told could be packed
	uint64_t heard_ms;
	struct node_sent *sent;
	struct node_near near;   // active: a neighbour's session, where nothing else is said
	struct node_haul haul;   // of a device or server below
	UT_hash_handle hh;
};

//	CLOSED ──EVENT_CONNECT──▶ GREETED ──first answer──▶ FLOWING ──nothing left──▶ IDLE (live) or CLOSED
enum node_client_state { NODE_CLOSED, NODE_GREETED, NODE_FLOWING, NODE_IDLE };

struct node_client {
	enum node_client_state state;
	bool live;
	bool greet_again;        // healed; what the server has is asked for again once all that was said is answered
	unsigned rounds;         // greetings on this connection: a server cannot keep us greeting
	bool life_begun;         // a new one, on this connection: nor make us begin life after life
	struct id incarnation;   // that we greeted with: what short names in answers mean
	unsigned catalogs;       // sent and not answered with a Want yet
	bool tally_due;          // figures wait to be published
	bool cargo, cargo_there; // there may be something to be carried on; the server says that it has something
	bool hauling;            // that is being done
	struct node_haul haul;
	struct pace pace;        // of the road to the server above; what was learnt outlives a connection
	unsigned dictionary;     // newest that both have, as far as is known
	uint64_t come_back_ms;   // said by the server with its Bye; 0: nothing
	uint64_t held_ms;        // when the road will be ready for the frame that waits; 0: none waits, or for an answer
	uint64_t nexts;          // bit i: the i-th message not answered yet is a Next
	unsigned asked;          // how many of them are
	uint64_t paced_out;      // bytes that the pace knows of
	bool carrying;           // into a bundle: only what the server's present life receipted is taken for held
	bool plain;              // the server holds something else than we took for granted: no history stands before frames
	unsigned outstanding, refusals; // messages not answered yet; logs refused in this session
	bool revoked;            // the server says that this device was
	struct id server;        // the server's present life
	uint64_t heard_ms;
	uint64_t tally_ms;       // when figures were published last
	struct node_sent *sent;
	struct node_wants *wants; // originals that the server asks for (node_want.c); NULL: none
	struct node_progress progress;
};

struct node {
	struct self *self;
	struct trace trace;
	struct counters counters;
	struct share *share, *own_share; // the latter: NULL where it is another's
	struct frame_codec *codec;       // of the share
	struct view_pack pack;
	struct arena arena;         // of the event at hand, and lent for it by the share
	struct arena frame_arena;   // of the frame at hand, likewise
	struct drbg drbg;
	char public_address[128];   // told to those who join: where to sync
	uint64_t now_ms;
	uint64_t settled_arrival, settled_wants; // live sessions have been told of arrivals, and of wants (file_want_turn), up to here
	uint64_t shown[LANE_END];
	uint64_t room;              // bytes that files may still take
	struct node_session *sessions;
	struct turns turns;
	struct node_client client;
	struct node_carriage carriage;
	struct bundle_place waiting_at; // how far what waits was tried again
	bool carried_gap;              // the message at hand waits for what comes before it
	struct node_near near;         // the session with a neighbour that we called
	struct node_meeting meeting;
	struct hash carrier;           // for whom a bundle is being made; zero: for a stick
	bool cargo_fresh;              // something to be carried on has come since peers were told
};

// One event at hand: what most functions below take.
struct node_call {
	struct node *node;
	struct txn *txn;
	struct effects *effects;
	const struct event *event;
};

void effects_add(struct effects *effects, const struct effect *effect, struct buf *bytes); // takes *bytes over
bool effects_failed(const struct effects *effects);

void node_send(struct node_call *call, uint64_t link, enum node_door door, enum message_kind kind, const ProtobufCMessage *message);
void node_close(struct node_call *call, uint64_t link, enum node_door door, enum err err, const char *text); // Bye, and drops it

// ---- Taking in (node_intake.c) ----

// What came of the ranges of one message, by log: small, for there may be thousands.
struct intake_log {
	struct hash id;
	struct logname name;
	uint64_t size;            // held now
	struct hash root;         // at that size
	struct head head;         // newest signed head, to be shown where a fork is refused
	enum err err;             // ERR_OK: receipted; else refused
	uint64_t seq;             // first entry refused
	uint64_t set_aside;       // one more than the first entry put into quarantine; 0: none was
	bool own_unit;            // written by a device of the peer's unit: first tier
};
struct intake {
	struct intake_log *logs;  // in the arena; one per log
	size_t count;
	uint64_t entries;
};
// `admit` judges by the log's name whether the peer may bring it.
enum err node_take(struct node_call *call, const ProtobufCBinaryData *frames, size_t count, const struct logname *home,
                   bool (*admit)(struct node_call *call, void *context, const struct logname *name), void *context,
                   struct intake *intake);

void node_show(struct node *node, const struct journal_log *log, uint64_t to); // what goes out of our own logs (log/guard.h)

// ---- Roles ----

void node_server_message(struct node_call *call);
bool node_admit_below(struct node_call *call, void *session, const struct logname *name); // may the peer bring that log?
void node_server_settle(struct node_call *call);
struct node_session *node_session_find(struct node *node, uint64_t link);
void node_server_forget(struct node_call *call); // all sessions, and says so: whoever was spoken with greets again
void node_session_drop(struct node *node, struct node_session *session);

void node_porch_message(struct node_call *call);

void node_client_begin(struct node *node); // as nothing was said yet
void node_client_greet(struct node_call *call);
void node_client_message(struct node_call *call);
void node_client_settle(struct node_call *call);
void node_client_down(struct node_call *call, enum err err, const char *text);
void node_client_flow(struct node_call *call);           // sends what is pending as far as the window goes
void node_client_go_on(struct node_call *call);          // flow, and notice that all is done
void node_client_say(struct node_call *call, enum message_kind kind, const ProtobufCMessage *message); // and expects an answer
void node_client_expect(struct node_call *call);          // one more answer is due, to what was sent last
void node_client_answered(struct node_call *call);        // one less is due

bool node_client_admits(struct node_call *call, void *context, const struct logname *name); // may the server above hand it down to us?

// Where we stand with the server above (node_cursor.c).
extern const struct arrival_cursor node_cursor_none; // all that concerns us is still to come
bool node_cursor_load(struct node_call *call, struct id *server, struct arrival_cursor *cursor); // false: it never answered
void node_cursor_save(struct node_call *call, struct arrival_cursor cursor);                     // of client.server
void node_cursor_rewind(struct node_call *call); // forgets it: all that concerns us comes again
unsigned node_cursor_dictionary(struct node_call *call);            // newest that both have, as it was said last
void node_cursor_speak(struct node_call *call, unsigned dictionary); // keeps that

// What goes up (node_pending.c). The next frame of it, and whether anything is left behind; false: there is nothing.
bool node_pending_frame(struct node_call *call, struct buf *frame, bool *more);
uint64_t node_pending_count(struct node_call *call); // entries

// What comes and goes in bundles (node_carry.c).
void node_carry_out(struct node_call *call);       // EVENT_CARRY
void node_carry_waiting(struct node_call *call);   // EVENT_CARRY_WAITING
void node_carry_answer(struct node_call *call);    // a message of the server above
void node_carry_greeted(struct node_call *call, const struct node_session *session, const struct charter_device *device,
                        const Tributary__Hello *hello);
void node_carry_taken(struct node_call *call, const struct hash *device, const struct intake *intake,
                      Tributary__Refusal *const *refusals, size_t refusal_count);
void node_carry_joined(struct node_call *call, const Tributary__Joined *joined);
void node_carry_word(struct node_call *call, uint64_t time_ms); // the server above said something, by its clock
void node_carry_refusals(struct node_call *call, const struct hash *device, Tributary__Refusal ***refusals, size_t *count);

// Does another server look after us now? Then it is our parent from here on (node_follow.c). True: this session is over.
bool node_follow(struct node_call *call);

// What the server said of our logs (node_receipt.c).
struct logname node_receipt_home(const struct node *node); // what names by lane alone stand for
uint64_t node_receipt_held(const struct node *node, const struct journal_log *log); // entries receipted by the parent
void node_receipt_take(struct node_call *call, const Tributary__Receipt *item);
void node_receipt_refused(struct node_call *call, const Tributary__Refusal *item);

// What the user should see ("nothing fails silently"): kept in NOTICE, the newest 256.
void node_notice(struct node_call *call, enum err err, const char *text);

enum err node_write_due(struct node_call *call, bool figures); // epoch keys that should be written now, and figures

// Restored, forked and replaced stores (node_repair.c, node_repair_fork.c).
void node_repair_restored(struct node_call *call);
void node_repair_forked(struct node_call *call, struct journal_log *log, struct span head, bool closed);
void node_repair_split(struct node_call *call, struct journal_log *log, struct span head, bool closed); // of a device below
void node_repair_life(struct node_call *call, enum self_reborn reason); // a new one, once on a connection, and greets again
void node_repair_yield(struct node_call *call, uint32_t log, const struct head *theirs, uint64_t common); // theirs stands, from `common` on
void node_repair_ask(struct node_call *call); // all that concerns us is asked for from the beginning, on this connection
void node_repair_closed(struct node_call *call);           // a log of our present life cannot be appended to
void node_repair_catalog(struct node_call *call);          // the server began a new life: all that we hold
void node_repair_all_again(struct node_call *call);        // the same without a session: all of it goes up with the next
void node_repair_want(struct node_call *call, const Tributary__Want *want);
void node_repair_answer_catalog(struct node_call *call, const Tributary__Catalog *catalog, struct node_session *session);

#endif
