// The client role: the session with the server above. The Hello already carries what is new here;
// the answer carries receipts and what came. A session with little to say is one round trip.
#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/file_budget.h"
#include "sync/file_held.h"
#include "sync/node_near.h"
#include "sync/node_want.h"
#include "sync/pen_custody.h"
#include "sync/pen_presence.h"

enum {
	REFUSALS_BORNE = 64, // a server that refuses more in one session is not worth going on with
	ROUNDS_MOST = 8,     // one for each lane that may have forked, and some
	NEXTS_KNOWN = 64,
	COME_BACK_MAX_MS = 60 * 60000, // nobody is sent away for longer
};

void node_client_say(struct node_call *call, enum message_kind kind, const ProtobufCMessage *message)
{
	struct node_client *client = &call->node->client;
	node_send(call, NODE_LINK_PARENT, NODE_DOOR_PARENT, kind, message);
	if (kind == MESSAGE_NEXT && client->outstanding < NEXTS_KNOWN) {
		client->nexts |= 1ull << client->outstanding;
		client->asked++;
	}
	node_client_expect(call);
}

void node_client_expect(struct node_call *call)
{
	struct node_client *client = &call->node->client;
	uint64_t out = client->progress.bytes_out;
	pace_said(&client->pace, (size_t)(out - (client->paced_out < out ? client->paced_out : 0)), call->node->now_ms);
	client->paced_out = out;
	if (client->outstanding++ == 0)
		client->heard_ms = call->node->now_ms;
}

void node_client_answered(struct node_call *call)
{
	struct node_client *client = &call->node->client;
	pace_answered(&client->pace, call->event->bytes.size, call->node->now_ms);
	if (!client->carrying && !call->node->near.active)
		file_budget_measured(call->txn, call->node->now_ms, pace_taken(&client->pace.up));
	client->asked -= client->nexts & 1;
	client->nexts >>= 1;
	if (client->outstanding > 0)
		client->outstanding--;
}

// May another frame go? If not yet, held_ms says when.
static bool may_flow(struct node_call *call)
{
	struct node_client *client = &call->node->client;
	uint64_t free_ms = pace_free_ms(&client->pace);
	client->held_ms = 0;
	if (client->outstanding >= LIMIT_SESSION_WINDOW || free_ms == UINT64_MAX)
		return false;
	if (free_ms > call->node->now_ms)
		client->held_ms = free_ms;
	return client->held_ms == 0;
}

void node_client_flow(struct node_call *call)
{
	bool more = true;
	while (more && may_flow(call) && !call->txn->err) {
		struct buf frame = BUF_EMPTY;
		if (node_pending_frame(call, &frame, &more)) {
			ProtobufCBinaryData list[] = { pb_bytes(buf_span(&frame)) };
			Tributary__Push push = TRIBUTARY__PUSH__INIT;
			push.n_frames = 1;
			push.frames = list;
			push.more = more;
			node_client_say(call, MESSAGE_PUSH, &push.base);
		} else {
			more = false;
		}
		buf_free(&frame);
	}
}

// ---- Greeting ----

static enum err write_due(struct pen *pen, struct node *node, bool figures)
{
	enum err err = pen_epochs(pen, false);
	if (err || !figures)
		return err;
	node->client.tally_ms = node->now_ms;
	node->client.tally_due = false;
	return pen_tally(pen);
}

static enum err write_custody(struct pen *pen, struct node *node, bool figures)
{
	(void)node;
	(void)figures;
	return pen_custody_due(pen);
}

static enum err write_presence(struct pen *pen, struct node *node, bool figures)
{
	(void)node;
	(void)figures;
	return pen_presence_due(pen);
}

static enum err write_receipts(struct pen *pen, struct node *node, bool figures)
{
	(void)node;
	(void)figures;
	return pen_receipts(pen);
}

