// The server role: sessions with devices and servers below. Every Hello, Push and Next gets one
// Answer: receipts for what is now held, what was refused and why, and what came for this peer since
// its cursor. In a live session answers also go out unasked.
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/audience.h"
#include "sync/heard.h"
#include "sync/node_near.h"

static struct logname session_home(const struct node_session *session)
{
	return (struct logname){ .device = session->device, .incarnation = session->incarnation };
}

// ---- Building an answer ----

struct answer {
	struct node_call *call;
	struct node_session *session;
	Tributary__Answer message;
	struct frame_writer writer;
	struct buf frames[16];
	ProtobufCBinaryData frame_list[16];
	size_t packed_bytes;
	unsigned pieces;         // of files
	Tributary__Receipt **receipts;
	Tributary__Refusal **refusals;
	struct receipted {
		struct hash log;
		unsigned tier;
	} *receipted;            // what has a receipt in this answer
	enum err err;
};

enum { ANSWER_FRAMES = 16 };

static enum err answer_begin(struct answer *answer, struct node_call *call, struct node_session *session)
{
	struct arena *arena = &call->node->arena;
	*answer = (struct answer){ .call = call, .session = session, .message = TRIBUTARY__ANSWER__INIT };
	frame_writer_init(&answer->writer);
	for (size_t i = 0; i < ANSWER_FRAMES; i++)
		answer->frames[i] = BUF_EMPTY;
	answer->receipts = arena_array(arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof *answer->receipts);
	answer->receipted = arena_array(arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof *answer->receipted);
	answer->message.receipts = answer->receipts;
	answer->message.frames = answer->frame_list;
	answer->err = answer->receipts && answer->receipted ? ERR_OK : ERR_BUDGET;
	return answer->err;
}

// By its lane alone where device and life are the session's own.
static void name_log(struct answer *answer, const struct logname *log, const struct hash *id, ProtobufCBinaryData *name)
{
	struct arena *arena = &answer->call->node->arena;
	struct logname home = session_home(answer->session);
	bool short_name = hash_equal(&log->device, &home.device) && id_equal(&log->incarnation, &home.incarnation);
	uint8_t lane = (uint8_t)log->lane;
	struct span copy;
	answer->err = arena_copy(arena, short_name ? span_of(&lane, 1) : hash_span(id), &copy);
	if (!answer->err)
		*name = pb_bytes(copy);
}

static bool receipted(const struct answer *answer, const struct hash *log, unsigned tier)
{
	for (size_t i = answer->message.n_receipts; i-- > 0;)
		if (answer->receipted[i].tier == tier && hash_equal(&answer->receipted[i].log, log))
			return true;
	return false;
}

static bool receipt_room(const struct answer *answer)
{
	return answer->message.n_receipts < LIMIT_RECEIPTS_PER_ANSWER;
}

static void add_receipt(struct answer *answer, const struct logname *log, const struct hash *id, const struct receipt *receipt)
{
	struct arena *arena = &answer->call->node->arena;
	const struct self *self = answer->call->node->self;
	Tributary__Receipt *item = arena_alloc(arena, sizeof *item);
	struct span signature, server, incarnation;
	if (!item || arena_copy(arena, span_of(receipt->signature.bytes, sizeof receipt->signature.bytes), &signature) ||
	    arena_copy(arena, hash_span(&receipt->server), &server) ||
	    arena_copy(arena, id_span(&receipt->incarnation), &incarnation)) {
		answer->err = ERR_BUDGET;
		return;
	}
	tributary__receipt__init(item);
	name_log(answer, log, id, &item->log);
	item->size = receipt->size;
	item->tier = receipt->tier;
	item->time = receipt->time;
	item->signature = pb_bytes(signature);
	bool ours = hash_equal(&receipt->server, &self->identity.sign_public);
	if (!ours)
		item->server = pb_bytes(server);
	if (!ours || !id_equal(&receipt->incarnation, &self->incarnation))
		item->incarnation = pb_bytes(incarnation);
	answer->receipted[answer->message.n_receipts] = (struct receipted){ .log = *id, .tier = receipt->tier };
	answer->receipts[answer->message.n_receipts++] = item;
}

// Our word that we hold the log as far as we do. Tier 1 for what its own unit brings, 2 for what a
// server below brings that has given its own receipt for it.
static void add_own_receipt(struct answer *answer, const struct logname *log, const struct hash *id, uint64_t size,
                            const struct hash *root, enum receipt_tier tier)
{
	const struct self *self = answer->call->node->self;
	if (size == 0 || receipted(answer, id, tier))
		return;
	struct receipt receipt = {
		.incarnation = self->incarnation,
		.size = size,
		.root = *root,
		.tier = tier,
		.time = answer->call->node->now_ms,
	};
	receipt_sign(&receipt, &self->identity, id);
	add_receipt(answer, log, id, &receipt);
}

