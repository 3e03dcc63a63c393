// Healing. A store can be put back to an earlier moment, copied, or replaced, on either side. Nothing
// here rewrites history: a device goes on in a new life, the other branch of a fork is taken in
// beside it, and a server that lost something is given it back by those who have it.
#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/node_inside.h"

enum { REBORN_RESTORED = 1, REBORN_FORKED = 3, CATALOG_LOGS = 1000, WRITES_AT_ONCE = 64 };

static void begin_new_life(struct node_call *call, unsigned reason)
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
	begin_new_life(call, REBORN_RESTORED);
}

void node_repair_closed(struct node_call *call)
{
	node_notice(call, ERR_FROZEN, "a log of this store was closed, for there is another history of it; it goes on in a new life");
	begin_new_life(call, REBORN_FORKED);
}

// ---- A fork of our own log ----

// What was written on our branch behind the common prefix, to be said again in the new life.
struct rewrite {
	struct node_call *call;
	struct arena arena;
	uint32_t log;
	uint64_t common;
	struct rewrite_entry {
		struct rewrite_entry *next;
		uint32_t kind;
		struct span payload;
	} *entries, **last_entry;
	struct rewrite_write {
		struct rewrite_write *next;
		struct record_key key;
		struct pen_write write;
	} *writes, **last_write;
	enum err err;
};

static bool said_again_as_it_is(uint32_t kind)
{
	return kind == ENTRY_STATEMENT || kind == ENTRY_EPOCH || kind == ENTRY_MAIL;
}

static void collect_entries(struct rewrite *rewrite, const struct journal_log *log, struct buf *evidence)
{
	struct entry entry;
	uint64_t before = 0;
	struct journal_reader reader = journal_reader_begin(rewrite->call->txn, log, rewrite->common, log->peaks.size);
	while (!rewrite->err && journal_reader_next(&reader, &entry)) {
		entry_pack(evidence, &entry, before);
		before = entry.time;
		if (entry.erased || !said_again_as_it_is(entry.kind))
			continue;
		struct rewrite_entry *item = arena_alloc(&rewrite->arena, sizeof *item);
		if (!item || arena_copy(&rewrite->arena, entry.payload, &item->payload)) {
			rewrite->err = ERR_BUDGET;
			break;
		}
		item->kind = entry.kind;
		*rewrite->last_entry = item;
		rewrite->last_entry = &item->next;
	}
	enum err err = journal_reader_end(&reader);
	if (!rewrite->err)
		rewrite->err = err;
}

static void collect_write(struct rewrite *rewrite, const struct record *record, const struct record_write *write)
{
	struct rewrite_write *item = arena_alloc(&rewrite->arena, sizeof *item);
	if (!item || arena_copy(&rewrite->arena, write->element, &item->write.element) ||
	    arena_copy(&rewrite->arena, write->value.bytes, &item->write.value.bytes)) {
		rewrite->err = ERR_BUDGET;
		return;
	}
	item->key = record->key;
	item->write.field = write->field;
	item->write.value.form = write->value.form;
	item->write.value.number = write->value.number;
	*rewrite->last_write = item;
	rewrite->last_write = &item->next;
}

// Values that stand in records through entries behind the common prefix.
static void collect_writes(struct rewrite *rewrite)
{
	struct txn *txn = rewrite->call->txn;
	struct arena scratch;
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(NULL, 0));
	while (!rewrite->err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&scratch);
		rewrite->err = record_key_decode(scan.key, &key);
		if (!rewrite->err)
			rewrite->err = record_decode(&key, scan.value, &scratch, &record);
		for (size_t i = 0; !rewrite->err && i < record.write_count; i++)
			if (record.writes[i].dot.log == rewrite->log && record.writes[i].dot.seq >= rewrite->common)
				collect_write(rewrite, &record, &record.writes[i]);
	}
	scan_end(&scan);
	arena_free(&scratch);
}

// Both branches stay: theirs in the log, ours as evidence beside it.
static void keep_evidence(struct rewrite *rewrite, const struct journal_log *log, const struct head *theirs,
                          const struct buf *entries)
{
	struct journal_fork fork = {
		.held = *theirs,
		.offered = log->head,
		.from = rewrite->common,
		.count = (uint32_t)(log->peaks.size - rewrite->common),
		.entries = buf_span(entries),
	};
	rewrite->err = entries->err ? entries->err : journal_fork_write(rewrite->call->txn, &log->id, &fork);
}