// What is due, in a pen of its own.
static enum err write_with(struct node_call *call, bool figures, enum err (*write)(struct pen *pen, struct node *node, bool figures))
{
	struct node *node = call->node;
	struct pen pen;
	uint8_t seed[DRBG_SEED_BYTES];
	drbg_draw(&node->drbg, seed, sizeof seed);
	enum err err = pen_begin(&pen, call->txn, node->self, &node->pack, node->now_ms, seed);
	if (err)
		return err;
	err = write(&pen, node, figures);
	if (err == ERR_UNAUTHORISED) { // as of a device that was revoked: it was not written, and no session ends by that
		node_notice(call, err, "what this store writes by itself was refused by its own judgement");
		err = ERR_OK;
	}
	bool closed = err == ERR_FROZEN || err == ERR_GAP;
	if (err && !closed)
		txn_fail(call->txn, err);
	count_add(&node->counters, COUNT_ENTRIES_WRITTEN, pen.written);
	err = pen_finish(&pen);
	if (!err && closed)
		node_repair_closed(call);
	return call->txn->err;
}

enum err node_write_due(struct node_call *call, bool figures)
{
	// What figures stand on is signed before they are computed.
	if (pen_custody_is_due(call->txn) && write_with(call, figures, write_custody))
		return call->txn->err;
	if (!call->node->self->server && pen_presence_is_due(call->txn) && write_with(call, figures, write_presence))
		return call->txn->err;
	if (figures && !call->node->self->server && pen_receipts_due(call->txn) && write_with(call, true, write_receipts))
		return call->txn->err;
	return write_with(call, figures, write_due);
}

static void send_hello(struct node_call *call)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	struct id server;
	struct arrival_cursor cursor;
	struct buf frame = BUF_EMPTY;
	bool more;
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&node->self->incarnation));
	if (node_cursor_load(call, &server, &cursor)) {
		hello.server = pb_bytes(id_span(&server));
		hello.cursor = cursor.number;
		hello.mark = cursor.mark;
		client->server = server;
	}
	hello.live = client->live;
	hello.dictionary = frame_codec_newest(node->codec);
	client->dictionary = node_cursor_dictionary(call);
	hello.time = node->now_ms;
	client->progress.entries_to_send = node_pending_count(call);
	ProtobufCBinaryData list[1];
	if (node_pending_frame(call, &frame, &more)) {
		list[0] = pb_bytes(buf_span(&frame));
		hello.n_frames = 1;
		hello.frames = list;
		hello.more = more;
	}
	hello.room = (uint32_t)pace_room(&client->pace);
	node_want_say(call, &node->self->unit, &hello.wants, &hello.n_wants);
	node_client_say(call, MESSAGE_HELLO, &hello.base);
	buf_free(&frame);
	if (hello.more)
		node_client_flow(call);
}

void node_client_begin(struct node *node)
{
	struct node_client *client = &node->client;
	node_sent_clear(&client->sent);
	node_want_free(&client->wants);
	client->state = NODE_GREETED;
	client->outstanding = client->asked = 0;
	client->nexts = 0;
	client->held_ms = 0;
	pace_begin(&client->pace);
	client->refusals = 0;
	client->revoked = false;
	client->greet_again = false;
	client->carrying = false;
	client->catalogs = 0;
	client->cargo = true;
	client->cargo_there = client->hauling = false;
	client->incarnation = node->self->incarnation;
	client->heard_ms = node->now_ms;
}

static void greet(struct node_call *call)
{
	struct node *node = call->node;
	node_client_begin(node);
	if (node_write_due(call, true))
		return;
	if (node->client.greet_again) { // a log of ours was found closed on the way
		node_client_begin(node);
		if (node_write_due(call, true))
			return;
	}
	node->client.rounds++;
	node_want_learn(call);
	send_hello(call);
}

void node_client_greet(struct node_call *call)
{
	struct node *node = call->node;
	node->client.live = call->event->live;
	node->client.rounds = 0;
	node->client.life_begun = false;
	node->client.plain = false;
	node->client.progress = (struct node_progress){ .caught_up = false };
	if (hash_is_zero(&node->self->parent_key)) {
		node_client_down(call, ERR_NOT_FOUND, "there is no server above this one");
		return;
	}
	greet(call);
}

