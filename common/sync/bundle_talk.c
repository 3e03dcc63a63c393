#include "sync/bundle_talk.h"

#include "base/bytes.h"
#include "sync/bundle_row.h"
#include "sync/message.h"

// ---- The node, driven ----

static void draw(struct bundle_talk *talk, void *to, size_t size)
{
	talk->port.random(talk->port.context, to, size);
}

static enum err run(struct bundle_talk *talk, struct event *event)
{
	uint8_t seed[DRBG_SEED_BYTES];
	event->now_ms = talk->host.now_ms;
	event->link = NODE_LINK_CARRIED;
	draw(talk, event->seed, sizeof event->seed);
	draw(talk, seed, sizeof seed);
	return driver_run(&talk->driver, event, 1, talk->host.now_ms, seed);
}

static void carry_out(void *context, const struct effect *effect)
{
	struct bundle_talk *talk = context;
	if (effect->kind == EFFECT_CLOSE && effect->err)
		talk->refused = effect->err;
	if (effect->kind == EFFECT_SEND && effect->link == NODE_LINK_CARRIED && talk->writing &&
	    effect->bytes.size > 0 && effect->bytes.data[0] != MESSAGE_BYE)
		bundle_out_add(&talk->out, effect->bytes);
}

static enum err guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct bundle_talk *talk = context;
	return talk->host.guard(talk->host.context, self, shown);
}

enum err bundle_talk_open(struct bundle_talk *talk, const struct bundle_host *host, const struct bundle_port *port)
{
	struct driver_port driver = { .context = talk, .guard = guard, .effect = carry_out };
	*talk = (struct bundle_talk){ .host = *host, .port = *port };
	talk->node = node_new(host->self, NULL);
	if (!talk->node)
		return ERR_NOMEM;
	node_announce(talk->node, host->sync_address);
	return driver_init(&talk->driver, host->store, talk->node, host->self, &driver);
}

void bundle_talk_close(struct bundle_talk *talk)
{
	if (talk->driver.effects)
		driver_free(&talk->driver);
	node_free(talk->node);
	talk->node = NULL;
}

// ---- Out ----

static enum err stamp(struct bundle_talk *talk, uint64_t *time)
{
	struct txn txn;
	enum err err = txn_begin(talk->host.store, STORE_WRITE, &txn);
	if (err)
		return err;
	bundle_stamp(&txn, talk->host.now_ms, time);
	return txn_commit(&txn);
}

static enum err begin(struct bundle_talk *talk, const struct hash *reader, const struct hash *sealed_to, enum bundle_way way,
                      uint64_t part_most)
{
	struct bundle_head head = { .holder = talk->host.self->identity.sign_public, .reader = *reader, .sealed_to = *sealed_to,
	                            .way = way };
	enum err err = stamp(talk, &head.time);
	if (err)
		return err;
	bundle_out_begin(&talk->out, &talk->port, &talk->host.self->identity, &head, part_most);
	talk->writing = true;
	return ERR_OK;
}

static enum err finish(struct bundle_talk *talk, enum err err)
{
	talk->writing = false;
	if (err && !talk->out.err)
		talk->out.err = err;
	enum err end = bundle_out_end(&talk->out);
	return err ? err : end;
}

static enum err note_went(struct bundle_talk *talk)
{
	struct txn txn;
	enum err err = txn_begin(talk->host.store, STORE_WRITE, &txn);
	if (err)
		return err;
	node_carry_went(talk->node, &txn, talk->host.now_ms);
	return txn_commit(&txn);
}

static enum err parent_key(struct bundle_talk *talk, struct hash *sealed_to)
{
	struct txn txn;
	struct charter_device row;
	enum err err = txn_begin(talk->host.store, STORE_READ, &txn);
	if (err)
		return err;
	bool known = charter_device_get(&txn, &talk->host.self->parent_key, &row) == ERR_OK;
	*sealed_to = known ? row.box : talk->host.self->parent_curve;
	txn_abort(&txn);
	return txn.err;
}

