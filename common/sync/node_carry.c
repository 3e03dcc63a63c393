// What comes and goes in bundles instead of over a link (sync/bundle_talk.h has the whole picture). The messages are
// those of a session, each standing for itself: up, Hellos with a frame each; down, Answers that say what
// they go on from. What comes before its time waits in the store (sync/bundle_row.h).
#include "sync/bundle_row.h"

#include "base/bytes.h"
#include "sync/node_near.h"
#include "sync/node_want.h"

enum { HELLOS_AT_ONCE = 8, TRIED_AT_ONCE = 16 };

struct node_carriage node_carriage(const struct node *node) { return node->carriage; }

// ---- To the server above ----

static void send_hello(struct node_call *call, const struct buf *frame, bool more)
{
	struct node *node = call->node;
	struct id server;
	struct arrival_cursor cursor;
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	ProtobufCBinaryData list[] = { pb_bytes(buf_span(frame)) };
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&node->client.incarnation));
	if (node_cursor_load(call, &server, &cursor)) {
		hello.server = pb_bytes(id_span(&server));
		hello.cursor = cursor.number;
		hello.mark = cursor.mark;
	}
	hello.n_frames = frame->size > 0;
	hello.frames = list;
	hello.more = more;
	node_send(call, NODE_LINK_CARRIED, NODE_DOOR_PARENT, MESSAGE_HELLO, &hello.base);
}

static void begin(struct node_call *call)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	struct arrival_cursor cursor;
	node_client_begin(node);
	client->state = NODE_CLOSED;
	client->carrying = client->plain = true;
	if (!node_cursor_load(call, &client->server, &cursor))
		client->server = (struct id){ { 0 } };
	node_want_learn(call);
	node_want_carry(call);
}

// What the device would say, were it here: it stands where it last said.
void node_carry_hello(const struct bundle_greeting *greeting, struct buf *bytes)
{
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&greeting->incarnation));
	if (!id_is_zero(&greeting->server))
		hello.server = pb_bytes(id_span(&greeting->server));
	hello.cursor = greeting->cursor.number;
	hello.mark = greeting->cursor.mark;
	message_write(MESSAGE_HELLO, &hello.base, bytes);
}

void node_carry_out(struct node_call *call)
{
	struct node *node = call->node;
	bool first = call->event->live, more = true;
	if (first) {
		begin(call);
		if (node_write_due(call, true))
			return;
		if (node->client.greet_again) { // a log of ours was found closed on the way
			begin(call);
			if (node_write_due(call, true))
				return;
		}
		if (!hash_is_zero(&node->carrier))
			node_lade_begin(call);
		node->carriage.out = node_pending_count(call);
		if (node->carriage.out == 0 && !hash_is_zero(&node->carrier))
			first = more = false; // it has all of it already
	}
	for (unsigned i = 0; i < HELLOS_AT_ONCE && more && !call->txn->err; i++) {
		struct buf frame = BUF_EMPTY;
		bool any = node_pending_frame(call, &frame, &more);
		if (any || (first && i == 0))
			send_hello(call, &frame, any && more);
		more = any && more;
		buf_free(&frame);
	}
	node->carriage.more = more;
}

enum err node_carry_went(struct node *node, struct txn *txn, uint64_t now_ms)
{
	for (const struct node_sent *sent = node->client.sent; sent; sent = sent->hh.next)
		if (sent->size != NODE_SENT_REFUSED && bundle_went(txn, sent->log, sent->size, now_ms))
			break;
	return txn->err;
}

// ---- What waits for what comes before it ----

static void wait_for_it(struct node_call *call)
{
	struct node *node = call->node;
	const struct event_carried *carried = call->event->carried;
	struct bundle_place place = { .holder = carried->holder, .bundle = carried->bundle, .part = carried->part, .piece = carried->piece };
	enum err err = bundle_wait(call->txn, &place, (uint8_t)call->event->door, carried->made_ms, call->event->bytes);
	node->carried_gap = true;
	if (carried->again)
		return;
	if (err == ERR_BUDGET)
		node->carriage.lost++;
	else
		node->carriage.waiting++;
}

static bool any_gap(const struct intake *intake)
{
	for (size_t i = 0; i < intake->count; i++)
		if (intake->logs[i].err == ERR_GAP)
			return true;
	return false;
}

static void count_intake(struct node *node, const struct intake *intake)
{
	node->carriage.entries += intake->entries;
	for (size_t i = 0; i < intake->count; i++) {
		node->carriage.refused += intake->logs[i].err && intake->logs[i].err != ERR_GAP;
		node->carriage.set_aside += !intake->logs[i].err && intake->logs[i].set_aside;
	}
}

