// Originals of units below, asked for by a server that is not the nearest above them: the question goes down from server to server, and
// up comes, behind everything else, the unit's log of files as leaves and with payloads the pieces that are asked for:
//
//	county ──wants──▶ township ──wants──▶ branch
//	       ◀─leaves, pieces─      ◀─pieces─
//
// Who may read a field may ask for what it names: each server that passes something up sees for itself that a record of the unit names it
// in a field of the lane `up`. What is sealed stays behind as a leaf.
#include "sync/node_want_below.h"

#include "base/bytes.h"
#include "org/charter.h"
#include "sync/arrival.h"

// ---- Who may ask ----

static bool field_names(const struct pack *pack, const struct record *record, const struct hash *file)
{
	const struct pack_kind *kind = pack_kind_by_number(pack, record->key.kind);
	for (size_t i = 0; kind && i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		const struct pack_field *field = kind->by_number[write->field];
		if (field && field->type == VALUE_ATTACHMENT && field->lane == LANE_UP && write->value.form == VALUE_IS_REFERENCE &&
		    span_equal(write->value.bytes, hash_span(file)))
			return true;
	}
	return false;
}

static bool may_pass(struct node_call *call, const struct file_want *want)
{
	const struct pack *pack = call->node->pack.pack;
	struct arena arena;
	bool may = false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(call->txn, STORE_RECORD, id_span(&want->unit));
	while (pack && !may && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		may = record_key_decode(scan.key, &key) == ERR_OK && record_decode(&key, scan.value, &arena, &record) == ERR_OK &&
		      field_names(pack, &record, &want->file);
	}
	scan_end(&scan);
	arena_free(&arena);
	return may;
}

// ---- The one above ----

bool node_want_below_is(struct node_call *call, const struct id *session_unit, const struct id *unit)
{
	return !id_equal(session_unit, unit) && charter_is_ancestor(call->txn, session_unit, unit);
}

// Ours, and what we were asked for in turn.
void node_want_below_say(struct node_call *call, const struct id *session_unit, Tributary__FileWant ***list, size_t *count)
{
	const struct self *self = call->node->self;
	struct file_want want = { .done = false };
	while (*count < FILE_WANT_MOST && file_want_next_any(call->txn, &want)) {
		bool passed_on = hash_equal(&want.asker, &self->identity.sign_public) || hash_equal(&want.asker, &self->parent_key);
		if (!want.done && passed_on && node_want_below_is(call, session_unit, &want.unit))
			node_want_say_one(call, &want, list, count);
	}
}

// What came without being asked for by us is not taken.
bool node_want_below_admits(struct node_call *call, const struct id *session_unit, const struct id *author)
{
	struct file_want want = { .file = { .bytes = { 0 } } };
	return node_want_below_is(call, session_unit, author) && file_want_next(call->txn, author, &want);
}

// ---- The one between ----

bool node_want_below_reads(struct node_call *call, const struct file_want *want)
{
	const struct self *self = call->node->self;
	return self->server && node_want_below_is(call, &self->unit, &want->unit) && may_pass(call, want);
}

// The logs that hold its pieces go up as far as the server there has them not.
static void offer_logs(struct node_call *call, const struct file_want *want, uint32_t pieces)
{
	uint32_t before = 0;
	for (uint32_t i = 0; i < pieces; i++) {
		struct journal_log log;
		uint32_t number;
		uint64_t seq;
		if (piece_find(call->txn, &want->unit, &want->file, i, &number, &seq) || number == before ||
		    journal_find_number(call->txn, number, &log))
			continue;
		before = number;
		if (node_receipt_held(call->node, &log) <= seq)
			arrival_pending_set(call->txn, number, true);
	}
}

bool node_want_below_ready(struct node_call *call, const struct file_want *want)
{
	struct piece_file here;
	if (piece_look(call->txn, &want->unit, &want->file, &here) || !here.whole)
		return false;
	offer_logs(call, want, here.count);
	return true;
}
