// The network side. One context, one thread of libzmq's, and everything here in the caller's thread:
// ZAP questions, news of connections and messages are all answered from poll_link(). What a peer said before its
// connection broke is given before EVENT_LINK_DOWN.
#include "io/link_zmq.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "io/link_zmq_inside.h"
#include "io/machine.h"

#define PORCH_MESSAGE_BYTES (64 * 1024)        // a stranger has little to say
#define SYNC_PEERS          ((size_t)(2 * LIMIT_SESSIONS))
#define PORCH_PEERS         256
#define ZAP_PER_POLL        1024
#define NEWS_PER_POLL       1024
#define SOCKETS_MAX         4096 // closed ones count until libzmq has reaped them
#define SYNC_NEWCOMERS      LIMIT_SESSIONS // all of them, when a server has been started anew
#define SYNC_OPEN           (LIMIT_SESSIONS + 1024)
#define PORCH_NEWCOMERS     256
#define PORCH_MESSAGES      256  // of one stranger; joining takes a handful
#define WAITING_MESSAGES    6    // of one peer: what libzmq may hold before its mark, and the one under way
#define WAITING_BYTES       (48 * 1024 * 1024) // of all peers of a door
#define WAITING_PORCH_BYTES (8 * 1024 * 1024)
#define UNTAKEN_BYTES       (16 * 1024 * 1024) // of one peer that does not read
#define LAST_WORDS_MS       2000 // whom the node closes may still read what it was told
#define OWN_FILES           64   // descriptors that are not peers'
#define LOOK_MS             100  // how long peers are left alone

static struct link_zmq *of(struct link *link)
{
	return (struct link_zmq *)(void *)link;
}

static uint64_t now(void)
{
	return machine_monotonic_ns() / 1000000;
}

// ---- Those who left; closing ----

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

static enum err open_context(struct link_zmq *link)
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

static void release_batch(struct link_zmq *link)
{
	for (size_t i = 0; i < link->batch_count; i++)
		zmq_msg_close(&link->batch[i]);
	link->batch_count = 0;
}

static void close_link(struct link *base)
{
	struct link_zmq *link = of(base);
	release_batch(link);
	for (size_t i = 0; i < DOORS; i++) {
		curve_socket_close(&link->door[i].at);
		peers_free(&link->door[i].peers);
		gate_close(&link->door[i].gate);
	}
	link_parent_disconnect(link);
	zap_close(&link->zap);
	while (link->zmq && zmq_ctx_term(link->zmq) && zmq_errno() == EINTR) {
	}
	link_finish(&link->link);
	free(link->gone.items);
	identity_wipe(&link->identity);
	free(link);
}

// The door of that name, where it stands open.
static const struct door *find_door(const struct link_zmq *link, enum node_door name)
{
	for (size_t i = 0; i < DOORS; i++)
		if (link->door[i].name == name && link->door[i].at.socket)
			return &link->door[i];
	return NULL;
}

static enum err endpoint(const struct link *base, enum node_door name, char *text, size_t size)
{
	const struct door *door = find_door((const struct link_zmq *)(const void *)base, name);
	if (!door)
		return ERR_NOT_FOUND;
	return zmq_getsockopt(door->at.socket, ZMQ_LAST_ENDPOINT, text, &size) ? ERR_TOO_LARGE : ERR_OK;
}

static struct link_health health(const struct link *base, enum node_door name)
{
	const struct link_zmq *link = (const struct link_zmq *)(const void *)base;
	const struct door *door = find_door(link, name);
	if (!door)
		return (struct link_health){ .pid = 0 };
	return (struct link_health){ .refused = door->gate.cut + link->zap.refused + link->zap.deferred,
	                             .open = door->gate.open, .newcomers = door->gate.newcomers };
}

// ---- Gathering events ----

bool link_zmq_full(const struct gather *gather)
{
	return gather->count == gather->max || gather->link->batch_count == LINK_ZMQ_BATCH || gather->bytes >= LINK_ZMQ_BATCH_BYTES ||
	       gather->strange == LINK_ZMQ_STRANGE;
}

void link_zmq_give(struct gather *gather, struct event event)
{
	assert(gather->count < gather->max);
	gather->events[gather->count++] = event;
}

