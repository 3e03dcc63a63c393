// The network side. One context, one thread of libzmq's, and everything here in the caller's thread:
// ZAP questions, news of connections and messages are all answered from link_poll().
//
//	parent   NONE ──link_connect──▶ WAITING ──handshake──▶ UP ──lost──▶ LOST ──drained──▶ NONE
//	                                   └──────handshake failed──────────▲      (EVENT_LINK_DOWN)
//
// What a peer said before its connection broke is given before EVENT_LINK_DOWN. A refused TCP
// connection is no loss: libzmq tries again by itself until link_disconnect().
#include "io/link_zmq.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#include "io/curve_socket.h"
#include "io/machine.h"
#include "io/peers.h"
#include "io/zap.h"

#define BATCH_MAX           LIMIT_EVENTS_PER_COMMIT
#define BATCH_BYTES         (32 * 1024 * 1024) // a poll takes no further message beyond this
#define PORCH_MESSAGE_BYTES (64 * 1024)        // a stranger has little to say
#define SYNC_PEERS          (2 * LIMIT_SESSIONS)
#define PORCH_PEERS         256
#define ZAP_PER_POLL        64
#define NEWS_PER_POLL       1024
#define STRANGE_PER_POLL    1024 // messages thrown away before the caller gets a turn
#define SOCKETS_MAX         4096 // closed ones count until libzmq has reaped them

enum { DOOR_SYNC, DOOR_PORCH, DOORS };

struct door {
	struct link *link;
	enum node_door name;
	struct curve_socket at;
	struct peers peers;
};

enum parent_state { PARENT_NONE, PARENT_WAITING, PARENT_UP, PARENT_LOST };

struct parent {
	enum parent_state state;
	struct curve_socket at;
	struct hash curve;
};

// Links that are gone and of which the caller was not told yet.
struct gone {
	struct departure {
		uint64_t link;
		enum node_door door;
	} *items; // owned
	size_t count, capacity;
};

struct link {
	void *zmq;
	struct identity identity;
	struct zap zap;
	struct door door[DOORS];
	struct parent parent;
	struct gone gone;
	int wake[2];                    // self-pipe: read end, write end
	uint64_t next_link;
	zmq_msg_t batch[BATCH_MAX];     // what the events of the last poll borrow
	size_t batch_count;
	unsigned turn;                  // whose message is taken first
	uint64_t in, out, strange;
};

// ---- Opening and closing ----

// The caller is told with the next poll. Without memory it is not: its own time-outs will tell it.
static void depart(void *context, uint64_t number)
{
	struct door *door = context;
	struct gone *gone = &door->link->gone;
	if (gone->count == gone->capacity) {
		size_t capacity = gone->capacity ? 2 * gone->capacity : 64;
		struct departure *items = realloc(gone->items, capacity * sizeof *items);
		if (!items)
			return;
		gone->items = items;
		gone->capacity = capacity;
	}
	gone->items[gone->count++] = (struct departure){ .link = number, .door = door->name };
}

static enum err open_wake(struct link *link)
{
	if (pipe(link->wake))
		return ERR_IO;
	for (int i = 0; i < 2; i++)
		if (fcntl(link->wake[i], F_SETFL, O_NONBLOCK) || fcntl(link->wake[i], F_SETFD, FD_CLOEXEC))
			return ERR_IO;
	return ERR_OK;
}

static enum err open_context(struct link *link)
{
	unsigned seed;
	link->zmq = zmq_ctx_new();
	if (!link->zmq || zmq_ctx_set(link->zmq, ZMQ_IO_THREADS, 1) || zmq_ctx_set(link->zmq, ZMQ_MAX_SOCKETS, SOCKETS_MAX))
		return ERR_NOMEM;
	// A ROUTER numbers its peers upwards from rand(), which libzmq 4.3.4 never seeds, and asserts that
	// no peer has taken the next number as its own routing id. So the first must be hard to guess.
	machine_random(&seed, sizeof seed);
	srand(seed);
	return ERR_OK;
}

static enum err open_doors(struct link *link, const struct link_options *options)
{
	enum err err = ERR_OK;
	if (options->sync)
		err = curve_socket_listen(link->zmq, &link->identity, ZAP_DOMAIN_SYNC, options->sync, LIMIT_MESSAGE_BYTES,
		                          &link->door[DOOR_SYNC].at);
	if (!err && options->porch)
		err = curve_socket_listen(link->zmq, &link->identity, ZAP_DOMAIN_PORCH, options->porch, PORCH_MESSAGE_BYTES,
		                          &link->door[DOOR_PORCH].at);
	return err;
}