void node_client_finished(struct node_call *call, enum err err, const char *text)
{
	struct buf bytes = BUF_EMPTY;
	struct effect effect = { .kind = EFFECT_DONE, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT, .err = err,
	                         .come_back_ms = err == ERR_AGAIN ? call->node->client.come_back_ms : 0 };
	buf_string(&bytes, text);
	effects_add(call->effects, &effect, &bytes);
}

void node_client_down(struct node_call *call, enum err err, const char *text)
{
	struct node_client *client = &call->node->client;
	if (client->state == NODE_CLOSED && err == ERR_UNREACHABLE)
		return;
	client->greet_again = false;
	node_near_end(&call->node->near);
	node_sent_clear(&client->sent);
	node_want_free(&client->wants);
	client->state = NODE_CLOSED;
	client->outstanding = 0;
	client->held_ms = 0;
	client->tally_due = false;
	node_client_finished(call, err, text);
}

// ---- Aside ----

struct node_client node_client_aside(struct node *node)
{
	struct node_client saved = node->client;
	node->client.sent = NULL;
	node->client.wants = NULL;
	return saved;
}

void node_client_back(struct node_call *call, struct node_client *saved)
{
	struct node *node = call->node;
	bool reborn = saved->state != NODE_CLOSED && !id_equal(&saved->incarnation, &node->self->incarnation);
	node_sent_clear(&node->client.sent);
	node_want_free(&node->client.wants);
	node->client = *saved;
	node->client.greet_again |= reborn;
}

// ---- Cargo ----

// When nothing else is left to be said: what is here for others and goes up, and what waits there. True: it is under way.
static bool haul(struct node_call *call)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	struct cargo_peer peer = { .device = node->self->parent_key, .server = true };
	struct charter_device row;
	bool due = client->cargo && (client->cargo_there || cargo_any(call->txn)) && !client->revoked;
	client->cargo = false;
	if (!due || charter_device_get(call->txn, &peer.device, &row))
		return false;
	peer.unit = row.unit;
	if (!client->cargo_there && !node_haul_due(call, &peer))
		return false;
	client->cargo_there = false;
	client->hauling = true;
	node_haul_begin(&client->haul, &peer);
	node_haul_say(call, &client->haul, NODE_LINK_PARENT, NODE_DOOR_PARENT, true);
	node_client_expect(call);
	return true;
}

static void on_haul(struct node_call *call, const Tributary__Haul *message)
{
	struct node_client *client = &call->node->client;
	if (!client->hauling) {
		count_add(&call->node->counters, COUNT_MESSAGES_STRANGE, 1);
		return;
	}
	node_client_answered(call);
	node_haul_take(call, &client->haul, message);
	if (call->txn->err)
		return;
	if (node_haul_say(call, &client->haul, NODE_LINK_PARENT, NODE_DOOR_PARENT, client->haul.any)) {
		node_client_expect(call);
		return;
	}
	client->hauling = false;
	node_client_go_on(call);
}

// ---- Answers ----

// What the server may hand down: charters, our unit's logs, letters, and our own from a former life;
// to a server also what it lost of its subtree, and what units that left it write of their months there.
bool node_client_admits(struct node_call *call, void *context, const struct logname *name)
{
	const struct self *self = call->node->self;
	struct charter_device author;
	(void)context;
	if (name->lane == LANE_DOWN || name->lane == LANE_MAIL || hash_equal(&name->device, &self->identity.sign_public))
		return true;
	if (charter_device_get(call->txn, &name->device, &author))
		return true; // a device of our unit whose enrolment is on its way; its entries wait for it
	return id_equal(&author.unit, &self->unit) || charter_is_ancestor(call->txn, &self->unit, &author.unit) ||
	       (name->lane == LANE_UP && self->server && charter_was_below(call->txn, &self->unit, &author.unit));
}

// META "catalog" → nothing, while a server in a new life has not said what it lacks: links break, and stores heal meanwhile.
static struct span catalog_key(void)
{
	return span_string("catalog");
}