// What may not be said any more stays as evidence, and a person is told. False: the store failed.
static bool said(struct rewrite *rewrite, enum err err)
{
	struct node_call *call = rewrite->call;
	if (call->txn->err)
		rewrite->err = call->txn->err;
	else if (err)
		node_notice(call, err, "something written on the lost branch could not be written again; it is kept as evidence");
	return !rewrite->err;
}

static bool same_place(const struct pen_write *a, const struct pen_write *b)
{
	return a->field == b->field && span_equal(a->element, b->element);
}

static bool same_record(const struct record_key *a, const struct record_key *b)
{
	return id_equal(&a->unit, &b->unit) && a->kind == b->kind && id_equal(&a->record, &b->record);
}

// The writes of one record make one entry again. Gives what comes after them.
static struct rewrite_write *say_record(struct rewrite *rewrite, struct pen *pen, enum lane lane, struct rewrite_write *item)
{
	struct pen_write writes[WRITES_AT_ONCE];
	const struct record_key *key = &item->key;
	size_t count = 0;
	bool changed;
	for (; item && count < WRITES_AT_ONCE && same_record(&item->key, key); item = item->next) {
		if (count > 0 && same_place(&writes[count - 1], &item->write))
			break;
		writes[count] = item->write;
		writes[count++].lane = lane == LANE_DOWN ? 0 : lane;
	}
	said(rewrite, pen_set(pen, &key->unit, key->kind, &key->record, writes, count, &changed));
	return item;
}

static void say_again(struct rewrite *rewrite, enum lane lane)
{
	struct node *node = rewrite->call->node;
	struct pen pen;
	uint8_t seed[DRBG_SEED_BYTES];
	drbg_draw(&node->drbg, seed, sizeof seed);
	if (pen_begin(&pen, rewrite->call->txn, node->self, &node->pack, node->now_ms, seed))
		return;
	for (struct rewrite_entry *item = rewrite->entries; item && !rewrite->err; item = item->next)
		said(rewrite, pen_entry(&pen, lane, item->kind, item->payload, NULL));
	for (struct rewrite_write *item = rewrite->writes; item && !rewrite->err;)
		item = say_record(rewrite, &pen, lane, item);
	count_add(&node->counters, COUNT_ENTRIES_WRITTEN, pen.written);
	pen_finish(&pen);
}

static uint64_t common_prefix(const struct journal_log *log)
{
	uint64_t common = 0;
	for (size_t i = 0; i < RECEIPT_TIERS; i++)
		if (log->receipt[i].size > common && log->receipt[i].size <= log->peaks.size)
			common = log->receipt[i].size; // verified against our own root when it came
	return common;
}

// Letters are filed by where they stand; those of the lost branch stand nowhere.
static void forget_letters(struct rewrite *rewrite)
{
	struct scan scan = scan_begin(rewrite->call->txn, STORE_MAIL, span_of(NULL, 0));
	while (scan_next(&scan)) {
		uint8_t key[LIMIT_ID_BYTES + 4 + 8];
		if (scan.key.size != sizeof key || bytes_get_u32(scan.key.data + LIMIT_ID_BYTES) != rewrite->log ||
		    bytes_get_u64(scan.key.data + LIMIT_ID_BYTES + 4) < rewrite->common)
			continue;
		memcpy(key, scan.key.data, sizeof key);
		txn_delete(rewrite->call->txn, STORE_MAIL, span_of(key, sizeof key));
	}
	scan_end(&scan);
}

// What comes down is written into records of other units too.
static enum err rebuild_after(struct rewrite *rewrite, enum lane lane)
{
	static const struct id everybody;
	struct node_call *call = rewrite->call;
	struct view view;
	if (lane == LANE_MAIL)
		forget_letters(rewrite);
	enum err err = view_begin(&view, call->txn, call->node->self, &call->node->pack);
	if (err)
		return err;
	view_rebuild(&view, lane == LANE_DOWN ? &everybody : &call->node->self->unit);
	return view_end(&view);
}