enum err link_open(const struct link_options *options, struct link **opened)
{
	struct link *link = calloc(1, sizeof *link);
	*opened = NULL;
	if (!link)
		return ERR_NOMEM;
	link->identity = *options->identity;
	link->next_link = NODE_LINK_PARENT + 1;
	link->wake[0] = link->wake[1] = -1;
	link->door[DOOR_SYNC] = (struct door){ .link = link, .name = NODE_DOOR_SYNC };
	link->door[DOOR_PORCH] = (struct door){ .link = link, .name = NODE_DOOR_PORCH };
	peers_init(&link->door[DOOR_SYNC].peers, SYNC_PEERS, depart, &link->door[DOOR_SYNC]);
	peers_init(&link->door[DOOR_PORCH].peers, PORCH_PEERS, depart, &link->door[DOOR_PORCH]);

	enum err err = open_wake(link);
	if (!err)
		err = open_context(link);
	if (!err) // before the doors, or they would stand open
		err = zap_open(&link->zap, link->zmq, options->admit, options->admit_context);
	if (!err)
		err = open_doors(link, options);
	if (err)
		link_close(link);
	else
		*opened = link;
	return err;
}

static void release_batch(struct link *link)
{
	for (size_t i = 0; i < link->batch_count; i++)
		zmq_msg_close(&link->batch[i]);
	link->batch_count = 0;
}

void link_close(struct link *link)
{
	if (!link)
		return;
	release_batch(link);
	for (size_t i = 0; i < DOORS; i++) {
		curve_socket_close(&link->door[i].at);
		peers_free(&link->door[i].peers);
	}
	link_disconnect(link);
	zap_close(&link->zap);
	while (link->zmq && zmq_ctx_term(link->zmq) && zmq_errno() == EINTR) {
	}
	for (int i = 0; i < 2; i++)
		if (link->wake[i] >= 0)
			close(link->wake[i]);
	free(link->gone.items);
	identity_wipe(&link->identity);
	free(link);
}

enum err link_endpoint(const struct link *link, enum node_door name, char *text, size_t size)
{
	for (size_t i = 0; i < DOORS; i++)
		if (link->door[i].name == name && link->door[i].at.socket)
			return zmq_getsockopt(link->door[i].at.socket, ZMQ_LAST_ENDPOINT, text, &size) ? ERR_TOO_LARGE : ERR_OK;
	return ERR_NOT_FOUND;
}

int link_wake_fd(struct link *link)
{
	return link->wake[1];
}

void link_traffic(const struct link *link, uint64_t *in, uint64_t *out)
{
	*in = link->in;
	*out = link->out;
}

// ---- The parent ----

enum err link_connect(struct link *link, const char *address, const struct hash *server_curve)
{
	link_disconnect(link);
	enum err err = curve_socket_connect(link->zmq, &link->identity, server_curve, address, LIMIT_MESSAGE_BYTES,
	                                    &link->parent.at);
	if (err)
		return err;
	link->parent.curve = *server_curve;
	link->parent.state = PARENT_WAITING;
	return ERR_OK;
}

void link_disconnect(struct link *link)
{
	curve_socket_close(&link->parent.at);
	link->parent.state = PARENT_NONE;
}

// ---- Gathering events ----

struct gather {
	struct link *link;
	struct event *events;
	size_t max, count;
	size_t bytes;
	size_t strange; // thrown away in this poll
};

enum taken { TAKEN_NONE, TAKEN_ONE };

static bool full(const struct gather *gather)
{
	return gather->count == gather->max || gather->link->batch_count == BATCH_MAX || gather->bytes >= BATCH_BYTES ||
	       gather->strange == STRANGE_PER_POLL;
}

static void give(struct gather *gather, struct event event)
{
	assert(gather->count < gather->max);
	gather->events[gather->count++] = event;
}

static void give_gone(struct gather *gather)
{
	struct gone *gone = &gather->link->gone;
	size_t given = 0;
	for (; given < gone->count && !full(gather); given++)
		give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = gone->items[given].link,
		                             .door = gone->items[given].door });
	gone->count -= given;
	if (given && gone->count)
		memmove(gone->items, gone->items + given, gone->count * sizeof *gone->items);
}

