#include "slow.h"

#include <stdlib.h>

#include "ledger/series.h"
#include "ledger/workflow.h"
#include "log/hash.h"
#include "org/epoch.h"

// A write, wherever it stands: record, field and element are named by a digest.
struct slow_write {
	struct hash place;
	struct hash log;
	uint64_t seq;
	bool replaced;
	const struct workflow *workflow; // whose state it is; NULL: of none
	int64_t value;
};

struct slow_pred {
	struct hash place, log;
	uint64_t seq;
	int64_t value; // that replaces it
	bool first;    // of the write that names it
};

struct slow {
	struct actor *actor;
	struct txn txn;
	struct arena arena;
	struct slow_write *writes;
	size_t write_count, write_capacity;
	struct slow_pred *preds;
	size_t pred_count, pred_capacity;
	const struct pack *pack;
	uint64_t number; // of the log at hand's newest receipt
	char *why; // the first thing that is wrong with an entry; empty: nothing
	size_t why_size;
};

static struct hash place_of(const struct id *record, uint16_t kind, uint8_t field, struct span element)
{
	struct hash place;
	crypto_generichash_state state;
	uint8_t numbers[3] = { (uint8_t)(kind >> 8), (uint8_t)kind, field };
	crypto_generichash_init(&state, NULL, 0, sizeof place.bytes);
	crypto_generichash_update(&state, record->bytes, sizeof record->bytes);
	crypto_generichash_update(&state, numbers, sizeof numbers);
	crypto_generichash_update(&state, element.data, element.size);
	crypto_generichash_final(&state, place.bytes, sizeof place.bytes);
	return place;
}

static void complain(struct slow *slow, const char *what)
{
	if (slow->why[0] == '\0')
		snprintf(slow->why, slow->why_size, "%s", what);
}

// Each life of a device numbers its receipts 1, 2, 3 …
static void slow_number(struct slow *slow, const struct journal_log *log, const struct pack_field *field,
                        const struct value *value)
{
	uint64_t number;
	if (!field->series || value->form != VALUE_IS_TEXT)
		return;
	if (!series_parse(value->bytes, &log->name.device, &log->name.incarnation, &number))
		complain(slow, "a receipt has the number of another device or life");
	else if (number != slow->number + 1)
		complain(slow, "the numbers of receipts have a gap");
	else
		slow->number = number;
}

static void slow_change(struct slow *slow, const struct journal_log *log, uint64_t seq, const struct change *change)
{
	const struct pack_kind *kind = pack_kind_by_number(slow->pack, change->kind);
	for (size_t i = 0; i < change->write_count; i++) {
		const struct change_write *write = &change->writes[i];
		const struct pack_field *field = kind && write->field ? kind->by_number[write->field] : NULL;
		const struct workflow *flow = kind && kind->workflow && kind->workflow->state == field ? kind->workflow : NULL;
		struct hash place = place_of(&change->record, change->kind, write->field, write->element);
		slow->writes = world_grow(slow->writes, slow->write_count, &slow->write_capacity, sizeof *slow->writes);
		slow->writes[slow->write_count++] = (struct slow_write){
			.place = place, .log = log->id, .seq = seq, .workflow = flow, .value = write->value.number,
		};
		if (field)
			slow_number(slow, log, field, &write->value);
		for (size_t p = 0; p < write->pred_count; p++) {
			const struct change_pred *pred = &write->preds[p];
			slow->preds = world_grow(slow->preds, slow->pred_count, &slow->pred_capacity, sizeof *slow->preds);
			slow->preds[slow->pred_count++] = (struct slow_pred){
				.place = place, .log = pred->log ? *pred->log : log->id, .seq = pred->seq, .value = write->value.number,
				.first = p == 0,
			};
		}
	}
}

static bool quarantined(struct txn *txn, uint32_t log, uint64_t seq)
{
	uint8_t key[12];
	for (unsigned byte = 0; byte < 4; byte++)
		key[byte] = (uint8_t)(log >> (24 - 8 * byte));
	for (unsigned byte = 0; byte < 8; byte++)
		key[4 + byte] = (uint8_t)(seq >> (56 - 8 * byte));
	return txn_has(txn, STORE_QUARANTINE, span_of(key, sizeof key));
}

static void slow_entry(struct slow *slow, const struct journal_log *log, const struct entry *entry)
{
	struct changes changes;
	struct span payload = entry->payload;
	uint32_t kind = entry->kind;
	const struct id *unit = &slow->actor->self.unit;
	struct charter_device author;
	if (entry->erased || quarantined(&slow->txn, log->number, entry->seq))
		return;
	if (charter_device_get(&slow->txn, &log->name.device, &author))
		return;
	arena_reset(&slow->arena);
	if (kind == ENTRY_SEALED && epoch_open(&slow->txn, unit, &log->id, entry->seq, payload, &slow->arena, &kind, &payload))
		return;
	if (kind != ENTRY_CHANGES || change_decode(payload, &slow->arena, &changes))
		return;
	if (!id_equal(id_is_zero(&changes.unit) ? &author.unit : &changes.unit, unit))
		return;
	for (size_t i = 0; i < changes.count; i++)
		slow_change(slow, log, entry->seq, &changes.changes[i]);
}