static void (*const through[])(struct node_call *call) = {
	[NODE_DOOR_SYNC] = node_server_message,
	[NODE_DOOR_PARENT] = node_client_message,
};

// One that waited, as if it came now.
static void try_again(struct node_call *call, const struct bundle_place *place, uint8_t door, uint64_t made_ms, struct span message)
{
	struct node *node = call->node;
	struct event_carried carried = { .holder = place->holder, .bundle = place->bundle, .part = place->part,
	                                 .piece = place->piece, .made_ms = made_ms, .again = true };
	struct event event = { .kind = EVENT_MESSAGE, .now_ms = call->event->now_ms, .link = NODE_LINK_CARRIED,
	                       .door = (enum node_door)door, .bytes = message, .carried = &carried };
	struct node_call again = { .node = node, .txn = call->txn, .effects = call->effects, .event = &event };
	node->carried_gap = false;
	arena_reset(&node->arena);
	if (door == NODE_DOOR_SYNC || door == NODE_DOOR_PARENT)
		through[door](&again);
	if (node->carried_gap || call->txn->err)
		return;
	bundle_wait_over(call->txn, place);
	node->carriage.resumed++;
}

void node_carry_waiting(struct node_call *call)
{
	struct node *node = call->node;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (call->event->live)
		node->waiting_at = (struct bundle_place){ .part = 0 };
	node->carriage.more = true;
	for (unsigned i = 0; i < TRIED_AT_ONCE && node->carriage.more && !call->txn->err; i++) {
		uint8_t door;
		uint64_t made_ms;
		struct span message;
		arena_reset(&arena);
		enum err err = bundle_wait_next(call->txn, &node->waiting_at, &arena, &door, &made_ms, &message);
		if (arena.starved)
			txn_fail(call->txn, ERR_NOMEM);
		node->carriage.more = err == ERR_OK;
		if (!err)
			try_again(call, &node->waiting_at, door, made_ms, message);
		node->waiting_at.piece++;
	}
	arena_free(&arena);
}

// ---- From below ----

// The newest bundle of a device tells where it stands; what its older ones are still to be told is in that.
void node_carry_greeted(struct node_call *call, const struct node_session *session, const struct charter_device *device,
                        const Tributary__Hello *hello)
{
	const struct event_carried *carried = call->event->carried;
	struct bundle_greeting before, now = { .incarnation = session->incarnation, .bundle = carried->bundle,
	                                      .made_ms = carried->made_ms,
	                                      .cursor = { .number = hello->cursor, .mark = hello->mark } };
	enum err err = bundle_greeting_get(call->txn, &device->device, &before);
	if (!err && (before.made_ms > now.made_ms || id_equal(&before.bundle, &now.bundle)))
		return;
	if (hello->server.len && id_read(pb_span(hello->server), &now.server))
		return;
	bundle_told(call->txn, &device->device, hello->server.len > 0); // who knows our life has had our answer
	bundle_greeting_put(call->txn, &device->device, &now);
}

void node_carry_taken(struct node_call *call, const struct hash *device, const struct intake *intake,
                      Tributary__Refusal *const *refusals, size_t refusal_count)
{
	count_intake(call->node, intake);
	if (any_gap(intake))
		wait_for_it(call);
	for (size_t i = 0; i < refusal_count && !call->txn->err; i++) {
		struct buf bytes = BUF_EMPTY;
		if (refusals[i]->reason == ERR_GAP)
			continue;
		pb_pack(&refusals[i]->base, &bytes);
		if (bytes.err)
			txn_fail(call->txn, bytes.err);
		else
			bundle_refusal_add(call->txn, device, buf_span(&bytes));
		buf_free(&bytes);
	}
}

void node_carry_joined(struct node_call *call, const Tributary__Joined *joined)
{
	struct buf bytes = BUF_EMPTY;
	if (joined->reason != ERR_OK)
		return;
	call->node->carriage.joined++;
	message_write(MESSAGE_JOINED, &joined->base, &bytes);
	if (bytes.err)
		txn_fail(call->txn, bytes.err);
	else
		bundle_joined_put(call->txn, &call->event->carried->holder, buf_span(&bytes));
	buf_free(&bytes);
}

// What is to be said besides what the cursor says.
void node_carry_refusals(struct node_call *call, const struct hash *device, Tributary__Refusal ***refusals, size_t *count)
{
	struct arena *arena = &call->node->arena;
	*count = 0;
	*refusals = arena_array(arena, LIMIT_RECEIPTS_PER_ANSWER, sizeof **refusals);
	struct scan scan = bundle_refusals(call->txn, device);
	while (*refusals && *count < LIMIT_RECEIPTS_PER_ANSWER && scan_next(&scan)) {
		ProtobufCMessage *message;
		struct span copy;
		if (arena_copy(arena, scan.value, &copy) || pb_unpack(&tributary__refusal__descriptor, copy, arena, &message))
			break;
		(*refusals)[(*count)++] = (Tributary__Refusal *)message;
	}
	scan_end(&scan);
}