// One message of `parts` frames, the last of which is kept in *payload and the one before it in *route.
// TAKEN_NONE: none waits. Messages of another shape are read to their end: payload->size is 0 then.
static enum taken receive(void *socket, int parts, zmq_msg_t *route, zmq_msg_t *payload)
{
	int part = 0, more = 1;
	zmq_msg_init(route);
	zmq_msg_init(payload);
	for (; more; part++) {
		zmq_msg_t *to = part + 1 < parts ? route : payload;
		if (zmq_msg_recv(to, socket, ZMQ_DONTWAIT) < 0)
			break;
		more = zmq_msg_more(to);
	}
	if (part != parts || more) {
		zmq_msg_close(payload);
		zmq_msg_init(payload);
	}
	return part > 0 ? TAKEN_ONE : TAKEN_NONE;
}

// Keeps the payload for the caller to look at until the next poll.
static void give_message(struct gather *gather, zmq_msg_t *payload, struct event event)
{
	struct link *link = gather->link;
	zmq_msg_t *kept = &link->batch[link->batch_count++];
	zmq_msg_init(kept);
	zmq_msg_move(kept, payload);
	event.bytes = span_of(zmq_msg_data(kept), zmq_msg_size(kept));
	gather->bytes += event.bytes.size;
	link->in += event.bytes.size;
	give(gather, event);
}

static void throw_away(struct gather *gather)
{
	gather->strange++;
	gather->link->strange++;
}

// The key under which ZAP let the sender in.
static bool sender(const zmq_msg_t *payload, struct hash *curve)
{
	const char *user = zmq_msg_gets(payload, "User-Id");
	return user && hash_parse(user, curve) == ERR_OK;
}

static void hear_news(struct door *door)
{
	int connection;
	for (size_t i = 0; i < NEWS_PER_POLL; i++) {
		if (curve_socket_news(&door->at, &connection) == CURVE_NOTHING)
			return;
		peers_lose_socket(&door->peers, connection);
	}
}

static enum taken take_from_door(struct gather *gather, struct door *door)
{
	zmq_msg_t route, payload;
	struct hash curve;
	struct link *link = gather->link;
	enum taken taken = door->at.socket ? receive(door->at.socket, 2, &route, &payload) : TAKEN_NONE;
	if (!door->at.socket)
		return TAKEN_NONE;
	if (taken == TAKEN_ONE && zmq_msg_size(&payload) > 0 && sender(&payload, &curve)) {
		struct event event = { .kind = EVENT_MESSAGE, .door = door->name, .curve = curve };
		struct span from = span_of(zmq_msg_data(&route), zmq_msg_size(&route));
		int connection = zmq_msg_get(&payload, ZMQ_SRCFD);
		// A connection's number is used again: what is known of its former life must be heard first.
		if (!peers_knows(&door->peers, from, &curve, connection))
			hear_news(door);
		if (peers_hear(&door->peers, from, &curve, connection, &link->next_link, &event.link) == ERR_OK)
			give_message(gather, &payload, event);
		else
			throw_away(gather);
	} else if (taken == TAKEN_ONE) {
		throw_away(gather);
	}
	zmq_msg_close(&route);
	zmq_msg_close(&payload);
	return taken;
}

static void hear_parent(struct gather *gather)
{
	struct parent *parent = &gather->link->parent;
	int connection;
	while (!full(gather)) {
		enum curve_news news = curve_socket_news(&parent->at, &connection);
		if (news == CURVE_NOTHING)
			return;
		if (news == CURVE_READY && parent->state == PARENT_WAITING) {
			parent->state = PARENT_UP;
			give(gather, (struct event){ .kind = EVENT_CONNECT, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
			                             .curve = parent->curve });
		} else if (news == CURVE_LOST) {
			parent->state = PARENT_LOST;
		}
	}
}

static enum taken take_from_parent(struct gather *gather)
{
	struct parent *parent = &gather->link->parent;
	zmq_msg_t none, payload;
	if (parent->state != PARENT_UP && parent->state != PARENT_LOST)
		return TAKEN_NONE;
	enum taken taken = receive(parent->at.socket, 1, &none, &payload);
	if (taken == TAKEN_ONE && zmq_msg_size(&payload) > 0)
		give_message(gather, &payload, (struct event){ .kind = EVENT_MESSAGE, .link = NODE_LINK_PARENT,
		                                               .door = NODE_DOOR_PARENT, .curve = parent->curve });
	else if (taken == TAKEN_ONE)
		throw_away(gather);
	zmq_msg_close(&none);
	zmq_msg_close(&payload);
	if (taken == TAKEN_NONE && parent->state == PARENT_LOST) {
		link_disconnect(gather->link);
		give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
		                             .curve = parent->curve });
	}
	return taken;
}