static void heal_fork(struct rewrite *rewrite, struct journal_log *log, const struct head *theirs)
{
	struct node_call *call = rewrite->call;
	struct buf evidence = BUF_EMPTY;
	enum lane lane = log->name.lane;
	collect_entries(rewrite, log, &evidence);
	collect_writes(rewrite);
	if (!rewrite->err)
		keep_evidence(rewrite, log, theirs, &evidence);
	buf_free(&evidence);
	if (!rewrite->err)
		rewrite->err = journal_truncate(call->txn, log, rewrite->common, &call->node->self->identity, call->node->now_ms << 16);
	if (!rewrite->err)
		rewrite->err = rebuild_after(rewrite, lane);
	if (!rewrite->err)
		say_again(rewrite, lane);
}

static void heal(struct node_call *call, struct journal_log *log, const struct head *theirs, uint64_t common)
{
	struct rewrite rewrite = { .call = call, .log = log->number, .common = common };
	struct node_client *client = &call->node->client;
	client->greet_again = true;
	if (id_equal(&log->name.incarnation, &call->node->self->incarnation)) {
		if (client->life_begun) {
			client->rounds = UINT32_MAX; // a second time on one connection: another day
			return;
		}
		begin_new_life(call, REBORN_FORKED);
	}
	node_cursor_rewind(call); // what came of their branch while ours stood in its place could not be taken in
	if (log->peaks.size == common || call->txn->err)
		return; // nothing was written behind it
	rewrite.last_entry = &rewrite.entries;
	rewrite.last_write = &rewrite.writes;
	arena_init(&rewrite.arena, LIMIT_DECODE_BYTES);
	heal_fork(&rewrite, log, theirs);
	arena_free(&rewrite.arena);
	if (rewrite.err)
		txn_fail(call->txn, rewrite.err);
}

// `closed`: the server proves nothing against what it is shown now, but closed the log earlier, when a
// copy of this store showed it another history. Then its own head is where we part.
void node_repair_forked(struct node_call *call, struct journal_log *log, struct span head, bool closed)
{
	struct head theirs;
	struct hash root;
	uint64_t common = common_prefix(log);
	bool ours = head_decode(head, &theirs) == ERR_OK &&
	            head_verify(&theirs, &log->id, &call->node->self->identity.sign_public) == ERR_OK;
	bool agrees = ours && theirs.size <= log->peaks.size &&
	              journal_root_at(call->txn, log, theirs.size, &root) == ERR_OK && hash_equal(&root, &theirs.root);
	if (!ours || (agrees && !closed)) { // no proof that we ever signed anything else
		node_sent_set(call, &call->node->client.sent, log->number, NODE_SENT_REFUSED);
		node_notice(call, ERR_FORK, "the server calls a log of ours forked and cannot show it");
		return;
	}
	if (agrees && theirs.size > common)
		common = theirs.size;
	count_add(&call->node->counters, COUNT_FORKS, 1);
	node_notice(call, ERR_FORK, "this store was put back to an earlier state and written to; both histories are kept");
	heal(call, log, &theirs, common);
}

// One history of a log of a device below is here, and another one above: both were put back, the device and this server. Neither
// of the two has a proof of its own, but who is above has, and shows what the device signed there. Nothing that is written
// on would come further up: the log is closed here too, and its device hears of that when it greets (node_answer_closed).
void node_repair_split(struct node_call *call, struct journal_log *log, struct span head, bool closed)
{
	struct head theirs;
	struct hash root;
	if (log->state == JOURNAL_FROZEN || head_decode(head, &theirs) || head_verify(&theirs, &log->id, &log->name.device))
		return;
	bool agrees = theirs.size <= log->peaks.size && journal_root_at(call->txn, log, theirs.size, &root) == ERR_OK &&
	              hash_equal(&root, &theirs.root);
	if (agrees && !closed) // no word of the device that contradicts what is here
		return;
	count_add(&call->node->counters, COUNT_FORKS, 1);
	node_notice(call, ERR_FORK, "a device below has two histories, one of them known here and one above; both are kept, and it goes on in a new life");
	journal_close(call->txn, log, &theirs);
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
	if (self_reincarnate(call->txn, node->self, &incarnation, REBORN_RESTORED, node->now_ms))
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
	client->catalogs--;
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
