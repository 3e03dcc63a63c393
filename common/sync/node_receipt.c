// What the server above said of our logs: receipts, which are kept, and refusals, which are answered
// or told to a person.
#include "base/bytes.h"
#include "ledger/late.h"
#include "sync/arrival.h"
#include "sync/node_inside.h"

struct logname node_receipt_home(const struct node *node)
{
	// The life that we greeted with, also when a new one began since.
	return (struct logname){ .device = node->self->identity.sign_public, .incarnation = node->client.incarnation };
}

// What the parent has receipted of a log.
uint64_t node_receipt_held(const struct node *node, const struct journal_log *log)
{
	uint64_t held = 0;
	for (size_t i = 0; i < RECEIPT_TIERS; i++) {
		const struct receipt *receipt = &log->receipt[i];
		// Over a link it would say what it lacks; who carries cannot ask.
		bool counts = !node->client.carrying || id_equal(&receipt->incarnation, &node->client.server);
		if (counts && hash_equal(&receipt->server, &node->self->parent_key) && receipt->size > held)
			held = receipt->size;
	}
	return held;
}

static enum err receipt_log(struct node_call *call, const Tributary__Receipt *item, struct journal_log *log)
{
	struct hash id;
	if (item->log.len == 1) {
		struct logname name = node_receipt_home(call->node);
		if (!lane_valid(item->log.data[0]))
			return ERR_MALFORMED;
		name.lane = (enum lane)item->log.data[0];
		id = logname_id(&name);
	} else if (hash_read(pb_span(item->log), &id)) {
		return ERR_MALFORMED;
	}
	return journal_find(call->txn, &id, log);
}

static enum err read_receipt(struct node_call *call, const Tributary__Receipt *item, struct receipt *receipt)
{
	struct node *node = call->node;
	*receipt = (struct receipt){
		.server = node->self->parent_key,
		.incarnation = node->client.server,
		.size = item->size,
		.tier = (enum receipt_tier)item->tier,
		.time = item->time,
	};
	if (item->tier < 1 || item->tier > RECEIPT_TIERS || item->signature.len != LIMIT_SIGNATURE_BYTES)
		return ERR_MALFORMED;
	if ((item->server.len && hash_read(pb_span(item->server), &receipt->server)) ||
	    (item->incarnation.len && id_read(pb_span(item->incarnation), &receipt->incarnation)))
		return ERR_MALFORMED;
	memcpy(receipt->signature.bytes, item->signature.data, LIMIT_SIGNATURE_BYTES);
	return ERR_OK;
}

// Only servers of the tree give receipts; the parent before its charter is here.
static bool receipts_from(struct node_call *call, const struct hash *server)
{
	struct charter_device device;
	if (hash_equal(server, &call->node->self->parent_key))
		return true;
	return charter_device_get(call->txn, server, &device) == ERR_OK && device.server;
}

static bool written_here(const struct node *node, const struct journal_log *log)
{
	return hash_equal(&log->name.device, &node->self->identity.sign_public);
}

// A log of our present life that we know nothing of: a copy of this store wrote it, or we did before the
// store was put back.
static bool never_written(const struct node *node, const Tributary__Receipt *item)
{
	return item->log.len == 1 && item->size > 0 && id_equal(&node->client.incarnation, &node->self->incarnation);
}

