// Healing. A store can be put back to an earlier moment, copied, or replaced, on either side. Nothing
// here rewrites history: a device goes on in a new life, of two histories one stands and the other is kept
// beside it (node_repair_fork.c), and a server that lost something is given it back by those who have it.
#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/node_inside.h"

enum { CATALOG_LOGS = 1000 };

void node_repair_life(struct node_call *call, enum self_reborn reason)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	struct id incarnation;
	client->greet_again = true;
	if (client->life_begun)
		return; // once on a connection
	drbg_draw(&node->drbg, incarnation.bytes, sizeof incarnation.bytes);
	if (self_reincarnate(call->txn, node->self, &incarnation, reason, node->now_ms))
		return;
	client->life_begun = true;
	memset(node->shown, 0, sizeof node->shown);
	struct effect effect = { .kind = EFFECT_REJOINED, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT };
	effects_add(call->effects, &effect, NULL);
}

// The server holds more of our own log than we do: this store was restored. Nothing was written under
// the old name since (that would be a fork), so a new life and the server's copy make it whole.
void node_repair_restored(struct node_call *call)
{
	if (!call->node->client.greet_again)
		node_notice(call, ERR_FORK,
		            "this store was put back to an earlier state; it goes on in a new life and takes back what it had sent");
	node_repair_life(call, SELF_RESTORED);
}

void node_repair_closed(struct node_call *call)
{
	node_notice(call, ERR_FROZEN, "a log of this store was closed, for there is another history of it; it goes on in a new life");
	node_repair_life(call, SELF_FORKED);
}

// ---- A server in a new life ----

static bool of_use_above(struct node_call *call, const struct journal_log *log)
{
	const struct self *self = call->node->self;
	struct charter_device author;
	if (hash_equal(&log->name.device, &self->parent_key) || arrival_goes_up(call->txn, self, log))
		return true;
	// Charters from above; those of others are not whole here.
	return log->name.lane == LANE_DOWN && charter_device_get(call->txn, &log->name.device, &author) == ERR_OK &&
	       charter_was_below(call->txn, &author.unit, &self->unit);
}

static void send_catalog(struct node_call *call, Tributary__Standing **logs, size_t count)
{
	Tributary__Catalog catalog = TRIBUTARY__CATALOG__INIT;
	catalog.n_logs = count;
	catalog.logs = logs;
	node_client_say(call, MESSAGE_CATALOG, &catalog.base);
	call->node->client.catalogs++;
}

static Tributary__Standing *make_standing(struct node_call *call, const struct hash *log, uint64_t size)
{
	Tributary__Standing *standing = arena_alloc(&call->node->arena, sizeof *standing);
	struct span copy;
	if (!standing || arena_copy(&call->node->arena, hash_span(log), &copy))
		return NULL;
	tributary__standing__init(standing);
	standing->log = pb_bytes(copy);
	standing->size = size;
	return standing;
}

// The server's own receipt goes with it: should it not know that it lost something, this tells it.
static void add_receipt(struct node_call *call, const struct journal_log *log, Tributary__Standing *standing)
{
	uint8_t bytes[RECEIPT_BYTES];
	struct span copy;
	for (size_t i = 0; i < RECEIPT_TIERS; i++) {
		const struct receipt *receipt = &log->receipt[i];
		if (receipt->size == 0 || !hash_equal(&receipt->server, &call->node->self->parent_key))
			continue;
		receipt_encode(receipt, bytes);
		if (arena_copy(&call->node->arena, span_of(bytes, sizeof bytes), &copy) == ERR_OK)
			standing->receipt = pb_bytes(copy);
	}
}

// Our own word, from this very life, that we held more of a log than we do: this store was put back, and
// the guard was put back with it.
static bool proves_loss(struct node_call *call, const Tributary__Standing *standing, const struct hash *log, uint64_t have)
{
	const struct self *self = call->node->self;
	struct receipt receipt;
	return standing->receipt.len > 0 && receipt_decode(pb_span(standing->receipt), &receipt) == ERR_OK &&
	       hash_equal(&receipt.server, &self->identity.sign_public) &&
	       id_equal(&receipt.incarnation, &self->incarnation) && receipt.size > have && receipt_verify(&receipt, log) == ERR_OK;
}