static void give_gone(struct gather *gather)
{
	struct gone *gone = &gather->link->gone;
	size_t given = 0;
	for (; given < gone->count && !link_zmq_full(gather); given++)
		link_zmq_give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = gone->items[given].link,
		                             .door = gone->items[given].door });
	gone->count -= given;
	if (given && gone->count)
		memmove(gone->items, gone->items + given, gone->count * sizeof *gone->items);
}

// One message of `parts` frames, the last of which is kept in *payload and the one before it in *route.
// TAKEN_NONE: none waits. Messages of another shape are read to their end: payload->size is 0 then.
enum taken link_zmq_receive(void *socket, int parts, zmq_msg_t *route, zmq_msg_t *payload)
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
void link_zmq_give_message(struct gather *gather, zmq_msg_t *payload, struct event event)
{
	struct link_zmq *link = gather->link;
	zmq_msg_t *kept = &link->batch[link->batch_count++];
	zmq_msg_init(kept);
	zmq_msg_move(kept, payload);
	event.bytes = span_of(zmq_msg_data(kept), zmq_msg_size(kept));
	gather->bytes += event.bytes.size;
	link->link.in += event.bytes.size;
	link_zmq_give(gather, event);
}

void link_zmq_throw_away(struct gather *gather)
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
		enum curve_news news = curve_socket_news(&door->at, &connection);
		if (news == CURVE_NOTHING)
			return;
		if (news == CURVE_CAME) {
			gate_came(&door->gate, connection, now());
			road_tune(connection);
			continue;
		}
		gate_went(&door->gate, connection);
		peers_lose_socket(&door->peers, connection);
	}
}

// The link that a message came on. ERR_MALFORMED, ERR_NOMEM: to nobody's.
static enum err whose(struct door *door, zmq_msg_t *route, const struct hash *curve, int connection, uint64_t *link)
{
	struct span from = span_of(zmq_msg_data(route), zmq_msg_size(route));
	// A connection's number is used again: what is known of its former life must be heard first.
	if (!peers_knows(&door->peers, from, curve, connection)) {
		hear_news(door);
		gate_drop(&door->gate, peers_make_room(&door->peers, curve));
	}
	return peers_hear(&door->peers, from, curve, connection, &door->link->next_link, link);
}

static void weigh(struct gather *gather, struct door *door, zmq_msg_t *route, zmq_msg_t *payload)
{
	struct event event = { .kind = EVENT_MESSAGE, .door = door->name };
	int connection = zmq_msg_get(payload, ZMQ_SRCFD);
	bool ours = zmq_msg_size(payload) > 0 && sender(payload, &event.curve) && !gate_leaving(&door->gate, connection) &&
	            whose(door, route, &event.curve, connection, &event.link) == ERR_OK;
	gate_heard(&door->gate, connection, !ours);
	if (ours)
		link_zmq_give_message(gather, payload, event);
	else
		link_zmq_throw_away(gather);
}

static enum taken take_from_door(struct gather *gather, struct door *door)
{
	zmq_msg_t route, payload;
	enum taken taken = door->at.socket ? link_zmq_receive(door->at.socket, 2, &route, &payload) : TAKEN_NONE;
	if (!door->at.socket)
		return TAKEN_NONE;
	if (taken == TAKEN_ONE)
		weigh(gather, door, &route, &payload);
	zmq_msg_close(&route);
	zmq_msg_close(&payload);
	return taken;
}

// One message of each in turn, until nobody has any.
static void take_messages(struct gather *gather)
{
	struct link_zmq *link = gather->link;
	for (unsigned silent = 0; silent < DOORS + 1 && !link_zmq_full(gather);) {
		unsigned turn = link->turn++ % (DOORS + 1);
		enum taken taken = turn < DOORS ? take_from_door(gather, &link->door[turn]) : link_parent_take(gather);
		silent = taken == TAKEN_NONE ? silent + 1 : 0;
	}
}

// ---- Polling ----