// Another life of the server than the one our cursor belongs to, or the same one put back to before
// our cursor: what we know it to hold may be gone.
static void learn_server(struct node_call *call, const Tributary__Answer *answer)
{
	struct id before;
	struct arrival_cursor cursor;
	struct id now;
	if (!answer->server.len || id_read(pb_span(answer->server), &now))
		return;
	bool replaced = node_cursor_load(call, &before, &cursor) && (cursor.number > 0 || !id_equal(&before, &now));
	call->node->client.server = now;
	if (replaced) {
		file_held_forget(call->txn);
		txn_put(call->txn, STORE_META, catalog_key(), span_of(NULL, 0));
	}
	node_cursor_save(call, node_cursor_none);
	node_carry_word(call, answer->time);
}

// After healing. The cursor of this answer is not kept, so that all of the former life that the server
// has comes down. Not before all that was said has its answer: what the server refused of the former life is named as that
// life's, and would pass for a word on the new one.
static void greet_again(struct node_call *call)
{
	struct node_client *client = &call->node->client;
	if (client->outstanding > 0)
		return;
	if (client->rounds >= ROUNDS_MOST) {
		node_client_down(call, ERR_FORK, "the server knows another history of this device, again and again");
		return;
	}
	greet(call);
}

// Over a long road the next but one is asked for while the next is on its way. What was asked for too much is answered
// with nothing.
static void ask_next(struct node_call *call, const Tributary__Answer *answer)
{
	struct node_client *client = &call->node->client;
	unsigned wanted = pace_far(&client->pace) ? 2 : 1;
	for (unsigned i = client->asked; i < wanted; i++) {
		Tributary__Next next = TRIBUTARY__NEXT__INIT;
		next.cursor = answer->cursor;
		next.room = (uint32_t)pace_room(&client->pace);
		node_client_say(call, MESSAGE_NEXT, &next.base);
	}
}

static void after_answer(struct node_call *call, const Tributary__Answer *answer, bool learnt)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	if (client->greet_again) {
		greet_again(call);
		return;
	}
	if (answer->cursor)
		node_cursor_save(call, (struct arrival_cursor){ .number = answer->cursor, .mark = answer->mark });
	if (answer->more)
		ask_next(call, answer);
	if (client->catalogs == 0 && txn_has(call->txn, STORE_META, catalog_key()))
		node_repair_catalog(call);
	// In a live session figures wait for their spacing (node_client_settle).
	if (learnt && node_write_due(call, client->state != NODE_IDLE))
		return;
	node_client_go_on(call);
}

// Sends what may be sent; when nothing is under way and nothing is left, the session has caught up.
void node_client_go_on(struct node_call *call)
{
	struct node_client *client = &call->node->client;
	if (client->greet_again) {
		greet_again(call);
		return;
	}
	node_client_flow(call);
	if (client->outstanding > 0 || call->txn->err)
		return;
	if (client->revoked) { // what it brought is set aside there; there is nothing to stay for
		node_close(call, NODE_LINK_PARENT, NODE_DOOR_PARENT, ERR_OK, "");
		node_client_down(call, ERR_UNAUTHORISED, "this device was revoked");
		return;
	}
	if (node_follow(call)) { // it has what we had; the next one is given the same
		node_close(call, NODE_LINK_PARENT, NODE_DOOR_PARENT, ERR_OK, "");
		node_client_down(call, ERR_MOVED, "another server looks after this unit now");
		return;
	}
	if (haul(call))
		return;
	client->progress.caught_up = true;
	if (txn_has(call->txn, STORE_META, span_string("custody restoring"))) // all that the witness has said is here
		txn_delete(call->txn, STORE_META, span_string("custody restoring"));
	if (client->live) {
		if (client->state != NODE_IDLE)
			node_client_finished(call, ERR_OK, "");
		client->state = NODE_IDLE;
		return;
	}
	node_close(call, NODE_LINK_PARENT, NODE_DOOR_PARENT, ERR_OK, "");
	client->state = NODE_CLOSED;
	node_client_finished(call, ERR_OK, "");
}