enum err bundle_talk_up(struct bundle_talk *talk, uint64_t part_most)
{
	struct hash sealed_to;
	if (hash_is_zero(&talk->host.self->parent_key))
		return ERR_NOT_FOUND;
	enum err err = parent_key(talk, &sealed_to);
	if (!err)
		err = begin(talk, &talk->host.self->parent_key, &sealed_to, BUNDLE_UP, part_most);
	if (err)
		return err;
	struct event event = { .kind = EVENT_CARRY, .door = NODE_DOOR_PARENT, .live = true };
	do {
		err = run(talk, &event);
		event.live = false;
	} while (!err && !talk->out.err && node_carriage(talk->node).more);
	err = finish(talk, err);
	return err ? err : note_went(talk);
}

// The device's key, what it would say, and what the porch had for it.
static enum err look_up(struct bundle_talk *talk, const struct hash *device, struct hash *sealed_to, struct buf *hello,
                        struct buf *joined)
{
	struct txn txn;
	struct charter_device row;
	struct bundle_greeting greeting;
	struct span answer;
	enum err err = txn_begin(talk->host.store, STORE_READ, &txn);
	if (err)
		return err;
	err = charter_device_get(&txn, device, &row);
	enum err heard = err ? err : bundle_greeting_get(&txn, device, &greeting);
	if (!err && heard && heard != ERR_NOT_FOUND)
		err = heard;
	if (!err && row.revoked && heard)
		err = ERR_UNAUTHORISED;
	if (!err) {
		*sealed_to = row.box;
		node_carry_hello(&greeting, hello);
		if (bundle_joined_get(&txn, device, &answer) == ERR_OK)
			buf_bytes(joined, answer.data, answer.size);
		err = txn.err;
	}
	txn_abort(&txn);
	return err ? err : hello->err ? hello->err : joined->err;
}

static enum err answer_all(struct bundle_talk *talk, const struct hash *device, struct span hello)
{
	struct event_carried carried = { .holder = *device, .outward = true };
	struct event event = { .kind = EVENT_MESSAGE, .door = NODE_DOOR_SYNC, .bytes = hello, .carried = &carried };
	struct buf next = BUF_EMPTY;
	Tributary__Next message = TRIBUTARY__NEXT__INIT;
	message_write(MESSAGE_NEXT, &message.base, &next);
	enum err err = next.err ? next.err : run(talk, &event);
	event.bytes = buf_span(&next);
	while (!err && !talk->out.err && !talk->refused && node_carriage(talk->node).more)
		err = run(talk, &event);
	buf_free(&next);
	return err ? err : talk->refused;
}

enum err bundle_talk_down(struct bundle_talk *talk, const struct hash *device, uint64_t part_most)
{
	struct hash sealed_to;
	struct buf hello = BUF_EMPTY, joined = BUF_EMPTY;
	enum err err = look_up(talk, device, &sealed_to, &hello, &joined);
	if (!err)
		err = begin(talk, device, &sealed_to, BUNDLE_DOWN, part_most);
	if (!err) {
		if (joined.size > 0)
			bundle_out_add(&talk->out, buf_span(&joined));
		err = finish(talk, answer_all(talk, device, buf_span(&hello)));
	}
	buf_free(&hello);
	buf_free(&joined);
	return err;
}

enum err bundle_talk_join(const struct bundle_port *port, const struct enrol_invitation *invitation, const struct self *self,
                          const char *label, uint64_t now_ms)
{
	struct bundle_out out;
	struct buf join = BUF_EMPTY, hello = BUF_EMPTY;
	struct bundle_head head = { .holder = self->identity.sign_public, .reader = invitation->server_key,
	                            .sealed_to = invitation->server_curve, .way = BUNDLE_UP, .time = now_ms };
	struct bundle_greeting greeting = { .incarnation = self->incarnation };
	if (id_is_zero(&self->unit))
		join_request(invitation, &self->identity, label, &join);
	else
		join_request_again(invitation, self, label, &join);
	node_carry_hello(&greeting, &hello);
	bundle_out_begin(&out, port, &self->identity, &head, 0);
	bundle_out_add(&out, buf_span(&join));
	bundle_out_add(&out, buf_span(&hello));
	enum err err = join.err ? join.err : hello.err;
	if (err)
		out.err = err;
	err = bundle_out_end(&out);
	buf_free(&join);
	buf_free(&hello);
	return err;
}

