// The node's one door, and what both roles share.
#include "sync/node_near.h"
#include "sync/node_want.h"

#include <assert.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "sync/arrival.h"
#include "sync/pen_custody.h"

enum {
	SESSION_SILENCE_MS = 120 * 1000, // a session without a word, live ones excepted
};

struct node *node_new_in(struct share *share, struct self *self, const struct trace *trace)
{
	struct node *node = calloc(1, sizeof *node);
	if (!node)
		return NULL;
	node->self = self;
	node->room = UINT64_MAX;
	if (trace)
		node->trace = *trace;
	node->share = share;
	node->codec = share->codec;
	view_pack_init_shared(&node->pack, &share->packs);
	pace_init(&node->client.pace);
	return node;
}

struct node *node_new(struct self *self, const struct trace *trace)
{
	struct share *share = share_new();
	struct node *node = share ? node_new_in(share, self, trace) : NULL;
	if (node)
		node->own_share = share;
	else
		share_free(share);
	return node;
}

void node_free(struct node *node)
{
	if (!node)
		return;
	node_reset(node);
	turns_free(&node->turns);
	view_pack_free(&node->pack);
	share_free(node->own_share);
	free(node);
}

// An event takes the share's scratch, and leaves it to the next, whosever that is.
static void borrow(struct node *node)
{
	struct share *share = node->share;
	assert(!share->lent);
	share->lent = true;
	node->arena = share->arena;
	node->frame_arena = share->frame_arena;
	arena_reset(&node->arena);
}

static void return_borrowed(struct node *node)
{
	struct share *share = node->share;
	share->arena = node->arena;
	share->frame_arena = node->frame_arena;
	share->lent = false;
}

void node_announce(struct node *node, const char *sync_address)
{
	memset(node->public_address, 0, sizeof node->public_address);
	memcpy(node->public_address, sync_address, strnlen(sync_address, sizeof node->public_address - 1));
}

static void drop_sessions(struct node *node)
{
	struct node_session *session, *next;
	HASH_ITER(hh, node->sessions, session, next)
		node_session_drop(node, session);
}

void node_reset(struct node *node)
{
	drop_sessions(node);
	node_sent_clear(&node->client.sent);
	node_want_free(&node->client.wants);
	node_near_end(&node->near);
	struct pace pace = node->client.pace;
	node->client = (struct node_client){ .state = NODE_CLOSED, .pace = pace };
	pace_begin(&node->client.pace);
	node->settled_arrival = 0;
}

const struct counters *node_counters(const struct node *node) { return &node->counters; }
void node_room(struct node *node, uint64_t for_files) { node->room = for_files; }
size_t node_sessions(const struct node *node) { return HASH_COUNT(node->sessions); }
const uint64_t *node_shown(const struct node *node) { return node->shown; }
struct node_progress node_progress(const struct node *node) { return node->client.progress; }

bool node_admits(struct txn *txn, const struct hash *curve)
{
	struct charter_device device;
	return charter_device_by_curve(txn, curve, &device) == ERR_OK;
}

void node_took(struct node *node, uint64_t batch_ms, uint64_t now_ms)
{
	turns_took(&node->turns, batch_ms, now_ms);
}

bool node_busy(const struct node *node)
{
	return node->client.outstanding > 0;
}

size_t node_batch(const struct node *node)
{
	return turns_batch(&node->turns);
}

uint64_t node_deadline(const struct node *node)
{
	const struct node_client *client = &node->client;
	uint64_t deadline = UINT64_MAX;
	if (client->outstanding > 0)
		deadline = client->heard_ms + pace_patience_ms(&client->pace);
	if (client->held_ms && client->held_ms < deadline)
		deadline = client->held_ms;
	if (client->tally_due && client->tally_ms + NODE_TALLY_SPACING_MS < deadline)
		deadline = client->tally_ms + NODE_TALLY_SPACING_MS;
	for (const struct node_session *session = node->sessions; session; session = session->hh.next)
		if (!session->live && session->heard_ms + SESSION_SILENCE_MS < deadline)
			deadline = session->heard_ms + SESSION_SILENCE_MS;
	return deadline;
}

// ---- What was sent ----

