// The server role: sessions with devices and servers below. Every Hello, Push and Next gets one
// Answer: receipts for what is now held, what was refused and why, and what came for this peer since
// its cursor. In a live session answers also go out unasked.
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/audience.h"
#include "sync/heard.h"
#include "sync/node_answer.h"
#include "sync/node_near.h"
#include "sync/node_want_below.h"

struct logname node_session_home(const struct node_session *session)
{
	return (struct logname){ .device = session->device, .incarnation = session->incarnation };
}

// ---- Messages ----

// An answer that goes into a bundle stands for itself.
static void answer_alone(struct node_answer *answer, bool greeting)
{
	struct node_session *session = answer->session;
	if (greeting)
		node_carry_refusals(answer->call, &session->device, &answer->message.refusals, &answer->message.n_refusals);
	answer->message.since = session->cursor;
	answer->message.greeting = pb_bytes(id_span(&session->incarnation));
	session->told_incarnation = false;
}

static void say_wants(struct node_answer *answer)
{
	struct node_session *session = answer->session;
	session->want_turn = file_want_turn(answer->call->txn);
	if (session->revoked)
		return;
	if (session->client_is_server)
		node_want_below_say(answer->call, &session->unit, &answer->message.wants, &answer->message.n_wants);
	else
		node_want_say(answer->call, &session->unit, &answer->message.wants, &answer->message.n_wants);
}

static void reply(struct node_call *call, struct node_session *session, const struct intake *intake, bool greeting)
{
	struct node_answer answer;
	bool inward = call->event->carried && !session->outward;
	if (node_answer_begin(&answer, call, session) == ERR_OK) {
		if (greeting)
			answer.message.time = call->node->now_ms;
		if (greeting)
			say_wants(&answer);
		if (greeting && !call->event->carried)
			answer.message.cargo = node_haul_for(call, session);
		if (greeting && !call->event->carried)
			answer.message.dictionary = frame_codec_newest(call->node->codec);
		if (intake)
			node_answer_intake(&answer, intake);
		if (greeting && !call->event->carried)
			node_answer_closed(&answer);
		if (session->outward)
			answer_alone(&answer, greeting);
		if (!session->awaits_next && !inward)
			node_answer_arrivals(&answer);
	}
	if (inward && intake && !answer.err)
		node_carry_taken(call, &session->device, intake, answer.message.refusals, answer.message.n_refusals);
	if (inward)
		node_answer_free(&answer);
	else
		node_answer_send(&answer);
	if (session->outward)
		call->node->carriage.more = session->awaits_next;
}

// A server below has another history of a log than the one that stands here, which it is sent: what is written by its branches
// does not come down to it otherwise.
static void show_what_stands(struct node_call *call, const struct node_session *session, const struct intake *intake)
{
	for (size_t i = 0; session->client_is_server && i < intake->count && !call->txn->err; i++) {
		const struct intake_log *item = &intake->logs[i];
		struct journal_log log;
		bool another = item->err == ERR_FORK || item->err == ERR_FROZEN;
		if (another && !hash_equal(&item->name.device, &session->device) && journal_find(call->txn, &item->id, &log) == ERR_OK)
			arrival_added(call->txn, &log, &session->unit);
	}
}

static void take_and_reply(struct node_call *call, struct node_session *session, const ProtobufCBinaryData *frames,
                           size_t count, bool greeting)
{
	struct intake intake;
	struct logname home = node_session_home(session);
	enum err err = node_take(call, frames, count, &home, node_admit_below, session, &intake);
	if (call->txn->err)
		return;
	if (err) {
		count_add(&call->node->counters, COUNT_MESSAGES_MALFORMED, 1);
		node_close(call, session->link, NODE_DOOR_SYNC, err, "a frame could not be read");
		node_session_drop(call->node, session);
		return;
	}
	show_what_stands(call, session, &intake);
	reply(call, session, &intake, greeting);
}

static void refuse(struct node_call *call, enum err err, const char *text)
{
	count_add(&call->node->counters, COUNT_SESSIONS_REFUSED, 1);
	node_close(call, call->event->link, NODE_DOOR_SYNC, err, text);
}