// ---- In ----

// From below, who it is is for the node to judge; from above, a server of our tree.
static enum err may_tell(struct bundle_talk *talk, const struct bundle_head *head)
{
	struct txn txn;
	struct charter_device row;
	if (!hash_equal(&head->reader, &talk->host.self->identity.sign_public))
		return ERR_NO_KEY;
	if (head->way == BUNDLE_UP)
		return talk->host.self->server ? ERR_OK : ERR_UNAUTHORISED;
	if (hash_equal(&head->holder, &talk->host.self->parent_key))
		return ERR_OK;
	enum err err = txn_begin(talk->host.store, STORE_READ, &txn);
	if (err)
		return err;
	bool server = charter_device_get(&txn, &head->holder, &row) == ERR_OK && row.server && !row.revoked;
	txn_abort(&txn);
	return txn.err ? txn.err : server ? ERR_OK : ERR_UNAUTHORISED;
}

enum err bundle_talk_part(struct bundle_talk *talk, const struct bundle_head *head)
{
	talk->refused = ERR_OK;
	talk->head = *head;
	return may_tell(talk, head);
}

// What may stand in a bundle, and as if through which door it came.
static const struct {
	enum bundle_way way;
	enum message_kind kind;
	enum node_door door;
} doors[] = {
	{ BUNDLE_UP, MESSAGE_HELLO, NODE_DOOR_SYNC },
	{ BUNDLE_UP, MESSAGE_JOIN, NODE_DOOR_PORCH },
	{ BUNDLE_DOWN, MESSAGE_ANSWER, NODE_DOOR_PARENT },
};

enum err bundle_talk_piece(struct bundle_talk *talk, uint32_t piece, struct span message)
{
	const struct bundle_head *head = &talk->head;
	struct event_carried carried = { .holder = head->holder, .bundle = head->bundle, .part = head->part, .piece = piece,
	                                 .made_ms = head->time };
	struct event event = { .kind = EVENT_MESSAGE, .bytes = message, .carried = &carried };
	unsigned kind = message.size > 0 ? message.data[0] : 0;
	if (head->way == BUNDLE_DOWN && kind == MESSAGE_JOINED)
		return ERR_OK; // it has been read (cli/joining), or we have joined long since
	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++)
		if (doors[i].way == head->way && doors[i].kind == kind) {
			event.door = doors[i].door;
			return run(talk, &event);
		}
	talk->refused = ERR_MALFORMED;
	return ERR_OK;
}

enum err bundle_talk_part_over(struct bundle_talk *talk)
{
	struct txn txn;
	if (talk->refused)
		return ERR_OK;
	enum err err = txn_begin(talk->host.store, STORE_WRITE, &txn);
	if (err)
		return err;
	struct bundle_taken taken = { .bundle = talk->head.bundle, .made_ms = talk->head.time, .taken_ms = talk->host.now_ms };
	bundle_taken_put(&txn, &talk->head.holder, &taken);
	return txn_commit(&txn);
}

enum err bundle_talk_over(struct bundle_talk *talk)
{
	uint64_t before;
	enum err err = ERR_OK;
	do {
		struct event event = { .kind = EVENT_CARRY_WAITING, .door = NODE_DOOR_SYNC, .live = true };
		before = node_carriage(talk->node).resumed;
		do {
			err = run(talk, &event);
			event.live = false;
		} while (!err && node_carriage(talk->node).more);
	} while (!err && node_carriage(talk->node).resumed > before);
	return err;
}