static void add_refusal(struct answer *answer, const struct intake_log *refused)
{
	struct arena *arena = &answer->call->node->arena;
	Tributary__Refusal *item = arena_alloc(arena, sizeof *item);
	uint8_t head[HEAD_BYTES];
	struct span copy;
	if (!item) {
		answer->err = ERR_BUDGET;
		return;
	}
	tributary__refusal__init(item);
	name_log(answer, &refused->name, &refused->id, &item->log);
	item->seq = refused->err ? refused->seq : refused->set_aside - 1;
	item->reason = (uint32_t)(refused->err ? refused->err : ERR_UNAUTHORISED);
	item->have = refused->size;
	if (refused->err == ERR_FORK || refused->err == ERR_FROZEN) {
		head_encode(&refused->head, head);
		answer->err = arena_copy(arena, span_of(head, sizeof head), &copy);
		if (answer->err)
			return;
		item->head = pb_bytes(copy);
	}
	answer->refusals[answer->message.n_refusals++] = item;
}

static void answer_intake(struct answer *answer, const struct intake *intake)
{
	answer->refusals = arena_array(&answer->call->node->arena, intake->count, sizeof *answer->refusals);
	answer->message.refusals = answer->refusals;
	if (!answer->refusals)
		answer->err = ERR_BUDGET;
	for (size_t i = 0; i < intake->count && !answer->err; i++) {
		const struct intake_log *item = &intake->logs[i];
		if (item->err || item->set_aside)
			add_refusal(answer, item);
		if (!item->err && receipt_room(answer)) // without one it is sent again
			add_own_receipt(answer, &item->name, &item->id, item->size, &item->root,
			                item->own_unit ? RECEIPT_RECEIVED : RECEIPT_KEPT_TWICE);
	}
}

// ---- What came for this peer ----

static bool answer_has_room(const struct answer *answer)
{
	return answer->packed_bytes < LIMIT_ANSWER_BYTES && answer->message.n_frames < ANSWER_FRAMES;
}

static void answer_pack(struct answer *answer)
{
	if (answer->err || frame_empty(&answer->writer) || answer->message.n_frames == ANSWER_FRAMES)
		return;
	struct buf *frame = &answer->frames[answer->message.n_frames];
	answer->err = frame_finish(&answer->writer, answer->call->node->codec, frame);
	if (!answer->err)
		answer->err = frame->err;
	if (answer->err)
		return;
	answer->frame_list[answer->message.n_frames++] = pb_bytes(buf_span(frame));
	answer->packed_bytes += frame->size;
	count_add(&answer->call->node->counters, COUNT_FRAMES_OUT, 1);
}

// Of the log from `at` to `to`, or to its signed end; false when the answer is full before. *at is behind what was added.
static bool answer_range(struct answer *answer, const struct journal_log *log, uint64_t to, uint64_t *at)
{
	struct node_session *session = answer->session;
	struct logname home = session_home(session);
	struct audience audience;
	audience_withholds withheld = audience_of(&audience, answer->call->txn, &session->unit, &session->device, log);
	// On a link few pieces are under way at once: what is small comes behind no more than these.
	bool pieces = log->name.lane == LANE_FILE && !session->outward;
	if (to > log->head.size)
		to = log->head.size;
	while (*at < to && !answer->err) {
		uint32_t count;
		if (!answer_has_room(answer) || (pieces && answer->pieces >= LIMIT_FILE_WINDOW))
			return false;
		answer->err = frame_add(&answer->writer, answer->call->txn, log, *at, pieces ? *at + 1 : to, &home, withheld, &audience, &count);
		answer->pieces += pieces ? count : 0;
		if (count == 0) {
			if (frame_empty(&answer->writer))
				break;
			answer_pack(answer);
			continue;
		}
		*at += count;
		node_show(answer->call->node, log, *at);
	}
	return true;
}

// All of the log from where this session stands.
static bool answer_log(struct answer *answer, const struct journal_log *log, uint64_t from)
{
	struct node_session *session = answer->session;
	uint64_t at;
	node_sent_get(&session->sent, log->number, &at);
	if (at < from)
		at = from;
	uint64_t before = at;
	bool whole = answer_range(answer, log, UINT64_MAX, &at);
	if (at > before && !answer->err)
		answer->err = node_sent_set(&session->sent, log->number, at);
	return whole;
}