// A server finds out: in its new life all of those below greet it as one that was replaced.
static void found_restored(struct node_call *call)
{
	struct node *node = call->node;
	struct id incarnation;
	node_notice(call, ERR_FORK, "this server was put back to an earlier state; it goes on in a new life and is given back what it lacks");
	drbg_draw(&node->drbg, incarnation.bytes, sizeof incarnation.bytes);
	if (self_reincarnate(call->txn, node->self, &incarnation, SELF_RESTORED, node->now_ms))
		return;
	memset(node->shown, 0, sizeof node->shown);
	struct effect effect = { .kind = EFFECT_REJOINED, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT };
	effects_add(call->effects, &effect, NULL);
	node_server_forget(call);
}

void node_repair_all_again(struct node_call *call)
{
	node_notice(call, ERR_AGAIN, "the server was restored or replaced; it is given back what it lacks");
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		if (journal_find_number(call->txn, number, &log))
			return;
		if (log.head.size > 0 && of_use_above(call, &log))
			arrival_pending_set(call->txn, number, true);
	}
}

void node_repair_catalog(struct node_call *call)
{
	size_t count = 0;
	Tributary__Standing **logs = arena_array(&call->node->arena, CATALOG_LOGS, sizeof *logs);
	if (!logs)
		return;
	node_notice(call, ERR_AGAIN, "the server was restored or replaced; it is given back what it lacks");
	struct scan scan = scan_begin(call->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		if (scan.key.size != 4 || journal_find_number(call->txn, bytes_get_u32(scan.key.data), &log) ||
		    log.head.size == 0 || !of_use_above(call, &log))
			continue;
		logs[count] = make_standing(call, &log.id, log.head.size);
		if (!logs[count])
			break;
		add_receipt(call, &log, logs[count]);
		if (++count == CATALOG_LOGS) {
			send_catalog(call, logs, count);
			count = 0;
		}
	}
	scan_end(&scan);
	if (count > 0)
		send_catalog(call, logs, count);
}

void node_repair_answer_catalog(struct node_call *call, const Tributary__Catalog *catalog, struct node_session *session)
{
	Tributary__Want want = TRIBUTARY__WANT__INIT;
	want.logs = arena_array(&call->node->arena, catalog->n_logs, sizeof *want.logs);
	if (!want.logs || catalog->n_logs > CATALOG_LOGS) {
		count_add(&call->node->counters, COUNT_MESSAGES_MALFORMED, 1);
		return;
	}
	for (size_t i = 0; i < catalog->n_logs; i++) {
		struct journal_log log;
		struct hash id;
		if (hash_read(pb_span(catalog->logs[i]->log), &id))
			continue;
		uint64_t have = journal_find(call->txn, &id, &log) == ERR_OK ? log.peaks.size : 0;
		if (proves_loss(call, catalog->logs[i], &id, have)) {
			found_restored(call);
			return;
		}
		Tributary__Standing *standing = have < catalog->logs[i]->size ? make_standing(call, &id, have) : NULL;
		if (standing)
			want.logs[want.n_logs++] = standing;
	}
	node_send(call, session->link, NODE_DOOR_SYNC, MESSAGE_WANT, &want.base);
}

void node_repair_want(struct node_call *call, const Tributary__Want *want)
{
	struct node_client *client = &call->node->client;
	if (client->catalogs == 0) { // nobody asked
		count_add(&call->node->counters, COUNT_MESSAGES_STRANGE, 1);
		return;
	}
	if (--client->catalogs == 0)
		txn_delete(call->txn, STORE_META, span_string("catalog"));
	node_client_answered(call);
	for (size_t i = 0; i < want->n_logs; i++) {
		struct journal_log log;
		struct hash id;
		if (hash_read(pb_span(want->logs[i]->log), &id) || journal_find(call->txn, &id, &log) || !of_use_above(call, &log))
			continue;
		arrival_pending_set(call->txn, log.number, true);
		node_sent_set(call, &client->sent, log.number, want->logs[i]->size);
	}
	node_client_go_on(call);
}