bool node_sent_get(struct node_sent *const *sent, uint32_t log, uint64_t *size)
{
	struct node_sent *found;
	HASH_FIND(hh, *sent, &log, sizeof log, found);
	*size = found ? found->size : 0;
	return found != NULL;
}

enum err node_sent_set(struct node_call *call, struct node_sent **sent, uint32_t log, uint64_t size)
{
	struct node_sent *found;
	HASH_FIND(hh, *sent, &log, sizeof log, found);
	if (!found) {
		found = calloc(1, sizeof *found);
		if (!found)
			return txn_fail(call->txn, ERR_NOMEM);
		found->log = log;
		HASH_ADD(hh, *sent, log, sizeof found->log, found);
		if (!found->hh.tbl) {
			free(found);
			return txn_fail(call->txn, ERR_NOMEM);
		}
	}
	found->size = size;
	return ERR_OK;
}

void node_sent_clear(struct node_sent **sent)
{
	struct node_sent *item, *next;
	HASH_ITER(hh, *sent, item, next) {
		HASH_DEL(*sent, item);
		free(item);
	}
}

void node_show(struct node *node, const struct journal_log *log, uint64_t to)
{
	const struct self *self = node->self;
	if (hash_equal(&log->name.device, &self->identity.sign_public) &&
	    id_equal(&log->name.incarnation, &self->incarnation) && to > node->shown[log->name.lane])
		node->shown[log->name.lane] = to;
}

// ---- Sending ----

void node_send(struct node_call *call, uint64_t link, enum node_door door, enum message_kind kind,
               const ProtobufCMessage *message)
{
	struct buf bytes = BUF_EMPTY;
	message_write(kind, message, &bytes);
	count_add(&call->node->counters, COUNT_BYTES_OUT, bytes.size);
	if (door == NODE_DOOR_PARENT)
		call->node->client.progress.bytes_out += bytes.size;
	struct effect effect = { .kind = EFFECT_SEND, .link = link, .door = door };
	effects_add(call->effects, &effect, &bytes);
}

void node_close(struct node_call *call, uint64_t link, enum node_door door, enum err err, const char *text)
{
	Tributary__Bye bye = TRIBUTARY__BYE__INIT;
	bye.reason = (uint32_t)err;
	bye.text = (char *)(uintptr_t)text;
	node_send(call, link, door, MESSAGE_BYE, &bye.base);
	struct effect effect = { .kind = EFFECT_CLOSE, .link = link, .door = door, .err = err };
	effects_add(call->effects, &effect, NULL);
}

// ---- Notices ----

enum { NOTICES_KEPT = 256 };

void node_notice(struct node_call *call, enum err err, const char *text)
{
	uint64_t number = 1;
	uint8_t key[8];
	struct buf value = BUF_EMPTY;
	struct scan scan = scan_begin_last(call->txn, STORE_NOTICE, span_of(NULL, 0));
	buf_u64(&value, call->node->now_ms);
	buf_u8(&value, (uint8_t)err);
	buf_string(&value, text);
	if (scan_next(&scan) && scan.key.size == 8) {
		// The same again is the same notice, newer.
		bool again = scan.value.size == value.size && value.size > 8 &&
		             memcmp(scan.value.data + 8, value.data + 8, value.size - 8) == 0;
		number = bytes_get_u64(scan.key.data) + !again;
	}
	scan_end(&scan);
	bytes_put_u64(key, number);
	if (value.err)
		txn_fail(call->txn, value.err);
	else
		txn_put(call->txn, STORE_NOTICE, span_of(key, sizeof key), buf_span(&value));
	buf_free(&value);
	if (number > NOTICES_KEPT) {
		bytes_put_u64(key, number - NOTICES_KEPT);
		txn_delete(call->txn, STORE_NOTICE, span_of(key, sizeof key));
	}
	trace_say(&call->node->trace, "notice: %s: %s", err_name(err), text);
}

// ---- Events ----