// Whatever was sent before: the peer may read more of it now.
static bool answer_again(struct answer *answer, const struct journal_log *log, const struct arrival *item)
{
	struct node_session *session = answer->session;
	uint64_t at = session->again.number == item->number ? session->again.at : item->from, sent;
	bool whole = answer_range(answer, log, item->to, &at);
	session->again.number = item->number;
	session->again.at = at;
	node_sent_get(&session->sent, log->number, &sent);
	if (at > sent && !answer->err)
		answer->err = node_sent_set(&session->sent, log->number, at);
	return whole;
}

// One arrival; false when it did not fit any more.
static bool answer_arrival(struct answer *answer, const struct arrival *item)
{
	struct node_session *session = answer->session;
	struct journal_log log;
	answer->err = journal_find_number(answer->call->txn, item->log, &log);
	if (answer->err)
		return false;
	if (item->what == ARRIVAL_RECEIPT) {
		const struct receipt *receipt = item->to >= 1 && item->to <= RECEIPT_TIERS ? &log.receipt[item->to - 1] : NULL;
		if (!receipt || receipt->size == 0 || receipted(answer, &log.id, receipt->tier))
			return true;
		if (!receipt_room(answer))
			return false;
		add_receipt(answer, &log.name, &log.id, receipt);
		return true;
	}
	bool its_own = hash_equal(&log.name.device, &session->device);
	bool this_life = its_own && id_equal(&log.name.incarnation, &session->incarnation);
	bool again = item->what == ARRIVAL_AGAIN;
	if (!this_life && !(again ? answer_again(answer, &log, item) : answer_log(answer, &log, item->from)))
		return false;
	if (!its_own)
		return true;
	// What it wrote in a former life comes back to it with a receipt, for here it is. What it wrote in this
	// life it has; should it have less than we do, the receipt tells it that it was restored.
	if (!receipt_room(answer))
		return false;
	struct hash root = merkle_root(HASH_BLAKE2B_256, &log.peaks);
	add_own_receipt(answer, &log.name, &log.id, log.peaks.size, &root, RECEIPT_RECEIVED);
	return true;
}

// Who the peer is may have changed since it greeted: a device that was revoked is told nothing more.
static bool may_be_told(struct node_call *call, struct node_session *session)
{
	struct charter_device device;
	if (charter_device_get(call->txn, &session->device, &device))
		return false;
	session->unit = device.unit;
	session->revoked = device.revoked;
	return !device.revoked;
}

static bool is_file(struct answer *answer, const struct arrival *item, struct journal_log *log)
{
	answer->err = journal_find_number(answer->call->txn, item->log, log);
	return !answer->err && log->name.lane == LANE_FILE;
}

// A file is next: what is small and came behind it goes before it. False: the answer is full.
static bool answer_small(struct answer *answer, uint64_t number)
{
	struct node_session *session = answer->session;
	struct arrival item;
	bool whole = true;
	uint64_t from = session->small > number ? session->small : number;
	struct arrival_walk walk = arrival_walk_begin(answer->call->txn, &session->unit, from);
	while (whole && !answer->err && arrival_walk_next(&walk, &item)) {
		struct journal_log log;
		if (!is_file(answer, &item, &log) && !answer->err && item.what == ARRIVAL_ENTRIES && !hash_equal(&log.name.device, &session->device))
			whole = answer_log(answer, &log, item.from);
		if (whole)
			session->small = item.number;
	}
	arrival_walk_end(&walk);
	return whole;
}

static bool answer_next(struct answer *answer, const struct arrival *item)
{
	struct journal_log log;
	if (is_file(answer, item, &log) && !answer_small(answer, item->number))
		return false;
	return !answer->err && answer_arrival(answer, item);
}

static void answer_arrivals(struct answer *answer)
{
	struct node_session *session = answer->session;
	struct arrival item;
	if (!may_be_told(answer->call, session))
		return;
	struct arrival_walk walk = arrival_walk_begin(answer->call->txn, &session->unit, session->cursor);
	while (!answer->err && arrival_walk_next(&walk, &item)) {
		if (!answer_next(answer, &item)) {
			answer->message.more = true;
			break;
		}
		session->cursor = item.number;
		answer->message.cursor = item.number;
		answer->message.mark = item.mark;
	}
	arrival_walk_end(&walk);
	answer_pack(answer);
	session->awaits_next = answer->message.more;
}