// One message of each in turn, until nobody has any.
static void take_messages(struct gather *gather)
{
	struct link *link = gather->link;
	for (unsigned silent = 0; silent < DOORS + 1 && !full(gather);) {
		unsigned whose = link->turn++ % (DOORS + 1);
		enum taken taken = whose < DOORS ? take_from_door(gather, &link->door[whose]) : take_from_parent(gather);
		silent = taken == TAKEN_NONE ? silent + 1 : 0;
	}
}

// ---- Polling ----

static enum err wait_for_something(struct link *link, int timeout_ms)
{
	zmq_pollitem_t items[2 + 2 * (DOORS + 1)];
	int count = 0;
	items[count++] = (zmq_pollitem_t){ .fd = link->wake[0], .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = link->zap.socket, .events = ZMQ_POLLIN };
	for (size_t i = 0; i <= DOORS; i++) {
		const struct curve_socket *at = i < DOORS ? &link->door[i].at : &link->parent.at;
		if (!at->socket)
			continue;
		items[count++] = (zmq_pollitem_t){ .socket = at->socket, .events = ZMQ_POLLIN };
		items[count++] = (zmq_pollitem_t){ .socket = at->monitor, .events = ZMQ_POLLIN };
	}
	bool waiting = link->gone.count > 0 || link->parent.state == PARENT_LOST;
	if (zmq_poll(items, count, waiting ? 0 : timeout_ms) < 0 && zmq_errno() != EINTR)
		return ERR_IO;
	uint8_t woken[64];
	while (read(link->wake[0], woken, sizeof woken) > 0) {
	}
	return ERR_OK;
}

enum err link_poll(struct link *link, int timeout_ms, struct event *events, size_t max, size_t *count)
{
	struct gather gather = { .link = link, .events = events, .max = max };
	*count = 0;
	release_batch(link);
	enum err err = wait_for_something(link, timeout_ms);
	if (err)
		return err;
	zap_answer(&link->zap, ZAP_PER_POLL);
	give_gone(&gather);
	hear_parent(&gather);
	take_messages(&gather);
	// Only when all that they said was taken are those who left missed.
	for (size_t i = 0; i < DOORS && !full(&gather); i++)
		hear_news(&link->door[i]);
	give_gone(&gather);
	*count = gather.count;
	return ERR_OK;
}

// ---- Effects ----

static bool send_frame(void *socket, struct span bytes, int flags)
{
	return zmq_send(socket, bytes.data, bytes.size, ZMQ_DONTWAIT | flags) >= 0;
}

// The door of that name, where it stands open.
static struct door *find_door(struct link *link, enum node_door name)
{
	for (size_t i = 0; i < DOORS; i++)
		if (link->door[i].name == name && link->door[i].at.socket)
			return &link->door[i];
	return NULL;
}

static void send_down(struct link *link, const struct effect *effect)
{
	struct door *door = find_door(link, effect->door);
	struct span route;
	if (!door || !peers_route(&door->peers, effect->link, &route))
		return; // it is gone, and the caller is told or was
	if (send_frame(door->at.socket, route, ZMQ_SNDMORE) && send_frame(door->at.socket, effect->bytes, 0))
		link->out += effect->bytes.size;
	else
		peers_lose(&door->peers, effect->link);
}

static void send_up(struct link *link, const struct effect *effect)
{
	struct parent *parent = &link->parent;
	if (parent->state != PARENT_UP)
		return;
	if (send_frame(parent->at.socket, effect->bytes, 0))
		link->out += effect->bytes.size;
	else
		parent->state = PARENT_LOST;
}

static void close_one(struct link *link, const struct effect *effect)
{
	struct door *door = find_door(link, effect->door);
	if (effect->door == NODE_DOOR_PARENT)
		link_disconnect(link);
	else if (door)
		peers_forget(&door->peers, effect->link);
}

void link_effect(struct link *link, const struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_SEND:
		assert(effect->bytes.size > 0 && effect->bytes.size <= LIMIT_MESSAGE_BYTES);
		(effect->door == NODE_DOOR_PARENT ? send_up : send_down)(link, effect);
		break;
	case EFFECT_CLOSE:
		close_one(link, effect);
		break;
	case EFFECT_DONE:
	case EFFECT_REJOINED:
		break; // the loop's
	}
}