// Who has a session may greet again. False: it was told when to come back.
static bool its_turn(struct node_call *call, const struct hash *device)
{
	struct node *node = call->node;
	if (node_session_find(node, call->event->link))
		return true;
	uint64_t wait_ms = turns_ask(&node->turns, device, HASH_COUNT(node->sessions) < LIMIT_SESSIONS, node->now_ms);
	if (wait_ms == 0)
		return true;
	Tributary__Bye bye = TRIBUTARY__BYE__INIT;
	bye.reason = ERR_AGAIN;
	bye.come_back_ms = wait_ms < UINT32_MAX ? (uint32_t)wait_ms : UINT32_MAX;
	count_add(&node->counters, COUNT_SESSIONS_REFUSED, 1);
	node_send(call, call->event->link, NODE_DOOR_SYNC, MESSAGE_BYE, &bye.base);
	struct effect effect = { .kind = EFFECT_CLOSE, .link = call->event->link, .door = NODE_DOOR_SYNC, .err = ERR_AGAIN };
	effects_add(call->effects, &effect, NULL);
	return false;
}

// Never less than what one frame needs, nor more than an answer may have.
static void set_room(struct node_session *session, size_t bytes)
{
	size_t least = bytes > PACE_LEAST_BYTES ? bytes : PACE_LEAST_BYTES;
	session->room = least < LIMIT_ANSWER_BYTES ? least : LIMIT_ANSWER_BYTES;
}

static void on_hello(struct node_call *call, const Tributary__Hello *hello)
{
	struct node *node = call->node;
	struct charter_device device;
	struct id incarnation, server;
	if (hello->version != MESSAGE_VERSION) {
		refuse(call, ERR_VERSION, "another version of the protocol");
		return;
	}
	const struct event_carried *carried = call->event->carried;
	if (!carried && !node->self->server) { // receipts are a server's alone (node_near.c)
		refuse(call, ERR_UNAUTHORISED, "this is no server");
		return;
	}
	if (carried ? charter_device_get(call->txn, &carried->holder, &device)
	            : charter_device_by_curve(call->txn, &call->event->curve, &device)) {
		refuse(call, ERR_UNAUTHORISED, "this device is not enrolled here");
		return;
	}
	if (id_read(pb_span(hello->incarnation), &incarnation) || (hello->server.len && id_read(pb_span(hello->server), &server))) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		refuse(call, ERR_MALFORMED, "a Hello that could not be read");
		return;
	}
	if (!carried && !its_turn(call, &device.device))
		return;
	struct node_session *session = node_session_open(node, call->event->link);
	if (!session) {
		refuse(call, ERR_AGAIN, "out of memory");
		return;
	}
	// A cursor that does not stand was given by another life of this store, if under the same name.
	const struct arrival_cursor cursor = { .number = hello->cursor, .mark = hello->mark };
	bool same_life = hello->server.len && id_equal(&server, &node->self->incarnation) &&
	                 arrival_stands(call->txn, &device.unit, cursor);
	session->curve = call->event->curve;
	session->device = device.device;
	session->unit = device.unit;
	session->client_is_server = device.server;
	session->revoked = device.revoked;
	session->incarnation = incarnation;
	session->live = hello->live;
	session->told_incarnation = same_life;
	session->cursor = same_life ? hello->cursor : 0;
	session->small = 0;
	session->awaits_next = false;
	session->again.number = 0;
	session->way.ratio = PACE_RATIO;
	set_room(session, hello->room ? hello->room : LIMIT_ANSWER_BYTES);
	session->outward = carried && carried->outward;
	session->dictionary = session->outward ? FRAME_DICTIONARY_FIRST : frame_codec_common(node->codec, hello->dictionary);
	session->heard_ms = node->now_ms;
	count_add(&node->counters, COUNT_SESSIONS_OPENED, 1);
	trace_say(&node->trace, "%s greets, %zu frames", device.label, hello->n_frames);
	if (!device.revoked && !session->outward)
		heard_note(call->txn, &device.unit, node->now_ms);
	if (!device.revoked && !carried) // a bundle was under way for days
		heard_clock_note(call->txn, &device.unit, &device.device, hello->time, node->now_ms);
	node_want_heard(call, session, hello);
	if (carried && !carried->outward && !carried->again)
		node_carry_greeted(call, session, &device, hello);
	take_and_reply(call, session, hello->frames, hello->n_frames, true);
}

static void on_next(struct node_call *call, struct node_session *session, const Tributary__Next *next)
{
	if (next->room)
		set_room(session, next->room);
	session->awaits_next = false;
	reply(call, session, NULL, false);
}

