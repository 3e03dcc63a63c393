// Cargo is made: what this store has for its server, or a server for a device, goes into bundles that others
// carry. The same messages as on a stick (sync/bundle_talk.h), made while a session with the carrier is open.
#include "sync/bundle_out.h"
#include "sync/cargo.h"
#include "sync/node_near.h"

#define DAY_MS (24ull * 3600 * 1000)

// A bundle that is being filled.
struct lading {
	struct node_call *call;
	struct bundle_port port;
	struct bundle_out out;
	struct buf part;
	struct cargo_item item;
	bool refused;            // the node would have ended that session
};

static void draw(void *context, void *to, size_t size)
{
	struct lading *lading = context;
	drbg_draw(&lading->call->node->drbg, to, size);
}

static enum err part_begin(void *context, const struct bundle_head *head)
{
	struct lading *lading = context;
	lading->item.place = (struct cargo_place){ .reader = head->reader, .holder = head->holder, .bundle = head->bundle,
	                                           .part = head->part };
	buf_clear(&lading->part);
	return ERR_OK;
}

static enum err part_bytes(void *context, struct span bytes)
{
	struct lading *lading = context;
	buf_bytes(&lading->part, bytes.data, bytes.size);
	return lading->part.err;
}

static enum err part_end(void *context)
{
	struct lading *lading = context;
	lading->item.part = buf_span(&lading->part);
	return cargo_put(lading->call->txn, &lading->item);
}

static void begin(struct lading *lading, struct node_call *call, const struct bundle_head *head)
{
	struct node *node = call->node;
	lading->call = call;
	lading->part = BUF_EMPTY;
	lading->port = (struct bundle_port){ .context = lading, .random = draw, .part_begin = part_begin,
	                                     .part_bytes = part_bytes, .part_end = part_end };
	lading->item.from = node->self->identity.sign_public;
	lading->item.came_ms = node->now_ms;
	lading->item.way = head->way;
	bundle_out_begin(&lading->out, &lading->port, &node->self->identity, head, CARGO_PART_BYTES);
}

// One event, aside from the session at hand: what the node would send goes into the bundle.
static void gather(struct lading *lading, const struct event *event, void (*handle)(struct node_call *call))
{
	struct node_call *outer = lading->call;
	struct effects *effects = effects_new();
	if (!effects) {
		txn_fail(outer->txn, ERR_NOMEM);
		return;
	}
	struct node_call inner = { .node = outer->node, .txn = outer->txn, .effects = effects, .event = event };
	arena_reset(&outer->node->arena);
	handle(&inner);
	for (size_t i = 0; i < effects_count(effects); i++) {
		const struct effect *effect = effects_at(effects, i);
		bool bye = effect->bytes.size > 0 && effect->bytes.data[0] == MESSAGE_BYE;
		lading->refused |= effect->kind == EFFECT_CLOSE && effect->err;
		if (effect->kind == EFFECT_SEND && !bye)
			bundle_out_add(&lading->out, effect->bytes);
		else if (effect->kind == EFFECT_REJOINED)
			effects_add(outer->effects, effect, NULL);
	}
	if (effects_failed(effects))
		txn_fail(outer->txn, ERR_NOMEM);
	effects_free(effects);
}

// Gives why there is none. What the store itself failed with stands in the transaction.
static enum err end(struct lading *lading)
{
	enum err err = bundle_out_end(&lading->out);
	buf_free(&lading->part);
	return lading->call->txn->err ? lading->call->txn->err : err;
}

// ---- To our server ----

static void note_sizes(struct node_call *call, const struct hash *carrier)
{
	for (const struct node_sent *sent = call->node->client.sent; sent; sent = sent->hh.next)
		if (sent->size != NODE_SENT_REFUSED)
			cargo_handed_size(call->txn, carrier, sent->log, sent->size);
}

// Of what goes up, what that carrier has been handed before.
void node_lade_begin(struct node_call *call)
{
	struct node *node = call->node;
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		uint64_t size = cargo_handed_log(call->txn, &node->carrier, number);
		if (journal_find_number(call->txn, number, &log))
			return;
		if (size > node_receipt_held(node, &log))
			node_sent_set(call, &node->client.sent, number, size);
	}
}