static int compare_dots(const struct hash *place_a, const struct hash *log_a, uint64_t seq_a, const struct hash *place_b,
                        const struct hash *log_b, uint64_t seq_b)
{
	int order = memcmp(place_a->bytes, place_b->bytes, sizeof place_a->bytes);
	if (order == 0)
		order = memcmp(log_a->bytes, log_b->bytes, sizeof log_a->bytes);
	return order ? order : (seq_a > seq_b) - (seq_a < seq_b);
}

static int by_dot(const void *left, const void *right)
{
	const struct slow_write *a = left, *b = right;
	return compare_dots(&a->place, &a->log, a->seq, &b->place, &b->log, b->seq);
}

static struct slow_write *find_write(struct slow *slow, const struct hash *place, const struct hash *log, uint64_t seq)
{
	struct slow_write wanted = { .place = *place, .log = *log, .seq = seq };
	return slow->write_count ? bsearch(&wanted, slow->writes, slow->write_count, sizeof wanted, by_dot) : NULL;
}

// From this state to that, by a move or because it stays.
static bool may_follow(const struct workflow *workflow, int64_t from, int64_t to)
{
	bool may = from == to;
	for (size_t i = 0; i < workflow->move_count; i++)
		may |= workflow->moves[i].to == to && workflow_leads_from(&workflow->moves[i], (uint16_t)from);
	return may;
}

// What one write replaces, from `at` on. Where states stood side by side, it has to lead on from one of them.
static size_t replace(struct slow *slow, size_t at)
{
	bool state = false, may = false;
	do {
		const struct slow_pred *pred = &slow->preds[at];
		struct slow_write *replaced = find_write(slow, &pred->place, &pred->log, pred->seq);
		if (!replaced)
			continue;
		replaced->replaced = true;
		state |= replaced->workflow != NULL;
		may |= replaced->workflow && may_follow(replaced->workflow, replaced->value, pred->value);
	} while (++at < slow->pred_count && !slow->preds[at].first);
	if (state && !may)
		complain(slow, "a move leads from a state that it may not lead from");
	return at;
}

static void read_all(struct slow *slow)
{
	struct journal_log log;
	for (uint32_t number = 1; journal_find_number(&slow->txn, number, &log) == ERR_OK; number++) {
		struct entry entry;
		slow->number = 0;
		// What waits is not merged yet.
		struct journal_reader reader = journal_reader_begin(&slow->txn, &log, 0, log.applied);
		while (journal_reader_next(&reader, &entry))
			slow_entry(slow, &log, &entry);
		journal_reader_end(&reader);
	}
	if (slow->write_count)
		qsort(slow->writes, slow->write_count, sizeof *slow->writes, by_dot);
	for (size_t i = 0; i < slow->pred_count;)
		i = replace(slow, i);
}

// The records of the store against the list; each live write found there is ticked off.
static bool compare_records(struct slow *slow, size_t *live, char *why, size_t size)
{
	bool good = true;
	struct scan scan = scan_begin(&slow->txn, STORE_RECORD, id_span(&slow->actor->self.unit));
	while (good && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&slow->arena);
		if (record_key_decode(scan.key, &key) || record_decode(&key, scan.value, &slow->arena, &record))
			continue;
		for (size_t i = 0; good && i < record.write_count; i++) {
			const struct record_write *write = &record.writes[i];
			struct journal_log log;
			struct hash place = place_of(&key.record, key.kind, write->field, write->element);
			struct slow_write *known = NULL;
			if (journal_find_number(&slow->txn, write->dot.log, &log) == ERR_OK)
				known = find_write(slow, &place, &log.id, write->dot.seq);
			good = known && !known->replaced;
			++*live;
			if (!good)
				snprintf(why, size, "a live write of field %u of a record of kind %u %s", write->field, key.kind,
				         known ? "was replaced" : "stands in no entry");
		}
	}
	scan_end(&scan);
	return good;
}

bool slow_writes(struct actor *actor, char *why, size_t size)
{
	struct slow slow = { .actor = actor, .why = why, .why_size = size };
	why[0] = '\0';
	size_t live = 0, wanted = 0;
	if (txn_begin(actor->store, STORE_READ, &slow.txn))
		return false;
	view_pack_refresh(&actor->pack, &slow.txn);
	slow.pack = actor->pack.pack;
	if (!slow.pack) {
		txn_abort(&slow.txn);
		return true; // nothing was written
	}
	arena_init(&slow.arena, LIMIT_DECODE_BYTES);
	read_all(&slow);
	for (size_t i = 0; i < slow.write_count; i++)
		wanted += !slow.writes[i].replaced;
	bool good = why[0] == '\0' && compare_records(&slow, &live, why, size);
	if (good && live != wanted) {
		good = false;
		snprintf(why, size, "%zu writes are live, and %zu should be", live, wanted);
	}
	txn_abort(&slow.txn);
	arena_free(&slow.arena);
	free(slow.writes);
	free(slow.preds);
	return good;
}