// Those who are connected are looked at now and then, also while nothing of theirs is whole.
static int patience(const struct link_zmq *link, int timeout_ms)
{
	bool waiting = link->gone.count > 0 || link->parent.state == PARENT_LOST;
	bool open = link->door[DOOR_SYNC].gate.open > 0 || link->door[DOOR_PORCH].gate.open > 0;
	if (waiting)
		return 0;
	if (link->parent.knock.tried_ms && (timeout_ms < 0 || timeout_ms > KNOCK_LOOK_MS))
		timeout_ms = KNOCK_LOOK_MS;
	return open && (timeout_ms < 0 || timeout_ms > LOOK_MS) ? LOOK_MS : timeout_ms;
}

static enum err wait_for_something(struct link_zmq *link, int timeout_ms)
{
	zmq_pollitem_t items[3 + 2 * (DOORS + 1)];
	int count = 0;
	items[count++] = (zmq_pollitem_t){ .fd = link->link.wake[0], .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = link->zap.socket, .events = ZMQ_POLLIN };
	if (link->link.watched >= 0)
		items[count++] = (zmq_pollitem_t){ .fd = link->link.watched, .events = ZMQ_POLLIN };
	for (size_t i = 0; i <= DOORS; i++) {
		const struct curve_socket *at = i < DOORS ? &link->door[i].at : &link->parent.at;
		if (!at->socket)
			continue;
		items[count++] = (zmq_pollitem_t){ .socket = at->socket, .events = ZMQ_POLLIN };
		items[count++] = (zmq_pollitem_t){ .socket = at->monitor, .events = ZMQ_POLLIN };
	}
	if (zmq_poll(items, count, patience(link, timeout_ms)) < 0 && zmq_errno() != EINTR)
		return ERR_IO;
	link_drain(&link->link);
	return ERR_OK;
}

static enum err poll_link(struct link *base, int timeout_ms, struct event *events, size_t max, size_t *count)
{
	struct link_zmq *link = of(base);
	struct gather gather = { .link = link, .events = events, .max = max };
	*count = 0;
	release_batch(link);
	enum err err = wait_for_something(link, timeout_ms);
	if (err)
		return err;
	zap_answer(&link->zap, ZAP_PER_POLL);
	give_gone(&gather);
	link_parent_hear(&gather);
	take_messages(&gather);
	// Only when all that they said was taken are those who left missed.
	for (size_t i = 0; i < DOORS && !link_zmq_full(&gather); i++)
		hear_news(&link->door[i]);
	for (size_t i = 0; i < DOORS; i++)
		gate_look(&link->door[i].gate, now());
	give_gone(&gather);
	*count = gather.count;
	return ERR_OK;
}

// ---- Effects ----

bool link_zmq_send(void *socket, struct span bytes, int flags)
{
	return zmq_send(socket, bytes.data, bytes.size, ZMQ_DONTWAIT | flags) >= 0;
}

static struct door *door_of(struct link_zmq *link, enum node_door name)
{
	const struct door *door = find_door(link, name);
	return door ? &link->door[door - link->door] : NULL;
}

static void send_down(struct link_zmq *link, const struct effect *effect)
{
	struct door *door = door_of(link, effect->door);
	struct span route;
	if (!door || !peers_route(&door->peers, effect->link, &route))
		return; // it is gone, and the caller is told or was
	int connection = peers_socket(&door->peers, effect->link);
	if (link_zmq_send(door->at.socket, route, ZMQ_SNDMORE) && link_zmq_send(door->at.socket, effect->bytes, 0)) {
		gate_told(&door->gate, connection, effect->bytes.size);
		link->link.out += effect->bytes.size;
	} else {
		gate_drop(&door->gate, connection);
		peers_lose(&door->peers, effect->link);
	}
}

static void close_one(struct link_zmq *link, const struct effect *effect)
{
	struct door *door = door_of(link, effect->door);
	if (effect->door == NODE_DOOR_PARENT) {
		link_parent_disconnect(link);
	} else if (door) {
		gate_let_go(&door->gate, peers_socket(&door->peers, effect->link), now() + LAST_WORDS_MS);
		peers_forget(&door->peers, effect->link);
	}
}

static enum err connect_up(struct link *base, const char *address, const struct hash *server_curve)
{
	return link_parent_connect(of(base), address, server_curve);
}

static void disconnect_up(struct link *base)
{
	link_parent_disconnect(of(base));
}