// ---- From the server above ----

static struct span word_key(void)
{
	return span_string("bundle word");
}

void node_carry_word(struct node_call *call, uint64_t time_ms)
{
	uint8_t value[8];
	bytes_put_u64(value, time_ms);
	txn_put(call->txn, STORE_META, word_key(), span_of(value, sizeof value));
}

static uint64_t newest_word(struct node_call *call)
{
	struct span value;
	bool found = txn_get(call->txn, STORE_META, word_key(), &value) == ERR_OK && value.size == 8;
	return found ? bytes_get_u64(value.data) : 0;
}

// Another life of the server than the one we know: the next one, or, where this bundle is older than what we
// heard last, the one before; then what it holds is good and what it says of receipts and cursors is not.
static bool of_this_life(struct node_call *call, const struct id *life)
{
	struct id before;
	struct arrival_cursor cursor;
	struct node_client *client = &call->node->client;
	uint64_t made_ms = call->event->carried->made_ms;
	bool known = node_cursor_load(call, &before, &cursor);
	if (!hash_equal(&call->event->carried->holder, &call->node->self->parent_key))
		return false; // a server that looks after us no more
	client->server = *life;
	if (known && id_equal(&before, life))
		return true;
	if (known && made_ms <= newest_word(call)) {
		client->server = before;
		return false;
	}
	node_cursor_save(call, node_cursor_none);
	node_carry_word(call, made_ms);
	if (known)
		node_repair_all_again(call);
	return true;
}

static void take_words(struct node_call *call, const Tributary__Answer *answer)
{
	for (size_t i = 0; i < answer->n_receipts && !call->txn->err; i++)
		node_receipt_take(call, answer->receipts[i]);
	for (size_t i = 0; i < answer->n_refusals && !call->txn->err; i++)
		node_receipt_refused(call, answer->refusals[i]);
}

// The cursor moves only where this answer goes on from what is held.
static void move_cursor(struct node_call *call, const Tributary__Answer *answer)
{
	struct id server;
	struct arrival_cursor cursor;
	node_cursor_load(call, &server, &cursor);
	if (answer->since > cursor.number) {
		wait_for_it(call);
		return;
	}
	if (answer->cursor > cursor.number)
		node_cursor_save(call, (struct arrival_cursor){ .number = answer->cursor, .mark = answer->mark });
	if (!answer->more && txn_has(call->txn, STORE_META, span_string("custody restoring")))
		txn_delete(call->txn, STORE_META, span_string("custody restoring"));
}

static void take_answer(struct node_call *call, const Tributary__Answer *answer, const struct id *life, const struct id *greeting)
{
	struct node *node = call->node;
	struct intake intake;
	begin(call);
	node->client.incarnation = *greeting;
	struct logname home = node_receipt_home(node);
	bool stands = of_this_life(call, life);
	node->carriage.stale |= !stands;
	node->carriage.revoked |= answer->revoked;
	if (stands)
		take_words(call, answer);
	if (node_take(call, answer->frames, answer->n_frames, &home, node_client_admits, NULL, &intake)) {
		node->carriage.refused++;
		return;
	}
	count_intake(node, &intake);
	for (size_t i = 0; stands && intake.entries > 0 && i < answer->n_receipts && !call->txn->err; i++)
		node_receipt_take(call, answer->receipts[i]); // for what came with them: our own of a former life
	if (any_gap(&intake))
		wait_for_it(call);
	else if (stands && !node->client.greet_again)
		move_cursor(call, answer);
	node->client.greet_again = false; // the next bundle is of the new life
	if (intake.entries > 0 && node_write_due(call, true))
		return;
	node_follow(call);
}

void node_carry_answer(struct node_call *call)
{
	struct node *node = call->node;
	enum message_kind kind = MESSAGE_BYE;
	ProtobufCMessage *message;
	struct id life, greeting;
	enum err err = message_read(call->event->bytes, MESSAGE_DOWN, &node->arena, &kind, &message);
	const Tributary__Answer *answer = err || kind != MESSAGE_ANSWER ? NULL : (const Tributary__Answer *)message;
	if (!answer || id_read(pb_span(answer->server), &life) || id_read(pb_span(answer->greeting), &greeting)) {
		count_add(&node->counters, COUNT_MESSAGES_MALFORMED, 1);
		node->carriage.refused++;
		return;
	}
	take_answer(call, answer, &life, &greeting);
}