static void on_answer(struct node_call *call, const Tributary__Answer *answer)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	struct intake intake;
	struct logname home = node_receipt_home(node);
	bool greeting = client->state == NODE_GREETED;
	if (greeting) {
		client->state = NODE_FLOWING;
		node_cursor_speak(call, frame_codec_common(node->codec, answer->dictionary));
	}
	if (!answer->unasked)
		node_client_answered(call);
	client->progress.round_trips += !answer->unasked;
	client->revoked |= answer->revoked;
	client->cargo |= answer->cargo;
	client->cargo_there |= answer->cargo;
	learn_server(call, answer);
	for (size_t i = 0; i < answer->n_receipts && !call->txn->err; i++)
		node_receipt_take(call, answer->receipts[i]);
	for (size_t i = 0; i < answer->n_refusals && !call->txn->err; i++)
		node_receipt_refused(call, answer->refusals[i]);
	if (client->refusals > REFUSALS_BORNE) {
		node_client_down(call, ERR_UNAUTHORISED, "the server refuses what we send");
		return;
	}
	if (node_take(call, answer->frames, answer->n_frames, &home, node_client_admits, NULL, &intake)) {
		node_client_down(call, ERR_MALFORMED, "the server sent what cannot be read");
		return;
	}
	for (size_t i = 0; i < answer->n_receipts && intake.entries > 0 && !call->txn->err; i++)
		node_receipt_take(call, answer->receipts[i]); // for what came with them: our own of a former life
	client->progress.entries_received += intake.entries;
	node_want_told(call, answer);
	node_want_take(call, answer, greeting);
	after_answer(call, answer, intake.entries > 0);
}

static void on_bye(struct node_call *call, const Tributary__Bye *bye)
{
	enum err err = bye->reason && bye->reason < ERR_COUNT ? (enum err)bye->reason : ERR_UNREACHABLE;
	if (err == ERR_VERSION && call->node->client.dictionary > FRAME_DICTIONARY_FIRST) { // an older program is there than was
		node_cursor_speak(call, FRAME_DICTIONARY_FIRST);
		err = ERR_UNREACHABLE; // it is called again
	}
	struct effect effect = { .kind = EFFECT_CLOSE, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT, .err = err };
	effects_add(call->effects, &effect, NULL);
	call->node->client.come_back_ms = bye->come_back_ms < COME_BACK_MAX_MS ? bye->come_back_ms : COME_BACK_MAX_MS;
	node_client_down(call, err, bye->text);
}

void node_client_message(struct node_call *call)
{
	struct node *node = call->node;
	enum message_kind kind;
	ProtobufCMessage *message;
	if (call->event->carried) {
		node_carry_answer(call);
		return;
	}
	if (node->near.active) {
		node_near_message(call);
		return;
	}
	if (node->client.state == NODE_CLOSED) {
		count_add(&node->counters, COUNT_MESSAGES_STRANGE, 1);
		return;
	}
	node->client.heard_ms = node->now_ms;
	node->client.progress.bytes_in += call->event->bytes.size;
	if (message_read(call->event->bytes, MESSAGE_DOWN, &node->arena, &kind, &message)) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		node_client_down(call, ERR_MALFORMED, "the server sent what cannot be read");
	} else if (kind == MESSAGE_ANSWER) {
		on_answer(call, (const Tributary__Answer *)message);
	} else if (kind == MESSAGE_WANT) {
		node_repair_want(call, (const Tributary__Want *)message);
	} else if (kind == MESSAGE_HAUL) {
		on_haul(call, (const Tributary__Haul *)message);
	} else if (kind == MESSAGE_BYE) {
		on_bye(call, (const Tributary__Bye *)message);
	}
}

// In a live session: what was written or came since goes up; figures no more often than their spacing.
void node_client_settle(struct node_call *call)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	if (client->state != NODE_IDLE)
		return;
	struct scan scan = scan_begin(call->txn, STORE_META, span_string("moved/"));
	bool moved = scan_next(&scan);
	scan_end(&scan);
	client->tally_due = moved;
	if (moved && node->now_ms >= client->tally_ms + NODE_TALLY_SPACING_MS && node_write_due(call, true))
		return;
	node_client_flow(call);
	client->cargo |= node->cargo_fresh;
	if (client->cargo && client->outstanding == 0 && !client->hauling)
		haul(call);
}
