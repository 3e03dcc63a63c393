// The connection to the parent. What it said before its connection broke is given before EVENT_LINK_DOWN. A refused TCP
// connection is no loss: libzmq tries again by itself until link_disconnect().
#include "io/link_zmq_inside.h"

#include "io/machine.h"

#define REFUSED_MS 5000 // a try that fails sooner was turned away, and did not wait in vain

static uint64_t now(void)
{
	return machine_monotonic_ns() / 1000000;
}

void link_parent_disconnect(struct link_zmq *link)
{
	knock_stop(&link->parent.knock);
	curve_socket_close(&link->parent.at);
	link->parent.state = PARENT_NONE;
	link->link.connection = -1;
}

enum err link_parent_connect(struct link_zmq *link, const char *address, const struct hash *curve)
{
	link_parent_disconnect(link);
	enum err err = curve_socket_connect(link->zmq, &link->identity, curve, address, LIMIT_MESSAGE_BYTES, &link->parent.at);
	if (err)
		return err;
	link->parent.curve = *curve;
	link->parent.state = PARENT_WAITING;
	link->parent.tried_ms = now();
	link->parent.owed = 0;
	link->parent.asking = false;
	link->link.refused = link->link.forgotten = false;
	return ERR_OK;
}

// ---- News ----

static void hear_of_try(struct link_zmq *link, enum curve_news news, int connection)
{
	bool came = news == CURVE_CAME;
	link->link.connection = came ? connection : -1;
	link->link.refused = !came && now() - link->parent.tried_ms < REFUSED_MS;
	link->parent.tried_ms = now();
	if (came)
		road_tune(connection);
}

// Is the connection lost without a word? The handshake's answers are waited for as those of the program behind it are.
static void look(struct link_zmq *link)
{
	struct parent *parent = &link->parent;
	int connection = link->link.connection;
	bool waiting = parent->state == PARENT_WAITING || parent->owed > 0;
	if (connection < 0 || (parent->state != PARENT_WAITING && parent->state != PARENT_UP) || now() - parent->looked_ms < KNOCK_LOOK_MS)
		return;
	parent->looked_ms = now();
	if (waiting != parent->asking)
		road_ask_often(connection, waiting);
	parent->asking = waiting;
	struct road road;
	if (road_look(connection, &road))
		road_suit(connection, road_pause_ms(road.round_trip_ms, road.least_ms));
	if (!knock_lost(&parent->knock, connection, waiting, now()))
		return;
	road_abandon(connection);
	link->link.forgotten = true;
	parent->state = PARENT_LOST;
}

void link_parent_hear(struct gather *gather)
{
	struct parent *parent = &gather->link->parent;
	int connection;
	while (!link_zmq_full(gather)) {
		enum curve_news news = curve_socket_news(&parent->at, &connection);
		if (news == CURVE_NOTHING)
			break;
		if (news == CURVE_READY && parent->state == PARENT_WAITING) {
			parent->state = PARENT_UP;
			link_zmq_give(gather, (struct event){ .kind = EVENT_CONNECT, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
			                                      .curve = parent->curve });
		} else if (news == CURVE_CAME || news == CURVE_AGAIN) {
			hear_of_try(gather->link, news, connection);
		} else if (news == CURVE_LOST) {
			parent->state = PARENT_LOST;
		}
	}
	look(gather->link);
}

// ---- Messages ----

static void give_down(struct gather *gather)
{
	struct hash curve = gather->link->parent.curve;
	link_parent_disconnect(gather->link);
	link_zmq_give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT, .curve = curve });
}

enum taken link_parent_take(struct gather *gather)
{
	struct parent *parent = &gather->link->parent;
	zmq_msg_t none, payload;
	if (parent->state != PARENT_UP && parent->state != PARENT_LOST)
		return TAKEN_NONE;
	enum taken taken = link_zmq_receive(parent->at.socket, 1, &none, &payload);
	parent->owed -= taken == TAKEN_ONE && parent->owed > 0;
	if (taken == TAKEN_ONE && zmq_msg_size(&payload) > 0)
		link_zmq_give_message(gather, &payload, (struct event){ .kind = EVENT_MESSAGE, .link = NODE_LINK_PARENT,
		                                                        .door = NODE_DOOR_PARENT, .curve = parent->curve });
	else if (taken == TAKEN_ONE)
		link_zmq_throw_away(gather);
	zmq_msg_close(&none);
	zmq_msg_close(&payload);
	if (taken == TAKEN_NONE && parent->state == PARENT_LOST)
		give_down(gather);
	return taken;
}

void link_parent_send(struct link_zmq *link, struct span bytes)
{
	struct parent *parent = &link->parent;
	if (parent->state != PARENT_UP)
		return;
	if (link_zmq_send(parent->at.socket, bytes, 0)) {
		parent->owed++;
		link->link.out += bytes.size;
	} else {
		parent->state = PARENT_LOST;
	}
}