static void on_tick(struct node_call *call)
{
	struct node *node = call->node;
	const struct node_client *client = &node->client;
	if (client->outstanding > 0 && node->now_ms >= client->heard_ms + pace_patience_ms(&client->pace))
		node_client_down(call, ERR_UNREACHABLE, "no answer");
	else if (client->held_ms && node->now_ms >= client->held_ms)
		node_client_flow(call);
	for (;;) {
		struct node_session *session = node->sessions;
		while (session && (session->live || node->now_ms < session->heard_ms + SESSION_SILENCE_MS))
			session = session->hh.next;
		if (!session)
			return;
		struct effect effect = { .kind = EFFECT_CLOSE, .link = session->link, .door = NODE_DOOR_SYNC };
		effects_add(call->effects, &effect, NULL);
		node_session_drop(node, session);
	}
}

static void on_message(struct node_call *call)
{
	count_add(&call->node->counters, COUNT_BYTES_IN, call->event->bytes.size);
	switch (call->event->door) {
	case NODE_DOOR_SYNC: node_server_message(call); break;
	case NODE_DOOR_PORCH: node_porch_message(call); break;
	case NODE_DOOR_PARENT: node_client_message(call); break;
	}
}

static void on_link_down(struct node_call *call)
{
	if (call->event->door == NODE_DOOR_PARENT) {
		node_client_down(call, ERR_UNREACHABLE, "the connection was lost");
		return;
	}
	if (call->event->link == NODE_LINK_EVERY) {
		if (call->event->door == NODE_DOOR_SYNC) // at the porch there are no sessions
			drop_sessions(call->node);
		return;
	}
	struct node_session *session = node_session_find(call->node, call->event->link);
	if (session)
		node_session_drop(call->node, session);
}

// node_settle looks at what arrived. Here, whether the other process began a new life of the store (cli/check,
// io/home_guard): then we go on in it, and what was said to peers in the old one counts no more.
static void on_changed(struct node_call *call)
{
	struct node *node = call->node;
	struct self now;
	if (self_load(call->txn, &now) || id_equal(&now.incarnation, &node->self->incarnation))
		return;
	node->self->incarnation = now.incarnation;
	memset(node->shown, 0, sizeof node->shown);
	node_reset(node);
}

static void (*const handlers[])(struct node_call *call) = {
	[EVENT_TICK] = on_tick,
	[EVENT_MESSAGE] = on_message,
	[EVENT_LINK_DOWN] = on_link_down,
	[EVENT_CONNECT] = node_client_greet,
	[EVENT_CHANGED] = on_changed,
	[EVENT_CARRY] = node_carry_out,
	[EVENT_CARRY_WAITING] = node_carry_waiting,
	[EVENT_MEET] = node_near_meet,
};

static enum err call_result(struct node_call *call)
{
	if (!call->txn->err && (effects_failed(call->effects) || call->node->arena.starved)) // half a message is none
		txn_fail(call->txn, ERR_NOMEM);
	return call->txn->err;
}

enum err node_step(struct node *node, struct txn *txn, const struct event *event, struct effects *effects)
{
	struct node_call call = { .node = node, .txn = txn, .effects = effects, .event = event };
	node->now_ms = event->now_ms;
	drbg_seed(&node->drbg, event->seed);
	borrow(node);
	node->arena.starved = false;
	handlers[event->kind](&call);
	return_borrowed(node);
	return call_result(&call);
}

static void settle(struct node_call *call)
{
	struct node *node = call->node;
	uint64_t arrival;
	if (node->self->server && pen_custody_is_due(call->txn) && node_write_due(call, false))
		return;
	node_client_settle(call);
	uint64_t wants = file_want_turn(call->txn);
	if (arrival_last(call->txn, &arrival) == ERR_OK &&
	    (arrival != node->settled_arrival || wants != node->settled_wants || node->cargo_fresh)) {
		node->settled_arrival = arrival;
		node->settled_wants = wants;
		node_server_settle(call);
	}
	node->cargo_fresh = false;
}

enum err node_settle(struct node *node, struct txn *txn, uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES],
                     struct effects *effects)
{
	struct event event = { .kind = EVENT_CHANGED, .now_ms = now_ms };
	struct node_call call = { .node = node, .txn = txn, .effects = effects, .event = &event };
	node->now_ms = now_ms;
	drbg_seed(&node->drbg, seed);
	if (txn->err)
		return txn->err;
	borrow(node);
	node->arena.starved = false;
	settle(&call);
	return_borrowed(node);
	return call_result(&call);
}