// For the next tally (sync/pen_receipts): the row keeps only the newest of each tier. Before the pack is here nobody can
// tell whether it asks: in a store that is being filled again our own logs may be receipted first.
static void leave_for_pen(struct node_call *call, const struct journal_log *log, const struct receipt *receipt)
{
	uint8_t key[8 + LIMIT_HASH_BYTES + 8], bytes[RECEIPT_BYTES];
	const struct pack *pack = call->node->pack.pack;
	if ((pack && !late_asked(pack)) || call->node->self->server)
		return;
	if (receipt->tier != RECEIPT_RECEIVED || !written_here(call->node, log))
		return;
	memcpy(key, "receipt/", 8);
	memcpy(key + 8, log->id.bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(key + 8 + LIMIT_HASH_BYTES, receipt->size);
	receipt_encode(receipt, bytes);
	txn_put(call->txn, STORE_META, span_of(key, sizeof key), span_of(bytes, sizeof bytes));
}

static void keep_receipt(struct node_call *call, struct journal_log *log, const struct receipt *receipt)
{
	struct node *node = call->node;
	leave_for_pen(call, log, receipt);
	node->carriage.receipts++;
	struct receipt *slot = &log->receipt[receipt->tier - 1];
	uint64_t before = node_receipt_held(node, log);
	*slot = *receipt;
	journal_save(call->txn, log);
	bool all = node_receipt_held(node, log) >= log->head.size; // a restored server may hold less than it did
	if (all || arrival_goes_up(call->txn, node->self, log))
		arrival_pending_set(call->txn, log->number, !all);
	uint64_t gained = node_receipt_held(node, log) > before ? node_receipt_held(node, log) - before : 0;
	uint64_t *left = &node->client.progress.entries_to_send;
	*left = *left > gained ? *left - gained : 0;
	arrival_receipt(call->txn, node->self, log, receipt->tier);
}

void node_receipt_take(struct node_call *call, const Tributary__Receipt *item)
{
	struct node *node = call->node;
	struct journal_log log;
	struct receipt receipt;
	enum err err = receipt_log(call, item, &log);
	if (err == ERR_NOT_FOUND && never_written(node, item))
		node_repair_restored(call);
	if (err || read_receipt(call, item, &receipt) || !receipts_from(call, &receipt.server))
		return;
	bool this_life = written_here(node, &log) && id_equal(&log.name.incarnation, &node->self->incarnation);
	if (receipt.size > log.peaks.size) {
		// The server above holds more of the log than we do: of our own, than we should.
		bool above = hash_equal(&receipt.server, &node->self->parent_key);
		if (above && this_life)
			node_repair_restored(call);
		else if (above)
			arrival_pending_set(call->txn, log.number, false);
		return;
	}
	const struct receipt *known = &log.receipt[receipt.tier - 1];
	bool newer = receipt.size > known->size || !id_equal(&receipt.incarnation, &known->incarnation);
	if (journal_root_at(call->txn, &log, receipt.size, &receipt.root))
		return;
	if (!newer) { // what was marked to go again is there: its letters had another way before
		if (receipt.size == known->size && known->size >= log.head.size && hash_equal(&receipt.server, &node->self->parent_key))
			arrival_pending_set(call->txn, log.number, false);
		return;
	}
	if (receipt_verify(&receipt, &log.id) == ERR_OK)
		keep_receipt(call, &log, &receipt);
	else
		count_add(&node->counters, COUNT_RANGES_REFUSED, 1);
}

static enum err refusal_reason(const Tributary__Refusal *item)
{
	return item->reason && item->reason < ERR_COUNT ? (enum err)item->reason : ERR_MALFORMED;
}

void node_receipt_refused(struct node_call *call, const Tributary__Refusal *item)
{
	struct node *node = call->node;
	struct node_client *client = &node->client;
	Tributary__Receipt named = TRIBUTARY__RECEIPT__INIT;
	struct journal_log log;
	named.log = item->log;
	if (receipt_log(call, &named, &log))
		return;
	if (item->have > item->seq && item->reason != ERR_GAP && !item->head.len) {
		// It is held above, and counts for nothing there.
		node_notice(call, refusal_reason(item), "the server set aside what was written here");
		return;
	}
	client->refusals++;
	bool forked = item->reason == ERR_FORK || item->reason == ERR_FROZEN;
	if (item->reason == ERR_GAP && item->have < log.head.size) {
		// What else was in that frame may not have been read either: all that has no receipt goes again.
		if (!client->plain)
			node_sent_clear(&client->sent);
		client->plain = true;
		node_sent_set(call, &client->sent, log.number, item->have); // it has less than its receipts said: from there
		arrival_pending_set(call->txn, log.number, true);
	} else if (forked && written_here(node, &log) && item->head.len) {
		node_repair_forked(call, &log, pb_span(item->head), item->reason == ERR_FROZEN);
	} else {
		node_sent_set(call, &client->sent, log.number, NODE_SENT_REFUSED);
		if (forked && !written_here(node, &log)) { // both histories are known above, and the proof: ours is owed no more
			arrival_pending_set(call->txn, log.number, false);
			node_repair_split(call, &log, pb_span(item->head), item->reason == ERR_FROZEN);
		}
		if (refusal_reason(item) == ERR_FULL)
			node_notice(call, ERR_FULL, "the server has no room for more files of this unit: they wait here, and entries go on");
		else
			node_notice(call, refusal_reason(item), "the server did not take in a log of ours");
	}
}