static void carry_out(struct link *base, const struct effect *effect)
{
	struct link_zmq *link = of(base);
	if (effect->kind == EFFECT_CLOSE)
		close_one(link, effect);
	else if (effect->door == NODE_DOOR_PARENT)
		link_parent_send(link, effect->bytes);
	else
		send_down(link, effect);
}

// ---- Opening ----

static const struct door_kind {
	enum node_door name;
	const char *domain;
	size_t message_bytes, peers;
	struct gate_limits gate;
} door_kinds[DOORS] = {
	[DOOR_SYNC] = { .name = NODE_DOOR_SYNC, .domain = ZAP_DOMAIN_SYNC, .message_bytes = LIMIT_MESSAGE_BYTES, .peers = SYNC_PEERS,
	                .gate = { .newcomers = SYNC_NEWCOMERS, .open = SYNC_OPEN, .in_bytes = WAITING_MESSAGES * LIMIT_MESSAGE_BYTES,
	                          .out_bytes = UNTAKEN_BYTES, .all_bytes = WAITING_BYTES } },
	[DOOR_PORCH] = { .name = NODE_DOOR_PORCH, .domain = ZAP_DOMAIN_PORCH, .message_bytes = PORCH_MESSAGE_BYTES, .peers = PORCH_PEERS,
	                 .gate = { .newcomers = PORCH_NEWCOMERS, .open = PORCH_NEWCOMERS + PORCH_PEERS, .in_bytes = WAITING_MESSAGES * PORCH_MESSAGE_BYTES,
	                           .out_bytes = LIMIT_MESSAGE_BYTES, .all_bytes = WAITING_PORCH_BYTES,
	                           .messages = PORCH_MESSAGES } },
};

// As many as this process may have descriptors for: a quarter for newcomers, half for peers.
static size_t within_files(size_t wanted, size_t parts)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur == RLIM_INFINITY)
		return wanted;
	size_t room = files.rlim_cur > 2 * OWN_FILES ? (size_t)files.rlim_cur - OWN_FILES : OWN_FILES;
	return room * parts / 4 < wanted ? room * parts / 4 : wanted;
}

static enum err open_door(struct link_zmq *link, size_t index, const char *endpoint)
{
	const struct door_kind *kind = &door_kinds[index];
	struct door *door = &link->door[index];
	struct gate_limits limits = kind->gate;
	limits.newcomers = within_files(limits.newcomers, 1);
	limits.open = within_files(limits.open, 3);
	*door = (struct door){ .link = link, .name = kind->name };
	peers_init(&door->peers, within_files(kind->peers, 2), depart, door);
	enum err err = gate_open(&door->gate, &limits);
	if (!err && endpoint)
		err = curve_socket_listen(link->zmq, &link->identity, kind->domain, endpoint, kind->message_bytes, &door->at);
	return err;
}

enum err link_zmq_open_judged(const struct link_options *options, const struct zap_judge *judge, uint64_t first,
                              struct link **opened)
{
	static const struct link_port port = { .close = close_link, .endpoint = endpoint, .connect = connect_up,
	                                       .disconnect = disconnect_up, .poll = poll_link, .effect = carry_out,
	                                       .health = health };
	struct link_zmq *link = calloc(1, sizeof *link);
	*opened = NULL;
	if (!link)
		return ERR_NOMEM;
	link->identity = *options->identity;
	link->next_link = first;
	knock_init(&link->parent.knock);
	enum err err = link_init(&link->link, &port);
	if (!err)
		err = open_context(link);
	if (!err) // before the doors, or they would stand open
		err = zap_open(&link->zap, link->zmq, judge);
	if (!err)
		err = open_door(link, DOOR_SYNC, options->sync);
	if (!err)
		err = open_door(link, DOOR_PORCH, options->porch);
	if (err)
		close_link(&link->link);
	else
		*opened = &link->link;
	return err;
}

enum err link_zmq_open(const struct link_options *options, struct link **opened)
{
	struct zap_judge judge = { .admit = options->admit, .context = options->admit_context };
	return link_zmq_open_judged(options, &judge, NODE_LINK_PARENT + 1, opened);
}

void link_zmq_tell(struct link *link, uint64_t ticket, bool known)
{
	zap_tell(&of(link)->zap, ticket, known);
}
