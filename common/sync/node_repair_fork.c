// Two histories of one log. Stores that were put back or copied and written to, unnoticed, each have their own; the one that
// the server above has stands, for it is the one that others have too. What was written behind the point where they part is kept
// as evidence, the other history is taken in, and what would be gone with ours is written again.
#include "base/bytes.h"
#include "sync/arrival.h"
#include "sync/node_inside.h"

enum { WRITES_AT_ONCE = 64 };

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

// A record of a member's home stands for itself, too: without it its witness would never hear of it, and nobody could write another.
static bool said_again_as_it_is(uint32_t kind)
{
	return kind == ENTRY_STATEMENT || kind == ENTRY_EPOCH || kind == ENTRY_MAIL || kind == ENTRY_CUSTODY;
}

// A key for all of the unit, which the device that made it may have lost with its store.
static bool said_by_a_sibling(uint32_t kind)
{
	return kind == ENTRY_EPOCH;
}

// `evidence` (or NULL) takes all of them.
static void collect_entries(struct rewrite *rewrite, const struct journal_log *log, bool (*again)(uint32_t kind), struct buf *evidence)
{
	struct entry entry;
	uint64_t before = 0;
	struct journal_reader reader = journal_reader_begin(rewrite->call->txn, log, rewrite->common, log->peaks.size);
	while (!rewrite->err && journal_reader_next(&reader, &entry)) {
		if (evidence)
			entry_pack(evidence, &entry, before);
		before = entry.time;
		if (entry.erased || !again(entry.kind))
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
	collect_entries(rewrite, log, said_again_as_it_is, &evidence);
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
		node_repair_life(call, SELF_FORKED);
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
	if (head_decode(head, &theirs) || head_verify(&theirs, &log->id, &log->name.device))
		return;
	bool agrees = theirs.size <= log->peaks.size && journal_root_at(call->txn, log, theirs.size, &root) == ERR_OK &&
	              hash_equal(&root, &theirs.root);
	if (agrees && !closed) // no word of the device that contradicts what is here
		return;
	if (log->state != JOURNAL_FROZEN) {
		count_add(&call->node->counters, COUNT_FORKS, 1);
		node_notice(call, ERR_FORK, "a device below has two histories, one of them known here and one above; both are kept, and it goes on in a new life");
		journal_close(call->txn, log, &theirs);
	}
	if (!agrees) // the one above stands, and is asked for
		node_repair_ask(call);
}

// ---- The history above stands ----

void node_repair_ask(struct node_call *call)
{
	call->node->client.greet_again = true;
	node_cursor_rewind(call);
}

// Of devices of our own unit: what stands in records through the other history of one of them may be known to nobody else by now.
static bool of_our_unit(struct node_call *call, const struct journal_log *log)
{
	const struct self *self = call->node->self;
	struct charter_device author;
	return !self->server && log->name.lane != LANE_DOWN && charter_device_get(call->txn, &log->name.device, &author) == ERR_OK &&
	       id_equal(&author.unit, &self->unit);
}

// Charters and what servers write bear on everybody.
static enum err rebuild_of(struct rewrite *rewrite, const struct journal_log *log)
{
	struct node_call *call = rewrite->call;
	struct charter_device author;
	struct view view;
	struct id unit = { .bytes = { 0 } };
	if (log->name.lane == LANE_MAIL)
		forget_letters(rewrite);
	if (charter_device_get(call->txn, &log->name.device, &author) == ERR_OK && !author.server && log->name.lane != LANE_DOWN)
		unit = author.unit;
	enum err err = view_begin(&view, call->txn, call->node->self, &call->node->pack);
	if (err)
		return err;
	view_rebuild(&view, &unit);
	return view_end(&view);
}

static void yield(struct rewrite *rewrite, struct journal_log *log, const struct head *theirs)
{
	struct node_call *call = rewrite->call;
	bool ours = of_our_unit(call, log);
	if (ours)
		collect_entries(rewrite, log, said_by_a_sibling, NULL);
	if (ours)
		collect_writes(rewrite);
	if (!rewrite->err)
		rewrite->err = journal_yield(call->txn, log, rewrite->common, theirs);
	if (!rewrite->err)
		rewrite->err = rebuild_of(rewrite, log);
	if (!rewrite->err && ours)
		say_again(rewrite, log->name.lane);
}

void node_repair_yield(struct node_call *call, uint32_t number, const struct head *theirs, uint64_t common)
{
	struct journal_log log;
	struct rewrite rewrite = { .call = call, .log = number, .common = common };
	if (journal_find_number(call->txn, number, &log))
		return;
	count_add(&call->node->counters, COUNT_FORKS, 1);
	if (hash_equal(&log.name.device, &call->node->self->identity.sign_public)) {
		node_notice(call, ERR_FORK, "this store was put back to an earlier state and written to; both histories are kept");
		heal(call, &log, theirs, common);
		return;
	}
	node_notice(call, ERR_FORK, "a device has two histories; the one that the server has stands, the other is kept as evidence");
	rewrite.last_entry = &rewrite.entries;
	rewrite.last_write = &rewrite.writes;
	arena_init(&rewrite.arena, LIMIT_DECODE_BYTES);
	yield(&rewrite, &log, theirs);
	arena_free(&rewrite.arena);
	if (rewrite.err)
		txn_fail(call->txn, rewrite.err);
	node_repair_ask(call);
}