static void answer_free(struct answer *answer)
{
	frame_writer_free(&answer->writer);
	for (size_t i = 0; i < ANSWER_FRAMES; i++)
		buf_free(&answer->frames[i]);
}

static void answer_send(struct answer *answer)
{
	struct node_session *session = answer->session;
	const struct self *self = answer->call->node->self;
	if (answer->err) {
		txn_fail(answer->call->txn, answer->err);
	} else {
		if (!session->told_incarnation)
			answer->message.server = pb_bytes(id_span(&self->incarnation));
		session->told_incarnation = true;
		answer->message.revoked = session->revoked;
		node_send(answer->call, session->link, NODE_DOOR_SYNC, MESSAGE_ANSWER, &answer->message.base);
	}
	answer_free(answer);
}

// ---- Messages ----

// An answer that goes into a bundle stands for itself.
static void answer_alone(struct answer *answer, bool greeting)
{
	struct node_session *session = answer->session;
	if (greeting)
		node_carry_refusals(answer->call, &session->device, &answer->message.refusals, &answer->message.n_refusals);
	answer->message.since = session->cursor;
	answer->message.greeting = pb_bytes(id_span(&session->incarnation));
	session->told_incarnation = false;
}

static void reply(struct node_call *call, struct node_session *session, const struct intake *intake, bool greeting)
{
	struct answer answer;
	bool inward = call->event->carried && !session->outward;
	if (answer_begin(&answer, call, session) == ERR_OK) {
		if (greeting)
			answer.message.time = call->node->now_ms;
		if (greeting && !call->event->carried)
			answer.message.cargo = node_haul_for(call, session);
		if (intake)
			answer_intake(&answer, intake);
		if (session->outward)
			answer_alone(&answer, greeting);
		if (!session->awaits_next && !inward)
			answer_arrivals(&answer);
	}
	if (inward && intake && !answer.err)
		node_carry_taken(call, &session->device, intake, answer.message.refusals, answer.message.n_refusals);
	if (inward)
		answer_free(&answer);
	else
		answer_send(&answer);
	if (session->outward)
		call->node->carriage.more = session->awaits_next;
}

static void take_and_reply(struct node_call *call, struct node_session *session, const ProtobufCBinaryData *frames,
                           size_t count, bool greeting)
{
	struct intake intake;
	struct logname home = session_home(session);
	enum err err = node_take(call, frames, count, &home, node_admit_below, session, &intake);
	if (call->txn->err)
		return;
	if (err) {
		count_add(&call->node->counters, COUNT_MESSAGES_MALFORMED, 1);
		node_close(call, session->link, NODE_DOOR_SYNC, err, "a frame could not be read");
		node_session_drop(call->node, session);
		return;
	}
	reply(call, session, &intake, greeting);
}

static void refuse(struct node_call *call, enum err err, const char *text)
{
	count_add(&call->node->counters, COUNT_SESSIONS_REFUSED, 1);
	node_close(call, call->event->link, NODE_DOOR_SYNC, err, text);
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
	struct node_session *session = node_session_open(node, call->event->link);
	if (!session) {
		refuse(call, ERR_AGAIN, "too many sessions");
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
	session->outward = carried && carried->outward;
	session->heard_ms = node->now_ms;
	count_add(&node->counters, COUNT_SESSIONS_OPENED, 1);
	trace_say(&node->trace, "%s greets, %zu frames", device.label, hello->n_frames);
	if (!device.revoked && !session->outward)
		heard_note(call->txn, &device.unit, node->now_ms);
	if (!device.revoked && !carried) // a bundle was under way for days
		heard_clock_note(call->txn, &device.unit, &device.device, hello->time, node->now_ms);
	if (carried && !carried->outward && !carried->again)
		node_carry_greeted(call, session, &device, hello);
	take_and_reply(call, session, hello->frames, hello->n_frames, true);
}

static void on_next(struct node_call *call, struct node_session *session)
{
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
		on_next(call, session);
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
		if (!session->live || session->awaits_next || session->revoked || (!cargo && !something_for(call, session)))
			continue;
		struct answer answer;
		if (answer_begin(&answer, call, session) == ERR_OK) {
			answer.message.unasked = true;
			answer.message.cargo = cargo;
			if (may_be_told(call, session))
				answer_arrivals(&answer);
		}
		bool empty = answer.message.n_frames == 0 && answer.message.n_receipts == 0 && !answer.message.cursor &&
		             !session->revoked && !cargo;
		if (empty && !answer.err) {
			frame_writer_free(&answer.writer);
			continue;
		}
		answer_send(&answer);
	}
}
