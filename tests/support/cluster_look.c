// What an actor's store holds and shows.
#include <sodium.h>
#include <stdio.h>

#include "ledger/figure.h"
#include "support/cluster.h"
#include "support/support.h"

static const struct pack_kind *find_kind(struct actor *actor, const char *name)
{
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(actor), name);
	assert_non_null(kind);
	return kind;
}

static void load(struct actor *actor, const struct id *unit, const char *kind, const struct id *record, struct txn *txn,
                 struct arena *arena, struct record *loaded)
{
	struct record_key key = { .unit = *unit, .kind = find_kind(actor, kind)->number, .record = *record };
	arena_init(arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(actor->store, STORE_READ, txn));
	assert_ok(record_load(txn, &key, arena, loaded));
}

const char *cluster_get(struct actor *actor, struct actor *owner, const char *kind, const struct id *record, const char *field)
{
	static char shown[512];
	struct txn txn;
	struct arena arena;
	struct record loaded;
	const char *text = "";
	const struct pack_field *found = pack_field_by_name(find_kind(actor, kind), field);
	load(actor, &owner->self.unit, kind, record, &txn, &arena, &loaded);
	const struct record_write *write = record_value(&loaded, found->number, span_of(NULL, 0));
	if (write)
		assert_ok(value_format(found, &write->value, &arena, &text));
	snprintf(shown, sizeof shown, "%s", text);
	txn_abort(&txn);
	arena_free(&arena);
	return shown;
}

size_t cluster_values(struct actor *actor, const char *kind, const struct id *record, const char *field)
{
	struct txn txn;
	struct arena arena;
	struct record loaded;
	size_t count;
	load(actor, &actor->self.unit, kind, record, &txn, &arena, &loaded);
	record_writes(&loaded, pack_field_by_name(find_kind(actor, kind), field)->number, span_of(NULL, 0), &count);
	txn_abort(&txn);
	arena_free(&arena);
	return count;
}

size_t cluster_count(struct actor *actor, enum store_table table)
{
	struct txn txn;
	size_t count = 0;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, table, span_of(NULL, 0));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

int64_t cluster_figure(struct actor *actor, struct actor *unit, const char *metric_name, const char *period_text)
{
	struct txn txn;
	struct arena arena;
	struct period period;
	struct figure *figures;
	size_t count;
	const struct pack *pack = cluster_pack(actor);
	const struct pack_metric *metric = pack_metric_by_name(pack, metric_name);
	struct cell_owner owner = cell_owner_own(&unit->self.unit);
	assert_non_null(metric);
	assert_ok(period_parse(period_text, &period));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (actor->self.server)
		assert_ok(tally_sum_owner(&txn, &unit->self.unit, &owner));
	assert_ok(figure_query(&txn, pack, &owner, metric, NULL, period, &arena, &figures, &count));
	int64_t value = count ? figures[0].value : 0;
	txn_abort(&txn);
	arena_free(&arena);
	return value;
}

// A record's writes with their places named by log id, which every store has alike.
static void digest_record(crypto_generichash_state *state, struct txn *txn, const struct record *record)
{
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		struct journal_log log;
		assert_ok(journal_find_number(txn, write->dot.log, &log));
		crypto_generichash_update(state, &write->field, 1);
		crypto_generichash_update(state, write->element.data, write->element.size);
		crypto_generichash_update(state, log.id.bytes, sizeof log.id.bytes);
		crypto_generichash_update(state, (const uint8_t *)&write->dot.seq, sizeof write->dot.seq);
		crypto_generichash_update(state, (const uint8_t *)&write->value.number, sizeof write->value.number);
		crypto_generichash_update(state, write->value.bytes.data, write->value.bytes.size);
	}
}

void cluster_rebuild(struct actor *actor)
{
	static const struct id everything;
	struct txn txn;
	struct view view;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &actor->self, &actor->pack));
	assert_ok(view_rebuild(&view, &everything));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
}

void cluster_state(struct actor *actor, char digest[static HASH_TEXT_BYTES])
{
	crypto_generichash_state state;
	struct hash hash;
	struct txn txn;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	crypto_generichash_init(&state, NULL, 0, sizeof hash.bytes);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, STORE_RECORD, id_span(&actor->self.unit));
	while (scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		assert_ok(record_key_decode(scan.key, &key));
		assert_ok(record_decode(&key, scan.value, &arena, &record));
		crypto_generichash_update(&state, scan.key.data, scan.key.size);
		digest_record(&state, &txn, &record);
	}
	scan_end(&scan);
	txn_abort(&txn);
	arena_free(&arena);
	crypto_generichash_final(&state, hash.bytes, sizeof hash.bytes);
	hash_format(&hash, digest);
}

static bool contains(struct span bytes, const char *canary)
{
	size_t size = strlen(canary);
	for (size_t i = 0; i + size <= bytes.size; i++)
		if (memcmp(bytes.data + i, canary, size) == 0)
			return true;
	return false;
}

bool cluster_store_contains(struct actor *actor, const char *canary)
{
	struct txn txn;
	bool found = false;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	for (unsigned table = 0; table < STORE_TABLE_COUNT; table++) {
		struct scan scan = scan_begin(&txn, (enum store_table)table, span_of(NULL, 0));
		while (scan_next(&scan))
			found = found || contains(scan.key, canary) || contains(scan.value, canary);
		scan_end(&scan);
	}
	txn_abort(&txn);
	return found;
}
