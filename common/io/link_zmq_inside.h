// What the files of this network side share: its state, and a poll under way.
#ifndef TRIBUTARY_IO_LINK_ZMQ_INSIDE_H
#define TRIBUTARY_IO_LINK_ZMQ_INSIDE_H

#include <zmq.h>

#include "io/curve_socket.h"
#include "io/gate.h"
#include "io/knock.h"
#include "io/link_inside.h"
#include "io/peers.h"
#include "io/zap.h"

#define LINK_ZMQ_BATCH       LIMIT_EVENTS_PER_COMMIT
#define LINK_ZMQ_BATCH_BYTES (32 * 1024 * 1024) // a poll takes no further message beyond this
#define LINK_ZMQ_STRANGE     1024               // messages thrown away before the caller gets a turn

enum { DOOR_SYNC, DOOR_PORCH, DOORS };

struct door {
	struct link_zmq *link;
	enum node_door name;
	struct curve_socket at;
	struct peers peers;
	struct gate gate;
};

//	NONE ──link_connect──▶ WAITING ──handshake──▶ UP ──lost──▶ LOST ──drained──▶ NONE
//	                          └──────handshake failed──────────▲      (EVENT_LINK_DOWN)
enum parent_state { PARENT_NONE, PARENT_WAITING, PARENT_UP, PARENT_LOST };

struct parent {
	enum parent_state state;
	struct curve_socket at;
	struct hash curve;
	struct knock knock;
	uint64_t tried_ms;
	uint64_t looked_ms;
	unsigned owed;           // answers: messages said and not followed by one from there
	bool asking;             // the machine asks often whether the other one is there
};

// Links that are gone and of which the caller was not told yet.
struct gone {
	struct departure {
		uint64_t link;
		enum node_door door;
	} *items; // owned
	size_t count, capacity;
};

struct link_zmq {
	struct link link;
	void *zmq;
	struct identity identity;
	struct zap zap;
	struct door door[DOORS];
	struct parent parent;
	struct gone gone;
	uint64_t next_link;
	zmq_msg_t batch[LINK_ZMQ_BATCH];     // what the events of the last poll borrow
	size_t batch_count;
	unsigned turn;                  // whose message is taken first
	uint64_t strange;
};

// A poll under way: what it gives.
struct gather {
	struct link_zmq *link;
	struct event *events;
	size_t max, count;
	size_t bytes;
	size_t strange; // thrown away in this poll
};

enum taken { TAKEN_NONE, TAKEN_ONE };

bool link_zmq_full(const struct gather *gather);
void link_zmq_give(struct gather *gather, struct event event);
// Keeps the payload for the caller to look at until the next poll.
void link_zmq_give_message(struct gather *gather, zmq_msg_t *payload, struct event event);
void link_zmq_throw_away(struct gather *gather);
// One message of `parts` frames, the last of which is kept in *payload and the one before it in *route.
// TAKEN_NONE: none waits. Messages of another shape are read to their end: payload->size is 0 then.
enum taken link_zmq_receive(void *socket, int parts, zmq_msg_t *route, zmq_msg_t *payload);
bool link_zmq_send(void *socket, struct span bytes, int flags);

// The connection to the parent (link_parent.c).
enum err link_parent_connect(struct link_zmq *link, const char *address, const struct hash *curve);
void link_parent_disconnect(struct link_zmq *link);
void link_parent_hear(struct gather *gather);       // news of the connection
enum taken link_parent_take(struct gather *gather); // a message; that it is lost, behind the last one
void link_parent_send(struct link_zmq *link, struct span bytes);

#endif