void node_server_message(struct node_call *call)
{
	struct node *node = call->node;
	enum message_kind kind = MESSAGE_BYE;
	ProtobufCMessage *message;
	struct node_session *session = node_session_find(node, call->event->link);
	enum err err = message_read(call->event->bytes, MESSAGE_UP, &node->arena, &kind, &message);
	if (err) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		refuse(call, err, "a message that could not be read");
		if (session)
			node_session_drop(node, session);
		return;
	}
	// The key of a session is the key of its connection: nobody takes over another's.
	bool near = kind == MESSAGE_BESIDE || kind == MESSAGE_HAUL;
	if (near && (!session || hash_equal(&session->curve, &call->event->curve))) {
		node_near_asked(call, session, kind, message);
		return;
	}
	if (kind != MESSAGE_HELLO && (!session || !hash_equal(&session->curve, &call->event->curve))) {
		count_add(&node->counters, COUNT_MESSAGES_STRANGE, 1);
		if (kind != MESSAGE_BYE)
			refuse(call, ERR_AGAIN, "no session; greet first");
		return;
	}
	if (session && session->near.active && kind != MESSAGE_HELLO && kind != MESSAGE_BYE) {
		refuse(call, ERR_UNAUTHORISED, "what is asked for is not for this device");
		node_session_drop(node, session);
		return;
	}
	if (session)
		session->heard_ms = node->now_ms;
	turns_work(&node->turns);
	switch (kind) {
	case MESSAGE_HELLO:
		on_hello(call, (const Tributary__Hello *)message);
		break;
	case MESSAGE_PUSH: {
		const Tributary__Push *push = (const Tributary__Push *)message;
		take_and_reply(call, session, push->frames, push->n_frames, false);
		break;
	}
	case MESSAGE_NEXT:
		on_next(call, session, (const Tributary__Next *)message);
		break;
	case MESSAGE_CATALOG:
		node_repair_answer_catalog(call, (const Tributary__Catalog *)message, session);
		break;
	case MESSAGE_BYE: {
		struct effect effect = { .kind = EFFECT_CLOSE, .link = session->link, .door = NODE_DOOR_SYNC };
		effects_add(call->effects, &effect, NULL);
		node_near_over(call, session);
		node_session_drop(node, session);
		break;
	}
	case MESSAGE_BESIDE:
	case MESSAGE_HAUL:
	case MESSAGE_ANSWER:
	case MESSAGE_WANT:
	case MESSAGE_JOIN:
	case MESSAGE_JOINED:
		break; // message_read lets none of these come up
	}
}

void node_server_forget(struct node_call *call)
{
	while (call->node->sessions) {
		struct node_session *session = call->node->sessions;
		node_close(call, session->link, NODE_DOOR_SYNC, ERR_UNREACHABLE, "the server begins anew; greet again");
		node_session_drop(call->node, session);
	}
}

// ---- Live sessions ----

static bool something_for(struct node_call *call, const struct node_session *session)
{
	struct arrival item;
	struct arrival_walk walk = arrival_walk_begin(call->txn, &session->unit, session->cursor);
	bool any = arrival_walk_next(&walk, &item);
	arrival_walk_end(&walk);
	return any;
}

void node_server_settle(struct node_call *call)
{
	struct node_session *session, *next;
	HASH_ITER(hh, call->node->sessions, session, next) {
		bool cargo = session->live && call->node->cargo_fresh && node_haul_for(call, session);
		bool wants = session->live && session->want_turn != file_want_turn(call->txn);
		if (!session->live || session->awaits_next || session->revoked || (!cargo && !wants && !something_for(call, session)))
			continue;
		struct node_answer answer;
		if (node_answer_begin(&answer, call, session) == ERR_OK) {
			answer.message.unasked = true;
			answer.message.cargo = cargo;
			if (wants)
				say_wants(&answer);
			if (node_answer_may_tell(call, session))
				node_answer_arrivals(&answer);
		}
		bool empty = answer.message.n_frames == 0 && answer.message.n_receipts == 0 && !answer.message.cursor &&
		             answer.message.n_wants == 0 &&
		             !session->revoked && !cargo;
		if (empty && !answer.err) {
			frame_writer_free(&answer.writer);
			continue;
		}
		node_answer_send(&answer);
	}
}