static void lade_up(struct node_call *call, const struct hash *carrier, const struct hash *sealed_to)
{
	struct node *node = call->node;
	struct lading lading = { .item = { .only = *carrier } };
	struct bundle_head head = { .holder = node->self->identity.sign_public, .reader = node->self->parent_key,
	                            .sealed_to = *sealed_to, .way = BUNDLE_UP };
	struct event event = { .kind = EVENT_CARRY, .now_ms = node->now_ms, .link = NODE_LINK_CARRIED, .door = NODE_DOOR_PARENT,
	                       .live = true };
	if (bundle_stamp(call->txn, node->now_ms, &head.time))
		return;
	begin(&lading, call, &head);
	do {
		gather(&lading, &event, node_carry_out);
		event.live = false;
	} while (node->carriage.more && !call->txn->err && !lading.out.err && lading.out.total < CARGO_MADE_MOST);
	struct id bundle = lading.out.head.bundle;
	bool any = lading.out.any;
	note_sizes(call, carrier);
	if (end(&lading)) {
		cargo_handed_forget(call->txn, &node->self->identity.sign_public, carrier); // no room here: as if it had never been
		node_notice(call, ERR_BUDGET, "there is no room for more that others are to carry");
	} else if (any) {
		cargo_handed_put(call->txn, &(struct cargo_handed){ .carrier = *carrier, .bundle = bundle, .time_ms = node->now_ms });
	}
}

static bool unsent(struct node_call *call, const struct hash *carrier)
{
	struct cargo_item item;
	bool any = false;
	struct cargo_walk walk = cargo_walk_begin(call->txn, NULL);
	while (!any && cargo_walk_next(&walk, &item))
		any = hash_equal(&item.only, carrier);
	cargo_walk_end(&walk);
	return any;
}

void node_lade_up(struct node_call *call, const struct hash *carrier, const struct cargo_on *carried, size_t count)
{
	struct node *node = call->node;
	struct cargo_handed handed;
	struct charter_device row;
	bool known = false;
	if (node->self->server || hash_is_zero(&node->self->parent_key) || unsent(call, carrier))
		return;
	if (charter_device_get(call->txn, &node->self->parent_key, &row) || cargo_handed_get(call->txn, carrier, &handed) == ERR_CORRUPT)
		return;
	for (size_t i = 0; i < count && !known; i++)
		known = id_equal(&carried[i].bundle, &handed.bundle);
	// What it lost, or nobody acknowledged for long, goes anew.
	bool stale = node->now_ms > handed.time_ms + CARGO_PATIENCE_DAYS * DAY_MS;
	if (!known || (stale && cargo_handed_open(call->txn, carrier, &node->self->parent_key) > 0))
		cargo_handed_forget(call->txn, &node->self->identity.sign_public, carrier);
	struct node_client saved = node_client_aside(node);
	node->carrier = *carrier;
	lade_up(call, carrier, &row.box);
	node->carrier = (struct hash){ { 0 } };
	node_client_back(call, &saved);
}

// ---- From us to a device below ----

static void forget_older(struct node_call *call, const struct hash *device)
{
	struct cargo_item item;
	struct cargo_walk walk = cargo_walk_begin(call->txn, NULL);
	while (cargo_walk_next(&walk, &item)) {
		struct cargo_place place = item.place;
		if (hash_equal(&place.reader, device) && hash_equal(&place.holder, &call->node->self->identity.sign_public))
			cargo_delete(call->txn, &place);
	}
	cargo_walk_end(&walk);
}

static void answer_all(struct lading *lading, const struct hash *device, struct span hello)
{
	struct node *node = lading->call->node;
	struct event_carried carried = { .holder = *device, .outward = true };
	struct event event = { .kind = EVENT_MESSAGE, .now_ms = node->now_ms, .link = NODE_LINK_CARRIED, .door = NODE_DOOR_SYNC,
	                       .bytes = hello, .carried = &carried };
	struct buf next = BUF_EMPTY;
	Tributary__Next message = TRIBUTARY__NEXT__INIT;
	message_write(MESSAGE_NEXT, &message.base, &next);
	if (next.err)
		txn_fail(lading->call->txn, next.err);
	gather(lading, &event, node_server_message);
	event.bytes = buf_span(&next);
	while (node->carriage.more && !lading->refused && !lading->call->txn->err && !lading->out.err &&
	       lading->out.total < CARGO_MADE_MOST)
		gather(lading, &event, node_server_message);
	buf_free(&next);
	struct node_session *session = node_session_find(node, NODE_LINK_CARRIED);
	if (session)
		node_session_drop(node, session);
}

// What answers a bundle of that device, for whoever brought it.
void node_lade_back(struct node_call *call, const struct hash *device)
{
	struct node *node = call->node;
	struct charter_device row;
	struct bundle_greeting greeting;
	struct buf hello = BUF_EMPTY;
	struct lading lading = { .refused = false };
	struct bundle_head head = { .holder = node->self->identity.sign_public, .reader = *device, .way = BUNDLE_DOWN };
	if (charter_device_get(call->txn, device, &row) || bundle_greeting_get(call->txn, device, &greeting) ||
	    bundle_stamp(call->txn, node->now_ms, &head.time))
		return;
	forget_older(call, device);
	head.sealed_to = row.box;
	node_carry_hello(&greeting, &hello);
	begin(&lading, call, &head);
	answer_all(&lading, device, buf_span(&hello));
	node->cargo_fresh = true;
	if (end(&lading) && !call->txn->err)
		forget_older(call, device); // no room: it will hear over a link, or by the next who passes
	buf_free(&hello);
}
